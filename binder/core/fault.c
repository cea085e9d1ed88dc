/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong and where, as a value that travels upwards; and errno names, which
 * every message ends in. Printing is left to the programs.
 */
#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

int fault_set(struct fault *f, int err, ...)
{
	struct text t;
	const char *word;
	va_list words;

	text_init(&t, f->words, sizeof(f->words));
	va_start(words, err);
	while ((word = va_arg(words, const char *)))
		text_add(&t, word);
	va_end(words);
	f->err = err;
	return -err;
}

int fault_quote(struct fault *f, int err, const char *before, struct span what,
		const char *after)
{
	enum { SHOWN = 64 };	/* of a foreign text: enough to find it */
	struct text t;

	text_init(&t, f->words, sizeof(f->words));
	text_add(&t, before);
	text_char(&t, '"');
	text_quote(&t, (struct span){ what.s, what.n > SHOWN ? SHOWN : what.n });
	text_add(&t, what.n > SHOWN ? "...\"" : "\"");
	text_add(&t, after);
	f->err = err;
	return -err;
}

void fault_text(const struct fault *f, struct text *t)
{
	if (f->name) {
		text_add(t, f->name);
		text_char(t, ':');
	}
	if (f->line > 0) {
		text_decimal(t, f->line);
		text_char(t, ':');
	}
	if (f->line > 0 && f->col > 0) {
		text_decimal(t, f->col);
		text_char(t, ':');
	}
	if (t->n > 0)
		text_char(t, ' ');
	text_add(t, f->words);
}

/* The numbers and, each with its own end, the names: a switch is twice as large. */
#define ERRORS(X) \
	X(E2BIG) X(EACCES) X(EAGAIN) X(EBADMSG) X(EBUSY) X(EEXIST) X(EFBIG) X(EINTR) \
	X(EINVAL) X(EIO) X(EISDIR) X(EKEYREJECTED) X(ELOOP) X(EMFILE) X(ENAMETOOLONG) \
	X(ENODEV) X(ENOENT) X(ENOEXEC) X(ENOKEY) X(ENOMEM) X(ENOSPC) X(ENOSYS) \
	X(ENOTDIR) X(ENXIO) X(EPERM) X(EROFS) X(ETIMEDOUT) X(EXDEV)
#define NUMBER(e) e,
#define NAME(e) #e "\0"

const char *errno_name(int err, char buffer[12])
{
	static const uint8_t numbers[] = { ERRORS(NUMBER) };
	static const char names[] = ERRORS(NAME);
	const char *name = names;
	struct text t = { buffer, 12, 0, false };
	size_t i;

	for (i = 0; i < sizeof(numbers); i++, name += strlen(name) + 1)
		if (numbers[i] == err)
			return name;
	text_decimal(&t, (uint64_t)err);
	return buffer;
}
