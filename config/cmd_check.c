/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind check: is the config right, and does it do on this machine what it says? The
 * plan has judged that; here its findings are picked out.
 */
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"

/* What is wrong with the config is no failure of this verb but its answer. */
static int print_wrong(const struct fault *fault)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);

	fault_text(fault, &t);
	puts(line);
	return STATUS_CONFIG;
}

static void print_right(const struct request *request, const struct inputs *in)
{
	const char *name = request->config ? request->config : CONFIG_FILE;
	unsigned i, n = 0;

	for (i = 0; i < in->rules.n; i++)
		n += in->rules.rule[i].source == SOURCE_CONF;
	if (in->config.is_there)
		printf("%s: %u rule%s, no error\n", name, n, n == 1 ? "" : "s");
	else
		printf("%s: no such file, so nothing is bound\n", name);
}

/* A fact that this user may not read, and the binder may. */
static bool is_unreadable(const struct plan_step *step)
{
	return step->verb == PLAN_REFUSE && (step->reason == REASON_UNREADABLE_DSN ||
					     step->reason == REASON_UNREADABLE_GROUP);
}

static int print_findings(const struct request *request, const struct inputs *in)
{
	bool is_blind = false;
	unsigned i;

	for (i = 0; i < in->plan.n; i++) {
		const struct plan_step *step = &in->plan.step[i];

		if (step->verb == PLAN_BIND || step->verb == PLAN_KEEP)
			continue;
		cmd_print_step(in, step);
		is_blind |= is_unreadable(step);
	}
	if (is_blind && !request->machine && in->root.is_host && geteuid() != 0) {
		fprintf(stderr, "earlybind: a rule depends on what only root can read: "
			"run as root\n");
		return STATUS_SYSTEM;
	}
	return plan_count(&in->plan, PLAN_REFUSE) || plan_count(&in->plan, PLAN_MISS) ?
	       STATUS_FINDING : STATUS_DONE;
}

int cmd_check(const struct request *request, struct inputs *in)
{
	struct fault fault;

	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return print_wrong(&fault);
	if (inputs_plan(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	print_right(request, in);
	return print_findings(request, in);
}
