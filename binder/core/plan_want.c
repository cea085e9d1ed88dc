/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first half of a plan: which functions the bind rules want, by a direct match, by
 * following a device that moved, or by expansion to the card or the group. What may not
 * be taken is judged afterwards, in plan.c.
 */
#include "plan.h"

/* What a rule finds in the machine. */
struct finding {
	unsigned matched;	/* functions that it matches at its place, or anywhere */
	unsigned at;		/* the first function at its place */
	unsigned n;		/* functions elsewhere that all its other words match */
	unsigned first;		/* of those */
	unsigned second;
	unsigned unknown;	/* functions that match if an unreadable fact does */
	unsigned first_unknown;
};

/* Whether a rule that names an address may mean a virtual function of function f, which
 * is not there yet: then f is not what moved away from there. */
static bool may_mean_vf(const struct match *match, const struct function *f)
{
	uint32_t distance = pci_addr_routing(match->address) - pci_addr_routing(f->addr);

	return match->words & MATCH_ADDRESS && !(match->words & MATCH_PATH) &&
	       match->address.domain == f->addr.domain && distance - 1 < f->vf_reach;
}

/* Whether all but the place of a rule holds for function i, so that it can be what was
 * there. */
static bool is_candidate(const struct match *match, const struct machine *m, unsigned i)
{
	return match_rest(match, m, i) == ANSWER_YES && !may_mean_vf(match, &m->fn[i]);
}

static void find_at_place(struct finding *found, const struct rule *rule,
			  const struct machine *m)
{
	unsigned i = NO_FUNCTION;

	while ((i = match_next(&rule->match, rule->match.words, m, i)) < m->n) {
		enum answer answer = match_rest(&rule->match, m, i);

		if (!match_place(&rule->match, m, i))
			continue;
		if (rule_has_place(rule) && found->at == NO_FUNCTION)
			found->at = i;
		if (answer == ANSWER_UNKNOWN && found->unknown++ == 0)
			found->first_unknown = i;
		found->matched += answer == ANSWER_YES;
	}
}

/* "Any VGA card elsewhere" is not the same device. */
static void find(struct finding *found, const struct rule *rule, const struct machine *m)
{
	unsigned words = rule->match.words & ~(unsigned)MATCH_PLACE;
	unsigned i = NO_FUNCTION;

	*found = (struct finding){
		.at = NO_FUNCTION, .first = NO_FUNCTION, .second = NO_FUNCTION,
		.first_unknown = NO_FUNCTION,
	};
	find_at_place(found, rule, m);
	while (rule_has_identity(rule) &&
	       (i = match_next(&rule->match, words, m, i)) < m->n) {
		if (match_place(&rule->match, m, i) || !is_candidate(&rule->match, m, i))
			continue;
		if (found->n == 0)
			found->first = i;
		if (found->n == 1)
			found->second = i;
		found->n++;
	}
}

/* Whether what is unknown is a serial number, and not the boot display. */
static bool hangs_on_dsn(const struct finding *found, const struct rule *rule,
			 const struct machine *m)
{
	return found->unknown > 0 && rule->match.words & MATCH_DSN &&
	       m->fn[found->first_unknown].has_dsn == FACT_UNKNOWN;
}

static bool is_free(const struct plan *plan, unsigned i)
{
	return plan->want[i].rule == NO_RULE;
}

static void claim(struct plan *plan, unsigned i, unsigned rule, unsigned origin,
		  enum plan_verb verb, enum reason reason)
{
	struct plan_want *want = &plan->want[i];

	*want = (struct plan_want){
		.rule = (uint16_t)rule, .origin = (uint16_t)origin, .keep = NO_RULE,
		.other = NO_FUNCTION, .verb = (uint8_t)verb, .reason = (uint8_t)reason,
	};
}

static void claim_matches(struct plan *plan, const struct rules *rules,
			  const struct machine *m, unsigned r)
{
	const struct match *match = &rules->rule[r].match;
	unsigned i = NO_FUNCTION;

	while ((i = match_next(match, match->words, m, i)) < m->n)
		if (is_free(plan, i) && match_place(match, m, i) &&
		    match_rest(match, m, i) == ANSWER_YES)
			claim(plan, i, r, i, PLAN_BIND, REASON_MATCHES);
}

/* Which functions the place of a rule names: moved=follow leaves them to that rule.
 * Found once, since many rules can have many candidates. No candidate is at its own
 * rule's place. */
static void find_named(struct plan *plan, const struct rules *rules,
		       const struct machine *m)
{
	unsigned i, r;

	for (i = 0; i < m->n; i++)
		plan->is_named[i] = false;
	for (r = 0; r < rules->n; r++) {
		const struct rule *rule = &rules->rule[r];

		if (rule->verb == RULE_FREE || !rule_has_place(rule))
			continue;
		i = NO_FUNCTION;
		while ((i = match_next(&rule->match, rule->match.words, m, i)) < m->n)
			plan->is_named[i] |= match_place(&rule->match, m, i);
	}
}

/* Whether a keep rule at its place holds function i: then it gets the line of that
 * rule. */
static bool is_kept_there(const struct rules *rules, const struct machine *m, unsigned i)
{
	unsigned r;

	for (r = 0; r < rules->n; r++)
		if (rules->rule[r].verb == RULE_KEEP && rule_has_place(&rules->rule[r]) &&
		    match_place(&rules->rule[r].match, m, i) &&
		    match_rest(&rules->rule[r].match, m, i) != ANSWER_NO)
			return true;
	return false;
}

static void refuse_candidates(struct plan *plan, const struct rules *rules,
			      const struct machine *m, unsigned r,
			      const struct finding *found)
{
	const struct match *match = &rules->rule[r].match;
	unsigned words = match->words & ~(unsigned)MATCH_PLACE;
	unsigned i = NO_FUNCTION;

	while ((i = match_next(match, words, m, i)) < m->n) {
		if (!is_free(plan, i) || !is_candidate(match, m, i) || plan->is_named[i])
			continue;
		claim(plan, i, r, i, PLAN_REFUSE, REASON_TWO_CANDIDATES);
		plan->want[i].other = (uint16_t)(i == found->first ? found->second
								    : found->first);
		plan->want[i].more = (uint16_t)(found->n - 2);
		plan->is_hit[r] = true;
	}
}

/* The device is not at its place: moved=follow takes the one that it must be. */
static void follow(struct plan *plan, const struct rules *rules, const struct machine *m,
		   unsigned r, const struct finding *found)
{
	if (found->n > 1) {
		refuse_candidates(plan, rules, m, r, found);
		return;
	}
	if (found->n == 0)
		return;
	if (plan->is_named[found->first] && !is_kept_there(rules, m, found->first))
		return;
	plan->is_hit[r] = true;
	if (is_free(plan, found->first))
		claim(plan, found->first, r, found->first, PLAN_BIND, REASON_FOLLOWED);
}

static void find_direct(struct plan *plan, const struct rules *rules,
			const struct machine *m, unsigned r)
{
	const struct rule *rule = &rules->rule[r];
	struct finding found;
	unsigned i;

	find(&found, rule, m);
	if (found.matched > 0) {
		plan->is_hit[r] = true;
		claim_matches(plan, rules, m, r);
	} else if (found.at != NO_FUNCTION && hangs_on_dsn(&found, rule, m)) {
		i = found.first_unknown;
		if (!is_free(plan, i))
			return;
		claim(plan, i, r, i, PLAN_REFUSE, REASON_UNREADABLE_DSN);
		plan->is_hit[r] = true;
	} else if (rule->moved == MOVED_FOLLOW) {
		follow(plan, rules, m, r, &found);
	}
}

static bool is_mate(const struct machine *m, unsigned i, unsigned j, enum rule_with with)
{
	const struct function *f = &m->fn[i];
	const struct function *g = &m->fn[j];

	if (i == j || g->is_bridge || f->is_vf != g->is_vf)
		return false;
	if (with == WITH_GROUP)
		return f->group >= 0 && f->group == g->group;
	return !f->is_vf && function_same_slot(f, g);
}

static void expand(struct plan *plan, const struct rules *rules, const struct machine *m,
		   unsigned i)
{
	unsigned r = plan->want[i].rule;
	enum rule_with with = rules->rule[r].with;
	unsigned j;

	for (j = 0; j < m->n; j++)
		if (is_free(plan, j) && is_mate(m, i, j, with))
			claim(plan, j, r, i, PLAN_BIND,
			      with == WITH_CARD ? REASON_SAME_CARD : REASON_SAME_GROUP);
}

static bool is_direct(const struct plan *plan, unsigned i)
{
	return !is_free(plan, i) && plan->want[i].origin == i &&
	       plan->want[i].verb == PLAN_BIND;
}

static void expand_rule(struct plan *plan, const struct rules *rules,
			const struct machine *m, unsigned r)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (plan->want[i].rule == r && is_direct(plan, i))
			expand(plan, rules, m, i);
}

/* Where another device is at the place of a rule, that device gets the line. */
static void refuse_other_device(struct plan *plan, const struct rules *rules,
				const struct machine *m, unsigned r)
{
	struct finding found;

	if (plan->is_hit[r] || !rule_has_place(&rules->rule[r]))
		return;
	find(&found, &rules->rule[r], m);
	if (found.at == NO_FUNCTION || !is_free(plan, found.at) || found.unknown > 0)
		return;
	claim(plan, found.at, r, found.at, PLAN_REFUSE,
	      found.n > 0 ? REASON_OTHER_DEVICE_AT : REASON_OTHER_DEVICE);
	plan->want[found.at].other = (uint16_t)found.first;
	plan->want[found.at].more = (uint16_t)(found.n > 0 ? found.n - 1 : 0);
	plan->is_hit[r] = true;
}

/* Functions of one slot (with=group: of one group) that one rule matches are one unit. */
static bool is_one_unit(const struct plan *plan, const struct rules *rules,
			const struct machine *m, unsigned i, unsigned j)
{
	const struct plan_want *want = &plan->want[i];

	if (plan->want[j].rule != want->rule || plan->want[j].origin != j)
		return false;
	return function_same_slot(&m->fn[i], &m->fn[j]) ||
	       (rules->rule[want->rule].with == WITH_GROUP &&
		is_mate(m, j, i, WITH_GROUP));
}

/* Function i joins the units of all functions before it that are one with it. */
static void join_units(struct plan *plan, const struct rules *rules,
		       const struct machine *m, unsigned i)
{
	unsigned j, k;

	plan->want[i].unit = (uint16_t)i;
	for (j = 0; j < i; j++) {
		unsigned from = plan->want[i].unit;
		unsigned to = plan->want[j].unit;

		if (!is_one_unit(plan, rules, m, i, j) || from == to)
			continue;
		for (k = 0; k <= i; k++)
			if (plan->want[k].unit == from)
				plan->want[k].unit = (uint16_t)to;
	}
}

static void number_units(struct plan *plan, const struct rules *rules,
			 const struct machine *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		plan->want[i].unit = NO_FUNCTION;
	for (i = 0; i < m->n; i++)
		if (!is_free(plan, i) && plan->want[i].origin == i)
			join_units(plan, rules, m, i);
	for (i = 0; i < m->n; i++)
		if (!is_free(plan, i) && plan->want[i].origin != i)
			plan->want[i].unit = plan->want[plan->want[i].origin].unit;
}

void plan_find_wanted(struct plan *plan, const struct rules *rules,
		      const struct machine *m)
{
	unsigned i, r;

	for (i = 0; i < m->n; i++)
		plan->want[i].rule = NO_RULE;
	for (r = 0; r < rules->n; r++)
		plan->is_hit[r] = false;
	find_named(plan, rules, m);
	for (r = 0; r < rules->n; r++)
		if (rules->rule[r].verb == RULE_BIND)
			find_direct(plan, rules, m, r);
	for (r = 0; r < rules->n; r++)
		if (rules->rule[r].verb == RULE_BIND && rules->rule[r].with != WITH_NONE)
			expand_rule(plan, rules, m, r);
	for (r = 0; r < rules->n; r++)
		if (rules->rule[r].verb == RULE_BIND)
			refuse_other_device(plan, rules, m, r);
	number_units(plan, rules, m);
}

static struct plan_step miss(unsigned r, enum reason reason, unsigned other, unsigned n)
{
	return (struct plan_step){
		.verb = PLAN_MISS, .reason = (uint8_t)reason, .fn = NO_FUNCTION,
		.rule = (uint16_t)r, .other = (uint16_t)other,
		.more = (uint16_t)(n > 0 ? n - 1 : 0), .unit = NO_FUNCTION,
	};
}

struct plan_step plan_miss(const struct rules *rules, const struct machine *m, unsigned r)
{
	const struct rule *rule = &rules->rule[r];
	struct finding found;

	find(&found, rule, m);
	if (hangs_on_dsn(&found, rule, m))
		return miss(r, REASON_SERIAL_UNKNOWN, found.first_unknown, found.unknown);
	if (found.unknown > 0)
		return miss(r, REASON_DISPLAY_UNKNOWN, found.first_unknown,
			    found.unknown);
	if (found.at != NO_FUNCTION)
		return miss(r, REASON_PLACE_TAKEN, found.at, 1);
	if (found.n > 0)
		return miss(r, REASON_MOVED_AWAY, found.first, found.n);
	return miss(r, rule_has_place(rule) ? REASON_NOT_THERE : REASON_ABSENT,
		    NO_FUNCTION, 0);
}
