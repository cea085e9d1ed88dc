/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_FORMER_H
#define EARLYBIND_SYNC_FORMER_H

#include "base/place.h"
#include "status/status.h"

/* A former image is ".NAME" and this, beside the image. No pattern of a generator or of a
 * boot loader finds it, nor does place_sweep(). */
#define FORMER_END ".earlybind-former"

/* Writes the path of the former one of an image, and returns it. */
const char *former_path(const char *image, char path[PATH_SIZE]);

/* Whether former_keep() would need as much room as the image has: on FAT no file has two
 * names. Makes a second name for a moment to find that out. */
bool former_takes_room(const struct root *root, const struct status_line *image,
		       const struct place *place);

/* Keeps the image that is there, unless there is a former one already that could boot its
 * kernel; *ret_is_new says so. Returns 0, or -errno and a fault: then the image must not
 * be replaced. */
int former_keep(const struct root *root, const struct status_line *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr);

/* Takes back what former_keep() made: the image was not replaced. */
void former_drop(const struct root *root, const char *image);

/* Adds what to do to boot with the former image. */
void former_text(const struct root *root, const char *image, struct text *t);

/* Removes the former images that are not needed any more, and says so: a boot with the
 * present one was seen, or the kernel is gone. Those that stay are told to `keep`, if it
 * is not NULL. The lines are those of status_of_images(). */
void former_sweep(const struct status_list *list, const struct root *root,
		  void (*say)(const char *words), void (*keep)(const char *words));

/* Adds a line where an image has a former one. */
void former_status(struct status_list *list, const struct root *root,
		   const struct status_line *image);

/* Adds a line for each former image in /boot whose kernel is gone. */
void former_status_orphans(struct status_list *list, const struct root *root);

#endif
