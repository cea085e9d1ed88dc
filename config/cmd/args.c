/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind args: the kernel arguments that the rules want, one line for a boot loader;
 * on standard error a line for each that says why, and for what was left out.
 */
#include <errno.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "survey.h"

static void print_why(const struct kargs *kargs)
{
	unsigned i;

	for (i = 0; i < kargs->n; i++)
		fprintf(stderr, "%s: %s\n", kargs->arg[i].word, kargs->arg[i].why);
	for (i = 0; i < kargs->n_notes; i++)
		fprintf(stderr, "note: %s\n", kargs->note[i]);
	if (kargs->n_lost)
		fprintf(stderr, "note: and %u more than the limit KARG_NOTES_MAX, 64\n",
			kargs->n_lost);
}

int cmd_args(const struct request *request, struct inputs *in)
{
	char line[KARGS_SIZE];
	struct text t = TEXT_IN(line);
	struct fault fault;
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);

	if (!s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return cmd_fail(STATUS_CONFIG, &fault);
	if (inputs_plan(in, request, &fault) < 0 || survey_args(s, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	kargs_text(&s->kargs, &t);
	if (t.full) {
		fault = (struct fault){ .name = "earlybind" };
		fault_set(&fault, E2BIG, "the arguments are longer than the limit "
			  "KARGS_SIZE, 4096", NULL);
		return cmd_fail(STATUS_SYSTEM, &fault);
	}
	print_why(&s->kargs);
	puts(line);
	return STATUS_DONE;
}
