/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What MemorySanitizer must be told: it knows the calls of the C library, and takes what
 * syscall(2) has written for memory that nobody set.
 */
#include <stdarg.h>
#include <sys/syscall.h>

#include <sanitizer/msan_interface.h>

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/* The binder's calls have four arguments at most. */
long __wrap_syscall(long number, ...)
{
	va_list args;
	long word[4], r;
	unsigned i;

	va_start(args, number);
	for (i = 0; i < 4; i++)
		word[i] = va_arg(args, long);
	va_end(args);
	__msan_unpoison(word, sizeof(word));	/* some calls have fewer */
	r = __real_syscall(number, word[0], word[1], word[2], word[3]);
	if (number == SYS_getdents64 && r > 0)
		__msan_unpoison((void *)word[1], (size_t)r);
	return r;
}
