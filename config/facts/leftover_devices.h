/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LEFTOVER_DEVICES_H
#define EARLYBIND_LEFTOVER_DEVICES_H

#include "facts/facts.h"

/* Which devices a line of an older recipe names: adds them to old->devices. What does not
 * fit, or is written in another way, is left out. */

/* The words of "ids=ID,ID". */
void leftover_of_ids(struct leftover *old, struct span line);
/* Addresses, the ids that udev compares, and those that are written to new_id. */
void leftover_of_line(struct leftover *old, struct span line);
/* All lines of a script but comments. */
void leftover_of_script(struct leftover *old, const struct root *root, const char *path);
/* The script that a command runs, "/sbin/vfio.sh; modprobe -i vfio-pci". */
void leftover_of_command(struct leftover *old, const struct root *root,
			 struct span command);

/* The options of a module: ids, and the others into old->options. */
void leftover_of_options(struct leftover *old, struct span module, struct span options);

#endif
