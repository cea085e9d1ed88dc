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

#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "loader/sync.h"
#include "show/generate.h"
#include "show/import.h"
#include "show/list_text.h"

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

static int choose(struct generate *g, const struct request *request)
{
	if (request->n_operands > 0)
		return choose_named(g, request);
	if (choose_is_asked())
		return choose_at_terminal(g);
	cmd_say("generate needs a device: an address, an id or words of its name, see "
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
		cmd_say(words);
	}
	return has_new;
}

/* What nobody asked for comes first. */
static void say_along(const struct generate *g)
{
	unsigned i, j;

	for (i = 0; i < g->m->n; i++) {
		char words[80];
		struct text t = TEXT_IN(words);
		bool is_group = false;

		if (g->is_chosen[i] || !generate_is_new(g, i))
			continue;
		for (j = 0; j < g->m->n; j++)
			is_group |= g->is_chosen[j] && g->m->fn[j].group >= 0 &&
				    g->m->fn[j].group == g->m->fn[i].group;
		pci_addr_text(g->m->fn[i].addr, &t);
		text_add(&t, is_group ? " goes along: same card and group" :
			 " goes along: same card");
		cmd_say(words);
	}
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
			cmd_say(g->note[i].text);
		else
			fprintf(stderr, "earlybind: %s: %s\n", address, g->note[i].text);
	}
}

/* What is about no device is not for the config: it will be put right, and the comment
 * would stay. */
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
			cmd_say(words);
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
		cmd_say(CONFIG_FILE " is already up to date");
	else
		cmd_say(CONFIG_FILE " is written; next: earlybind check, then earlybind "
		    "sync, reboot, and earlybind status");
	if (file.backup[0])
		fprintf(stderr, "earlybind: the former one is kept as %s\n", file.backup);
	return STATUS_DONE;
}

static void print_lines(const struct generate *g)
{
	fwrite(g->text + g->from, 1, g->n - g->from, stdout);
	fflush(stdout);
}

/* What a person sees who is asked whether it shall be written: the next boot as well. */
static void print_plan(const struct generate *g)
{
	const struct plan_step *step;
	unsigned i, at;

	putchar('\n');
	for (i = 0; i < g->m->n; i++)
		for (at = 0; generate_is_new(g, i) &&
		     (step = list_next_step(g->list, i, &at));)
			cmd_print_step(g->list->in, step);
	fflush(stdout);
}

static int write_it(const struct generate *g, const struct request *request,
		    struct fault *reterr)
{
	return choose_may_take(g, request) ? put(g, request, reterr) : STATUS_FINDING;
}

static int generate(struct generate *g, const struct request *request,
		    struct fault *reterr)
{
	bool is_seen = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
	bool is_shown = request->given & OPTION_ASK || !(request->given & OPTION_WRITE);
	int r;

	if (g->is_import)
		import_choose(g, cmd_say);
	else if (choose(g, request) < 0)
		return STATUS_USAGE;
	generate_expand(g);
	if (!say_there(g) && g->settings[0] == '\0') {
		if (request->given & OPTION_WRITE)
			cmd_say(CONFIG_FILE " is already up to date");
		return STATUS_DONE;
	}
	r = make_text(g, request, reterr);
	if (r < 0)
		return cmd_fail(r == -EPERM ? STATUS_FINDING : STATUS_SYSTEM, reterr);
	say_along(g);
	/* on one screen with the config, whose comments have them */
	if (!is_shown || !is_seen)
		print_notes(g);
	print_findings(g);
	if (is_shown)
		print_lines(g);
	if (request->given & OPTION_ASK)
		print_plan(g);
	if (request->given & OPTION_WRITE)
		return write_it(g, request, reterr);
	if (is_seen)
		cmd_say("not written: add --write to write it to /etc/earlybind.conf");
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
	if (g->adds && inputs_config(in, reterr) < 0) {
		status = cmd_fail(STATUS_CONFIG, reterr);
		cmd_say("nothing was added to it: correct it, or replace it with --only");
		return status;
	}
	if (read_all(g, request, in, reterr) < 0)
		return cmd_fail(STATUS_SYSTEM, reterr);
	cmd_say_unread(in);
	status = generate(g, request, reterr);
	if (status == STATUS_DONE && g->is_import)
		status = import_tell(g, cmd_say, reterr) < 0 ?
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
	const char *wrong = NULL;

	if (request->given & OPTION_FORCE && !(request->given & OPTION_WRITE))
		wrong = "--force is for --write, see earlybind generate --help";
	else if (request->given & OPTION_ASK && !(request->given & OPTION_WRITE))
		wrong = "--ask is for --write, see earlybind generate --help";
	else if (request->given & OPTION_ASK && !choose_is_asked())
		wrong = "--ask is for a terminal, and here is none: leave it out";
	if (wrong) {
		cmd_say(wrong);
		return STATUS_USAGE;
	}
	return generate_or_import(request, in, false);
}
