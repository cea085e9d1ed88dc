/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for what became of a step. earlybind-plan(5) lists them.
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

static void failed_text(const struct outcome *outcome, struct text *t)
{
	char number[12];

	text_add(t, "failed: ");
	text_add(t, errno_name(outcome->err, number));
	text_char(t, ' ');
	text_add(t, doing_word(outcome->at));
	if (outcome->who[0]) {
		text_char(t, ' ');
		text_add(t, outcome->who);
	}
}

void outcome_text(const struct outcome *outcome, struct text *t)
{
	switch ((enum outcome_kind)outcome->kind) {
	case OUTCOME_NONE:
		return;
	case OUTCOME_BOUND:
		text_add(t, "bound");
		return;
	case OUTCOME_BOUND_ALREADY:
		text_add(t, "bound already");
		return;
	case OUTCOME_HELD:
		text_add(t, "held by ");
		text_add(t, outcome->who);
		text_add(t, ": it drives a screen");
		return;
	case OUTCOME_FAILED:
		failed_text(outcome, t);
		return;
	case OUTCOME_GIVEN_BACK:
		text_add(t, "given back");
		return;
	case OUTCOME_NOT_THERE:
		text_add(t, "not there yet");
		return;
	case OUTCOME_REHEARSED:
		text_add(t, "rehearsed");
		return;
	case OUTCOME_RETURNED:
		text_add(t, "returned: the root did not appear");
		return;
	}
}

bool outcome_is_bound(const struct outcome *outcome)
{
	return outcome->kind == OUTCOME_BOUND || outcome->kind == OUTCOME_BOUND_ALREADY;
}
