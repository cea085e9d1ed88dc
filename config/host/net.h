/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_NET_H
#define EARLYBIND_HOST_NET_H

#include "core/machine.h"
#include "core/sysfs.h"

enum {
	HOST_NICS_MAX = 2048,	/* interfaces; containers and VMs have many on a server */
	HOST_NIC_NAME = 32,	/* IFNAMSIZ is 16 */
};

struct host_nic {
	char name[HOST_NIC_NAME];
	bool has_address;
	bool has_default;	/* the default route goes out there */
	char path[PATH_SIZE];	/* the target of its link in /sys/class/net */
};

/* The network interfaces, and which of them carry an address or a route. */
struct host_nics {
	const struct root *root;
	unsigned n;
	struct host_nic nic[HOST_NICS_MAX];
};

/* Reads interfaces and routes; none at all is no fault. Interfaces past the limit are
 * left out: returns whether all had room. */
bool host_nics_scan(struct host_nics *nics, const struct root *root);

/* The interface of that name, or NULL. */
struct host_nic *host_nics_named(struct host_nics *nics, struct span name);

/* The interface that leads to an address ("10.0.0.5", "fd00::7"), or NULL. */
const struct host_nic *host_nics_towards(struct host_nics *nics, struct span server);

/* Calls `each` for the interface and for all below it: bridge, bond and VLAN have none.
 */
void host_nic_below(struct host_nics *nics, const struct host_nic *nic,
		    void (*each)(const struct host_nic *nic, void *with), void *with);

#endif
