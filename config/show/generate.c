/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the user's words to functions: what is meant, and what goes with it. "with=card"
 * takes a whole slot; here it is found out whether the slot is one card. It is not where
 * a processor has its own devices in it (AMD: display, USB, and a security processor).
 */
#include "show/generate.h"

#include <errno.h>

/* Parts of one slot behind a port, of which none is a bridge or a virtual function. */
static bool is_one_slot(const struct machine *m, unsigned i, unsigned j)
{
	const struct function *f = &m->fn[i];
	const struct function *h = &m->fn[j];

	return function_same_slot(f, h) && f->path.hops != 0 && !f->is_vf &&
	       !h->is_vf && !f->is_bridge && !h->is_bridge;
}

/* A display, or what its maker puts beside it: sound, USB-C. */
static bool is_part(const struct function *display, const struct function *f)
{
	unsigned kind = f->class >> 8;

	return function_is_display(f) ||
	       (f->id.vendor == display->id.vendor &&
		(kind == 0x0403 || kind == 0x0c03 || kind == 0x0c80));
}

bool generate_is_graphics(const struct machine *m, unsigned i, unsigned j)
{
	unsigned d;

	for (d = 0; d < m->n; d++)
		if (function_is_display(&m->fn[d]) && is_one_slot(m, d, i) &&
		    is_one_slot(m, d, j) && is_part(&m->fn[d], &m->fn[i]) &&
		    is_part(&m->fn[d], &m->fn[j]))
			return true;
	return false;
}

static bool goes_with(const struct machine *m, unsigned i, unsigned j)
{
	if (!is_one_slot(m, i, j))
		return false;
	return (m->fn[i].group >= 0 && m->fn[i].group == m->fn[j].group) ||
	       generate_is_graphics(m, i, j);
}

bool generate_is_new(const struct generate *g, unsigned i)
{
	return g->is_taken[i] && g->there[i] == 0;
}

bool generate_is_given(const struct generate *g, unsigned i)
{
	return g->is_taken[i] || g->there[i] > 0;
}

void generate_expand(struct generate *g)
{
	unsigned i, j;

	for (i = 0; i < g->m->n; i++) {
		if (!g->is_chosen[i])
			continue;
		for (j = 0; j < g->m->n; j++)
			if (i == j || goes_with(g->m, i, j))
				g->is_taken[j] = true;
	}
}

static int choose_address(struct generate *g, struct span device, unsigned i,
			  struct fault *reterr)
{
	if (i == NO_FUNCTION)
		return fault_quote(reterr, ENOENT, "there is no device at ", device,
				   ": see earlybind list");
	if (g->m->fn[i].is_bridge)
		return fault_quote(reterr, EINVAL, "at ", device, " is a bridge, and "
				   "bridges stay with the host: name what is behind it");
	g->is_chosen[i] = true;
	return 0;
}

static int not_unique(const uint8_t found[], struct generate *g, struct span device,
		      struct fault *reterr)
{
	unsigned i;

	for (i = 0; i < g->m->n; i++)
		g->is_chosen[i] = found[i];
	return fault_quote(reterr, ENOTUNIQ, "more than one device is ", device,
			   ": name one of them by its address");
}

/* Several functions that match are no question if they are one card. */
static int choose_found(struct generate *g, const uint8_t found[], struct span device,
			struct fault *reterr)
{
	unsigned i, first = NO_FUNCTION;

	for (i = 0; i < g->m->n; i++) {
		if (!found[i])
			continue;
		if (first == NO_FUNCTION)
			first = i;
		else if (!is_one_slot(g->m, first, i))
			return not_unique(found, g, device, reterr);
	}
	if (first == NO_FUNCTION)
		return fault_quote(reterr, ENOENT, "no device is ", device,
				   ": see earlybind list");
	for (i = 0; i < g->m->n; i++)
		g->is_chosen[i] |= found[i];
	return 0;
}

int generate_choose(struct generate *g, struct span device, struct fault *reterr)
{
	uint8_t found[FUNCTIONS_MAX] = { 0 };
	struct pci_addr addr;
	struct pci_id id;
	bool is_id = pci_id_parse(device, &id) == 0;
	unsigned i;

	if (pci_addr_parse(device, &addr) == 0)
		return choose_address(g, device, machine_at(g->m, addr), reterr);
	for (i = 0; i < g->m->n; i++)
		if (!g->m->fn[i].is_bridge)
			found[i] = is_id ? pci_id_equal(g->m->fn[i].id, id) :
				   list_has_words(g->list, i, device);
	return choose_found(g, found, device, reterr);
}
