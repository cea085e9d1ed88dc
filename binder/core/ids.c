/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids= parameter of vfio-pci and pci-stub: what an entry of it would take. Names no
 * device by place, so that it also takes the twin that is to stay with the host.
 */
#include "ids.h"

#include <errno.h>

/* PCI_ANY_ID, include/linux/mod_devicetable.h */
#define ANY UINT32_MAX

int ids_entry_parse(struct span s, struct ids_entry *ret_entry)
{
	uint32_t field[6] = { ANY, ANY, ANY, ANY, 0, 0 };
	unsigned n = 0;

	while (s.s) {
		struct span word = span_cut(&s, ':');
		uint64_t value;

		if (span_starts(word, "0x") || span_starts(word, "0X"))
			word = (struct span){ word.s + 2, word.n - 2 };
		if (n == 6 || span_number(word, 16, 16, UINT32_MAX, &value) < 0)
			return -EINVAL;
		field[n++] = (uint32_t)value;
	}
	if (n < 2)
		return -EINVAL;
	*ret_entry = (struct ids_entry){ field[0], field[1], field[2], field[3],
					 field[4], field[5] };
	return 0;
}

/* drivers/pci/pci.h:pci_match_one_device() */
bool ids_entry_matches(const struct ids_entry *entry, const struct function *f)
{
	return (entry->vendor == ANY || entry->vendor == f->id.vendor) &&
	       (entry->device == ANY || entry->device == f->id.device) &&
	       (entry->subvendor == ANY || entry->subvendor == f->subsystem.vendor) &&
	       (entry->subdevice == ANY || entry->subdevice == f->subsystem.device) &&
	       !((entry->class ^ f->class) & entry->mask);
}

unsigned ids_entry_harms(const struct ids_entry *entry, const struct plan *plan,
			 const struct machine *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (ids_entry_matches(entry, &m->fn[i]) && !plan_binds(plan, i))
			return i;
	return NO_FUNCTION;
}
