/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_NODES_H
#define EARLYBIND_NODES_H

#include "core/machine.h"

enum { NODES_MAX = 2048, NODE_SIZE = 32 };

/* The interfaces and disks of PCI functions, by the names that people know. */
struct nodes {
	unsigned n;
	struct node {
		uint16_t fn;
		bool is_part;		/* a partition, or the controller of disks */
		char name[NODE_SIZE];
	} node[NODES_MAX];
};

/* Reads them. What is on no function of the machine is left out. */
void nodes_read(struct nodes *nodes, const struct root *root, const struct machine *m);

/* Whether function i has one of exactly this name, "/dev/" before it or not. */
bool nodes_has(const struct nodes *nodes, unsigned i, struct span name);

/* Adds ", eno1, nvme0n1": the interfaces and disks of function i, but no parts. */
void nodes_text(const struct nodes *nodes, unsigned i, struct text *t);

#endif
