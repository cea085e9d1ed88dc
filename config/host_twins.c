/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions a rule with moved=follow could mistake for its device. Pure.
 */
#include "host.h"

/* Whether another bind rule is meant for function i. */
static bool is_meant(const struct rules *rules, const struct machine *m, unsigned i,
		     unsigned but)
{
	unsigned r;

	for (r = 0; r < rules->n; r++)
		if (r != but && rules->rule[r].verb == RULE_BIND &&
		    match_place(&rules->rule[r].match, m, i) &&
		    match_rest(&rules->rule[r].match, m, i) == ANSWER_YES)
			return true;
	return false;
}

unsigned host_twin(const struct machine *m, const struct rules *rules, unsigned r,
		   unsigned from)
{
	const struct rule *rule = &rules->rule[r];
	unsigned i;

	if (rule->verb != RULE_BIND || rule->moved != MOVED_FOLLOW ||
	    match_is_lost(rule, m))
		return NO_FUNCTION;
	for (i = from; i < m->n; i++)
		if (!match_place(&rule->match, m, i) &&
		    match_rest(&rule->match, m, i) != ANSWER_NO &&
		    !is_meant(rules, m, i, r))
			return i;
	return NO_FUNCTION;
}

void host_add_twins(struct host *host, const struct machine *m, const struct rules *rules)
{
	unsigned r, i;

	for (r = 0; r < rules->n; r++)
		for (i = 0; (i = host_twin(m, rules, r, i)) != NO_FUNCTION; i++)
			host->needs[i] |= 1u << FOR_TWIN;
}
