/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_JUDGE_IMAGES_H
#define EARLYBIND_JUDGE_IMAGES_H

#include "image/images.h"
#include "judge/findings.h"

/* What images are judged by. */
struct image_measure {
	struct span config;	/* the present one */
	bool is_right;		/* it has no error */
	bool is_wanted;		/* it has a bind rule */
	const struct machine *machine;
	const struct plan *plan;
	const struct host *host;
};

/* Says of each image what it is: verdict, state, obstacle. Pure. */
void images_judge(struct images *images, const struct image_measure *measure);

/* As images_judge(), of an image that is in no table, and of which only image_read() is
 * known. */
void image_judge(struct image *image, const struct image_measure *measure);

/* Whether sync makes it again; whether one is to be made by somebody else. */
bool image_is_stale(const struct image *image);
bool image_is_left(const struct image *image);

/* Adds what it is, and what to do about it (nothing, where it is right). */
void image_text(const struct image *image, struct text *t);
void image_remedy(const struct images *images, const struct image *image,
		  struct text *t);

/* Says so of all; is_wanted: there is a bind rule. image_lines.c */
void findings_of_images(struct findings *findings, const struct images *images,
			bool is_wanted);

/* Whether the image of the running kernel has the present config. */
bool images_need_reboot_only(const struct images *images);

/* Adds what to do to boot with the former one of an image. */
void former_text(const char *image, bool is_in_menu, struct text *t);

#endif
