/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for what became of a step. They are stable: the host tool reads them back
 * from the report. What follows a word is for people. earlybind-plan(5) lists them.
 */
#include "outcome.h"

const char *doing_word(enum doing doing)
{
	static const char *const words[] = {
		[DOING_READ] = "read",
		[DOING_PLAN] = "plan",
		[DOING_RESERVE] = "reserve",
		[DOING_LOAD] = "load",
		[DOING_OVERRIDE] = "override",
		[DOING_UNBIND] = "unbind",
		[DOING_RELEASE] = "release",
		[DOING_BIND] = "bind",
		[DOING_VERIFY] = "verify",
		[DOING_GIVE_BACK] = "give back",
		[DOING_RESCUE] = "rescue",
		[DOING_REPORT] = "report",
	};

	return words[doing];
}

static const char *const outcomes[] = {
	[OUTCOME_NONE] = "",
	[OUTCOME_BOUND] = "bound",
	[OUTCOME_BOUND_ALREADY] = "bound already",
	[OUTCOME_HELD] = "held",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_GIVEN_BACK] = "given back",
	[OUTCOME_NOT_THERE] = "not there yet",
	[OUTCOME_REHEARSED] = "rehearsed",
	[OUTCOME_RETURNED] = "returned",
};

static const char *const releases[] = {
	[RELEASE_NONE] = "",
	[RELEASE_BEGUN] = "",
	[RELEASE_DONE] = "released",
	[RELEASE_STAYS] = "still there",
	[RELEASE_UNKNOWN] = "unknown",
	[RELEASE_BACK] = "given back",
	[RELEASE_LOST] = "gone",
};

void outcome_text(const struct outcome *outcome, struct text *t)
{
	char number[12];

	text_add(t, outcomes[outcome->kind]);
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
	if (!releases[state][0])
		return;
	text_add(t, " -> ");
	text_add(t, releases[state]);
	if (state == RELEASE_STAYS) {
		text_add(t, ": ");
		text_add(t, who);
	} else if (state == RELEASE_UNKNOWN) {
		text_add(t, ": /proc/iomem");
	}
}

/* Which of the words the text starts with, the longest one, and what follows it; or 0. */
static unsigned read_word(const char *const words[], unsigned n, struct span text,
			  struct span *ret_rest)
{
	unsigned i, found = 0;
	size_t length = 0;

	for (i = 1; i < n; i++) {
		struct span word = span_of(words[i]);

		if (word.n <= length || !span_starts(text, words[i]) ||
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
