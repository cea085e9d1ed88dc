/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGE_PLACES_H
#define EARLYBIND_IMAGE_PLACES_H

#include "loader/system.h"

/* What tells that an image is of a kernel. */
enum image_place {
	PLACE_VERSION,		/* its name, or a folder of this system */
	PLACE_PACKAGE,		/* the package of the kernel, of any version */
	PLACE_UNSURE,		/* a folder that another system may have as well */
	PLACE_UNIFIED,		/* a section of the program that it is */
};

typedef void image_found(const char *path, enum image_place place, void *with);

/* Calls found() for each path at which an image of a kernel, "6.1.0-50-amd64", may be;
 * the file need not be there. */
void image_places(const struct root *root, const struct loader_system *system,
		  const char *kernel, image_found *found, void *with);

/* Whether it is one for when something is wrong, which Arch and kernel-install have
 * beside the usual one: made by "dracut --no-hostonly", and no rescue image. */
bool image_is_fallback(const char *path);

/* Whether a kernel of this version could be booted: a folder in /lib/modules may be all
 * that is left of it. */
bool image_has_kernel(const struct root *root, const char *kernel);

#endif
