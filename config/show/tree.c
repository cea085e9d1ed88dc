/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The topology as a picture: bridges, what is behind them, groups, and what the plan
 * does. What comes last on a line is cut where it is too long: names, not facts.
 */
#include "show/tree.h"

#include <string.h>

#include "core/match.h"

enum { PREFIX_SIZE = 2 * (HOPS_MAX + 4) };

struct tree {
	struct list *list;
	const struct page *page;
	uint16_t parent[FUNCTIONS_MAX];	/* or NO_FUNCTION */
	uint8_t is_seen[FUNCTIONS_MAX];	/* bool: asked for, or on the way there */
};

static unsigned find_parent(const struct machine *m, unsigned i)
{
	struct match above = { .words = MATCH_PATH, .path = m->fn[i].path };

	if (m->fn[i].is_vf)
		return machine_at(m, m->fn[i].pf);
	return above.path.hops-- < 1 ? NO_FUNCTION : match_at_place(&above, m);
}

static void find_seen(struct tree *tree, const struct list_filter *filter)
{
	const struct machine *m = &tree->list->in->machine;
	unsigned i, j, depth;

	for (i = 0; i < m->n; i++)
		tree->parent[i] = (uint16_t)find_parent(m, i);
	for (i = 0; i < m->n; i++) {
		if (!list_matches(tree->list, i, filter))
			continue;
		/* a text of a machine may say anything: no way is longer than this */
		for (j = i, depth = 0; j != NO_FUNCTION && depth < HOPS_MAX + 2;
		     depth++) {
			tree->is_seen[j] = true;
			j = tree->parent[j];
		}
	}
}

static void group_text(int32_t group, struct text *t)
{
	text_add(t, group == GROUP_NONE ? "no group" : group == GROUP_UNKNOWN ?
		 "group not known" : "group ");
	if (group >= 0)
		text_decimal(t, (uint64_t)group);
}

/* The first thing that the plan does, for warnings come after it. */
static enum color plan_text(struct tree *tree, unsigned i, struct text *t)
{
	const struct plan_step *step;
	unsigned at = 0;

	while ((step = list_next_step(tree->list, i, &at))) {
		if (step->verb == PLAN_WARN || step->verb == PLAN_RELEASE)
			continue;
		text_add(t, ", ");
		text_add(t, plan_verb_word(step->verb));
		if (step->verb != PLAN_BIND)
			return step->verb == PLAN_KEEP ? COLOR_CYAN : COLOR_RED;
		text_add(t, " to ");
		text_span(t, tree->list->in->rules.rule[step->rule].driver);
		return COLOR_GREEN;
	}
	return COLOR_NONE;
}

static void print_function(struct tree *tree, unsigned i, const char *prefix,
			   bool is_last)
{
	const struct function *f = &tree->list->in->machine.fn[i];
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	enum color color;

	text_add(&t, prefix);
	text_add(&t, is_last ? "`-" : "+-");
	pci_addr_text(f->addr, &t);
	text_char(&t, ' ');
	group_text(f->group, &t);
	color = plan_text(tree, i, &t);
	if (f->is_bridge) {
		color = COLOR_DIM;
	} else if (tree->list->has_host) {
		text_add(&t, ", ");
		if (!list_driver(tree->list, i, &t))
			text_add(&t, "no driver");
		nodes_text(&tree->list->nodes, i, &t);
	}
	text_add(&t, ": ");
	list_name(tree->list, i, &t);
	page_line(tree->page, color, 0, text_is(&t));
}

static bool is_child(const struct tree *tree, unsigned i, unsigned parent, unsigned root)
{
	const struct machine *m = &tree->list->in->machine;

	if (!tree->is_seen[i] || tree->parent[i] != parent)
		return false;
	return parent != NO_FUNCTION ||
	       (m->fn[i].addr.domain == m->fn[root].addr.domain &&
		m->fn[i].addr.bus == m->fn[root].addr.bus);
}

/* The children of a bridge, or of the root bus that the function `root` is on. */
static void print_children(struct tree *tree, unsigned parent, unsigned root,
			   char prefix[PREFIX_SIZE])
{
	const struct machine *m = &tree->list->in->machine;
	size_t n = strlen(prefix);
	unsigned i, last = NO_FUNCTION;

	if (n + 3 > PREFIX_SIZE)
		return;
	for (i = 0; i < m->n; i++)
		if (is_child(tree, i, parent, root))
			last = i;
	for (i = 0; i < m->n; i++) {
		if (!is_child(tree, i, parent, root))
			continue;
		print_function(tree, i, prefix, i == last);
		strcpy(prefix + n, i == last ? "  " : "| ");
		print_children(tree, i, root, prefix);
		prefix[n] = '\0';
	}
}

static void print_buses(struct tree *tree)
{
	const struct machine *m = &tree->list->in->machine;
	const struct pci_addr *before = NULL;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		const struct pci_addr *addr = &m->fn[i].addr;
		char line[32], prefix[PREFIX_SIZE] = "";
		struct text t = TEXT_IN(line);

		if (!tree->is_seen[i] || tree->parent[i] != NO_FUNCTION ||
		    (before && before->domain == addr->domain &&
		     before->bus == addr->bus))
			continue;
		before = addr;
		text_hex(&t, addr->domain, 4);
		text_char(&t, ':');
		text_hex(&t, addr->bus, 2);
		page_words(tree->page, COLOR_BOLD, 0, text_is(&t));
		print_children(tree, NO_FUNCTION, i, prefix);
	}
}

static bool is_behind(const struct tree *tree, unsigned i, unsigned bridge)
{
	unsigned depth = 0;

	for (; i != NO_FUNCTION && depth < HOPS_MAX + 2; depth++) {
		i = tree->parent[i];
		if (i == bridge)
			return true;
	}
	return false;
}

/* Why function i has others in its group; is_first: it is the first of them. */
static bool why_text(const struct tree *tree, unsigned i, struct text *t)
{
	const struct machine *m = &tree->list->in->machine;
	unsigned j, n = 0, bridge = NO_FUNCTION;
	bool is_one_slot = true;

	for (j = 0; j < m->n; j++) {
		if (m->fn[j].group != m->fn[i].group)
			continue;
		if (m->fn[j].is_bridge && is_behind(tree, i, j) && bridge == NO_FUNCTION)
			bridge = j;
		if (m->fn[j].is_bridge)
			continue;
		if (j < i && tree->is_seen[j])
			return false;	/* it was told of that one */
		n += j != i;
		is_one_slot &= function_same_slot(&m->fn[i], &m->fn[j]);
	}
	group_text(m->fn[i].group, t);
	text_add(t, ": ");
	if (bridge != NO_FUNCTION) {
		pci_addr_text(m->fn[bridge].addr, t);
		text_add(t, " does not keep apart what is behind it");
	} else if (is_one_slot) {
		text_add(t, "the functions of one device");
	} else {
		text_add(t, "nothing between these keeps them apart");
	}
	return n > 0 || bridge != NO_FUNCTION;
}

static void print_reasons(const struct tree *tree)
{
	const struct machine *m = &tree->list->in->machine;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		char line[LINE_SIZE];
		struct text t = TEXT_IN(line);

		if (tree->is_seen[i] && !m->fn[i].is_bridge && m->fn[i].group >= 0 &&
		    why_text(tree, i, &t))
			page_words(tree->page, COLOR_NONE, 0, text_is(&t));
	}
}

void tree_print(struct list *list, const struct list_filter *filter,
		const struct page *page)
{
	static struct tree tree;

	tree.list = list;
	tree.page = page;
	find_seen(&tree, filter);
	print_buses(&tree);
	print_reasons(&tree);
}
