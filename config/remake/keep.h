/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_KEEP_H
#define EARLYBIND_KEEP_H

#include "base/place.h"
#include "image/images.h"

/* Whether keep_former() would need as much room as the image has: on FAT no file has two
 * names. Makes a second name for a moment to find that out. */
bool keep_takes_room(const struct root *root, const struct image *image,
		     const struct place *place);

/* Keeps the image that is there, unless there is a former one already that could boot its
 * kernel; *ret_is_new says so. Returns 0, or -errno and a fault: then the image must not
 * be replaced. */
int keep_former(const struct root *root, const struct image *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr);

/* Takes back what keep_former() made: the image was not replaced. */
void keep_drop(const struct root *root, const char *image);

/* Removes the former images that are not needed any more, and says so: a boot with the
 * present one was seen, or the kernel is gone. Those that stay are told to `keep`, if it
 * is not NULL. */
void keep_sweep(const struct images *images, const struct root *root,
		void (*say)(const char *words), void (*keep)(const char *words));

/* Whether there is room beside the image for so many like it, of which one is to be the
 * former image. Returns 0, or -errno and a fault. */
int keep_room(const struct place *place, unsigned n, bool has_former,
	      struct fault *reterr);

/* Copies a file of the root, and sees it on disk. Returns 0 or -errno. */
int keep_copy(const struct root *root, const char *from, int to);

#endif
