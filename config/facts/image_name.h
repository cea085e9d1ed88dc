/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGE_NAME_H
#define EARLYBIND_IMAGE_NAME_H

#include "core/sysfs.h"

/* The copy of its image.conf that a boot leaves for the running system. */
#define BOOTED_IMAGE_FILE "/run/earlybind/image.conf"

/* Chooses a new name, for images that are made by programs of this one. Returns 0 or
 * -errno. */
int image_name_choose(void);

/* For the program that makes one image: chooses a name, unless its caller has, or wants
 * images that are alike. */
void image_name_default(void);

/* Adds the line of image.conf with the name that was chosen, if one was. */
void image_name_text(struct text *t);

/* Whether the running system was booted with the image that has this image.conf. An image
 * without a name is no proof: unsure is no. */
bool image_name_was_booted(const struct root *root, struct span image);

#endif
