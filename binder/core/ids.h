/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IDS_H
#define EARLYBIND_IDS_H

#include "plan.h"

/* One entry of a stub's ids= parameter, as vfio_pci and pci_stub read it. */
struct ids_entry {
	uint32_t vendor, device, subvendor, subdevice;
	uint32_t class, mask;
};

/* Parses "vendor:device[:subvendor[:subdevice[:class[:mask]]]]". Returns 0 or -EINVAL. */
int ids_entry_parse(struct span s, struct ids_entry *ret_entry);

/* Whether the stub would take this function by the entry. */
bool ids_entry_matches(const struct ids_entry *entry, const struct function *f);

/* The first function that the entry would take and that has no bind step; NO_FUNCTION if
 * the entry may be passed on. */
unsigned ids_entry_harms(const struct ids_entry *entry, const struct plan *plan,
			 const struct machine *m);

#endif
