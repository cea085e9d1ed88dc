/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STATUS_INITRD_H
#define EARLYBIND_STATUS_INITRD_H

#include "core/fault.h"
#include "core/sysfs.h"
#include "image_maker.h"

/* What an initramfs image has of ours, and of who made it. */
struct initrd {
	bool is_unified;	/* it is a part of a unified kernel image */
	uint8_t makers;		/* a set of 1 << enum image_maker */
	bool has_binder;
	bool has_config;
	bool has_image;		/* an image.conf */
	size_t n_config;
	size_t n_image;
	char config[CONFIG_MAX + 1];
	char image[CONFIG_MAX + 1];
};

/* Reads an image: newc archives, plain ones and then one compressed stream, as in
 * Documentation/driver-api/early-userspace/buffer-format.rst. Returns 0, or -errno and a
 * fault where it cannot be read to its end. */
int initrd_read(struct initrd *initrd, const struct root *root, const char *path,
		struct fault *reterr);

#endif
