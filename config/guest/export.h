/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_H
#define EARLYBIND_EXPORT_H

#include "show/list.h"

enum {
	EXPORT_DEVICES_MAX = 256,	/* functions of one guest */
	EXPORT_PORTS_MAX = 64,		/* cards; pcie.0 has room for 240 root ports */
};

/* One function that a guest gets, and where it is there. */
struct export_device {
	uint16_t fn;			/* index into the machine */
	uint8_t port;			/* which of the guest's root ports, from 0 */
	uint8_t function;		/* in the slot behind it */
	bool is_multi;			/* function 0 of several */
	struct span driver;		/* that the plan binds it to */
};

/*
 * What one guest gets of the devices that the plan binds: sorted by address, the
 * functions of one card in one slot. The list is the caller's.
 */
struct export {
	struct list *list;
	const struct machine *m;
	unsigned n;
	unsigned n_ports;
	struct export_device device[EXPORT_DEVICES_MAX];
};

/* Fills the table with what the plan binds, or with those cards of it that have all words
 * of one of these texts. Returns 0; -ENOENT (nothing is bound, or like that), -EPERM (a
 * driver that no guest can use), -E2BIG, and a fault. */
int export_choose(struct export *e, const char *const *words, unsigned n_words,
		  struct fault *reterr);

/* Whether a driver is one of drivers/vfio/pci in the kernel, which all end like that:
 * vfio-pci, mlx5_vfio_pci, nvgrace-gpu-vfio-pci. */
bool export_is_vfio(struct span driver);

/* Whether any of the devices is a display; or one of a vendor. */
bool export_has_display(const struct export *e);
bool export_has_display_of(const struct export *e, uint16_t vendor);

/* Writes the <hostdev> elements; of a domain of its own those of its <devices>, with the
 * first root port at this index. libvirt.c */
struct xml;
void export_hostdevs(const struct export *e, struct xml *xml, unsigned first_port);

#endif
