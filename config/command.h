/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_COMMAND_H
#define EARLYBIND_COMMAND_H

#include "core/fault.h"

/* Runs a program of the system and waits for its end; what it prints goes to standard
 * error. Signals that the caller blocks reach it. argv ends in NULL; argv[0] is its path
 * or a name that PATH finds. Returns 0, or -errno and a fault: -ECHILD, it failed. */
int command_run(const char *const argv[], struct fault *reterr);

/* Adds the command as for a shell. */
void command_text(const char *const argv[], struct text *t);

#endif
