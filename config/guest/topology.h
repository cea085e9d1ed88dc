/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_TOPOLOGY_H
#define EARLYBIND_EXPORT_TOPOLOGY_H

#include "core/machine.h"

enum {
	TOPOLOGY_CORES_MAX = 2048,	/* two sockets of today have 768 at most */
	TOPOLOGY_THREADS_MAX = 8,	/* of a core: POWER has 8 */
	TOPOLOGY_NODES_MAX = 256,	/* a superchip has some 40 */
	TOPOLOGY_NONE = 0xffff,
};

/* One core, and what it shares with others: each a number, TOPOLOGY_NONE for nothing. */
struct topology_core {
	uint16_t n_cpus;
	uint16_t cpu[TOPOLOGY_THREADS_MAX];	/* as the kernel numbers them, sorted */
	uint16_t die;
	uint16_t l3;
	uint16_t node;				/* NUMA node, as the kernel numbers it */
	uint16_t kind;				/* the higher, the faster */
};

/* The processors and the memory of a computer, and which of it is near which function of
 * the machine. */
struct topology {
	unsigned n;
	struct topology_core core[TOPOLOGY_CORES_MAX];	/* by their first processor */
	unsigned n_nodes;
	struct {
		uint16_t number;
		uint64_t memory;		/* bytes; 0: not known */
	} node[TOPOLOGY_NODES_MAX];
	uint16_t node_of[FUNCTIONS_MAX];	/* TOPOLOGY_NONE: near none of several */
};

/* Reads it with hwloc: of the host, of the tree at `root`, or of what HWLOC_XMLFILE and
 * HWLOC_FSROOT in the environment name. Returns 0, -ENOPKG (hwloc is not installed) or
 * -errno, and a fault. */
int topology_read(struct topology *t, const struct machine *m, const char *root,
		  struct fault *reterr);

/* Whether the environment names a topology that was recorded. */
bool topology_is_given(void);

#endif
