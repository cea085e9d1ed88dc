/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORT_H
#define EARLYBIND_REPORT_H

#include "boot.h"

/* Writes report, machine, and the config texts that were used, into the report directory.
 * What cannot be written is said in the log. */
void report_write(struct boot *b);

/* Adds the bind steps that have an outcome, and the remarks, to the report of the
 * boot. */
void report_add(struct boot *b, int dir);

/* Logs those steps. */
void report_log_added(struct boot *b);

/* Logs the remarks, every line of the plan with its outcome, as far as they come in three
 * seconds, and in one line how it went. */
void report_log(struct boot *b);

/* Prints the plan to standard output. Returns 0 or -errno. */
int report_print_plan(struct boot *b);

#endif
