/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network cards and SATA ports that a kernel command line, or a setting of
 * initramfs-tools, names by the kernel's count: ip=eth1:dhcp with net.ifnames=0,
 * libata.force=2:disable. As with disks (names.c), what is counted before stays with the
 * host. A line that says which card that is (ifname=eth1:ADDRESS) needs no other.
 */
#include "host/use.h"

#include <string.h>

enum { CARDS_MAX = 64 };	/* bits of a set */

/* "eth1" */
static bool parse_card(struct span name, unsigned *ret_index)
{
	uint64_t index;

	if (!span_starts(name, "eth") ||
	    span_number((struct span){ name.s + 3, name.n - 3 }, 10, 2, CARDS_MAX - 1,
			&index) < 0)
		return false;
	*ret_index = (unsigned)index;
	return true;
}

/* All of "bond0:eth1,eth2", and of "eth1.5:eth1". */
static uint64_t parse_cards(struct span value)
{
	uint64_t cards = 0;
	unsigned index;

	while (value.s) {
		struct span word = value;
		size_t n = 0;

		while (n < word.n && !strchr(":,.", word.s[n]))
			n++;
		word.n = n;
		value = n < value.n ? (struct span){ value.s + n + 1, value.n - n - 1 } :
				      (struct span){ NULL, 0 };
		if (parse_card(word, &index))
			cards |= UINT64_C(1) << index;
	}
	return cards;
}

/* "[ID:]VALUE,…", ID is "PORT[.DEVICE]": admin-guide/kernel-parameters.txt. */
static unsigned parse_ports(struct span value)
{
	unsigned last = 0;
	uint64_t port;

	while (value.s) {
		struct span word = span_cut(&value, ',');
		struct span id = span_cut(&word, ':');

		if (word.s && span_number(span_cut(&id, '.'), 10, 5, UINT16_MAX,
					  &port) == 0 && port > last)
			last = (unsigned)port;
	}
	return last;
}

void host_counts_word(struct host_scan *s, struct span word)
{
	static const char *const starts[] = {
		"ip=", "IP=", "DEVICE=", "bootdev=", "vlan=", "bond=", "bridge=",
		"team=", "fcoe=", "rd.route=", NULL,
	};
	struct span value = word;
	unsigned i, port, card;

	span_cut(&value, '=');
	for (i = 0; starts[i]; i++)
		if (span_starts(word, starts[i]))
			s->line_cards |= parse_cards(value);
	if (span_starts(word, "ifname=") && parse_card(span_cut(&value, ':'), &card))
		s->fixed_cards |= UINT64_C(1) << card;
	port = span_starts(word, "libata.force=") ? parse_ports(value) : 0;
	if (port > s->last_port)
		s->last_port = port;
}

void host_counts_line(struct host_scan *s)
{
	s->cards |= s->line_cards & ~s->fixed_cards;
	s->line_cards = s->fixed_cards = 0;
}

/* What is on these functions is counted before; `t` says before what. */
static void keep(struct host_scan *s, const uint8_t functions[], enum host_kind kind,
		 const struct text *t)
{
	unsigned i;

	for (i = 0; i < s->m->n; i++)
		if (functions[i] && s->host->needs[i] == 0)
			break;
	if (i == s->m->n)
		return;
	host_need_functions(s, functions, FOR_USE);
	host_hold_add(s, functions, kind, t);
}

static void scan_cards(struct host_scan *s)
{
	unsigned last = CARDS_MAX, i, index;

	while (last > 0 && !(s->cards >> (last - 1) & 1))
		last--;
	for (i = 0; i < s->nics->n; i++) {
		const struct host_nic *nic = &s->nics->nic[i];
		uint8_t functions[FUNCTIONS_MAX] = { 0 };
		char words[HOST_HOLD_SIZE];
		struct text t = TEXT_IN(words);

		if (!parse_card(span_of(nic->name), &index) || index + 1 >= last ||
		    !host_walk_path(s, span_of(nic->path), functions))
			continue;
		text_quote(&t, span_of(nic->name));
		text_add(&t, ", without which the eth");
		text_decimal(&t, last - 1);
		text_add(&t, " that the boot uses is another card");
		keep(s, functions, HOST_CARD, &t);
	}
}

/* A controller of storage, by its directory. */
struct controller {
	struct host_scan *s;
	const char *path;	/* the target of its link */
};

/* "ata2", one of its ports */
static int add_port(const char *name, void *with)
{
	const struct controller *controller = with;
	struct host_scan *s = controller->s;
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	char words[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(words);
	uint64_t port;

	if (strncmp(name, "ata", 3) != 0 ||
	    span_number(span_of(name + 3), 10, 5, s->last_port, &port) < 0)
		return 0;
	text_add(&t, name);
	text_add(&t, ", without which port ");
	text_decimal(&t, s->last_port);
	text_add(&t, " of libata.force= is another one");
	host_walk_path(s, span_of(controller->path), functions);
	keep(s, functions, HOST_PORT, &t);
	return 0;
}

static void scan_ports(struct host_scan *s)
{
	char path[PATH_SIZE], link[PATH_SIZE], address[32];
	struct controller controller = { s, link };
	unsigned i;

	for (i = 0; i < s->m->n && s->last_port > 0; i++) {
		struct text t = TEXT_IN(address);

		pci_addr_text(s->m->fn[i].addr, &t);
		if (s->m->fn[i].class >> 16 == 1 &&
		    sysfs_path(path, SYSFS_DEVICES, address, NULL) &&
		    sysfs_link(s->root, path, link, sizeof(link)) > 0)
			sysfs_list(s->root, path, add_port, &controller);
	}
}

void host_counts_scan(struct host_scan *s)
{
	scan_cards(s);
	scan_ports(s);
}
