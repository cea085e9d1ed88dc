/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REMAKE_H
#define EARLYBIND_REMAKE_H

#include "image/images.h"
#include "judge/images.h"

/* What to do about one image that is stale. */
struct remake {
	const struct image *image;
	const struct image *source;	/* an image that it is a copy of, or NULL */
};

struct remakes {
	const struct images *images;
	const struct image_measure *measure;
	const struct root *root;
	int lock;			/* of sync_lock(), or -1 */
	/* image_judge() by the host as it is now, not as it was when dracut started */
	void (*judge_now)(struct image *image, const void *with);
	const void *with;
	unsigned n;
	struct remake remake[IMAGES_MAX];	/* in the order of the work */
};

/* Finds the images that are stale, by the verdicts of images_judge(). */
void remake_plan(struct remakes *remakes);

/* Whether a program is there that makes images with earlybind in them; else a fault says
 * what is there. */
bool remake_can(const struct root *root, struct fault *reterr);

/* Adds the command that makes the image, as for a shell. */
void remake_text(const struct remake *remake, struct text *t);

/* Whether it is the running kernel's; where no image is, because its modules or its image
 * are gone, each is perhaps the one that has booted. */
bool remake_may_have_booted(const struct remakes *remakes, const struct image *image);

/* Makes one image, beside the old one, which stays until the new one is whole and has the
 * present config; one that may have booted stays as a former one. Returns 0, or -errno
 * and a fault, and the old one is as it was. */
int remake_image(const struct remakes *remakes, const struct remake *remake,
		 struct fault *reterr);

#endif
