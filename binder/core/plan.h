/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_PLAN_H
#define EARLYBIND_PLAN_H

#include "machine.h"
#include "match.h"
#include "rules.h"

enum plan_verb {
	PLAN_BIND, PLAN_RELEASE, PLAN_WARN, PLAN_KEEP, PLAN_REFUSE, PLAN_MISS,
};

/* Why. The names and sentences are in reasons.h and in earlybind-plan(5). */
enum reason {
#define REASON(name, word, sentence) REASON_##name,
#include "reasons.h"
#undef REASON
	REASON_MAX,
};

/* One line. Indices are into machine.fn and rules.rule. */
struct plan_step {
	uint8_t verb;		/* enum plan_verb */
	uint8_t reason;		/* enum reason */
	uint16_t fn;		/* NO_FUNCTION for a miss */
	uint16_t rule;
	uint16_t other;		/* the other function that the sentence names */
	uint16_t more;		/* how many more of those there are; of
				 * REASON_EVEN_IF_NEEDED and
				 * REASON_NEEDED_ELSEWHERE: enum reason, why */
	uint16_t unit;		/* bind: steps of one unit stand and fall together */
};

enum { STEPS_MAX = 2 * FUNCTIONS_MAX + RULES_MAX };

/* What is wanted of one function while the plan is made. */
struct plan_want {
	uint16_t rule;		/* the bind rule that decides, or NO_RULE */
	uint16_t origin; /* the function that it matched; another one: an expansion */
	uint16_t unit;
	uint16_t keep;		/* the keep rule that holds it back, or NO_RULE */
	uint16_t other;		/* the function that the reason names */
	uint16_t more;
	uint16_t spoiled;	/* at the head of a unit: its first refused function */
	uint8_t verb;
	uint8_t reason;
};

enum { NO_RULE = 0xffff };

struct plan {
	unsigned n;
	struct plan_step step[STEPS_MAX];
	struct plan_want want[FUNCTIONS_MAX];
	uint8_t is_named[FUNCTIONS_MAX];	/* bool: it is at the place of a rule */
	uint8_t is_hit[RULES_MAX];	/* bool: the bind rule has a line already */
	uint8_t is_lost[RULES_MAX]; /* bool: the keep rule's device is not at its place */
};

/* Makes the plan: pure, reads nothing but its arguments, writes nothing but *plan. The
 * steps are sorted by address, those without one last. Returns 0. */
int plan_make(struct plan *plan, const struct rules *rules, const struct machine *m,
	      struct fault *reterr);

/* The first half of plan_make(): fills plan->want with what the bind rules want, before
 * anything is refused but for its place or an unreadable fact. */
void plan_find_wanted(struct plan *plan, const struct rules *rules,
		      const struct machine *m);

/* Whether the image lists this storage as free, or the rule that wants it says which
 * device it is. */
bool plan_may_take_storage(const struct plan_want *want, const struct rules *rules,
			   const struct machine *m, unsigned i);

/* Whether the rule may take a function that the root may be behind: where the image does
 * not know the host, a rule by class is about any such device. */
bool plan_may_take_root(const struct plan_want *want, const struct rules *rules,
			const struct function *f);

/* Whether the image was made for another machine, or another root. */
bool plan_is_foreign(const struct rules *rules, const struct machine *m);

/* Whether storage may be what the host needs, in another slot: it is of that model, and
 * has no serial number that is another one. */
bool plan_is_likely_needed(const struct rules *rules, const struct function *f);

/* The line of a bind rule that is not hit: why it takes nothing. */
struct plan_step plan_miss(const struct rules *rules, const struct machine *m,
			   unsigned r);

/* How many steps of this verb. */
unsigned plan_count(const struct plan *plan, enum plan_verb verb);
/* The bind step of function i, or NULL. */
const struct plan_step *plan_binds(const struct plan *plan, unsigned i);
/* The first release step, or NULL: a machine has one firmware screen. */
const struct plan_step *plan_releases(const struct plan *plan);

/* One line, without a newline: "VERB ADDRESS ID DRIVER SOURCE sentence [reason]". */
void plan_step_text(const struct plan_step *step, const struct rules *rules,
		    const struct machine *m, struct text *t);

/* The sentence of that line. Returns where in the text ": " and what to do begin, or 0
 * where it does not say. */
size_t plan_step_sentence(const struct plan_step *step, const struct rules *rules,
			  const struct machine *m, struct text *t);

/* "bind"; and the stable name of a reason, "same-card". */
const char *plan_verb_word(enum plan_verb verb);
const char *plan_reason_word(enum reason reason);
/* The reason of that name, or REASON_MAX. */
enum reason plan_reason_read(struct span word);

#endif
