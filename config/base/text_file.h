/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TEXT_FILE_H
#define EARLYBIND_TEXT_FILE_H

#include "core/sysfs.h"

enum { TEXT_FILE_MAX = 1 << 20 };	/* of grub.cfg, the largest of them */

/* The text of a file below the root, of at most a megabyte, which the caller frees; or
 * NULL, and -errno in *ret_err. */
char *text_file_try(const struct root *root, const char *path, struct span *ret_text,
		    int *ret_err);

/* The same, where it does not matter why there is none. */
char *text_file_read(const struct root *root, const char *path, struct span *ret_text);

#endif
