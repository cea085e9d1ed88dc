/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which functions could be mistaken for each other: for the device of a rule with
 * moved=follow, and for storage that the host needs, once two of a model swap slots.
 */
#include "host/host.h"

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

bool host_has_model(const struct machine *m, unsigned i)
{
	unsigned j;

	for (j = 0; j < m->n; j++)
		if (j != i && function_is_storage(&m->fn[i]) &&
		    function_is_storage(&m->fn[j]) &&
		    pci_id_equal(m->fn[i].id, m->fn[j].id))
			return true;
	return false;
}

static bool is_told_apart(const struct function *f, const struct function *g)
{
	return f->has_dsn == FACT_YES && g->has_dsn == FACT_YES && f->dsn != g->dsn;
}

unsigned host_model_twin(const struct host *host, const struct machine *m, unsigned i)
{
	const struct function *f = &m->fn[i];
	unsigned j;

	for (j = 0; function_is_storage(f) && j < m->n; j++) {
		const struct function *g = &m->fn[j];

		if (j != i && host->needs[j] & ~(1u << FOR_TWIN) &&
		    pci_id_equal(f->id, g->id) &&
		    pci_id_equal(f->subsystem, g->subsystem) && !is_told_apart(f, g))
			return j;
	}
	return NO_FUNCTION;
}
