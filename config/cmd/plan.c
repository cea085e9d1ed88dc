/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind plan: the plan of the next boot, as the binder prints it.
 */
#include "cmd/cmd.h"

int cmd_plan(const struct request *request, struct inputs *in)
{
	struct fault fault;
	unsigned i;

	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return cmd_fail(STATUS_CONFIG, &fault);
	if (inputs_plan(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	for (i = 0; i < in->plan.n; i++)
		cmd_print_step(in, &in->plan.step[i]);
	cmd_say_unread(in);
	return cmd_is_blind(request, in) ? STATUS_SYSTEM : STATUS_DONE;
}
