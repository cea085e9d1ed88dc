/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FILE_H
#define EARLYBIND_FILE_H

#include "core/sysfs.h"

/* A text that goes into a file or to an open fd, in few writes. */
struct file {
	int dir;		/* the directory, or -1: an fd of the caller */
	int fd;
	const char *name;
	int err;		/* the first error, positive; what follows is dropped */
	size_t n;
	char buffer[4096];
};

/* Opens a directory below the root, and makes it, with what is above it, if need be.
 * Returns an fd, or -errno. */
int file_open_dir(const struct root *root, const char *dir);

/* Starts a file that takes its name only when it is complete. `dir` and `name` stay the
 * caller's until file_close(). */
void file_open(struct file *file, int dir, const char *name, mode_t mode);

/* Starts a text on an fd that is open already, and stays so. */
void file_on(struct file *file, int fd);

/* Goes on with a file that is there; the caller closes file->fd. */
void file_append(struct file *file, int dir, const char *name);

/* Makes an empty file. Returns 0, or -errno: -EEXIST where it is there already. */
int file_mark(int dir, const char *name);

void file_span(struct file *file, struct span s);
void file_add(struct file *file, const char *s);

/* Writes the rest and gives the file its name. Returns 0 or -errno. */
int file_close(struct file *file);

#endif
