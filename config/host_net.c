/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network interfaces: which carry an address or the default route, and which hardware
 * interfaces lie below a bridge, bond or VLAN. Reads /proc/net and /sys/class/net; an
 * interface has an address if it has a route of its own.
 */
#include "host_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SIZE = 1 << 20 };	/* of a routing table; more is not read */

static struct host_nic *find(struct host_nics *nics, struct span name)
{
	unsigned i;

	for (i = 0; i < nics->n; i++)
		if (span_is(name, nics->nic[i].name))
			return &nics->nic[i];
	return NULL;
}

static int add_nic(const char *name, void *with)
{
	struct host_nics *nics = with;
	struct host_nic *nic = &nics->nic[nics->n];
	char path[PATH_SIZE];
	struct text t;

	if (strcmp(name, "lo") == 0 || strcmp(name, "bonding_masters") == 0)
		return 0;
	if (nics->n == HOST_NICS_MAX)
		return -E2BIG;
	text_init(&t, nic->name, sizeof(nic->name));
	text_add(&t, name);
	if (t.full || !sysfs_path(path, "/sys/class/net", name, NULL) ||
	    sysfs_link(nics->root, path, nic->path, sizeof(nic->path)) < 0)
		return 0;
	nic->has_address = nic->has_default = false;
	nics->n++;
	return 0;
}

static void mark(struct host_nics *nics, struct span name, bool is_default)
{
	struct host_nic *nic = find(nics, name);

	if (!nic)
		return;
	nic->has_address = true;
	nic->has_default = nic->has_default || is_default;
}

struct route {
	struct span nic;
	uint64_t to;		/* in the byte order of the wire, as it is printed */
	uint64_t mask;
};

/* "eth0 0000A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0": net/ipv4/fib_trie.c. */
static bool parse_route(struct span line, struct route *route)
{
	struct span to;
	unsigned i;

	route->nic = span_cut_word(&line);
	to = span_cut_word(&line);
	for (i = 0; i < 5; i++)
		span_cut_word(&line);
	return span_number(to, 16, 8, UINT32_MAX, &route->to) == 0 &&
	       span_number(span_cut_word(&line), 16, 8, UINT32_MAX, &route->mask) == 0;
}

static void mark_route(struct host_nics *nics, struct span line)
{
	struct route route;

	if (parse_route(line, &route))
		mark(nics, route.nic, route.mask == 0);
}

/* "TO PLEN FROM PLEN NEXT METRIC REF USE FLAGS eth0": net/ipv6/route.c. */
static void mark_route6(struct host_nics *nics, struct span line)
{
	struct span to = span_cut_word(&line);
	struct span length = span_cut_word(&line);
	struct span name = { NULL, 0 };
	unsigned i;

	for (i = 0; i < 8; i++)
		name = span_cut_word(&line);
	if (to.n == 32 && span_is(length, "00"))
		mark(nics, name, true);
}

/* "ADDRESS INDEX PLEN SCOPE FLAGS eth0": net/ipv6/addrconf.c; scope 00 is global. */
static void mark_address6(struct host_nics *nics, struct span line)
{
	struct span scope = { NULL, 0 };
	unsigned i;

	for (i = 0; i < 4; i++)
		scope = span_cut_word(&line);
	span_cut_word(&line);
	if (span_is(scope, "00"))
		mark(nics, span_cut_word(&line), false);
}

static void each_line(struct host_nics *nics, const char *path,
		      void (*each)(struct host_nics *nics, struct span line))
{
	char *buffer = malloc(TABLE_SIZE);
	struct span text = { buffer, 0 };
	ssize_t n = -ENOMEM;

	if (buffer)
		n = sysfs_read_head(nics->root, path, buffer, TABLE_SIZE);
	text.n = n > 0 ? (size_t)n : 0;
	while (text.s && n > 0)
		each(nics, span_cut(&text, '\n'));
	free(buffer);
}

bool host_nics_scan(struct host_nics *nics, const struct root *root)
{
	int r;

	nics->root = root;
	nics->n = 0;
	r = sysfs_list(root, "/sys/class/net", add_nic, nics);
	each_line(nics, "/proc/net/route", mark_route);
	each_line(nics, "/proc/net/ipv6_route", mark_route6);
	each_line(nics, "/proc/net/if_inet6", mark_address6);
	return r != -E2BIG;
}

static const struct host_nic *best_route(struct host_nics *nics, struct span text,
					 uint32_t to)
{
	const struct host_nic *best = NULL;
	uint32_t longest = 0;

	while (text.s) {
		struct route route;
		uint32_t mask;

		if (!parse_route(span_cut(&text, '\n'), &route))
			continue;
		mask = ntohl((uint32_t)route.mask);
		if ((to & (uint32_t)route.mask) != route.to || (best && mask <= longest))
			continue;
		best = find(nics, route.nic);
		longest = mask;
	}
	return best;
}

const struct host_nic *host_nics_towards(struct host_nics *nics, struct span server)
{
	char name[64], *buffer;
	struct text t = TEXT_IN(name);
	const struct host_nic *nic = NULL;
	struct in_addr to;
	ssize_t n;

	text_span(&t, server);
	if (t.full || inet_pton(AF_INET, name, &to) != 1)
		return NULL;
	buffer = malloc(TABLE_SIZE);
	if (!buffer)
		return NULL;
	n = sysfs_read_head(nics->root, "/proc/net/route", buffer, TABLE_SIZE);
	if (n > 0)
		nic = best_route(nics, (struct span){ buffer, (size_t)n }, to.s_addr);
	free(buffer);
	return nic;
}

struct below {
	struct host_nics *nics;
	void (*each)(const struct host_nic *nic, void *with);
	void *with;
	unsigned depth;
};

static void go_below(struct below *below, const struct host_nic *nic);

/* "lower_eth0", a link of each upper interface:
 * net/core/dev.c:netdev_adjacent_sysfs_add. */
static int add_lower(const char *name, void *with)
{
	const struct host_nic *nic = NULL;

	if (strncmp(name, "lower_", 6) == 0)
		nic = find(((struct below *)with)->nics, span_of(name + 6));
	if (nic)
		go_below(with, nic);
	return 0;
}

static void go_below(struct below *below, const struct host_nic *nic)
{
	char path[PATH_SIZE];

	below->each(nic, below->with);
	if (below->depth == 8 || !sysfs_path(path, "/sys/class/net", nic->name, NULL))
		return;
	below->depth++;
	sysfs_list(below->nics->root, path, add_lower, below);
	below->depth--;
}

void host_nic_below(struct host_nics *nics, const struct host_nic *nic,
		    void (*each)(const struct host_nic *nic, void *with), void *with)
{
	struct below below = { nics, each, with, 0 };

	go_below(&below, nic);
}
