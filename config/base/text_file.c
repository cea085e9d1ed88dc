/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a small file whole: a table of /proc, a file of settings. Says nothing.
 */
#include "base/text_file.h"

#include <errno.h>
#include <stdlib.h>

char *text_file_try(const struct root *root, const char *path, struct span *ret_text,
		    int *ret_err)
{
	char *buffer = malloc(TEXT_FILE_MAX);
	ssize_t n = -ENOMEM;

	*ret_text = (struct span){ NULL, 0 };
	if (buffer)
		n = sysfs_read_head(root, path, buffer, TEXT_FILE_MAX);
	*ret_err = n < 0 ? (int)n : 0;
	if (n < 0) {
		free(buffer);
		return NULL;
	}
	*ret_text = (struct span){ buffer, (size_t)n };
	return buffer;
}

char *text_file_read(const struct root *root, const char *path, struct span *ret_text)
{
	int err;

	return text_file_try(root, path, ret_text, &err);
}
