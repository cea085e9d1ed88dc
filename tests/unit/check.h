/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TESTS_CHECK_H
#define EARLYBIND_TESTS_CHECK_H

/* TAP for tests in C: CHECK() once for each fact, the fact as a sentence; at the end of
 * main "return check_done();". */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned check_n, check_failures;

#define CHECK(is_so, sentence) check((is_so), (sentence), #is_so, __FILE__, __LINE__)

/* Whether a terminated text is another; says what it is where not. */
#define CHECK_TEXT(text, wanted, sentence) \
	check_text((text), (wanted), (sentence), __FILE__, __LINE__)

static inline void check(bool is_so, const char *sentence, const char *what,
			 const char *file, int line)
{
	check_n++;
	printf("%sok %u - %s\n", is_so ? "" : "not ", check_n, sentence);
	if (!is_so)
		printf("# %s:%d: not so: %s\n", file, line, what);
	check_failures += !is_so;
	fflush(stdout);
}

static inline void check_text(const char *text, const char *wanted, const char *sentence,
			      const char *file, int line)
{
	check(strcmp(text, wanted) == 0, sentence, wanted, file, line);
	if (strcmp(text, wanted) != 0)
		printf("# it is: %s\n", text);
}

static inline int check_done(void)
{
	printf("1..%u\n", check_n);
	return check_failures > 0;
}

#endif
