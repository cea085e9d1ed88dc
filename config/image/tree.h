/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TREE_H
#define EARLYBIND_TREE_H

#include "core/fault.h"
#include "core/sysfs.h"

enum { TREE_MAX = LOADS_MAX + 8 };

/* A directory that is being filled with files; each appears by rename, when it is
 * whole. */
struct tree {
	struct root root;
	unsigned n;
	char path[TREE_MAX][PATH_SIZE];	/* what is there, as "/etc/earlybind.conf" */
};

/* Opens a directory, and makes it where it is missing. Returns 0 or -errno and a
 * fault. */
int tree_open(struct tree *tree, const char *dir, struct fault *reterr);

/* Writes a text. Returns 0 or -errno and a fault. */
int tree_write(struct tree *tree, const char *path, struct span text,
	       struct fault *reterr);

/* Copies a file, with a mode. Returns 0 or -errno and a fault. */
int tree_copy(struct tree *tree, const char *path, mode_t mode, const struct root *from,
	      const char *file, struct fault *reterr);

/* Copies a kernel module, decompressed if its name ends in .gz, .xz or .zst, and sees to
 * it that it is an ELF file. Returns 0 or -errno and a fault. */
int tree_copy_module(struct tree *tree, const char *path, const struct root *from,
		     const char *file, struct fault *reterr);

/* Removes a file that an earlier run may have left. */
void tree_remove(struct tree *tree, const char *path);

/* Removes what was written: half a tree must not look like a whole one. */
void tree_undo(struct tree *tree);

void tree_close(struct tree *tree);

#endif
