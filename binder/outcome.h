/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_OUTCOME_H
#define EARLYBIND_OUTCOME_H

#include "core/fault.h"

/* What the binder is doing; in the order of a boot. */
enum doing {
	DOING_READ, DOING_PLAN, DOING_RESERVE, DOING_LOAD, DOING_OVERRIDE, DOING_UNBIND,
	DOING_RELEASE, DOING_BIND, DOING_VERIFY, DOING_GIVE_BACK, DOING_RESCUE,
	DOING_REPORT,
};

enum outcome_kind {
	OUTCOME_NONE,		/* nothing happened yet */
	OUTCOME_BOUND,
	OUTCOME_BOUND_ALREADY,
	OUTCOME_HELD,
	OUTCOME_FAILED,
	OUTCOME_GIVEN_BACK,
	OUTCOME_NOT_THERE,
	OUTCOME_REHEARSED,
	OUTCOME_RETURNED,	/* later, when the root did not appear */
};

/* Whose turn it is to go back, after a step that hung: the nearer a function is to it,
 * the later, for it may wait for the same lock. */
enum turn {
	TURN_FIRST,
	TURN_MATES,		/* of the unit or the slot of one that hung */
	TURN_LAST,		/* it hung itself */
	TURN_NEVER,		/* and when it was given back, too */
};

/* What became of one planned function. */
struct outcome {
	uint8_t kind;		/* enum outcome_kind */
	uint8_t at;		/* failed: enum doing */
	uint8_t is_touched;	/* bool: its override may be ours */
	uint8_t is_cleared;	/* bool: it is gone again */
	uint8_t turn;		/* enum turn */
	uint8_t is_stray;	/* bool: a stub has what is the host's */
	uint8_t is_asked;	/* bool: for its IOMMU group, and not yet let go */
	uint16_t err;		/* failed: positive errno */
	char who[DRIVER_MAX];	/* held: the driver; failed: the module, or empty */
};

/* "bind" */
const char *doing_word(enum doing doing);

/* Adds "bound", "held by i915: it drives a screen", "failed: EBUSY bind" … */
void outcome_text(const struct outcome *outcome, struct text *t);

/* Whether the wanted driver has the device. */
bool outcome_is_bound(const struct outcome *outcome);

#endif
