/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LOADER_ROOT_H
#define EARLYBIND_LOADER_ROOT_H

#include "core/sysfs.h"

/* What is known of two things. */
enum likeness { LIKE_SAME, LIKE_OTHER, LIKE_UNKNOWN };

/* The value of the last word with that name, without quotes; s == NULL: there is none. */
struct span root_word(struct span line, const char *name);

/* Compares the roots of two command lines, with their subvolumes; unknown, where one of
 * them names none. Links to devices are looked up below `root`. */
enum likeness root_compare(const struct root *root, struct span a, struct span b);

#endif
