/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second half of a plan: judges what the rules want. Whatever the host needs,
 * whatever is in doubt and whatever would leave half a card is not taken; then the steps
 * are written down in the order of their addresses. Pure: no I/O, no clock, no other
 * input.
 */
#include "plan.h"

#include <errno.h>

static bool binds(const struct plan *plan, unsigned i)
{
	return plan->want[i].rule != NO_RULE && plan->want[i].verb == PLAN_BIND;
}

static void refuse(struct plan_want *want, enum reason reason, unsigned other)
{
	want->verb = PLAN_REFUSE;
	want->reason = (uint8_t)reason;
	want->other = (uint16_t)other;
}

static enum reason needed_reason(enum rule_for need)
{
	switch (need) {
	case FOR_ROOT:
		return REASON_NEEDED_ROOT;
	case FOR_BOOT:
		return REASON_NEEDED_BOOT;
	case FOR_SWAP:
		return REASON_NEEDED_SWAP;
	case FOR_RESUME:
		return REASON_NEEDED_RESUME;
	case FOR_MOUNT:
		return REASON_NEEDED_MOUNT;
	case FOR_NET:
		return REASON_NEEDED_NET;
	case FOR_USE:
		return REASON_NEEDED_USE;
	case FOR_TWIN:
		return REASON_TWIN;
	case FOR_NONE:
		break;
	}
	return REASON_KEPT;
}

/* Refuses what the host needs, unless the user insists on this very function. Returns
 * whether it did. */
static bool refuse_needed(struct plan_want *want, const struct rules *rules, unsigned i,
			  enum reason reason)
{
	if (!rules->rule[want->rule].insists || want->origin != i) {
		refuse(want, reason, NO_FUNCTION);
		return true;
	}
	if (want->reason == REASON_MATCHES)
		want->more = (uint16_t)reason;
	want->reason = REASON_EVEN_IF_NEEDED;
	return false;
}

/* Keep rule k is for function i: its line is written into the want, unless the user
 * insists. */
static void keep(struct plan *plan, const struct rules *rules, unsigned i, unsigned k)
{
	struct plan_want *want = &plan->want[i];
	enum reason reason = needed_reason(rules->rule[k].need);

	if (rules->rule[k].need == FOR_NONE) {
		want->verb = PLAN_KEEP;
		want->keep = (uint16_t)k;
		want->reason = plan->is_lost[k] ? REASON_KEPT_ELSEWHERE : REASON_KEPT;
	} else if (refuse_needed(want, rules, i, reason) && plan->is_lost[k]) {
		want->reason = REASON_NEEDED_ELSEWHERE;
		want->more = (uint16_t)reason;
	}
}

/* The first rule that holds a function back decides. Each rule looks at those that it may
 * be for: a server has thousands of both. */
static void judge_keeps(struct plan *plan, const struct rules *rules,
			const struct machine *m)
{
	unsigned i, k;

	for (k = 0; k < rules->n; k++) {
		const struct rule *rule = &rules->rule[k];
		unsigned words = rule->match.words;

		if (rule->verb != RULE_KEEP)
			continue;
		plan->is_lost[k] = match_is_lost(rule, m);
		if (plan->is_lost[k] || m->has_unknown_path)
			words &= ~(unsigned)MATCH_PLACE;
		for (i = NO_FUNCTION; (i = match_next(&rule->match, words, m, i)) < m->n;)
			if (binds(plan, i) && !m->fn[i].is_bridge &&
			    match_keeps(rule, m, i, plan->is_lost[k]))
				keep(plan, rules, i, k);
	}
}

static void judge(struct plan *plan, const struct rules *rules, const struct machine *m,
		  unsigned i)
{
	struct plan_want *want = &plan->want[i];
	const struct function *f = &m->fn[i];

	if (f->is_bridge || f->is_stuck) {
		refuse(want, f->is_bridge ? REASON_BRIDGE : REASON_STUCK, NO_FUNCTION);
		return;
	}
	if (function_is_storage(f) && plan_is_likely_needed(rules, f) &&
	    refuse_needed(want, rules, i, REASON_STORAGE_TWIN))
		return;
	if (function_is_storage(f) && !plan_may_take_storage(want, rules, m, i))
		refuse(want, plan_is_foreign(rules, m) ? REASON_STORAGE_FOREIGN :
		       REASON_STORAGE, NO_FUNCTION);
	else if (want->origin == i && !plan_may_take_root(want, rules, f))
		refuse(want, REASON_HOST_UNKNOWN, NO_FUNCTION);
	else if (!rule_needs_group(&rules->rule[want->rule]))
		return;
	else if (f->group == GROUP_UNKNOWN)
		refuse(want, REASON_UNREADABLE_GROUP, NO_FUNCTION);
	else if (f->group == GROUP_NONE)
		refuse(want, REASON_NO_GROUP, NO_FUNCTION);
	else if (f->n_vfs > 0)	/* vfio_pci_core_register_device(): EBUSY */
		refuse(want, REASON_HAS_VFS, NO_FUNCTION);
}

/* Whether function i stays with the host and its unit with it. A kept function spoils a
 * unit only where others came along through it. */
static bool spoils_unit(const struct plan *plan, const struct rules *rules, unsigned i)
{
	const struct plan_want *want = &plan->want[i];

	if (want->rule == NO_RULE)
		return false;
	return want->verb == PLAN_REFUSE ||
	       (want->verb == PLAN_KEEP && want->origin == i &&
		rules->rule[want->rule].with != WITH_NONE);
}

/* Half a card is no card: what is refused for one function of a unit is refused for
 * all. */
static void refuse_halves(struct plan *plan, const struct rules *rules,
			  const struct machine *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (spoils_unit(plan, rules, i) &&
		    plan->want[plan->want[i].unit].spoiled == NO_FUNCTION)
			plan->want[plan->want[i].unit].spoiled = (uint16_t)i;
	for (i = 0; i < m->n; i++) {
		unsigned by;

		if (!binds(plan, i))
			continue;
		by = plan->want[plan->want[i].unit].spoiled;
		if (by != NO_FUNCTION)
			refuse(&plan->want[i], REASON_HALF_CARD, by);
	}
}

/* The screen to be left to the host, if the plan would take every one; or NO_FUNCTION. */
static unsigned last_display(const struct plan *plan, const struct machine *m)
{
	unsigned boot = machine_boot_display(m);
	unsigned lowest = NO_FUNCTION;
	unsigned i;

	for (i = m->n; i-- > 0;) {
		if (!function_is_screen(&m->fn[i]))
			continue;
		if (!binds(plan, i))
			return NO_FUNCTION;
		lowest = i;
	}
	if (boot != NO_FUNCTION && function_is_screen(&m->fn[boot]))
		return boot;
	return lowest;
}

/* Whether a virtual machine is to have function i. */
static bool is_for_guest(const struct plan *plan, const struct rules *rules, unsigned i)
{
	return binds(plan, i) && rule_needs_group(&rules->rule[plan->want[i].rule]);
}

/* A group is warned of once, at its first function that a virtual machine is to have. */
static bool is_first_of_group(const struct plan *plan, const struct rules *rules,
			      const struct machine *m, unsigned i)
{
	unsigned j;

	if (m->fn[i].group < 0)
		return false;
	for (j = 0; j < i; j++)
		if (m->fn[j].group == m->fn[i].group && is_for_guest(plan, rules, j))
			return false;
	return true;
}

/*
 * Whether to warn that function i cannot be reset: once a card, and not where VFIO has
 * all of a bus below a port and resets it, vfio_pci_core.c:vfio_pci_ioctl_pci_hot_reset.
 * Alone on its bus, a function has that as a method of its own, or the bus cannot be
 * reset: pci.c:pci_parent_bus_reset.
 */
static bool lacks_reset(const struct plan *plan, const struct rules *rules,
			const struct machine *m, unsigned i)
{
	const struct function *f = &m->fn[i];
	unsigned j, n = 0, taken = 0;

	if (f->has_reset != FACT_NO)
		return false;
	for (j = 0; j < m->n; j++) {
		const struct function *g = &m->fn[j];

		if (g->addr.domain != f->addr.domain || g->addr.bus != f->addr.bus)
			continue;
		n++;
		if (!is_for_guest(plan, rules, j))
			continue;
		taken++;
		if (j < i && g->has_reset == FACT_NO && function_same_slot(f, g))
			return false;
	}
	return f->path.hops <= 0 || n == 1 || taken < n;
}

/* There is room for one step of each function, a release, and one of each rule. */
static void add_step(struct plan *plan, struct plan_step step)
{
	plan->step[plan->n++] = step;
}

/* A warning that would take the room of what is done is left out: with 4096 functions
 * that have two each. */
static void add_warning(struct plan *plan, const struct rules *rules,
			const struct machine *m, struct plan_step warning)
{
	if (plan->n + 2 * (m->n - warning.fn) + rules->n < STEPS_MAX)
		add_step(plan, warning);
}

static void add_shared(struct plan *plan, const struct rules *rules,
		       const struct machine *m, unsigned i, struct plan_step warning)
{
	unsigned j;

	warning.reason = REASON_GROUP_SHARED;
	warning.other = NO_FUNCTION;
	for (j = 0; j < m->n; j++) {
		if (m->fn[j].group != m->fn[i].group ||
		    !function_holds_group(&m->fn[j]) || binds(plan, j))
			continue;
		if (warning.other == NO_FUNCTION)
			warning.other = (uint16_t)j;
		else
			warning.more++;
	}
	if (warning.other != NO_FUNCTION)
		add_warning(plan, rules, m, warning);
}

static void add_warnings(struct plan *plan, const struct rules *rules,
			 const struct machine *m, unsigned i)
{
	struct plan_step warning = {
		.verb = PLAN_WARN, .fn = (uint16_t)i, .rule = plan->want[i].rule,
		.other = NO_FUNCTION, .unit = plan->want[i].unit,
	};

	if (!is_for_guest(plan, rules, i))
		return;
	if (is_first_of_group(plan, rules, m, i)) {
		add_shared(plan, rules, m, i, warning);
		warning.reason = REASON_DIRECT_REGION;
		if (m->fn[i].has_direct == FACT_YES)
			add_warning(plan, rules, m, warning);
	}
	warning.reason = REASON_NO_RESET;
	if (lacks_reset(plan, rules, m, i))
		add_warning(plan, rules, m, warning);
}

/* The firmware's screen goes with the function. */
static void add_release(struct plan *plan, const struct rules *rules,
			const struct function *f, struct plan_step step)
{
	if (rules->leaves_framebuffer || f->screen < SCREEN_TEXT ||
	    !function_is_display(f))
		return;
	step.verb = PLAN_RELEASE;
	step.reason = f->screen == SCREEN_TEXT ? REASON_TEXT_SCREEN : REASON_FRAMEBUFFER;
	step.other = NO_FUNCTION;
	step.more = 0;
	add_step(plan, step);
}

static void add_function(struct plan *plan, const struct rules *rules,
			 const struct machine *m, unsigned i)
{
	const struct plan_want *want = &plan->want[i];
	struct plan_step step = {
		.verb = want->verb, .reason = want->reason, .fn = (uint16_t)i,
		.rule = want->verb == PLAN_KEEP ? want->keep : want->rule,
		.other = want->origin == i ? want->other : want->origin,
		.more = want->more, .unit = want->unit,
	};

	if (want->verb != PLAN_BIND)
		step.other = want->other;
	add_step(plan, step);
	if (want->verb != PLAN_BIND)
		return;
	add_release(plan, rules, &m->fn[i], step);
	add_warnings(plan, rules, m, i);
}

static void write_steps(struct plan *plan, const struct rules *rules,
			const struct machine *m)
{
	unsigned i, k;

	for (i = 0; i < m->n; i++)
		if (plan->want[i].rule != NO_RULE)
			add_function(plan, rules, m, i);
	for (k = 0; k < rules->n; k++)
		if (rules->rule[k].verb == RULE_BIND && !plan->is_hit[k])
			add_step(plan, plan_miss(rules, m, k));
}

int plan_make(struct plan *plan, const struct rules *rules, const struct machine *m,
	      struct fault *reterr)
{
	unsigned i, last;

	*reterr = (struct fault){ .name = NULL };
	plan->n = 0;
	plan_find_wanted(plan, rules, m);
	judge_keeps(plan, rules, m);
	for (i = 0; i < m->n; i++) {
		plan->want[i].spoiled = NO_FUNCTION;
		if (binds(plan, i))
			judge(plan, rules, m, i);
	}
	refuse_halves(plan, rules, m);
	last = rules->is_headless ? NO_FUNCTION : last_display(plan, m);
	if (last != NO_FUNCTION) {
		refuse(&plan->want[last], REASON_LAST_DISPLAY, NO_FUNCTION);
		refuse_halves(plan, rules, m);
	}
	write_steps(plan, rules, m);
	return 0;
}

unsigned plan_count(const struct plan *plan, enum plan_verb verb)
{
	unsigned i, n = 0;

	for (i = 0; i < plan->n; i++)
		n += plan->step[i].verb == verb;
	return n;
}

const struct plan_step *plan_binds(const struct plan *plan, unsigned i)
{
	unsigned k;

	for (k = 0; k < plan->n; k++)
		if (plan->step[k].fn == i && plan->step[k].verb == PLAN_BIND)
			return &plan->step[k];
	return NULL;
}

const struct plan_step *plan_releases(const struct plan *plan)
{
	unsigned k;

	for (k = 0; k < plan->n; k++)
		if (plan->step[k].verb == PLAN_RELEASE)
			return &plan->step[k];
	return NULL;
}
