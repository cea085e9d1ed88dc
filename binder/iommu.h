/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IOMMU_H
#define EARLYBIND_IOMMU_H

#include "boot.h"

/* Where a function that a rule wants is in no IOMMU group: loads the IOMMU's driver, if
 * none is there and the image has one, and has the kernel put such functions into groups.
 * Returns whether the machine has to be read again. */
bool iommu_wake(struct boot *b);

#endif
