/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORT_H
#define EARLYBIND_REPORT_H

#include "boot.h"

/* Writes report, machine, and the config texts that were used, into the report directory.
 * What cannot be written is said in the log. */
void report_write(struct boot *b);

/* Adds the bind steps that have an outcome, and the remarks, to the report of the boot,
 * and logs them. */
void report_add(struct boot *b, int dir);

/* Logs every line of the plan, before anything is done: what a hang in the kernel
 * leaves. */
void report_log_plan(struct boot *b);

/* Logs the outcome of every bind step, and in one line how it went. */
void report_log(struct boot *b);

/* Prints the plan to standard output. Returns 0 or -errno. */
int report_print_plan(struct boot *b);

#endif
