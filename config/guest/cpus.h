/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_CPUS_H
#define EARLYBIND_EXPORT_CPUS_H

#include "guest/export.h"
#include "guest/topology.h"

/*
 * The cores of the host that a guest gets for itself, those that its emulator may use,
 * and the memory near them. Indices are into topology.core.
 */
struct cpus {
	unsigned n;			/* cores of the guest */
	unsigned threads;		/* of each */
	unsigned dies;			/* that they are on, as many on each; or 1 */
	unsigned n_host;		/* cores for emulator and I/O threads */
	uint16_t node;			/* NUMA node of them all */
	bool has_nodes;			/* there is more than one */
	bool is_near;			/* it is that of the card `of` */
	unsigned of;			/* into export.device: which decides the node */
	uint64_t memory;		/* of the node, or 0 where it is not known */
	uint16_t core[TOPOLOGY_CORES_MAX];
	uint16_t host[TOPOLOGY_CORES_MAX];
};

/* Chooses them: on the node of the first display, else of the first device, of the
 * fastest kind, of as few caches as can be. wanted is a number of threads; 0: as many as
 * share a cache, with some left for the host. Pure. Returns 0, or -ERANGE and a fault. */
int cpus_choose(struct cpus *cpus, const struct topology *t, const struct export *e,
		unsigned wanted, struct fault *reterr);

/* Adds the processors of the host's cores: "0-1,8". */
void cpus_host_text(const struct cpus *cpus, const struct topology *t, struct text *text);

#endif
