/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_IMAGES_H
#define EARLYBIND_SYNC_IMAGES_H

#include "base/place.h"
#include "image/options.h"
#include "status/status.h"

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
	int lock;			/* of sync_lock(), or -1 */
	unsigned n;
	struct sync_image image[SYNC_IMAGES_MAX];
	struct image_options options;	/* of the image that is at work */
	char note[2 * FAULT_SIZE];	/* those that are not kept, or empty */
};

/* Finds the images that are stale, from the lines of images->list, in the order of the
 * work. */
void sync_images_plan(struct sync_images *images);

/* Whether a program is there that makes images with earlybind in them; else a fault says
 * what is there. */
bool sync_images_can(const struct sync_images *images, struct fault *reterr);

/* Reads from the old image what it was made with: options and note. Returns 0, or -errno
 * and a fault where they are not understood: status_of_images() has refused such ones. */
int sync_image_read(struct sync_images *images, const struct sync_image *image,
		    struct fault *reterr);

/* Adds the command that makes the image, as for a shell. sync_image_read() comes first,
 * here and below. */
void sync_image_text(const struct sync_images *images, const struct sync_image *image,
		     struct text *t);

/* Whether it is the running kernel's; where no image is, because its modules or its image
 * are gone, each is perhaps the one that has booted. */
bool sync_image_may_have_booted(const struct sync_images *images,
				const struct sync_image *image);

/* Makes one image, beside the old one, which stays until the new one is whole and has the
 * present config; one that may have booted stays as a former one. Returns 0, or -errno
 * and a fault, and the old one is as it was. */
int sync_image_make(const struct sync_images *images, const struct sync_image *image,
		    struct fault *reterr);

/* Whether there is room beside the image for so many like it, of which one is to be the
 * former image. Returns 0, or -errno and a fault. */
int sync_image_room(const struct place *place, unsigned n, bool has_former,
		    struct fault *reterr);

/* Copies a file of the root, and sees it on disk. Returns 0 or -errno. */
int sync_copy_file(const struct root *root, const char *from, int to);

#endif
