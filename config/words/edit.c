/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Edits word by word. A word is put after one blank at the end of a line, and is taken
 * away with one blank before it, so that the second undoes the first byte by byte,
 * whatever quotes, tabs or carriage returns the line has. Files are for others.
 */
#include "words/edit.h"

#include <string.h>

#include "words/iommu.h"

bool edit_has_word(struct span line, struct span word)
{
	while (line.n > 0)
		if (span_equal(span_cut_word(&line), word))
			return true;
	return false;
}

struct span edit_find_other(struct span line, struct span word)
{
	struct span rest = word;
	struct span key = span_cut(&rest, '=');

	while (rest.s && line.n > 0) {
		struct span other = span_cut_word(&line);
		struct span value = other;

		if (span_same_name(span_cut(&value, '='), key) && value.s &&
		    !span_equal(other, word))
			return other;
	}
	return (struct span){ NULL, 0 };
}

struct span edit_cut_line(struct span *text)
{
	struct span line = span_cut(text, '\n');

	if (line.n > 0 && line.s[line.n - 1] == '\r')
		line.n--;
	return line;
}

struct span edit_find_line(struct span text, const char *key)
{
	struct span found = { NULL, 0 };

	while (text.s) {
		struct span line = edit_cut_line(&text);
		struct span rest = line;

		if (span_is(span_cut_word(&rest), key))
			found = line;
	}
	return found;
}

/* Whether this word of a line goes: it is one of those, and not a second one follows. */
static bool goes(struct span word, struct span after, struct span words)
{
	return edit_has_word(words, word) && !edit_has_word(after, word);
}

/* Writes the line without the words, each with one blank before it. */
static void write_without(struct text *t, struct span line, struct span words)
{
	while (line.n > 0) {
		const char *start = line.s;
		struct span word = span_cut_word(&line);
		size_t gap = (size_t)(word.s - start);

		if (word.n > 0 && goes(word, line, words)) {
			text_span(t, (struct span){ start, gap - (gap > 0) });
			continue;
		}
		text_span(t, (struct span){ start, gap });
		text_span(t, word);
	}
}

/* What of the line is not ours has the word, or says the same of the IOMMU. */
static bool has_foreign(struct span line, struct span ours, struct span word)
{
	struct iommu_words words = iommu_words_of(SPAN(""));
	bool has_word = false;

	while (line.n > 0) {
		struct span next = span_cut_word(&line);

		if (goes(next, line, ours))
			continue;
		has_word |= span_equal(next, word);
		iommu_words_add(&words, next);
	}
	return iommu_is_wish(word) ? iommu_words_serve(&words, word) : has_word;
}

static void add_word(struct text *t, struct span word)
{
	if (t->n > 0)
		text_char(t, ' ');
	text_span(t, word);
}

static bool has_all(struct span line, struct span words)
{
	while (words.n > 0) {
		struct span word = span_cut_word(&words);

		if (word.n > 0 && !edit_has_word(line, word))
			return false;
	}
	return true;
}

void edit_words(struct text *t, struct span text, struct span line, struct span ours,
		struct span want, struct text *ret_added)
{
	size_t before = (size_t)(line.s - text.s);
	struct span rest = want;
	size_t start;

	while (rest.n > 0) {
		struct span word = span_cut_word(&rest);

		if (word.n > 0 && !has_foreign(line, ours, word))
			add_word(ret_added, word);
	}
	if (span_equal(text_is(ret_added), ours) && has_all(line, ours)) {
		text_span(t, text);
		return;
	}
	text_span(t, (struct span){ text.s, before });
	start = t->n;
	write_without(t, line, ours);
	for (rest = text_is(ret_added); rest.n > 0;) {
		struct span word = span_cut_word(&rest);

		if (t->n > start)
			text_char(t, ' ');
		text_span(t, word);
	}
	text_span(t, (struct span){ line.s + line.n, text.n - before - line.n });
}

struct span edit_find_exact(struct span text, struct span line)
{
	while (text.s) {
		struct span next = span_cut(&text, '\n');

		if (span_equal(next, line))
			return next;
	}
	return (struct span){ NULL, 0 };
}

void edit_add_line(struct text *t, struct span text, struct span line)
{
	bool is_ended = text.n == 0 || text.s[text.n - 1] == '\n';

	text_span(t, text);
	if (!is_ended)
		text_char(t, '\n');
	text_span(t, line);
	if (is_ended)
		text_char(t, '\n');
}

void edit_remove_line(struct text *t, struct span text, struct span line)
{
	size_t start = (size_t)(line.s - text.s), end = start + line.n;

	if (end < text.n)
		end++;
	else if (start > 0)
		start--;
	text_span(t, (struct span){ text.s, start });
	text_span(t, (struct span){ text.s + end, text.n - end });
}

bool edit_is_plain_word(struct span word)
{
	size_t i;

	for (i = 0; i < word.n; i++) {
		char c = word.s[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && (c == '\0' || !strchr("-_.,:=/+@%", c)))
			return false;
	}
	return true;
}

bool edit_is_plain(struct span words, struct span *ret_word)
{
	while (words.n > 0) {
		*ret_word = span_cut_word(&words);
		if (!edit_is_plain_word(*ret_word))
			return false;
	}
	return true;
}
