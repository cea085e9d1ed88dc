/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_COMMAND_H
#define EARLYBIND_COMMAND_H

#include <signal.h>

#include "core/fault.h"

/* SIGINT, SIGTERM and SIGHUP wait from the one to the other; but for those that this
 * program was started to ignore. The second lets them end it. A reader of our output that
 * goes away ends nothing: main() tells of it in the end. */
void command_hold_stops(sigset_t *ret_before);
void command_let_stops(const sigset_t *before);

/* Whether one of them waits: no new step is begun then. */
bool command_is_stopped(void);

/* Whether what programs print goes to standard error at once. Else it is kept, and goes
 * there if the program fails; a terminal shows meanwhile that it works. */
void command_show(bool is_shown);

/* Prints on standard error what the last program wrote and nobody has seen. */
void command_tell(void);

/* Runs a program of the system and waits for its end. argv ends in NULL; argv[0] is its
 * path, or a name that PATH finds. Where one of the signals comes, the program is ended
 * with all that it started, and the signal waits again, if the caller holds it. Returns
 * 0, or -errno and a fault: -ECHILD, it failed; -EINTR, we are told to stop. */
int command_run(const char *const argv[], struct fault *reterr);

/* Adds the command as for a shell. */
void command_text(const char *const argv[], struct text *t);

#endif
