/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What generate asks at a terminal: which devices, and whether those should go that the
 * host uses. Elsewhere it asks nothing, and takes nothing that it would have asked for.
 */
#include "cmd/choose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "show/list_text.h"

/* What people give away, and what the host can do without. */
static bool is_choice(const struct generate *g, unsigned i)
{
	const struct function *f = &g->m->fn[i];
	const struct host *host = &g->list->in->host;
	unsigned base = f->class >> 16, kind = f->class >> 8;

	if (f->is_bridge || f->is_vf ||
	    (g->list->has_host && host_need(host, i) != FOR_NONE))
		return false;
	if (!function_is_display(f) && generate_is_graphics(g->m, i, i))
		return false;	/* comes with its display */
	return base == 0x03 || kind == 0x0c03 || base == 0x02 || kind == 0x0108 ||
	       base == 0x12;
}

/* "1 3" */
static bool read_numbers(struct generate *g, struct span line, const uint16_t choices[],
			 unsigned n_choices)
{
	bool has_any = false;

	while (line.s) {
		struct span word = span_cut(&line, ' ');
		uint64_t n;

		if (word.n == 0)
			continue;
		if (span_number(word, 10, 4, n_choices, &n) < 0 || n == 0)
			return false;
		g->is_chosen[choices[n - 1]] = true;
		has_any = true;
	}
	return has_any;
}

bool choose_is_asked(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static int ask(struct generate *g, const uint16_t choices[], unsigned n)
{
	char line[256];

	for (;;) {
		struct span answer;

		fputs("Numbers, with blanks between them; q leaves: ", stderr);
		if (!fgets(line, sizeof(line), stdin)) {
			fputc('\n', stderr);
			return -ENOENT;
		}
		answer = sysfs_trim(line, (ssize_t)strlen(line));
		if (answer.n == 0 || span_is(answer, "q"))
			return -ENOENT;
		memset(g->is_chosen, 0, sizeof(g->is_chosen));
		if (read_numbers(g, answer, choices, n))
			return 0;
		fprintf(stderr, "Please enter numbers from 1 to %u.\n", n);
	}
}

/* "IOMMU group 7, with 0000:00:1f.3": a virtual machine gets all of it. */
static void print_mates(const struct generate *g, unsigned i, const struct page *page)
{
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);
	unsigned j, n = 0;

	if (g->m->fn[i].group < 0)
		return;
	text_add(&t, "IOMMU group ");
	text_decimal(&t, (uint64_t)g->m->fn[i].group);
	for (j = 0; j < g->m->n; j++) {
		if (j == i || g->m->fn[j].group != g->m->fn[i].group ||
		    !function_holds_group(&g->m->fn[j]))
			continue;
		text_add(&t, n++ == 0 ? ", with " : " ");
		pci_addr_text(g->m->fn[j].addr, &t);
	}
	page_words(page, COLOR_NONE, 6, text_is(&t));
}

/* Prints the displays, or the others, with their numbers. */
static void add_choices(struct generate *g, bool is_display, uint16_t choices[],
			unsigned *n)
{
	struct page page = page_of(stderr, 80);
	unsigned i;

	page.width = page.width > 24 ? page.width - 4 : 20;	/* the number */

	for (i = 0; i < g->m->n; i++) {
		if (!is_choice(g, i) || function_is_display(&g->m->fn[i]) != is_display)
			continue;
		choices[(*n)++] = (uint16_t)i;
		fprintf(stderr, "%4u", *n);
		list_print(g->list, i, &page);
		print_mates(g, i, &page);
	}
}

int choose_at_terminal(struct generate *g)
{
	static uint16_t choices[FUNCTIONS_MAX];
	unsigned n = 0;

	add_choices(g, true, choices, &n);
	add_choices(g, false, choices, &n);
	if (n == 0) {
		cmd_say("there is no display, USB controller, network card or NVMe disk "
			"to choose: name the device, see earlybind list");
		return -ENOENT;
	}
	fputs("Which of these should virtual machines get?\n", stderr);
	if (ask(g, choices, n) < 0) {
		cmd_say("nothing was chosen");
		return -ENOENT;
	}
	return 0;
}

/* What the host has there and uses. That all of several keyboards go is a finding. */
static bool is_used(const struct generate *g, unsigned i)
{
	const struct finding *finding;
	const struct host_hold *hold;
	unsigned at = 0;

	while (g->list->has_host && (hold = host_next_hold(&g->list->in->host, i, &at)))
		if (hold->kind != HOST_NET && !hold->is_idle)
			return true;
	at = 0;
	while ((finding = list_next_finding(g->list, i, &at)))
		if (strcmp(finding->reason, "takes-keyboard") == 0 ||
		    strcmp(finding->reason, "prompt-unanswered") == 0)
			return true;
	return false;
}

static bool has_uses(const struct generate *g)
{
	unsigned i;

	for (i = 0; i < g->m->n; i++)
		if (generate_is_new(g, i) && is_used(g, i))
			return true;
	return false;
}

/* The rest of a long line is no answer to the next question. */
bool choose_yes(const char *question)
{
	int first, c;

	fprintf(stderr, "%s [y/N] ", question);
	first = getchar();
	for (c = first; c != '\n' && c != EOF; c = getchar())
		;
	if (c == EOF)
		fputc('\n', stderr);
	return first == 'y' || first == 'Y';
}

/* What is refused never gets here. */
bool choose_may_take(const struct generate *g, const struct request *request)
{
	bool has_use = !(request->given & OPTION_FORCE) && has_uses(g);

	if (!has_use && !(request->given & OPTION_ASK))
		return true;
	if (!choose_is_asked()) {
		cmd_say("the host uses what would be taken, see above: nothing was "
			"written; --force takes it all the same");
		return false;
	}
	if (choose_yes(has_use ? "The host uses this, see above. Take it all the same?" :
		       "Put these lines into " CONFIG_FILE "?"))
		return true;
	cmd_say("nothing was written");
	return false;
}
