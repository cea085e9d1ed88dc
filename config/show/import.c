/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What older recipes took becomes what the config takes. Recipes take by id each device
 * of a kind, so that each of these gets a rule with its place; but what the host needs
 * stays with it, whatever the recipe says.
 */
#include "show/import.h"

#include <string.h>

#include "core/ids.h"

/* "/etc/modprobe.d/vfio.conf:2: \"WORD\"" */
static void place_text(const struct leftover *old, struct span word, struct text *t)
{
	text_add(t, old->file);
	if (old->line > 0) {
		text_char(t, ':');
		text_decimal(t, old->line);
	}
	text_add(t, ": \"");
	text_quote(t, word);
	text_char(t, '"');
}

static void stays(const struct generate *g, const struct leftover *old, struct span word,
		  unsigned i, void (*say)(const char *words))
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	const struct host_hold *hold;
	unsigned at = 0;

	place_text(old, word, &t);
	text_add(&t, " takes ");
	pci_addr_text(g->m->fn[i].addr, &t);
	text_add(&t, ", which the host needs");
	hold = host_next_hold(&g->list->in->host, i, &at);
	if (hold) {
		text_add(&t, " (it holds ");
		text_quote(&t, span_of(hold->text));
		text_char(&t, ')');
	}
	text_add(&t, ": it gets no rule");
	say(line);
}

static bool is_named(const struct generate *g, unsigned i, struct span word)
{
	struct ids_entry entry;
	struct pci_addr addr;

	if (pci_addr_parse(word, &addr) == 0)
		return machine_at(g->m, addr) == i;
	return ids_entry_parse(word, &entry) == 0 &&
	       ids_entry_matches(&entry, &g->m->fn[i]);
}

/* Bridges are no business of a recipe, whose scripts name them on the way to a device. */
static void choose_word(struct generate *g, const struct leftover *old, struct span word,
			void (*say)(const char *words))
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	bool has_any = false;
	unsigned i;

	for (i = 0; i < g->m->n; i++) {
		if (!is_named(g, i, word))
			continue;
		has_any = true;
		if (g->m->fn[i].is_bridge)
			continue;
		if (host_need(&g->list->in->host, i) != FOR_NONE)
			stays(g, old, word, i, say);
		else
			g->is_chosen[i] = true;
	}
	if (has_any)
		return;
	place_text(old, word, &t);
	text_add(&t, " is no device of this machine: it gets no rule, see earlybind "
		 "list");
	say(line);
}

/* The config may have it already, or two files of modprobe.d. */
static void set_option(struct generate *g, struct span option)
{
	struct text t = TEXT_AFTER(g->settings);
	struct span value = option, param = span_cut(&value, '=');
	struct span module = span_cut(&param, '.');
	const struct rules *rules = &g->list->in->rules;
	struct span rest = span_of(g->settings);
	unsigned i;

	for (i = 0; i < rules->n_options; i++)
		if (span_same_name(rules->option[i].module, module) &&
		    span_same_name(rules->option[i].param, param))
			return;
	while (rest.n > 0) {
		struct span word = span_cut(&rest, ' ');
		struct span name = span_cut(&word, '=');

		if (span_same_name(name, (struct span){ option.s, (size_t)
				   (param.s + param.n - option.s) }))
			return;
	}
	if (t.n + option.n + 2 > sizeof(g->settings))
		return;
	if (t.n > 0)
		text_char(&t, ' ');
	text_span(&t, option);
}

static bool is_first(const struct facts *facts, unsigned i)
{
	unsigned k;

	for (k = 0; k < i; k++)
		if (strcmp(facts->leftover[k].devices, facts->leftover[i].devices) == 0)
			return false;
	return true;
}

void import_choose(struct generate *g, void (*say)(const char *words))
{
	struct facts *facts = &g->list->survey->facts;
	unsigned i;

	facts_read_iommu(facts, &g->list->in->root, g->list->in->running);
	facts_read_leftovers(facts, &g->list->in->root);
	for (i = 0; i < facts->n_leftovers; i++) {
		const struct leftover *old = &facts->leftover[i];
		struct span devices = span_of(old->devices);
		struct span options = span_of(old->options);

		while (devices.n > 0 && is_first(facts, i))
			choose_word(g, old, span_cut(&devices, ' '), say);
		while (options.n > 0)
			set_option(g, span_cut(&options, ' '));
	}
}

/* The finding about a leftover: there is none where it is earlybind's own word. */
static const struct finding *find_finding(const struct findings *findings,
					  const struct leftover *old)
{
	unsigned i;

	for (i = 0; i < findings->n; i++)
		if (findings->finding[i].file == old->file)
			return &findings->finding[i];
	return NULL;
}

int import_tell(struct generate *g, void (*say)(const char *words),
		struct fault *reterr)
{
	struct survey *s = g->list->survey;
	unsigned i, n = 0;
	int r = s->findings.n > 0 ? 0 : survey_judge(s, reterr);

	if (r < 0)
		return r;
	for (i = 0; i < s->facts.n_leftovers; i++) {
		const struct leftover *old = &s->facts.leftover[i];
		const struct finding *finding = find_finding(&s->findings, old);
		char line[LINE_SIZE];
		struct text t = TEXT_IN(line);

		if (!finding)
			continue;
		if (n++ == 0)
			say("to be removed before earlybind sync:");
		text_add(&t, "  ");
		place_text(old, span_of(old->text), &t);
		text_add(&t, ": ");
		text_add(&t, finding->remedy);
		say(line);
	}
	if (n == 0)
		say("no line of an older recipe was found on this host");
	return 0;
}
