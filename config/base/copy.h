/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_COPY_H
#define EARLYBIND_COPY_H

#include <stdbool.h>

/* Copies what is left of a file to another one. Returns 0, or -errno: of the source, if
 * *ret_is_source. */
int copy_fd(int from, int to, bool *ret_is_source);

/* Gives `to` the extended attributes of `from`, those of integrity left out. Returns 0 or
 * -errno. */
int copy_attributes(int from, int to);

#endif
