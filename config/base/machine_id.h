/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_MACHINE_ID_H
#define EARLYBIND_MACHINE_ID_H

#include "core/sysfs.h"

/* machine-id(5): what tells the boot entries of systems on one disk apart. */
enum { MACHINE_ID_LENGTH = 32 };	/* hex digits */

/* Whether the text is one. */
bool machine_id_is(struct span text);

/* Whether both are one, and not the same. */
bool machine_id_differs(struct span a, struct span b);

/* Reads that of the root; empty where it has none, or not yet ("uninitialized"). */
void machine_id_read(const struct root *root, char id[MACHINE_ID_LENGTH + 1]);

#endif
