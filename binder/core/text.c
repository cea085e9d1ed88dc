/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spans and bounded texts: all the string work of the core, without heap and stdio. Knows
 * nothing about PCI.
 */
#include "text.h"

#include <errno.h>
#include <string.h>

struct span span_of(const char *s)
{
	return (struct span){ s, strlen(s) };
}

bool span_is(struct span a, const char *b)
{
	return span_equal(a, span_of(b));
}

bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

bool span_starts(struct span a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && memcmp(a.s, prefix, n) == 0;
}

bool span_ends(struct span a, const char *end)
{
	size_t n = strlen(end);

	return a.n >= n && memcmp(a.s + a.n - n, end, n) == 0;
}

/* strstr() of musl is a kilobyte. */
bool span_has(struct span a, const char *part)
{
	while (a.n > 0 && !span_starts(a, part))
		a = (struct span){ a.s + 1, a.n - 1 };
	return a.n > 0;
}

struct span span_last(struct span s, char separator)
{
	struct span last = s;

	while (s.s)
		last = span_cut(&s, separator);
	return last;
}

struct span span_strip(struct span s, char letter)
{
	while (s.n > 0 && s.s[0] == letter)
		s = (struct span){ s.s + 1, s.n - 1 };
	while (s.n > 0 && s.s[s.n - 1] == letter)
		s.n--;
	return s;
}

bool span_same_name(struct span a, struct span b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++) {
		char x = a.s[i] == '-' ? '_' : a.s[i];
		char y = b.s[i] == '-' ? '_' : b.s[i];

		if (x != y)
			return false;
	}
	return true;
}

struct span span_cut(struct span *rest, char by)
{
	struct span head = { rest->s, 0 };

	while (head.n < rest->n && head.s[head.n] != by)
		head.n++;
	if (head.n == rest->n) {
		*rest = (struct span){ NULL, 0 };
		return head;
	}
	rest->s += head.n + 1;
	rest->n -= head.n + 1;
	return head;
}

struct span span_cut_word(struct span *line)
{
	struct span word;
	size_t i = 0;

	while (i < line->n && (line->s[i] == ' ' || line->s[i] == '\t'))
		i++;
	word = (struct span){ line->s + i, 0 };
	while (i < line->n && line->s[i] != ' ' && line->s[i] != '\t')
		i++;
	word.n = (size_t)(line->s + i - word.s);
	line->s += i;
	line->n -= i;
	return word;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int span_number(struct span a, unsigned base, unsigned digits, uint64_t max,
		uint64_t *ret_n)
{
	uint64_t n = 0;
	size_t i;

	if (a.n == 0)
		return -EINVAL;
	for (i = 0; i < a.n; i++) {
		int d = digit_value(a.s[i]);

		if (d < 0 || (unsigned)d >= base)
			return -EINVAL;
		if (n > (UINT64_MAX - (unsigned)d) / base)
			return -ERANGE;
		n = n * base + (unsigned)d;
	}
	if (a.n > digits || n > max)
		return -ERANGE;
	*ret_n = n;
	return 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned span_distance(struct span a, const char *b)
{
	enum { LONG = 24 };	/* our longest word has 14 letters */
	unsigned row[3][LONG + 1];
	size_t m = strlen(b);
	size_t i, j;

	if (a.n > LONG || m > LONG)
		return 9;
	for (j = 0; j <= m; j++)
		row[0][j] = (unsigned)j;
	for (i = 1; i <= a.n; i++) {
		unsigned *now = row[i % 3];
		const unsigned *last = row[(i + 2) % 3];
		const unsigned *before = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (j = 1; j <= m; j++) {
			unsigned change = last[j - 1] + (a.s[i - 1] != b[j - 1]);

			now[j] = least(change, least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.s[i - 1] == b[j - 2] &&
			    a.s[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return least(row[a.n % 3][m], 9);
}

struct text text_start(char *buffer, size_t size)
{
	buffer[0] = '\0';
	return (struct text){ buffer, size, 0, false };
}

struct text text_resume(char *buffer, size_t size)
{
	return (struct text){ buffer, size, strnlen(buffer, size - 1), false };
}

void text_init(struct text *t, char *buffer, size_t size)
{
	*t = text_start(buffer, size);
}

void text_char(struct text *t, char c)
{
	text_span(t, (struct span){ &c, 1 });
}

void text_add(struct text *t, const char *s)
{
	text_span(t, span_of(s));
}

void text_span(struct text *t, struct span s)
{
	size_t room = t->size - 1 - t->n;

	if (s.n > room) {
		t->full = true;
		s.n = room;
	}
	if (s.n > 0)
		memcpy(t->s + t->n, s.s, s.n);
	t->n += s.n;
	t->s[t->n] = '\0';
}

static void text_number(struct text *t, uint64_t n, unsigned base, unsigned width)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n > 0);
	while (sizeof(digits) - i < width && i > 0)
		digits[--i] = '0';
	text_span(t, (struct span){ digits + i, sizeof(digits) - i });
}

void text_decimal(struct text *t, uint64_t n)
{
	text_number(t, n, 10, 1);
}

void text_hex(struct text *t, uint64_t n, unsigned width)
{
	text_number(t, n, 16, width);
}

void text_pad(struct text *t, size_t column)
{
	do
		text_char(t, ' ');
	while (t->n < column && !t->full);
}

void text_quote(struct text *t, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		text_char(t, s.s[i] > ' ' - 1 && s.s[i] <= '~' ? s.s[i] : '?');
}

struct span text_is(const struct text *t)
{
	return (struct span){ t->s, t->n };
}

const char *text_nth(const char *words, unsigned n)
{
	while (n-- > 0)
		words += strlen(words) + 1;
	return words;
}
