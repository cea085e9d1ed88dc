/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOME_H
#define EARLYBIND_HOME_H

#include "sysfs.h"

/* A number for the root= of the running command line and the number of the machine:
 * the UUID and serial numbers of SMBIOS (Documentation/ABI/testing/sysfs-class-dmi,
 * root alone may read them), or that of a device tree. 0: neither is
 * known, or it may not be read. */
uint64_t home_read(const struct root *root, struct span running);

#endif
