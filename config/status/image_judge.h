/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGE_JUDGE_H
#define EARLYBIND_IMAGE_JUDGE_H

#include "image/initrd.h"
#include "status/status.h"

/* Says what is wrong with an image that was read, and returns what that is for status. */
enum state image_judge(const struct status_list *list, struct inputs *in,
		       const struct initrd *initrd, struct text *t);

#endif
