/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMAGE_OPTIONS_H
#define EARLYBIND_IMAGE_OPTIONS_H

#include "core/fault.h"
#include "core/sysfs.h"

enum {
	IMAGE_OPTIONS_SIZE = 8192,	/* of dracut's own note in an image */
	IMAGE_OPTIONS_MAX = 128,
};

/* Options of dracut, as words of a command line. */
struct image_options {
	unsigned n;
	const char *word[IMAGE_OPTIONS_MAX];	/* they lie in s */
	char s[IMAGE_OPTIONS_SIZE];
	char left_out[FAULT_SIZE];	/* those that name a missing file, or empty */
};

/* Reads build-parameter.txt of an image: what dracut was called with to make it. Of that
 * it keeps what shapes an image, and leaves out what is of that call alone: the kernel,
 * the output, what was printed. Files are looked for below the root. Returns 0; or -errno
 * and a fault, and no word, where it is not sure what the text means. */
int image_options_read(struct image_options *options, struct span text,
		       const struct root *root, struct fault *reterr);

/* Whether a module of dracut is left out by them. */
bool image_options_omit(const struct image_options *options, const char *module);

#endif
