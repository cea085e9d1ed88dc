/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STATUS_UKI_H
#define EARLYBIND_STATUS_UKI_H

#include "core/sysfs.h"

/* Unified kernel images: a kernel, its initramfs and more as sections of one PE file. */

/* Whether an open file begins as a program for EFI does, which a unified image is and an
 * initramfs never. */
bool uki_is_program(int fd);

/* Where a section (".initrd") of an open file lies. Returns 0; -ENOEXEC where this is no
 * PE file; -ENOENT where it has no such section; or -errno. */
int uki_find(int fd, const char *section, uint64_t *ret_at, uint64_t *ret_n);

/* Whether the file is the unified image of that kernel: its section .uname says so or,
 * where it has none, its name has the version. */
bool uki_is_of(const struct root *root, const char *path, const char *kernel);

#endif
