/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STATUS_INITRD_H
#define EARLYBIND_STATUS_INITRD_H

#include <sys/stat.h>

#include "core/fault.h"
#include "core/sysfs.h"
#include "image/maker.h"
#include "image/options.h"

enum { INITRD_KERNELS_MAX = 4, INITRD_KERNEL_SIZE = 128, INITRD_LINKS = 3 };

/* A file of an image; NULL: it is not there. */
struct initrd_text {
	char *s;
	size_t n;
};

/* What an initramfs image has of ours, and of who made it. */
struct initrd {
	struct stat stat;	/* of the file that was read */
	bool is_unified;	/* it is a part of a unified kernel image */
	bool is_squashed;	/* its files are in a file system inside */
	bool is_early;		/* the last archive is what the kernel reads first */
	bool has_more;		/* there is an archive beside those of dracut */
	bool is_torn;		/* the program that decompresses it failed at its end */
	uint8_t makers;		/* a set of 1 << enum image_maker */
	uint8_t n_kernels;	/* lib/modules/VERSION: the first few versions */
	char kernel[INITRD_KERNELS_MAX][INITRD_KERNEL_SIZE];
	uint8_t is_linked;	/* a set of 1 << n: of ours, the content is to come */
	uint32_t linked[INITRD_LINKS];	/* by its inode */
	bool has_binder;
	bool has_config;
	bool has_image;		/* an image.conf */
	struct initrd_text config;
	struct initrd_text image;
	struct initrd_text machine_id;
	struct initrd_text parameters;	/* of dracut */
};

/* Reads an image: newc archives, plain ones and then one compressed stream, as in
 * Documentation/driver-api/early-userspace/buffer-format.rst. Returns 0, or -errno and a
 * fault where it cannot be read to its end. In both cases the caller calls
 * initrd_free(). */
int initrd_read(struct initrd *initrd, const struct root *root, const char *path,
		struct fault *reterr);

/* Whether it has modules of a kernel. */
bool initrd_has_kernel(const struct initrd *initrd, const char *version);

void initrd_free(struct initrd *initrd);
#define _cleanup_initrd_ __attribute__((cleanup(initrd_free)))

struct span initrd_span(const struct initrd_text *text);

#endif
