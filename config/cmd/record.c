/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind record: this machine as text, with all details and, unless asked for, without
 * serial numbers.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd.h"

static void print_machine(const struct machine *m, bool dsn)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	unsigned i;

	machine_head_text(m, &t);
	fputs(line, stdout);
	for (i = 0; i < m->n; i++) {
		text_init(&t, line, sizeof(line));
		machine_function_text(m, i, dsn, &t);
		fputs(line, stdout);
	}
}

int cmd_record(const struct request *request, struct inputs *in)
{
	bool dsn = request->given & OPTION_DSN;
	struct fault fault = { .name = "earlybind" };

	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	/* config space ends at byte 64 for everybody else */
	if (dsn && !request->machine && in->root.is_host && geteuid() != 0) {
		fault = (struct fault){ .name = "earlybind" };
		fault_set(&fault, EPERM, "only root can read Device Serial Numbers: "
			  "run as root, or without --dsn", NULL);
		return cmd_fail(STATUS_SYSTEM, &fault);
	}
	if (inputs_machine(in, request, dsn ? MACHINE_DSN : 0, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	cmd_say_unread(in);
	print_machine(&in->machine, dsn);
	return STATUS_DONE;
}
