/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TEXT_H
#define EARLYBIND_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of text that somebody else owns; not terminated. */
struct span {
	const char *s;
	size_t n;
};

/* The span of a string literal. */
#define SPAN(literal) ((struct span){ (literal), sizeof(literal) - 1 })

/* The span of a terminated string; the caller keeps the string alive. */
struct span span_of(const char *s);

bool span_is(struct span a, const char *b);
bool span_equal(struct span a, struct span b);
bool span_starts(struct span a, const char *prefix);
bool span_ends(struct span a, const char *end);
bool span_has(struct span a, const char *part);

/* What follows the last separator, or all: the name at the end of a path. */
struct span span_last(struct span s, char separator);

/* The span without this letter at either end. */
struct span span_strip(struct span s, char letter);

/* Module and driver names: as span_equal(), with '-' and '_' taken as equal. */
bool span_same_name(struct span a, struct span b);

/* Cuts `*rest` at the first `by`: returns what stands before it, leaves what comes after
 * it (nothing, with s == NULL, where there was no `by`: the loop's end). */
struct span span_cut(struct span *rest, char by);

/* Cuts the next word off a line of words between blanks and tabs; empty at its end. */
struct span span_cut_word(struct span *line);

/* Reads all of `a` as a number to the base 10 or 16 with at most `digits` digits, no
 * sign, no prefix. Returns 0, or -EINVAL (not a number) or -ERANGE (more digits or above
 * max). */
int span_number(struct span a, unsigned base, unsigned digits, uint64_t max,
		uint64_t *ret_n);

/* How many letters must be added, dropped, changed or swapped to make b of a; 9 for
 * "many". Used to offer the nearest known word. */
unsigned span_distance(struct span a, const char *b);

/* A bounded text that is being built. What does not fit is dropped and `full` is set:
 * callers check it once, at the end. Always terminated. */
struct text {
	char *s;
	size_t size;
	size_t n;
	bool full;
};

/* Starts an empty, terminated text in a buffer of `size` bytes, at least 1: what was
 * there is gone. */
void text_init(struct text *t, char *buffer, size_t size);
struct text text_start(char *buffer, size_t size);
#define TEXT_IN(array) text_start((array), sizeof(array))

/* Goes on with the terminated text that the array holds. */
struct text text_resume(char *buffer, size_t size);
#define TEXT_AFTER(array) text_resume((array), sizeof(array))

/* The nth of terminated words that stand one behind the other, from 0. A table of
 * pointers would take eight bytes more for each. */
const char *text_nth(const char *words, unsigned n);

void text_char(struct text *t, char c);
void text_add(struct text *t, const char *s);
void text_span(struct text *t, struct span s);
void text_decimal(struct text *t, uint64_t n);
/* n in lower case hex, filled with zeros to `width` digits. */
void text_hex(struct text *t, uint64_t n, unsigned width);
/* Blanks up to column `column`, at least one. */
void text_pad(struct text *t, size_t column);
/* s with everything outside printable ASCII written as '?': for messages that quote. */
void text_quote(struct text *t, struct span s);
struct span text_is(const struct text *t);

#endif
