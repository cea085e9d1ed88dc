/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_DOMAIN_H
#define EARLYBIND_EXPORT_DOMAIN_H

#include "guest/guest.h"
#include "guest/xml.h"

/* All that a new domain is made of; each is the caller's. */
struct domain {
	const struct export *export;
	const struct topology *topology;
	const struct cpus *cpus;
	const struct guest *guest;
	uint64_t window;		/* bars_window() of all devices */
};

/* Prints the <domain> for libvirt. */
void domain_print(const struct domain *d, struct xml *xml);

/* Prints a script that starts it with QEMU; guest->firmware must be there.
 * qemu.c */
void domain_print_qemu(const struct domain *d, FILE *to);

/* How much memory its user must be allowed to lock, in KiB. */
uint64_t domain_memlock(const struct domain *d);

#endif
