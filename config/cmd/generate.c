/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind generate: the config for the devices that the user names, or picks at a
 * terminal. It is planned before it is shown: what the host needs is refused, and what
 * must be known is said.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "loader/sync.h"
#include "show/generate.h"
#include "show/import.h"
#include "show/list_text.h"

static void say(const char *words)
{
	fprintf(stderr, "earlybind: %s\n", words);
}

/* Which of them did you mean? */
static void print_chosen(const struct generate *g)
{
	struct page page = { .to = stderr };
	unsigned i;

	for (i = 0; i < g->m->n; i++)
		if (g->is_chosen[i])
			list_print(g->list, i, &page);
}

static int choose_named(struct generate *g, const struct request *request)
{
	struct fault fault;
	unsigned k;

	for (k = 0; k < request->n_operands; k++) {
		int r;

		fault = (struct fault){ .name = "earlybind" };
		r = generate_choose(g, span_of(request->operands[k]), &fault);
		if (r == 0)
			continue;
		cmd_fail(STATUS_USAGE, &fault);
		if (r == -ENOTUNIQ)
			print_chosen(g);
		return r;
	}
	return 0;
}

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

static int ask(struct generate *g, const uint16_t choices[], unsigned n)
{
	char line[256];

	for (;;) {
		fputs("Numbers, with blanks between them: ", stderr);
		if (!fgets(line, sizeof(line), stdin)) {
			fputc('\n', stderr);
			return -ENOENT;
		}
		memset(g->is_chosen, 0, sizeof(g->is_chosen));
		if (read_numbers(g, sysfs_trim(line, (ssize_t)strlen(line)), choices, n))
			return 0;
		fprintf(stderr, "These are no numbers from 1 to %u.\n", n);
	}
}

/* Prints the displays, or the others, with their numbers. */
static void add_choices(struct generate *g, bool is_display, uint16_t choices[],
			unsigned *n)
{
	struct page page = { .to = stderr };
	unsigned i;

	for (i = 0; i < g->m->n; i++) {
		if (!is_choice(g, i) || function_is_display(&g->m->fn[i]) != is_display)
			continue;
		choices[(*n)++] = (uint16_t)i;
		fprintf(stderr, "%4u", *n);
		list_print(g->list, i, &page);
	}
}

static int choose_at_terminal(struct generate *g)
{
	static uint16_t choices[FUNCTIONS_MAX];
	unsigned n = 0;

	add_choices(g, true, choices, &n);
	add_choices(g, false, choices, &n);
	if (n == 0) {
		say("there is no display, USB controller, network card or NVMe disk to "
		    "choose: name the device, see earlybind list");
		return -ENOENT;
	}
	fputs("Which of these should virtual machines get?\n", stderr);
	if (ask(g, choices, n) < 0) {
		say("nothing was chosen");
		return -ENOENT;
	}
	return 0;
}

static int choose(struct generate *g, const struct request *request)
{
	if (request->n_operands > 0)
		return choose_named(g, request);
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		return choose_at_terminal(g);
	say("generate needs a device: an address, an id or words of its name, see "
	    "earlybind list");
	return -EINVAL;
}

/* Says of what was asked for which line takes it already. Returns whether anything is
 * left to be done. */
static bool say_there(const struct generate *g)
{
	bool has_new = false;
	unsigned i;

	for (i = 0; i < g->m->n; i++) {
		char words[sizeof(CONFIG_FILE) + 80];
		struct text t = TEXT_IN(words);

		has_new |= generate_is_new(g, i);
		if (!g->is_chosen[i] || g->there[i] == 0)
			continue;
		pci_addr_text(g->m->fn[i].addr, &t);
		text_add(&t, " is taken already, by " CONFIG_FILE ":");
		text_decimal(&t, g->there[i]);
		say(words);
	}
	return has_new;
}

/* The notes come from the plan of a first text, and go into the second. */
static int make_text(struct generate *g, const struct request *request,
		     struct fault *reterr)
{
	int r;

	r = generate_write_text(g, reterr);
	if (r == 0)
		r = generate_judge(g, request, reterr);
	if (r == 0)
		r = survey_judge(g->list->survey, reterr);
	if (r < 0)
		return r;
	generate_add_notes(g);
	r = generate_write_text(g, reterr);
	return r < 0 ? r : generate_judge(g, request, reterr);
}

static void print_notes(const struct generate *g)
{
	unsigned i;

	for (i = 0; i < g->n_notes; i++) {
		char address[24];
		struct text t = TEXT_IN(address);

		pci_addr_text(g->m->fn[g->note[i].fn].addr, &t);
		if (span_starts(span_of(g->note[i].text), address))
			say(g->note[i].text);
		else
			fprintf(stderr, "earlybind: %s: %s\n", address, g->note[i].text);
	}
}

/* What is about no device is not for the config: it will be put right, and the comment would
 * stay. */
static void print_findings(const struct generate *g)
{
	const struct finding *finding;
	unsigned at = 0;

	while ((finding = list_next_finding(g->list, NO_FUNCTION, &at))) {
		char words[3 * FAULT_SIZE];
		struct text t = TEXT_IN(words);

		finding_text(finding, &t);
		if (finding->severity != FINDING_NOTE &&
		    !(g->is_import && span_starts(span_of(finding->reason), "old-")))
			say(words);
	}
}

static int put(const struct generate *g, const struct request *request,
	       struct fault *reterr)
{
	/* for two at once; and a sync makes images with the config that it has read */
	_cleanup_close_ int lock = sync_lock(&g->list->in->root, reterr);
	struct generate_file file;

	if (lock == -EWOULDBLOCK)
		return cmd_fail(STATUS_SYSTEM, reterr);
	/* without a place for the lock there is none for a copy, which will be said */
	if (generate_put(g, &g->list->in->root, request->given & OPTION_FORCE, &file,
			 reterr) < 0)
		return cmd_fail(reterr->err == EEXIST ? STATUS_FINDING : STATUS_SYSTEM,
				reterr);
	if (file.is_same)
		say(CONFIG_FILE " is already up to date");
	else
		say(CONFIG_FILE " is written; next: earlybind check, then earlybind "
		    "sync, reboot, and earlybind status");
	if (file.backup[0])
		fprintf(stderr, "earlybind: the former one is %s\n", file.backup);
	return STATUS_DONE;
}

static int generate(struct generate *g, const struct request *request,
		    struct fault *reterr)
{
	int r;

	if (g->is_import)
		import_choose(g, say);
	else if (choose(g, request) < 0)
		return STATUS_USAGE;
	generate_expand(g);
	if (!say_there(g) && g->settings[0] == '\0') {
		if (request->given & OPTION_WRITE)
			say(CONFIG_FILE " is already up to date");
		return STATUS_DONE;
	}
	r = make_text(g, request, reterr);
	if (r < 0)
		return cmd_fail(r == -EPERM ? STATUS_FINDING : STATUS_SYSTEM, reterr);
	print_notes(g);
	print_findings(g);
	if (request->given & OPTION_WRITE)
		return put(g, request, reterr);
	fwrite(g->text + g->from, 1, g->n - g->from, stdout);
	return STATUS_DONE;
}

static int read_all(struct generate *g, const struct request *request, struct inputs *in,
		    struct fault *reterr)
{
	int r;

	if (g->has_dsn && !request->machine && in->root.is_host && geteuid() != 0) {
		*reterr = (struct fault){ .name = "earlybind" };
		return fault_set(reterr, EPERM, "only root can read Device Serial "
				 "Numbers: run as root, or without --dsn", NULL);
	}
	r = inputs_machine(in, request, g->has_dsn ? MACHINE_DSN : 0, reterr);
	if (r == 0)
		r = inputs_host(in, request, reterr);
	if (r == 0)
		r = generate_read_there(g, request, reterr);
	return r < 0 ? r : list_open(g->list, in, reterr);
}

/* The config that is here tells nothing of a recorded machine, unless it goes here. */
static bool is_added(const struct request *request)
{
	return !(request->given & OPTION_ONLY) &&
	       (!request->machine || request->given & OPTION_WRITE);
}

/* Reads what there is, and makes what is to be added to it. */
static int run(struct generate *g, const struct request *request, struct inputs *in,
	       struct fault *reterr)
{
	int status;

	if (inputs_open(in, request, reterr) < 0)
		return cmd_fail(STATUS_SYSTEM, reterr);
	if (g->adds && inputs_config(in, request, reterr) < 0) {
		status = cmd_fail(STATUS_CONFIG, reterr);
		say("nothing was added to it: correct it, or replace it with --only");
		return status;
	}
	if (read_all(g, request, in, reterr) < 0)
		return cmd_fail(STATUS_SYSTEM, reterr);
	cmd_say_unread(in);
	status = generate(g, request, reterr);
	if (status == STATUS_DONE && g->is_import)
		status = import_tell(g, say, reterr) < 0 ?
			 cmd_fail(STATUS_SYSTEM, reterr) : STATUS_DONE;
	list_close(g->list);
	return status;
}

static int generate_or_import(const struct request *request, struct inputs *in,
			      bool is_import)
{
	static struct list list;
	static struct generate g;
	struct fault fault = { .name = "earlybind" };
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);

	if (!s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	list.has_host = !request->machine;
	list.in = in;
	list.survey = s;
	g.list = &list;
	g.m = &in->machine;
	g.has_dsn = request->given & OPTION_DSN;
	g.adds = is_added(request);
	g.is_import = is_import;
	return run(&g, request, in, &fault);
}

int cmd_import(const struct request *request, struct inputs *in)
{
	return generate_or_import(request, in, true);
}

int cmd_generate(const struct request *request, struct inputs *in)
{
	if (request->given & OPTION_FORCE &&
	    !(request->given & OPTION_WRITE && request->given & OPTION_ONLY)) {
		say("--force is for --write --only, see earlybind generate --help");
		return STATUS_USAGE;
	}
	return generate_or_import(request, in, false);
}
