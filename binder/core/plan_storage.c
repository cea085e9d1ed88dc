/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which storage a plan may take: a disk that the host needs is a boot lost, so what is
 * not said to be free, or could be that disk in another slot, stays. Pure.
 */
#include "plan.h"

/* Whether a line of image.conf is about what the host needs itself. */
static bool is_of_host(const struct rule *rule)
{
	return rule->verb == RULE_KEEP && rule->need != FOR_NONE &&
	       rule->need != FOR_TWIN;
}

bool plan_is_likely_needed(const struct rules *rules, const struct function *f)
{
	unsigned k;

	for (k = 0; k < rules->n; k++) {
		const struct match *match = &rules->rule[k].match;

		if (is_of_host(&rules->rule[k]) && match->words & MATCH_ID &&
		    pci_id_equal(match->id, f->id) &&
		    (!(match->words & MATCH_SUBSYSTEM) ||
		     pci_id_equal(match->subsystem, f->subsystem)) &&
		    (!(match->words & MATCH_DSN) || f->has_dsn != FACT_YES ||
		     f->dsn == match->dsn))
			return true;
	}
	return false;
}

/* Whether the rule says which device it is. In an image that is not sure what the host
 * needs, and so calls nothing free, a bus number does not: it may be another's today. */
static bool is_exact(const struct rules *rules, const struct rule *rule)
{
	unsigned k;

	if (!rule_has_identity(rule) || rule->match.words & MATCH_PATH)
		return rule_has_identity(rule) && rule_has_place(rule);
	for (k = 0; rule_has_place(rule) && k < rules->n; k++)
		if (rules->rule[k].verb == RULE_FREE)
			return true;
	return false;
}

bool plan_is_foreign(const struct rules *rules, const struct machine *m)
{
	return rules->home > HOME_UNKNOWN && rules->home != m->home;
}

bool plan_may_take_root(const struct plan_want *want, const struct rules *rules,
			const struct function *f)
{
	const struct rule *rule = &rules->rule[want->rule];

	return rules->home != HOME_UNKNOWN || !function_can_lead_to_root(f) ||
	       rule_has_identity(rule) || rule_has_place(rule);
}

bool plan_may_take_storage(const struct plan_want *want, const struct rules *rules,
			   const struct machine *m, unsigned i)
{
	const struct rule *rule = &rules->rule[want->rule];
	unsigned k;

	if (want->origin == i && rule->match.words & MATCH_DSN)
		return true;
	if (plan_is_foreign(rules, m))
		return false;
	if (want->origin == i && want->reason != REASON_FOLLOWED && is_exact(rules, rule))
		return true;
	for (k = 0; k < rules->n; k++)
		if (rules->rule[k].verb == RULE_FREE &&
		    match_place(&rules->rule[k].match, m, i) &&
		    match_rest(&rules->rule[k].match, m, i) == ANSWER_YES)
			return true;
	return false;
}
