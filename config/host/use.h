/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_USE_H
#define EARLYBIND_HOST_USE_H

#include "host/scan.h"

/*
 * What is in use though nothing is mounted from it: for=use. The parts of
 * host_use_scan() share this; no other file includes it.
 */

/* The function needs it, and holds "NAME, BY": "nvme0n1, open by qemu (pid 7)". */
void host_use(struct host_scan *s, const struct host_block *b, const struct text *by);
/* The same for all that a path ("/dev/vg/lv") stands for. Returns whether that is
 * anything. */
bool host_use_path(struct host_scan *s, struct span path, const struct text *by);
/* Whether what is mounted from it, or swapped to, has said already what it is for. */
bool host_use_is_judged(const struct host_block *b);
/* Whether it is a partition, or a disk without any, and no other device stands on it. */
bool host_use_is_leaf(struct host_scan *s, const struct host_block *b);

/* Whether it is on functions of this machine, and the host needs none of them so far. */
bool host_use_is_free(struct host_scan *s, const struct host_block *b);

/* Every free leaf that something in the kernel has for itself. Returns whether all could
 * be asked. claim.c */
bool host_claim_scan(struct host_scan *s);

/* What is counted before a disk that is named so. names.c */
void host_names_scan(struct host_scan *s);
/* What is counted before a network card or a SATA port that is named so. counts.c */
void host_counts_scan(struct host_scan *s);
/* The imported pools. zfs.c */
void host_zfs_scan(struct host_scan *s, bool is_claim_known);
/* What programs have open. open.c */
void host_open_scan(struct host_scan *s);
/* What is given to others: the kernel's targets, DRBD, nbd-server, Ceph.
 * export.c */
void host_export_scan(struct host_scan *s);

#endif
