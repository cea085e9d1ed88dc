/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for what became of a step. They are stable: the host tool reads them back
 * from the report. What follows a word is for people. earlybind-plan(5) lists them.
 */
#include "outcome.h"

/* In the order of enum doing, enum outcome_kind and enum release_state. */
static const char doings[] =
	"read\0plan\0reserve\0options\0load\0override\0unbind\0release\0bind\0verify\0"
	"give back\0rescue\0report";
static const char outcomes[] =
	"\0bound\0bound already\0held\0failed\0given back\0not there yet\0rehearsed\0"
	"returned";
static const char releases[] =
	"\0\0released\0still there\0unknown\0given back\0gone";

const char *doing_word(enum doing doing)
{
	return text_nth(doings, doing);
}

void outcome_text(const struct outcome *outcome, struct text *t)
{
	char number[12];

	text_add(t, text_nth(outcomes, outcome->kind));
	if (outcome->kind == OUTCOME_HELD) {
		text_add(t, " by ");
		text_add(t, outcome->who);
		text_add(t, ": it drives a screen");
	} else if (outcome->kind == OUTCOME_RETURNED) {
		text_add(t, ": the root did not appear");
	} else if (outcome->kind == OUTCOME_FAILED) {
		text_add(t, ": ");
		text_add(t, errno_name(outcome->err, number));
		text_char(t, ' ');
		text_add(t, doing_word(outcome->at));
		if (outcome->who[0])
			text_char(t, ' ');
		text_add(t, outcome->who);
	}
}

void outcome_release_text(enum release_state state, const char *who, struct text *t)
{
	const char *word = text_nth(releases, state);

	if (!word[0])
		return;
	text_add(t, " -> ");
	text_add(t, word);
	if (state == RELEASE_STAYS) {
		text_add(t, ": ");
		text_add(t, who);
	} else if (state == RELEASE_UNKNOWN) {
		text_add(t, ": /proc/iomem");
	}
}

/* Which of the words the text starts with, the longest one, and what follows it; or 0. */
static unsigned read_word(const char *words, unsigned n, struct span text,
			  struct span *ret_rest)
{
	unsigned i, found = 0;
	size_t length = 0;

	for (i = 1; i < n; i++) {
		struct span word = span_of(text_nth(words, i));

		if (word.n <= length || !span_starts(text, word.s) ||
		    (text.n > word.n && text.s[word.n] != ' ' && text.s[word.n] != ':'))
			continue;
		length = word.n;
		found = i;
	}
	*ret_rest = (struct span){ text.s + length, text.n - length };
	if (span_starts(*ret_rest, ": "))
		*ret_rest = (struct span){ ret_rest->s + 2, ret_rest->n - 2 };
	return found;
}

enum outcome_kind outcome_read(struct span text)
{
	struct span rest;

	return (enum outcome_kind)read_word(outcomes, OUTCOME_RETURNED + 1, text,
					    &rest);
}

enum release_state outcome_release_read(struct span text, struct span *ret_who)
{
	return (enum release_state)read_word(releases, RELEASE_LOST + 1, text,
					     ret_who);
}

bool outcome_is_bound(const struct outcome *outcome)
{
	return outcome->kind == OUTCOME_BOUND || outcome->kind == OUTCOME_BOUND_ALREADY;
}
