/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the generated config back with the code that reads it at boot, plans it, and
 * looks whether it takes what was asked for, and what the config takes that is there: all
 * of that and nothing else.
 */
#include "show/generate.h"

#include <errno.h>

static int make_plan(struct generate *g, const struct request *request, struct span text,
		     struct fault *reterr)
{
	struct inputs *in = g->list->in;
	int r;

	rules_init(&in->rules);
	*reterr = (struct fault){ .name = "the generated config" };
	r = rules_parse(&in->rules, SOURCE_CONF, reterr->name, text, reterr);
	if (r == 0 && !request->machine)
		r = inputs_host_rules(in, reterr);
	if (r == 0)
		r = plan_make(&in->plan, &in->rules, &in->machine, reterr);
	g->list->has_plan = r == 0;
	return r;
}

/* Why a function is not bound, if that will do all the same: the config is right, and
 * something else must be done first, which is said. */
static bool is_curable(const struct plan_step *step)
{
	return step->verb == PLAN_REFUSE && (findings_is_curable(step->reason) ||
					     step->reason == REASON_HALF_CARD);
}

int generate_read_there(struct generate *g, const struct request *request,
			struct fault *reterr)
{
	const struct inputs *in = g->list->in;
	int r = make_plan(g, request, generate_there(g), reterr);
	unsigned i;

	for (i = 0; r == 0 && i < in->plan.n; i++) {
		const struct plan_step *step = &in->plan.step[i];

		if (step->verb == PLAN_BIND || is_curable(step))
			g->there[step->fn] = in->rules.rule[step->rule].line;
	}
	return r;
}

/* Says which line of the config that is there decides. */
static void add_line(const struct generate *g, const struct plan_step *step,
		     struct text *t)
{
	const struct rule *rule = &g->list->in->rules.rule[step->rule];

	if (rule->source != SOURCE_CONF || rule->line > g->lines) {
		text_add(t, ": choose another device");
		return;
	}
	text_add(t, " (" CONFIG_FILE ":");
	text_decimal(t, rule->line);
	text_add(t, "): correct that line, or choose another device");
}

static int cannot_take(struct generate *g, unsigned i, const struct plan_step *step,
		       struct fault *reterr)
{
	unsigned at = 0;
	const struct host_hold *hold = g->list->has_host ?
				       host_next_hold(&g->list->in->host, i, &at) : NULL;
	struct span words = hold ? span_of(hold->text) : (struct span){ NULL, 0 };
	struct text t = TEXT_IN(reterr->words);

	*reterr = (struct fault){ .name = "earlybind", .err = EPERM };
	pci_addr_text(g->m->fn[i].addr, &t);
	text_char(&t, ' ');
	list_sentence(g->list, step, &t);
	if (hold) {
		text_add(&t, " (");
		text_quote(&t, (struct span){ words.s, words.n < 120 ? words.n : 120 });
		text_add(&t, words.n > 120 ? "...)" : ")");
	}
	add_line(g, step, &t);
	return -EPERM;
}

static int judge_function(struct generate *g, unsigned i, struct fault *reterr)
{
	const struct plan_step *step;
	unsigned at = 0;

	while ((step = list_next_step(g->list, i, &at)) && step->verb == PLAN_WARN)
		;
	if (!generate_is_given(g, i) && (!step || step->verb != PLAN_BIND))
		return 0;
	if (generate_is_given(g, i) && step &&
	    (step->verb == PLAN_BIND || is_curable(step))) {
		g->is_last_display |= step->verb == PLAN_REFUSE &&
				      step->reason == REASON_LAST_DISPLAY;
		return 0;
	}
	*reterr = (struct fault){ .name = "earlybind" };
	if (step && g->is_taken[i])
		return cannot_take(g, i, step, reterr);
	return fault_set(reterr, EPERM, "the config that would be written takes other "
			 "devices than those asked for: please report this, with the "
			 "output of earlybind record", NULL);
}

int generate_judge(struct generate *g, const struct request *request,
		   struct fault *reterr)
{
	int r = make_plan(g, request, (struct span){ g->text, g->n }, reterr);
	unsigned i;

	g->is_last_display = false;
	for (i = 0; i < g->m->n && r == 0; i++)
		r = judge_function(g, i, reterr);
	return r;
}
