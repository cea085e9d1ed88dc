/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_DIFF_H
#define EARLYBIND_DIFF_H

#include <stdio.h>

#include "core/text.h"

/* Prints what becomes of a text, as diff -u does. One hunk holds all changes: those of an
 * edit are near each other. s == NULL: there is no such file. */
void diff_print(FILE *to, const char *path, struct span old, struct span new);

#endif
