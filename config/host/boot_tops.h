/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_BOOT_TOPS_H
#define EARLYBIND_BOOT_TOPS_H

#include "core/sysfs.h"

enum { BOOT_TOPS = 3 };

/* Where the file systems of the boot files are mounted: /boot, /efi and /boot/efi. */
extern const char *const boot_tops[BOOT_TOPS];

/* The head of those entries of a grub.cfg that start other systems. */
#define GRUB_OS_PROBER "### BEGIN /etc/grub.d/30_os-prober ###"

/* Whether that directory below boot_tops[n] is one that lies below a top before it: a
 * file system may be mounted, and a directory linked, at two places. */
bool boot_top_is_second(const struct root *root, unsigned n, const char *below);

/* The first of boot_tops that is in fstab, and where nothing is mounted: what lies below
 * it is none of the boot's then. NULL: none, or what is mounted cannot be read. */
const char *boot_missing(const struct root *root);

#endif
