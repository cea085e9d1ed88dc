/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A difference of two texts for people, and for patch(1).
 */
#include "base/diff.h"

enum { CONTEXT = 3 };

/* The next line with its newline. */
static struct span cut(struct span *text)
{
	struct span line = { text->s, 0 };

	while (line.n < text->n)
		if (text->s[line.n++] == '\n')
			break;
	text->s += line.n;
	text->n -= line.n;
	return line;
}

static unsigned count(struct span text)
{
	unsigned n = 0;

	for (; text.n > 0; n++)
		cut(&text);
	return n;
}

/* How many lines the texts have in common at their start. */
static unsigned count_head(struct span a, struct span b)
{
	unsigned n = 0;

	while (a.n > 0 && b.n > 0 && span_equal(cut(&a), cut(&b)))
		n++;
	return n;
}

/* The last line of a text, cut off. */
static struct span cut_last(struct span *text)
{
	size_t start = text->n - 1;
	struct span line;

	while (start > 0 && text->s[start - 1] != '\n')
		start--;
	line = (struct span){ text->s + start, text->n - start };
	text->n = start;
	return line;
}

/* And at their end, of `most` lines. */
static unsigned count_tail(struct span a, struct span b, unsigned most)
{
	unsigned n = 0;

	while (n < most && a.n > 0 && b.n > 0 &&
	       span_equal(cut_last(&a), cut_last(&b)))
		n++;
	return n;
}

/* Prints the lines from `first` on, `n` of them. */
static void print_lines(FILE *to, char mark, struct span text, unsigned first, unsigned n)
{
	unsigned i;

	for (i = 0; i < first + n && text.n > 0; i++) {
		struct span line = cut(&text);

		if (i < first)
			continue;
		fputc(mark, to);
		fwrite(line.s, 1, line.n, to);
		if (line.s[line.n - 1] != '\n')
			fputs("\n\\ No newline at end of file\n", to);
	}
}

void diff_print(FILE *to, const char *path, struct span old, struct span new)
{
	unsigned n_old = count(old), n_new = count(new);
	unsigned head = count_head(old, new);
	unsigned less = n_old < n_new ? n_old : n_new;
	unsigned tail = count_tail(old, new, less - head);
	unsigned before = head < CONTEXT ? head : CONTEXT;
	unsigned after = tail < CONTEXT ? tail : CONTEXT;
	unsigned start = head - before;
	unsigned m_old = n_old - head - tail, m_new = n_new - head - tail;

	fprintf(to, "--- %s\n+++ %s\n", old.s ? path : "/dev/null",
		new.s ? path : "/dev/null");
	fprintf(to, "@@ -%u,%u +%u,%u @@\n", start + (n_old > 0),
		before + m_old + after, start + (n_new > 0), before + m_new + after);
	print_lines(to, ' ', old, start, before);
	print_lines(to, '-', old, head, m_old);
	print_lines(to, '+', new, head, m_new);
	print_lines(to, ' ', old, n_old - tail, after);
}
