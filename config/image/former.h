/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FORMER_H
#define EARLYBIND_FORMER_H

#include "core/sysfs.h"

/* A former image is ".NAME" and this, beside the image. No pattern of a generator or of a
 * boot loader finds it, nor does place_sweep(). */
#define FORMER_END ".earlybind-former"

/* Writes the path of the former one of an image, and returns it. */
const char *former_path(const char *image, char path[PATH_SIZE]);

/* Whether an image has a former one; writes its path. */
bool former_is_there(const struct root *root, const char *image, char path[PATH_SIZE]);

/* Whether GRUB's menu has an entry with the former one of an image. */
bool former_is_in_menu(const struct root *root, const char *image);

/* Calls found() with the path of each former image in /boot whose kernel is gone. Those
 * of kernel-install lie in the kernel's own directory, which goes with it. */
void former_orphans(const struct root *root, void (*found)(const char *path, void *with),
		    void *with);

#endif
