/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a small file whole: a table of /proc, a file of settings. Says nothing.
 */
#include "base/text_file.h"

#include <errno.h>
#include <stdlib.h>

/* Nearly every file is smaller; a megabyte costs a mapping of its own. */
enum { USUAL_MAX = 16384 };

static char *read_up_to(const struct root *root, const char *path, size_t size,
			ssize_t *ret_n)
{
	char *buffer = malloc(size);

	*ret_n = buffer ? sysfs_read_head(root, path, buffer, size) : -ENOMEM;
	if (*ret_n < 0) {
		free(buffer);
		return NULL;
	}
	return buffer;
}

char *text_file_try(const struct root *root, const char *path, struct span *ret_text,
		    int *ret_err)
{
	ssize_t n;
	char *buffer = read_up_to(root, path, USUAL_MAX, &n);

	if (n >= USUAL_MAX - 1) {
		free(buffer);
		buffer = read_up_to(root, path, TEXT_FILE_MAX, &n);
	}
	*ret_text = (struct span){ buffer, buffer ? (size_t)n : 0 };
	*ret_err = n < 0 ? (int)n : 0;
	return buffer;
}

char *text_file_read(const struct root *root, const char *path, struct span *ret_text)
{
	int err;

	return text_file_try(root, path, ret_text, &err);
}
