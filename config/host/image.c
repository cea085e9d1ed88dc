/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of image.conf that the host's needs come to: two keeps for each function
 * (its place and id; its place and base class, for a disk cloned to another model; a
 * bridge needs the first only), one free for every other storage function. The plan
 * reads them back, at boot and on the host.
 */
#include "host/host.h"

/* " path=0000:00:1d.0/00.0", or the address where the path is not known (VFs). */
static void place_text(const struct function *f, struct text *t)
{
	if (f->path.hops >= 0) {
		text_add(t, " path=");
		pci_path_text(&f->path, t);
	} else {
		text_add(t, " address=");
		pci_addr_text(f->addr, t);
	}
}

/* What else tells the function from others of its id. */
static void model_text(const struct function *f, struct text *t)
{
	if (f->subsystem.vendor != 0) {
		text_add(t, " subsystem=");
		pci_id_text(f->subsystem, t);
	}
	if (f->has_dsn == FACT_YES) {
		text_add(t, " dsn=");
		pci_dsn_text(f->dsn, t);
	}
}

static void identity_text(const char *verb, const struct machine *m, unsigned i,
			  struct text *t)
{
	text_add(t, verb);
	place_text(&m->fn[i], t);
	text_add(t, " id=");
	pci_id_text(m->fn[i].id, t);
	if (host_has_model(m, i))
		model_text(&m->fn[i], t);
}

/* Storage that the host does not need. Where two of a model swap their slots, what is
 * listed as free would be what the host needs. */
static void free_text(const struct host *host, const struct machine *m, unsigned i,
		      struct text *t)
{
	unsigned twin = host_model_twin(host, m, i);

	if (!function_is_storage(&m->fn[i]) || host->is_unsure)
		return;
	if (twin == NO_FUNCTION) {
		identity_text("free", m, i, t);
		text_char(t, '\n');
		return;
	}
	text_add(t, "# ");
	pci_addr_text(m->fn[i].addr, t);
	text_add(t, " is not free: it is of the same model as ");
	pci_addr_text(m->fn[twin].addr, t);
	text_add(t, ", which the host needs, and no serial number tells them apart\n");
}

static void need_text(const struct host *host, unsigned i, struct text *t)
{
	text_add(t, " for=");
	text_add(t, rule_for_word(host_need(host, i)));
	if (host->is_removable[i])
		text_add(t, " late=yes");
	text_char(t, '\n');
}

static void function_text(const struct host *host, const struct machine *m, unsigned i,
			  struct text *t)
{
	const struct function *f = &m->fn[i];
	enum rule_for need = host_need(host, i);

	if (need == FOR_NONE) {
		free_text(host, m, i, t);
		return;
	}
	identity_text("keep", m, i, t);
	need_text(host, i, t);
	/* Bridges are never taken; and nobody would follow to another model. */
	if (need == FOR_TWIN || f->is_bridge)
		return;
	text_add(t, "keep");
	place_text(f, t);
	text_add(t, " class=");
	text_hex(t, f->class >> 16, 2);
	need_text(host, i, t);
}

void host_image_text(const struct host *host, const struct machine *m, struct text *t)
{
	unsigned i;

	if (!host->is_known) {
		text_add(t, "# no keep and no free: ");
		text_add(t, host->why);
		text_add(t, "\nmade-for unknown\n");
		return;
	}
	for (i = 0; i < host->n_notes; i++) {
		text_add(t, "# ");
		text_add(t, host->note[i]);
		text_char(t, '\n');
	}
	if (host->is_unsure)
		text_add(t, "# no storage is called free: not all that the host needs "
			 "was found\n");
	if (m->home) {
		text_add(t, "made-for ");
		text_hex(t, m->home, 16);
		text_char(t, '\n');
	}
	for (i = 0; i < m->n; i++)
		function_text(host, m, i, t);
}
