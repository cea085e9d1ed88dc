/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a config: for each card a comment with its names, what must be said of it,
 * and a rule. A rule says twice which device it means, by its place and by its identity,
 * so that neither a renumbered bus nor another card in its slot is taken for it.
 */
#include "show/generate.h"

#include <errno.h>
#include <string.h>

#define FIRST_WORDS "# Written by earlybind generate "
#define CHECKSUM ", checksum "

/* FNV-1a: against changes by hand, not against enemies. */
static uint64_t checksum(struct span s)
{
	uint64_t sum = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < s.n; i++)
		sum = (sum ^ (unsigned char)s.s[i]) * 0x100000001b3;
	return sum;
}

bool generate_is_ours(struct span text)
{
	struct span line = span_cut(&text, '\n');
	uint64_t sum;

	if (!span_starts(line, "#") || line.n < 16 || !text.s)
		return false;
	line = (struct span){ line.s + line.n - 16, 16 };
	return span_number(line, 16, 16, UINT64_MAX, &sum) == 0 && sum == checksum(text);
}

static bool shares_slot(const struct machine *m, unsigned i, unsigned j)
{
	return function_same_slot(&m->fn[i], &m->fn[j]) && !m->fn[i].is_vf &&
	       !m->fn[j].is_vf && !m->fn[j].is_bridge;
}

/*
 * Whether with=card at function i takes just what is taken. Storage is taken only by a
 * rule of its own, where nothing says that it is free.
 */
static bool is_whole_slot(const struct generate *g, unsigned i)
{
	unsigned j;

	for (j = 0; j < g->m->n; j++)
		if (i != j && shares_slot(g->m, i, j) &&
		    (!generate_is_new(g, j) || function_is_storage(&g->m->fn[i]) ||
		     function_is_storage(&g->m->fn[j])))
			return false;
	return !g->m->fn[i].is_vf;
}

/* The function that a rule for the whole slot names: the display, else the first. */
static unsigned head_of_slot(const struct generate *g, unsigned i)
{
	unsigned j, first = NO_FUNCTION;

	for (j = 0; j < g->m->n; j++) {
		if (j != i && !shares_slot(g->m, i, j))
			continue;
		if (function_is_display(&g->m->fn[j]))
			return j;
		if (first == NO_FUNCTION)
			first = j;
	}
	return first;
}

static void add_comment(struct generate *g, const char *before, unsigned i,
			struct text *t)
{
	text_add(t, before);
	pci_addr_text(g->m->fn[i].addr, t);
	text_add(t, ": ");
	list_name(g->list, i, t);
	text_char(t, '\n');
}

enum { COLUMNS = 80 };

/* Words in comment lines of that width. */
static void add_wrapped(struct span words, struct text *t)
{
	size_t column = 7;

	text_add(t, "# Note:");
	while (words.s) {
		struct span word = span_cut(&words, ' ');

		if (column + 1 + word.n > COLUMNS) {
			text_add(t, "\n#  ");
			column = 4;
		}
		text_char(t, ' ');
		text_span(t, word);
		column += 1 + word.n;
	}
	text_char(t, '\n');
}

static void add_notes(const struct generate *g, unsigned i, struct text *t)
{
	unsigned n;

	for (n = 0; n < g->n_notes; n++)
		if (g->note[n].fn == i)
			add_wrapped(span_of(g->note[n].text), t);
}

static void add_rule(const struct generate *g, unsigned i, bool is_whole, struct text *t)
{
	const struct function *f = &g->m->fn[i];

	text_add(t, f->path.hops < 0 ? "bind address=" : "bind path=");
	if (f->path.hops < 0)
		pci_addr_text(f->addr, t);
	else
		pci_path_text(&f->path, t);
	text_add(t, " id=");
	pci_id_text(f->id, t);
	if (f->subsystem.vendor != 0 || f->subsystem.device != 0) {
		text_add(t, " subsystem=");
		pci_id_text(f->subsystem, t);
	}
	if (g->has_dsn && f->has_dsn == FACT_YES) {
		text_add(t, " dsn=");
		pci_dsn_text(f->dsn, t);
	}
	text_add(t, is_whole ? " with=card\n" : "\n");
}

static void add_card(struct generate *g, unsigned head, struct text *t)
{
	unsigned i;

	text_char(t, '\n');
	add_comment(g, "# ", head, t);
	for (i = 0; i < g->m->n; i++)
		if (i != head && shares_slot(g->m, head, i))
			add_comment(g, "#   and ", i, t);
	for (i = 0; i < g->m->n; i++)
		if (i == head || shares_slot(g->m, head, i))
			add_notes(g, i, t);
	add_rule(g, head, true, t);
}

static void add_rules(struct generate *g, struct text *t)
{
	unsigned i;

	for (i = 0; i < g->m->n; i++) {
		if (!generate_is_new(g, i))
			continue;
		if (!is_whole_slot(g, i)) {
			text_char(t, '\n');
			add_comment(g, "# ", i, t);
			add_notes(g, i, t);
			add_rule(g, i, false, t);
		} else if (head_of_slot(g, i) == i) {
			add_card(g, i, t);
		}
	}
}

struct span generate_there(const struct generate *g)
{
	const struct source_text *config = &g->list->in->sources.config;

	return (struct span){ config->s, g->adds ? config->n : 0 };
}

static unsigned count_lines(struct span text)
{
	unsigned n = 0;

	for (; text.n > 0; n++)
		span_cut(&text, '\n');
	return n;
}

/* What stands before the new lines, without a first line of ours. */
static void add_former(struct generate *g, struct span there, bool is_ours,
		       struct text *t)
{
	g->lines = count_lines(there);
	if (there.n == 0)
		text_add(t, "# What you change here stays: generate --write adds lines, "
			 "and --write --only replaces\n"
			 "# this file only while that number is right. Grammar: "
			 "earlybind.conf(5).\n");
	else if (is_ours)
		span_cut(&there, '\n');
	text_span(t, there);
	if (there.n > 0 && there.s[there.n - 1] != '\n')
		text_char(t, '\n');
	g->from = g->lines > 0 ? t->n : 0;
}

static void add_settings(const struct generate *g, struct text *t)
{
	struct span rest = span_of(g->settings);

	if (rest.n > 0)
		text_char(t, '\n');
	while (rest.n > 0) {
		text_add(t, "set ");
		text_span(t, span_cut(&rest, ' '));
		text_char(t, '\n');
	}
}

static void add_new(struct generate *g, struct text *t)
{
	static const char headless[] = "# set headless=yes\n";

	add_settings(g, t);
	add_rules(g, t);
	if (!g->is_last_display || span_has(generate_there(g), headless))
		return;
	text_add(t, "\n# The last display of this machine is refused, unless:\n");
	text_add(t, headless);
}

int generate_write_text(struct generate *g, struct fault *reterr)
{
	struct span there = generate_there(g);
	bool is_ours = there.n == 0 || generate_is_ours(there);
	char head[128];
	struct text h = TEXT_IN(head);
	struct text t = TEXT_IN(g->text);
	size_t n;

	text_add(&h, FIRST_WORDS VERSION CHECKSUM);
	n = h.n + 16 + 1;
	t.n = is_ours ? n : 0;		/* the head goes there when the rest is known */
	add_former(g, there, is_ours, &t);
	add_new(g, &t);
	if (is_ours) {
		text_hex(&h, checksum((struct span){ g->text + n, t.n - n }), 16);
		text_char(&h, '\n');
		memcpy(g->text, head, n);
	}
	g->n = t.n;
	*reterr = (struct fault){ .name = CONFIG_FILE };
	if (t.full)
		return fault_set(reterr, EFBIG, "it would be larger than the limit "
				 "CONFIG_MAX, 262144 bytes: name fewer devices", NULL);
	return 0;
}
