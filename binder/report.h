/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORT_H
#define EARLYBIND_REPORT_H

#include "boot.h"

/* Writes report, machine, and the config texts that were used, into the report directory.
 * What cannot be written is said in the log. */
void report_write(struct boot *b);

/* Logs every line of the plan with its outcome, and in one line how it went. */
void report_log(struct boot *b);

/* Prints the plan to standard output. Returns 0 or -errno. */
int report_print_plan(struct boot *b);

#endif
