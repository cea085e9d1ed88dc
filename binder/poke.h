/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_POKE_H
#define EARLYBIND_POKE_H

#include "core/sysfs.h"

/* All that this program can do to a machine. tests/apply/fakekernel.c answers in its
 * place. */

/* Writes an attribute, the whole value in one write. Returns 0 or -errno; a short write
 * is -EIO. */
int poke_write(const struct root *root, const char *path, const char *value);

/* As poke_write(), then reads the attribute back through the same fd into buffer and
 * terminates it. Returns the length or -errno. */
ssize_t poke_and_read(const struct root *root, const char *path, const char *value,
		      char *buffer, size_t size);

/* Loads a module from an uncompressed file. Returns 0 or -errno; -EEXIST where it is
 * loaded already and the parameters went nowhere. */
int poke_module(const struct root *root, const char *file, const char *params);

#endif
