/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGE_MAKER_H
#define EARLYBIND_IMAGE_MAKER_H

#include "core/sysfs.h"

/* The programs that make initramfs images; each leaves files of its own in them. */
enum image_maker {
	MAKER_UNKNOWN, MAKER_DRACUT, MAKER_INITRAMFS_TOOLS, MAKER_MKINITCPIO,
	MAKER_BOOSTER, MAKER_GENKERNEL,
};

/* The set of makers (1 << enum image_maker) that leave a file of this name, a path
 * without a slash in front, in their images; 0 for most. */
unsigned image_maker_leaves(const char *name);

/* Who made an image in which files of these makers were seen. Unknown where there is
 * none, or more than one. */
enum image_maker image_maker_of(unsigned seen);

/* "initramfs-tools"; for MAKER_UNKNOWN "an unknown program". */
const char *image_maker_name(enum image_maker maker);

/* A maker other than dracut that is installed below the root, by the name that people
 * know, or NULL. */
const char *image_maker_installed(const struct root *root);

/* What makes the images of a system that has no use for others, and what to do there: a
 * sentence for ostree and sdbootutil, NULL elsewhere. */
const char *image_maker_of_system(const struct root *root);

#endif
