/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_WATCH_H
#define EARLYBIND_WATCH_H

#include "boot.h"

/* Calls work(b) in a child process and waits 10 seconds at most. Returns the exit code of
 * the child. If it died or hangs: says where, gives back what it left undone, and returns
 * -EINTR or -ETIMEDOUT; or another -errno where there could be no child, after saying
 * so. */
int watch(struct boot *b, int (*work)(struct boot *b));

/* As watch(), but leaves alone what takes longer: a signal would end the probe of a slow
 * controller (kthread_create() fails), and that may have the root. */
int watch_part(struct boot *b, int (*work)(struct boot *b));

#endif
