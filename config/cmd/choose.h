/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_CHOOSE_H
#define EARLYBIND_CHOOSE_H

#include "show/generate.h"

/* Whether there is somebody to be asked. */
bool choose_is_asked(void);

/* Lets the user pick devices by number. Returns 0, or -ENOENT where none was chosen, and
 * says so. */
int choose_at_terminal(struct generate *g);

/* Asks a question at the terminal. Returns whether the answer begins with y. */
bool choose_yes(const char *question);

/* Whether what is taken now may be written. With --ask that is asked; without it only of
 * what the host uses (its way to the network, its only keyboard, files in use), which
 * --force answers. The notes must be said. */
bool choose_may_take(const struct generate *g, const struct request *request);

#endif
