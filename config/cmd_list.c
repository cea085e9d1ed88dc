/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd.h"

int cmd_list(const struct request *request, struct inputs *in)
{
	(void)request;
	(void)in;
	return STATUS_DONE;
}
