/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_USE_H
#define EARLYBIND_HOST_USE_H

#include "host_scan.h"

/*
 * What is in use though nothing is mounted from it: for=use. The parts of
 * host_use_scan() share this; no other file includes it.
 */

/* The function needs it, and holds "NAME, BY": "nvme0n1, open by qemu (pid 7)". */
void host_use(struct host_scan *s, const struct host_block *b, const struct text *by);
/* Whether what is mounted from it, or swapped to, has said already what it is for. */
bool host_use_is_judged(const struct host_block *b);

#endif
