/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about a machine that has been read: its order, who is at an address or on a
 * path, which function is a display or storage. Reads nothing from outside.
 */
#include "machine.h"

#include <string.h>

static void sift_down(struct function *fn, unsigned at, unsigned n)
{
	for (;;) {
		unsigned child = 2 * at + 1;
		struct function swap;

		if (child >= n)
			return;
		if (child + 1 < n &&
		    pci_addr_compare(fn[child].addr, fn[child + 1].addr) < 0)
			child++;
		if (pci_addr_compare(fn[at].addr, fn[child].addr) >= 0)
			return;
		swap = fn[at];
		fn[at] = fn[child];
		fn[child] = swap;
		at = child;
	}
}

static void push(struct machine *m, enum machine_key key, unsigned hash, unsigned i)
{
	uint16_t *first = &m->next[key][FUNCTIONS_MAX + hash];

	m->next[key][i] = *first;
	*first = (uint16_t)i;
}

/* From the last to the first, so that each chain is in order. */
static void make_chains(struct machine *m)
{
	unsigned i;

	memset(m->next, 0xff, sizeof(m->next));
	m->has_unknown_path = false;
	for (i = m->n; i-- > 0;) {
		const struct function *f = &m->fn[i];

		push(m, BY_PATH, pci_path_hash(&f->path), i);
		push(m, BY_ID, pci_id_hash(f->id), i);
		m->has_unknown_path |= f->path.hops < 0 && !f->is_vf;
	}
}

/* A heap sort: sysfs lists in no order, and qsort(3) of the C library may allocate. */
void machine_sort(struct machine *m)
{
	unsigned i;

	for (i = m->n / 2; i-- > 0;)
		sift_down(m->fn, i, m->n);
	for (i = m->n; i-- > 1;) {
		struct function swap = m->fn[0];

		m->fn[0] = m->fn[i];
		m->fn[i] = swap;
		sift_down(m->fn, 0, i);
	}
	make_chains(m);
}

unsigned machine_from(const struct machine *m, struct pci_addr addr)
{
	unsigned low = 0;
	unsigned high = m->n;

	while (low < high) {
		unsigned mid = (low + high) / 2;

		if (pci_addr_compare(m->fn[mid].addr, addr) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

unsigned machine_at(const struct machine *m, struct pci_addr addr)
{
	unsigned i = machine_from(m, addr);

	return i < m->n && pci_addr_compare(m->fn[i].addr, addr) == 0 ? i : NO_FUNCTION;
}

bool machine_has_iommu(const struct machine *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->fn[i].group >= 0)
			return true;
	return false;
}

/* The one display of which this holds; where two claim it, nobody knows. */
static unsigned only_display(const struct machine *m, bool (*is)(const struct function *))
{
	unsigned found = NO_FUNCTION;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		if (!function_is_display(&m->fn[i]) || !is(&m->fn[i]))
			continue;
		if (found != NO_FUNCTION)
			return NO_FUNCTION;
		found = i;
	}
	return found;
}

static bool has_screen(const struct function *f)
{
	return f->screen >= SCREEN_YES;
}

static bool is_boot_vga(const struct function *f)
{
	return f->boot_vga == FACT_YES && f->screen == SCREEN_UNKNOWN;
}

unsigned machine_boot_display(const struct machine *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (function_is_display(&m->fn[i]) && has_screen(&m->fn[i]))
			return only_display(m, has_screen);
	return only_display(m, is_boot_vga);
}

bool function_same_slot(const struct function *f, const struct function *g)
{
	return pci_addr_same_slot(f->addr, g->addr) ||
	       (f->is_ari && g->is_ari && f->addr.domain == g->addr.domain &&
		f->addr.bus == g->addr.bus);
}

bool function_is_bridge_class(const struct function *f)
{
	return f->class >= 0x060000 && f->class < 0x060a00;
}

bool function_holds_group(const struct function *f)
{
	return !f->is_bridge || f->class >> 8 == 0x0601;
}

bool function_is_display(const struct function *f)
{
	return f->class >> 16 == 0x03 && !f->is_vf;
}

bool function_is_screen(const struct function *f)
{
	uint32_t class = f->class >> 8;

	return (class == 0x0300 || class == 0x0301 || class == 0x0380 ||
		has_screen(f)) && !f->is_vf;
}

bool function_is_storage(const struct function *f)
{
	uint32_t class = f->class >> 8;

	return class >> 8 == 0x01 || class == 0x0805 || class == 0x0c04 ||
	       class == 0x0c00;
}

bool function_can_lead_to_root(const struct function *f)
{
	return function_is_storage(f) || f->class >> 16 == 0x02 || f->class >> 16 == 0x0c;
}
