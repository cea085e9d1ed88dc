/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind args: the kernel arguments that the rules want, one line for a boot loader;
 * on standard error a line for each that says why, and for what was left out.
 */
#include <errno.h>
#include <stdio.h>

#include "args.h"
#include "cmd.h"

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
	static struct kargs kargs;
	char line[KARGS_SIZE];
	struct text t = TEXT_IN(line);
	struct fault fault;

	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return cmd_fail(STATUS_CONFIG, &fault);
	if (args_read(&kargs, in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	kargs_text(&kargs, &t);
	if (t.full) {
		fault = (struct fault){ .name = "earlybind" };
		fault_set(&fault, E2BIG, "the arguments are longer than the limit "
			  "KARGS_SIZE, 4096", NULL);
		return cmd_fail(STATUS_SYSTEM, &fault);
	}
	print_why(&kargs);
	puts(line);
	return STATUS_DONE;
}
