/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_IMAGES_H
#define EARLYBIND_SYNC_IMAGES_H

#include "status.h"

/* What to do about one image that status_of_images() found not to be right. */
struct sync_image {
	const struct status_line *line;	/* its path is the name of the line */
	const char *kernel;
	const char *source;		/* an image that it is a copy of, or NULL */
};

enum { SYNC_IMAGES_MAX = 128 };

struct sync_images {
	struct status_list *list;
	struct inputs *in;
	unsigned n;
	struct sync_image image[SYNC_IMAGES_MAX];
};

/* Finds the images that are stale, from the lines of images->list, in the order of the
 * work. */
void sync_images_plan(struct sync_images *images);

/* Whether a program is there that makes images with earlybind in them; else a fault says
 * what is there. */
bool sync_images_can(const struct sync_images *images, struct fault *reterr);

/* Adds the command that makes the image, as for a shell. */
void sync_image_text(const struct sync_image *image, struct text *t);

/* Makes one image, beside the old one, which stays until the new one is whole and has the
 * present config. Returns 0, or -errno and a fault, and the old one is as it was. */
int sync_image_make(const struct sync_images *images, const struct sync_image *image,
		    struct fault *reterr);

#endif
