/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GUEST_BARS_H
#define EARLYBIND_GUEST_BARS_H

#include "core/machine.h"

/* The memory BARs of a function, in bytes; all 0 where they cannot be read. */
struct bars {
	uint64_t largest;
	uint64_t high;		/* the sum of those that may lie above 4 GiB */
};

void bars_read(struct bars *bars, const struct root *root, struct pci_addr addr);

/* How large a window above 4 GiB a guest with so much of it needs, in MiB; 0 where that
 * of any UEFI will do. */
uint64_t bars_window(uint64_t high);

#endif
