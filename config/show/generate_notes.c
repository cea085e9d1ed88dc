/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be said of the chosen devices before they are given away, and what to do
 * about it: in comments of the config, and on standard error.
 */
#include "show/generate.h"

#include <string.h>

static void add_note(struct generate *g, unsigned i, const struct text *t)
{
	unsigned n;

	for (n = 0; n < g->n_notes; n++)
		if (strcmp(g->note[n].text, t->s) == 0)
			return;
	if (g->n_notes == GENERATE_NOTES_MAX)
		return;
	g->note[g->n_notes].fn = (uint16_t)i;
	memcpy(g->note[g->n_notes++].text, t->s, t->n + 1);
}

static void note(struct generate *g, unsigned i, const char *words)
{
	char text[GENERATE_NOTE_SIZE];
	struct text t = TEXT_IN(text);

	text_add(&t, words);
	add_note(g, i, &t);
}

static void add_address(const struct generate *g, unsigned i, struct text *t)
{
	pci_addr_text(g->m->fn[i].addr, t);
}

/* The first of what the host has there, or what it is needed for. */
static bool add_use(const struct generate *g, unsigned i, struct text *t)
{
	const struct host *host = &g->list->in->host;
	const struct host_hold *hold;
	unsigned at = 0;

	if (!g->list->has_host)
		return false;
	hold = host_next_hold(host, i, &at);
	if (!hold)
		return false;
	text_add(t, "holds ");
	text_quote(t, span_of(hold->text));
	return true;
}

static bool is_twin(const struct machine *m, unsigned i, unsigned j)
{
	return i != j && pci_id_equal(m->fn[i].id, m->fn[j].id) &&
	       pci_id_equal(m->fn[i].subsystem, m->fn[j].subsystem) && !m->fn[j].is_vf &&
	       !function_same_slot(&m->fn[i], &m->fn[j]);
}

/* Once for a card, at its first function. */
static bool is_first_of_slot(const struct generate *g, unsigned i)
{
	return i == 0 || !generate_is_new(g, i - 1) ||
	       !function_same_slot(&g->m->fn[i - 1], &g->m->fn[i]);
}

static void note_twins(struct generate *g, unsigned i)
{
	char text[GENERATE_NOTE_SIZE];
	struct text t = TEXT_IN(text);
	unsigned j, n = 0;

	if (!is_first_of_slot(g, i) || g->m->fn[i].is_vf)
		return;
	text_add(&t, "the same kind of device is also at");
	for (j = 0; j < g->m->n; j++) {
		if (!is_twin(g->m, i, j) || n++ >= 4)
			continue;
		text_add(&t, n > 1 ? ", " : " ");
		add_address(g, j, &t);
		text_add(&t, generate_is_given(g, j) ? " (taken, too)" :
			 " (stays with the host)");
	}
	if (n > 4)
		text_add(&t, " and other places");
	text_add(&t, ": only the place tells them apart, so leave it in the rule, and do "
		 "not let the rule follow a card that moved");
	if (n > 0)
		add_note(g, i, &t);
}

static bool is_left_in_group(const struct generate *g, unsigned i, unsigned j)
{
	return g->m->fn[i].group >= 0 && g->m->fn[j].group == g->m->fn[i].group &&
	       !generate_is_given(g, j) && !g->m->fn[j].is_bridge;
}

static void group_text(const struct generate *g, unsigned i, struct text *t)
{
	text_add(t, "IOMMU group ");
	text_decimal(t, (uint64_t)g->m->fn[i].group);
	text_add(t, " also has ");
}

/* A mate that the host uses: nobody should name that one as well. */
static void note_used_mate(struct generate *g, unsigned i, unsigned j)
{
	char text[GENERATE_NOTE_SIZE];
	struct text t = TEXT_IN(text);

	group_text(g, i, &t);
	add_address(g, j, &t);
	text_add(&t, ", which ");
	if (!add_use(g, j, &t))
		text_add(&t, "the host needs");
	text_add(&t, ": a virtual machine cannot use the group while the host does; put "
		 "one of the two into another slot, or choose another device");
	add_note(g, i, &t);
}

/* Who else is in the group: a virtual machine gets all of it, or nothing. */
static void note_group(struct generate *g, unsigned i)
{
	char text[GENERATE_NOTE_SIZE], use[HOST_HOLD_SIZE + 8];
	struct text t = TEXT_IN(text);
	unsigned j, n = 0;

	group_text(g, i, &t);
	for (j = 0; j < g->m->n; j++) {
		struct text u = TEXT_IN(use);

		if (!is_left_in_group(g, i, j))
			continue;
		if (add_use(g, j, &u) ||
		    (g->list->has_host && host_need(&g->list->in->host, j))) {
			note_used_mate(g, i, j);
			continue;
		}
		if (n++ < 4) {
			text_add(&t, n > 1 ? ", " : "");
			add_address(g, j, &t);
		}
	}
	if (n > 4)
		text_add(&t, " and more");
	text_add(&t, ": a virtual machine cannot use the group while a host driver has a "
		 "part of it; name that as well, or put the card into another slot");
	if (n > 0)
		add_note(g, i, &t);
}

static void note_storage(struct generate *g, unsigned i)
{
	if (function_is_storage(&g->m->fn[i]) &&
	    (!g->list->has_host || !g->list->in->host.is_known))
		note(g, i, "this is storage, and what the host needs is not known here: "
		     "be sure that the host has nothing on it");
}

static void note_dsn(struct generate *g, unsigned i)
{
	if (g->has_dsn && is_first_of_slot(g, i) && g->m->fn[i].has_dsn != FACT_YES)
		note(g, i, "there is no Device Serial Number, so the rule has no dsn=");
}

static void step_text(const struct generate *g, const struct plan_step *step,
		      struct text *t)
{
	if (step->reason == REASON_NO_GROUP && !machine_has_iommu(g->m)) {
		text_add(t, "is in no IOMMU group, because this machine's IOMMU is "
			 "off: ");
		text_add(t, findings_iommu_remedy(g->m, &g->list->survey->facts));
	} else {
		list_advice(g->list, step, t);
	}
	if (step->verb != PLAN_WARN)
		text_add(t, "; until then it stays with the host");
}

/* What the plan warns of, or refuses for now; the group is described in other words. */
static void note_plan(struct generate *g, unsigned i)
{
	const struct plan_step *step;
	unsigned at = 0;

	while ((step = list_next_step(g->list, i, &at))) {
		char text[GENERATE_NOTE_SIZE];
		struct text t = TEXT_IN(text);

		if (step->verb == PLAN_BIND || step->verb == PLAN_RELEASE ||
		    step->reason == REASON_GROUP_SHARED ||
		    step->reason == REASON_HALF_CARD ||
		    (step->reason == REASON_NO_GROUP && !is_first_of_slot(g, i)))
			continue;
		add_address(g, i, &t);
		text_char(&t, ' ');
		step_text(g, step, &t);
		add_note(g, i, &t);
	}
}

/* The other findings; that the IOMMU is off is said above, of each device. */
static void note_findings(struct generate *g, unsigned i)
{
	const struct finding *finding;
	unsigned at = 0;

	while ((finding = list_next_finding(g->list, i, &at))) {
		char text[GENERATE_NOTE_SIZE];
		struct text t = TEXT_IN(text);

		if (strcmp(finding->reason, "no-iommu") == 0)
			continue;
		text_add(&t, finding->text);
		text_add(&t, finding->remedy[0] ? ": " : "");
		text_add(&t, finding->remedy);
		add_note(g, i, &t);
	}
}

void generate_add_notes(struct generate *g)
{
	unsigned i;

	for (i = 0; i < g->m->n; i++) {
		/* what the config took so far, and would not any more */
		if (g->there[i] > 0 && !plan_binds(&g->list->in->plan, i))
			note_plan(g, i);
		if (!generate_is_new(g, i))
			continue;
		note_twins(g, i);
		note_group(g, i);
		note_storage(g, i);
		note_dsn(g, i);
		note_plan(g, i);
		note_findings(g, i);
	}
}
