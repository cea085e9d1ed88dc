/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORT_H
#define EARLYBIND_REPORT_H

#include "boot.h"

/* Writes report, machine, and the config texts that were used, into the report directory.
 * What cannot be written is said in the log. */
void report_write(struct boot *b);

/* Logs every line of the plan, before anything is done: what a hang in the kernel
 * leaves. */
void report_log_plan(struct boot *b);

/* Logs the outcome of every bind step, and in one line how it went. */
void report_log(struct boot *b);

/* Prints the plan to standard output. Returns 0 or -errno. */
int report_print_plan(struct boot *b);

#endif
