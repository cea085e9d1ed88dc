/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_WATCH_H
#define EARLYBIND_WATCH_H

#include "boot.h"

/* Blocks the signals that would end us; watch() sees those that are meant to. */
void watch_signals(void);

/* Calls work(b) in a child process. Where a step takes ten seconds, or kills the child:
 * says where, drops that unit, and calls work(b) again in the next child, to go on behind
 * it. After 30 seconds, or SIGTERM or SIGINT, no more. What is left undone then is given
 * back. Returns the exit code of the last child, or -errno, after saying what was
 * wrong. */
int watch(struct boot *b, int (*work)(struct boot *b));

/* Calls work(b) in one child process that is left alone where it takes longer: a signal
 * would end the probe of a slow controller (kthread_create() fails), and that may have
 * the root. */
int watch_part(struct boot *b, int (*work)(struct boot *b));

#endif
