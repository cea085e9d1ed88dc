/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network interfaces: which carry an address or the default route, and which hardware
 * interfaces lie below a bridge, bond or VLAN. Reads /proc/net and /sys/class/net; an
 * interface has an address if it has a route of its own.
 */
#include "host/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SIZE = 1 << 20 };	/* of a routing table; more is not read */

struct host_nic *host_nics_named(struct host_nics *nics, struct span name)
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
	struct host_nic *nic = host_nics_named(nics, name);

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

static struct span last_word(struct span line)
{
	struct span word, last = { NULL, 0 };

	while ((word = span_cut_word(&line)).n > 0)
		last = word;
	return last;
}

/* "TO PLEN FROM PLEN NEXT METRIC REF USE FLAGS eth0": net/ipv6/route.c. */
static void mark_route6(struct host_nics *nics, struct span line)
{
	struct span to = span_cut_word(&line);
	struct span length = span_cut_word(&line);

	if (to.n == 32 && span_is(length, "00"))
		mark(nics, last_word(line), true);
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

/* Reads a table; the caller frees it. NULL and an empty span where there is none. */
static char *read_table(struct host_nics *nics, const char *path, struct span *ret_text)
{
	char *buffer = malloc(TABLE_SIZE);
	ssize_t n = -ENOMEM;

	*ret_text = (struct span){ NULL, 0 };
	if (buffer)
		n = sysfs_read_head(nics->root, path, buffer, TABLE_SIZE);
	if (n > 0)
		*ret_text = (struct span){ buffer, (size_t)n };
	return buffer;
}

static void each_line(struct host_nics *nics, const char *path,
		      void (*each)(struct host_nics *nics, struct span line))
{
	struct span text;
	char *buffer = read_table(nics, path, &text);

	while (text.s)
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
		best = host_nics_named(nics, route.nic);
		longest = mask;
	}
	return best;
}

/* Whether the first bits of an address are those of a route, in hex. */
static bool is_prefix(struct span to, uint64_t bits, const struct in6_addr *addr)
{
	unsigned i;

	for (i = 0; i < 16 && bits > 0; i++) {
		uint64_t n = bits < 8 ? bits : 8;
		uint64_t byte;

		if (span_number((struct span){ to.s + 2 * i, 2 }, 16, 2, UINT32_MAX,
				&byte) < 0 ||
		    (byte ^ addr->s6_addr[i]) >> (8 - n) != 0)
			return false;
		bits -= n;
	}
	return true;
}

/* Routes of "lo" are those to addresses of our own, and those that refuse. */
static const struct host_nic *best_route6(struct host_nics *nics, struct span text,
					  const struct in6_addr *addr)
{
	const struct host_nic *best = NULL;
	uint64_t bits, longest = 0;

	while (text.s) {
		struct span line = span_cut(&text, '\n');
		struct span to = span_cut_word(&line);
		struct span length = span_cut_word(&line);
		const struct host_nic *nic = host_nics_named(nics, last_word(line));

		if (!nic || to.n != 32 || span_number(length, 16, 2, 128, &bits) < 0 ||
		    (best && bits <= longest) || !is_prefix(to, bits, addr))
			continue;
		best = nic;
		longest = bits;
	}
	return best;
}

const struct host_nic *host_nics_towards(struct host_nics *nics, struct span server)
{
	char name[64], *buffer = NULL;
	struct text t = TEXT_IN(name);
	struct span scope = server;
	const struct host_nic *nic = NULL;
	struct in6_addr to6;
	struct in_addr to;
	struct span text;

	text_span(&t, span_cut(&scope, '%'));
	if (scope.s)	/* "fe80::1%eth0" says it itself */
		return host_nics_named(nics, scope);
	if (t.full)
		return NULL;
	if (inet_pton(AF_INET, name, &to) == 1) {
		buffer = read_table(nics, "/proc/net/route", &text);
		nic = best_route(nics, text, to.s_addr);
	} else if (inet_pton(AF_INET6, name, &to6) == 1) {
		buffer = read_table(nics, "/proc/net/ipv6_route", &text);
		nic = best_route6(nics, text, &to6);
	}
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
		nic = host_nics_named(((struct below *)with)->nics, span_of(name + 6));
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
