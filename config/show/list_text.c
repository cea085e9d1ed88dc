/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One device of earlybind list, for people. What comes from the machine may be anything:
 * a control character never reaches the terminal.
 */
#include "show/list_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct page page_of(FILE *to, unsigned columns)
{
	struct page page = { .to = to, .width = columns };
	const char *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");	/* https://no-color.org */
	struct winsize size;

	if (!isatty(fileno(to)))
		return page;
	page.width = 80;
	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		page.width = size.ws_col;
	page.is_colored = !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
	return page;
}

static void print_span(const struct page *page, enum color color, unsigned indent,
		       struct span s)
{
	static const char *const codes[] = {
		[COLOR_BOLD] = "1", [COLOR_DIM] = "2", [COLOR_RED] = "31",
		[COLOR_GREEN] = "32", [COLOR_YELLOW] = "33", [COLOR_CYAN] = "36",
	};
	bool is_colored = page->is_colored && color != COLOR_NONE;
	size_t i;

	fprintf(page->to, "%*s", (int)indent, "");
	if (is_colored)
		fprintf(page->to, "\033[%sm", codes[color]);
	for (i = 0; i < s.n; i++)
		fputc(s.s[i] >= ' ' && s.s[i] <= '~' ? s.s[i] : '?', page->to);
	fprintf(page->to, "%s\n", is_colored ? "\033[0m" : "");
}

/* How much of the words goes on one line: up to the last blank that fits. */
static size_t fitting(struct span words, size_t room)
{
	size_t n;

	if (words.n <= room)
		return words.n;
	for (n = room; n > 0 && words.s[n] != ' '; n--)
		;
	return n > 0 ? n : room;
}

static size_t room_on(const struct page *page, unsigned indent, struct span words)
{
	if (page->width == 0)
		return words.n;
	return page->width > indent + 20 ? page->width - indent : 20;
}

void page_words(const struct page *page, enum color color, unsigned indent,
		struct span words)
{
	size_t n = fitting(words, room_on(page, indent, words));

	print_span(page, color, indent, (struct span){ words.s, n });
	for (;;) {
		while (n < words.n && words.s[n] == ' ')
			n++;
		words = (struct span){ words.s + n, words.n - n };
		if (words.n == 0)
			return;
		n = fitting(words, room_on(page, indent + 2, words));
		print_span(page, color, indent + 2, (struct span){ words.s, n });
	}
}

void page_line(const struct page *page, enum color color, unsigned indent,
	       struct span words)
{
	size_t room = room_on(page, indent, words);
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	if (words.n <= room) {
		print_span(page, color, indent, words);
		return;
	}
	text_span(&t, (struct span){ words.s, room - 2 });
	text_add(&t, "..");
	print_span(page, color, indent, text_is(&t));
}

enum { INDENT = 2, DEEPER = 6, WORDS_SIZE = 4 * NAME_SIZE };

static void head_text(struct list *list, unsigned i, struct text *t)
{
	const struct function *f = &list->in->machine.fn[i];

	pci_addr_text(f->addr, t);
	text_pad(t, 14);
	pci_id_text(f->id, t);
	text_add(t, "  ");
	list_name(list, i, t);
}

/* The other functions of the card, which have no lines of their own. */
static void folded_text(const struct list *list, unsigned i, struct text *t)
{
	const struct machine *m = &list->in->machine;
	unsigned j, n = 0;

	for (j = i + 1; j < m->n && function_same_slot(&m->fn[i], &m->fn[j]); j++) {
		if (m->fn[j].group != m->fn[i].group || !list_is_folded(list, j))
			continue;
		text_add(t, n++ == 0 ? ", with " : " ");
		pci_addr_text(m->fn[j].addr, t);
	}
}

static void kind_text(struct list *list, unsigned i, struct text *t)
{
	const struct function *f = &list->in->machine.fn[i];
	char word[NAME_SIZE];
	struct text driver = TEXT_IN(word);

	text_add(t, names_class(&list->names, f->class, word));
	if (list_driver(list, i, &driver)) {
		text_add(t, ", driver ");
		text_span(t, text_is(&driver));
	} else if (list->has_host) {
		text_add(t, ", no driver");
	}
	nodes_text(&list->nodes, i, t);
	if (list_boot_display(list, i) == FACT_YES)
		text_add(t, ", boot display");
	if (list_boot_display(list, i) == FACT_UNKNOWN)
		text_add(t, ", perhaps the boot display");
	if (!list_is_folded(list, i))
		folded_text(list, i, t);
	if (!f->is_vf)
		return;
	text_add(t, ", virtual function of ");
	pci_addr_text(f->pf, t);
}

static void print_holds(const struct list *list, unsigned i, const struct page *page)
{
	const struct host_hold *hold;
	char words[WORDS_SIZE];
	unsigned at = 0;

	while (list->has_host && (hold = host_next_hold(&list->in->host, i, &at))) {
		struct text t = TEXT_IN(words);

		text_add(&t, "holds ");
		text_add(&t, hold->text);
		page_words(page, COLOR_YELLOW, DEEPER, text_is(&t));
	}
}

/* "bind to vfio-pci by conf:2: matches" */
static void print_step(const struct list *list, const struct plan_step *step,
		       const struct page *page)
{
	static const enum color colors[] = {
		[PLAN_BIND] = COLOR_GREEN, [PLAN_RELEASE] = COLOR_YELLOW,
		[PLAN_WARN] = COLOR_YELLOW,
		[PLAN_KEEP] = COLOR_CYAN, [PLAN_REFUSE] = COLOR_RED,
		[PLAN_MISS] = COLOR_RED,
	};
	const struct rule *rule = &list->in->rules.rule[step->rule];
	char words[WORDS_SIZE];
	struct text t = TEXT_IN(words);

	text_add(&t, "plan: ");
	text_add(&t, plan_verb_word(step->verb));
	if (step->verb == PLAN_BIND) {
		text_add(&t, " to ");
		text_span(&t, rule->driver);
	}
	text_add(&t, " by ");
	rule_source_text(rule, &t);
	text_add(&t, ": ");
	list_advice(list, step, &t);
	page_words(page, colors[step->verb], DEEPER, text_is(&t));
}

static enum color finding_color(const struct finding *finding)
{
	return finding->severity == FINDING_ERROR ? COLOR_RED :
	       finding->severity == FINDING_WARNING ? COLOR_YELLOW : COLOR_NONE;
}

/* "warning: its own driver ..."; whose it is stands above it. */
static void print_finding(const struct list *list, const struct finding *finding,
			  const struct page *page)
{
	const char *words = finding->text;
	char line[WORDS_SIZE], address[24];
	struct text a = TEXT_IN(address);
	struct text t = TEXT_IN(line);

	pci_addr_text(list->in->machine.fn[finding->fn].addr, &a);
	if (strncmp(words, address, a.n) == 0)
		words += a.n + strspn(words + a.n, ": ");
	text_add(&t, finding_severity_word((enum severity)finding->severity));
	text_add(&t, ": ");
	text_add(&t, words);
	if (finding->remedy[0])
		text_add(&t, ": ");
	text_add(&t, finding->remedy);
	page_words(page, finding_color(finding), DEEPER, text_is(&t));
}

void list_print(struct list *list, unsigned i, const struct page *page)
{
	bool is_bridge = list->in->machine.fn[i].is_bridge;
	const struct finding *finding;
	const struct plan_step *step;
	char words[WORDS_SIZE];
	struct text t = TEXT_IN(words);
	unsigned at = 0;

	head_text(list, i, &t);
	if (is_bridge) {
		page_line(page, COLOR_DIM, INDENT, text_is(&t));
	} else {
		if (list->is_brief)
			page_line(page, COLOR_NONE, INDENT, text_is(&t));
		else
			page_words(page, COLOR_NONE, INDENT, text_is(&t));
		text_init(&t, words, sizeof(words));
		kind_text(list, i, &t);
		page_words(page, COLOR_NONE, DEEPER, text_is(&t));
		print_holds(list, i, page);
	}
	while ((step = list_next_step(list, i, &at)))
		print_step(list, step, page);
	at = 0;
	while ((finding = list_next_finding(list, i, &at)))
		print_finding(list, finding, page);
}

void list_print_misses(const struct list *list, const struct page *page)
{
	bool is_first = true;
	unsigned i;

	for (i = 0; list->has_plan && i < list->in->plan.n; i++) {
		if (list->in->plan.step[i].verb != PLAN_MISS)
			continue;
		if (is_first)
			page_words(page, COLOR_BOLD, 0, SPAN("Rules without a device"));
		is_first = false;
		print_step(list, &list->in->plan.step[i], page);
	}
}

void list_print_findings(const struct list *list, const struct page *page)
{
	const struct finding *finding;
	bool is_first = true;
	unsigned at = 0;

	while ((finding = list_next_finding(list, NO_FUNCTION, &at))) {
		char line[WORDS_SIZE];
		struct text t = TEXT_IN(line);

		if (strcmp(finding->reason, "host-unknown") == 0 ||
		    strcmp(finding->reason, "unread-device") == 0)
			continue;	/* said on standard error, config or not */
		if (is_first)
			page_words(page, COLOR_BOLD, 0, SPAN("Rules and system"));
		is_first = false;
		finding_text(finding, &t);
		page_words(page, finding_color(finding), DEEPER, text_is(&t));
	}
}
