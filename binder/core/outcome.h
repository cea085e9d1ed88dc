/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_OUTCOME_H
#define EARLYBIND_OUTCOME_H

#include "fault.h"

/* What the binder is doing; in the order of a boot. */
enum doing {
	DOING_READ, DOING_PLAN, DOING_RESERVE, DOING_OPTIONS, DOING_LOAD, DOING_OVERRIDE,
	DOING_UNBIND, DOING_RELEASE, DOING_BIND, DOING_VERIFY, DOING_GIVE_BACK,
	DOING_RESCUE, DOING_REPORT,
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

/* What became of the firmware's screen, where the plan releases it. */
enum release_state {
	RELEASE_NONE,		/* nothing happened yet */
	RELEASE_BEGUN,
	RELEASE_DONE,		/* nothing of the firmware draws on the card */
	RELEASE_STAYS,
	RELEASE_UNKNOWN,	/* whether, cannot be read */
	RELEASE_BACK,		/* the card was given back, its screen too */
	RELEASE_LOST,		/* the card was given back without it */
};

/* A remark that programs look for ends in its reason, as a line of a plan does. */
#define REMARK_OFF "off"			/* by a word of the command line */
#define REMARK_CRASH_KERNEL "crash-kernel"
#define REMARK_NO_RULE "no-rule"
#define REMARK_SCREEN_LOST "screen-lost"
#define REMARK(reason) " [" reason "]"

/* Whose turn it is to go back, after a step that hung: the nearer a function is to it,
 * the later, because it may wait for the same lock. */
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

/* Adds " -> released", " -> still there: BOOTFB" and the like, or nothing. */
void outcome_release_text(enum release_state state, const char *who, struct text *t);

/* What the text of an outcome says; OUTCOME_NONE, RELEASE_NONE: nothing that is known
 * here. What follows the word is for people, but for the name of what stays. */
enum outcome_kind outcome_read(struct span text);
enum release_state outcome_release_read(struct span text, struct span *ret_who);

/* Whether the wanted driver has the device. */
bool outcome_is_bound(const struct outcome *outcome);

#endif
