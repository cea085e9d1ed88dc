/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STUB_H
#define EARLYBIND_STUB_H

#include "boot.h"

/* The stub of a rule, from the table of the boot; NULL for driver=none, and where the
 * table was too small. */
struct stub *stub_of(struct boot *b, const struct rule *rule);

/* Fills the table with the drivers of all bind steps, and looks which are registered. */
void stub_find_all(struct boot *b);

/* Loads the IOMMU drivers of image.conf, and what they need. Returns whether there are
 * any. */
bool stub_load_iommu(struct boot *b);

/* Loads the other modules of image.conf, once a boot, with the parameters that image.conf
 * and the kernel command line give them, and looks again which drivers are registered.
 * Says what failed. */
void stub_load_all(struct boot *b);

/* Why the stub is not there: a positive errno, and into ret_who the file or the driver
 * that is to blame. */
int stub_why(const struct boot *b, const struct stub *stub, char ret_who[DRIVER_MAX]);

/* Whether a driver that has a device is a stub, and the device so of no use to the
 * host. */
bool stub_is(struct span driver);

#endif
