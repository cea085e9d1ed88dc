/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks across the network whose way in is shown by sysfs: the interface, or the address
 * of the other side and the route to it, of iSCSI and of NVMe over Fabrics; the table of
 * the firmware that started from iSCSI.
 */
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

#define IBFT "/sys/firmware/ibft"
#define ISCSI_CONNECTIONS "/sys/class/iscsi_connection"

/* What a callback of a listing gets. */
struct fabric {
	struct host_scan *s;
	struct span session;	/* its number */
	bool is_found;
	uint8_t *functions;
};

static void add_nic(const struct host_nic *nic, void *with)
{
	struct fabric *fabric = with;

	if (host_walk_path(fabric->s, span_of(nic->path), fabric->functions))
		fabric->is_found = true;
}

bool host_fabric_nic(struct host_scan *s, const struct host_nic *nic, uint8_t functions[])
{
	struct fabric fabric = { .s = s, .functions = functions };

	if (nic)
		host_nic_below(s->nics, nic, add_nic, &fabric);
	return fabric.is_found;
}

/* An attribute that is an interface's name ("" or "<NULL>" where none was chosen). */
static bool add_named(struct host_scan *s, const char *path, uint8_t functions[])
{
	char buffer[128];
	ssize_t n = sysfs_read(s->root, path, buffer, sizeof(buffer));
	const struct host_nic *nic = NULL;

	if (n > 0)
		nic = host_nics_named(s->nics, sysfs_trim(buffer, n));
	return host_fabric_nic(s, nic, functions);
}

static bool add_towards(struct host_scan *s, struct span address, uint8_t functions[])
{
	if (address.n > 2 && address.s[0] == '[')
		address = (struct span){ address.s + 1, address.n - 2 };
	return host_fabric_nic(s, host_nics_towards(s->nics, address), functions);
}

/* "connection1:0" is of session 1: drivers/scsi/scsi_transport_iscsi.c. The address to
 * log in to, and the one that the other side has sent us to. */
static int add_connection(const char *name, void *with)
{
	static const char *const addresses[] = { "persistent_address", "address" };
	struct fabric *fabric = with;
	struct span number = span_of(name);
	char path[PATH_SIZE], buffer[128];
	unsigned i;

	if (!span_starts(number, "connection"))
		return 0;
	number = (struct span){ number.s + 10, number.n - 10 };
	if (!span_equal(span_cut(&number, ':'), fabric->session))
		return 0;
	for (i = 0; i < 2; i++) {
		ssize_t n = -1;

		if (sysfs_path(path, ISCSI_CONNECTIONS, name, addresses[i]))
			n = sysfs_read(fabric->s->root, path, buffer, sizeof(buffer));
		if (n > 0 && add_towards(fabric->s, sysfs_trim(buffer, n),
					 fabric->functions))
			fabric->is_found = true;
	}
	return 0;
}

/* "iface.net_ifacename = eth1", of a file of open-iscsi: iscsiadm(8). */
static bool add_interface(struct host_scan *s, const char *iface, uint8_t functions[])
{
	char path[PATH_SIZE];
	struct span text = { NULL, 0 };
	char *buffer = NULL;
	bool is_found = false;

	if (sysfs_path(path, "/etc/iscsi/ifaces", iface, NULL))
		buffer = host_read(s, path, &text);
	while (text.s) {
		struct span line = span_cut(&text, '\n');

		if (span_is(span_cut_word(&line), "iface.net_ifacename") &&
		    span_is(span_cut_word(&line), "="))
			is_found = host_fabric_nic(s, host_nics_named(s->nics,
						   span_cut_word(&line)), functions);
	}
	free(buffer);
	return is_found;
}

/* Whether the session is bound to an interface, by a name of open-iscsi's. */
static bool is_bound(struct host_scan *s, struct span session, char iface[128])
{
	char name[32], path[PATH_SIZE];
	struct text t = TEXT_IN(name);
	struct span is = { NULL, 0 };
	ssize_t n = -1;

	text_span(&t, session);
	if (!t.full && sysfs_path(path, "/sys/class/iscsi_session", name, "ifacename"))
		n = sysfs_read(s->root, path, iface, 128);
	if (n > 0)
		is = sysfs_trim(iface, n);
	iface[is.n] = '\0';
	return is.n > 0 && !span_is(is, "default") && !span_has(is, "/") &&
	       !span_is(is, "<NULL>") && !span_is(is, "(null)");
}

static int add_ibft(const char *name, void *with)
{
	struct fabric *fabric = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (strncmp(name, "ethernet", 8) == 0 && sysfs_path(path, IBFT, name, "device") &&
	    sysfs_link(fabric->s->root, path, link, sizeof(link)) > 0 &&
	    host_walk_path(fabric->s, span_of(link), fabric->functions))
		fabric->is_found = true;
	return 0;
}

bool host_fabric_ibft(struct host_scan *s, uint8_t functions[])
{
	struct fabric fabric = { .s = s, .functions = functions };

	sysfs_list(s->root, IBFT, add_ibft, &fabric);
	return fabric.is_found;
}

/* An adapter that does it all by itself is on PCI, and needs no other card. */
void host_fabric_iscsi(struct host_scan *s, struct span host, struct span session,
		       struct host_reach *reach)
{
	struct fabric fabric = { .s = s, .functions = reach->nics };
	char name[32], path[PATH_SIZE], iface[128];
	struct text t = TEXT_IN(name);
	bool is_done;

	text_span(&t, host);
	if (!t.full && sysfs_path(path, "/sys/class/iscsi_host", name, "netdev"))
		fabric.is_found = add_named(s, path, reach->nics);
	is_done = reach->is_grounded || fabric.is_found;
	reach->is_grounded = true;
	if (is_done)
		return;
	fabric.session = (struct span){ session.s + 7, session.n - 7 };
	if (is_bound(s, session, iface))
		fabric.is_found = add_interface(s, iface, reach->nics);
	else
		sysfs_list(s->root, ISCSI_CONNECTIONS, add_connection, &fabric);
	if (!fabric.is_found && !host_fabric_ibft(s, reach->nics))
		reach->is_lan = true;
}

/* "traddr=10.0.0.9,trsvcid=4420,host_iface=eth0": drivers/nvme/host/fabrics.c. */
static bool add_address(struct host_scan *s, struct span words, uint8_t functions[])
{
	bool is_found = false;

	while (words.s) {
		struct span value = span_cut(&words, ',');
		struct span name = span_cut(&value, '=');

		if (span_is(name, "host_iface") && value.s)
			is_found |= host_fabric_nic(s, host_nics_named(s->nics, value),
						    functions);
		else if (span_is(name, "traddr") && value.s)
			is_found |= add_towards(s, value, functions);
	}
	return is_found;
}

void host_fabric_nvme(struct host_scan *s, struct span controller,
		      struct host_reach *reach)
{
	char name[32], path[PATH_SIZE], buffer[512];
	struct text t = TEXT_IN(name);
	ssize_t n = -1;

	text_span(&t, controller);
	if (t.full)
		return;
	if (sysfs_path(path, "/sys/class/nvme", name, "transport"))
		n = sysfs_read(s->root, path, buffer, sizeof(buffer));
	if (n > 0 && !span_is(sysfs_trim(buffer, n), "tcp") &&
	    !span_is(sysfs_trim(buffer, n), "rdma"))
		return;		/* Fibre Channel: by an adapter that is not told */
	reach->is_grounded = true;
	n = -1;
	if (sysfs_path(path, "/sys/class/nvme", name, "address"))
		n = sysfs_read(s->root, path, buffer, sizeof(buffer));
	if (n <= 0 || !add_address(s, sysfs_trim(buffer, n), reach->nics))
		reach->is_net = true;
}
