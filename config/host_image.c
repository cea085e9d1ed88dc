/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of image.conf that the host's needs come to: two keeps for each function
 * (its place and id; its place and base class, for a disk cloned to another model; a
 * bridge needs the first only), one free for every other storage function. The plan
 * reads them back, at boot and on the host.
 */
#include "host.h"

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

static void identity_text(const char *verb, const struct function *f, struct text *t)
{
	text_add(t, verb);
	place_text(f, t);
	text_add(t, " id=");
	pci_id_text(f->id, t);
}

static void need_text(enum rule_for need, struct text *t)
{
	text_add(t, " for=");
	text_add(t, rule_for_word(need));
	text_char(t, '\n');
}

static void function_text(const struct host *host, const struct function *f,
			  enum rule_for need, struct text *t)
{
	if (need == FOR_NONE) {
		if (!function_is_storage(f) || host->is_unsure)
			return;
		identity_text("free", f, t);
		text_char(t, '\n');
		return;
	}
	identity_text("keep", f, t);
	need_text(need, t);
	/* Bridges are never taken; and nobody would follow to another model. */
	if (need == FOR_TWIN || f->is_bridge)
		return;
	text_add(t, "keep");
	place_text(f, t);
	text_add(t, " class=");
	text_hex(t, f->class >> 16, 2);
	need_text(need, t);
}

void host_image_text(const struct host *host, const struct machine *m, struct text *t)
{
	unsigned i;

	if (!host->is_known) {
		text_add(t, "# no keep and no free: ");
		text_add(t, host->why);
		text_char(t, '\n');
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
	for (i = 0; i < m->n; i++)
		function_text(host, &m->fn[i], host_need(host, i), t);
}
