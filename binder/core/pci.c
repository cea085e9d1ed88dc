/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of PCI: addresses, paths, ids, classes and serial numbers; parsing, comparing
 * and printing them. Reads nothing.
 */
#include "pci.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name;
	struct pci_classes classes;
} class_names[] = {
	{ "storage", { 0x010000, 0x01ffff } },
	{ "sata", { 0x010600, 0x0106ff } },
	{ "sas", { 0x010700, 0x0107ff } },
	{ "nvme", { 0x010800, 0x0108ff } },
	{ "network", { 0x020000, 0x02ffff } },
	{ "ethernet", { 0x020000, 0x0200ff } },
	{ "display", { 0x030000, 0x03ffff } },
	{ "vga", { 0x030000, 0x0300ff } },
	{ "3d", { 0x030200, 0x0302ff } },
	{ "multimedia", { 0x040000, 0x04ffff } },
	{ "audio", { 0x040300, 0x0403ff } },
	{ "serial", { 0x070000, 0x0700ff } },
	{ "usb", { 0x0c0300, 0x0c0330 } },
	{ "wireless", { 0x0d0000, 0x0dffff } },
	{ "accelerator", { 0x120000, 0x12ffff } },
};

/* Exactly `digits` hex digits. */
static int hex_field(struct span s, unsigned digits, uint32_t *ret_n)
{
	uint64_t n;

	if (s.n != digits || span_number(s, 16, digits, UINT32_MAX, &n) < 0)
		return -EINVAL;
	*ret_n = (uint32_t)n;
	return 0;
}

/* "01.0" */
static int slot_parse(struct span s, uint8_t *ret_dev, uint8_t *ret_fn)
{
	struct span fn = s;
	struct span dev = span_cut(&fn, '.');
	uint32_t d, f;

	if (hex_field(dev, 2, &d) < 0 || d > 31 || hex_field(fn, 1, &f) < 0 || f > 7)
		return -EINVAL;
	*ret_dev = (uint8_t)d;
	*ret_fn = (uint8_t)f;
	return 0;
}

int pci_addr_parse(struct span s, struct pci_addr *ret_addr)
{
	struct span rest = s;
	struct span first = span_cut(&rest, ':');
	struct span second = span_cut(&rest, ':');
	struct pci_addr a = { 0 };
	uint64_t domain = 0;
	uint32_t bus;

	if (rest.s) {
		if (first.n < 4 || span_number(first, 16, 8, UINT32_MAX, &domain) < 0)
			return -EINVAL;
	} else {
		rest = second;
		second = first;
	}
	if (hex_field(second, 2, &bus) < 0 || slot_parse(rest, &a.dev, &a.fn) < 0)
		return -EINVAL;
	a.domain = (uint32_t)domain;
	a.bus = (uint8_t)bus;
	*ret_addr = a;
	return 0;
}

int pci_path_parse(struct span s, struct pci_path *ret_path)
{
	struct span rest = s;
	struct pci_path p = { .hops = 0 };

	if (pci_addr_parse(span_cut(&rest, '/'), &p.root) < 0)
		return -EINVAL;
	while (rest.s) {
		uint8_t dev, fn;

		if (slot_parse(span_cut(&rest, '/'), &dev, &fn) < 0)
			return -EINVAL;
		if (p.hops == HOPS_MAX)
			return -E2BIG;
		p.hop[p.hops++] = (uint8_t)(dev << 3 | fn);
	}
	*ret_path = p;
	return 0;
}

int pci_id_parse(struct span s, struct pci_id *ret_id)
{
	struct span device = s;
	struct span vendor = span_cut(&device, ':');
	uint32_t v, d;

	if (hex_field(vendor, 4, &v) < 0 || hex_field(device, 4, &d) < 0)
		return -EINVAL;
	*ret_id = (struct pci_id){ (uint16_t)v, (uint16_t)d };
	return 0;
}

int pci_classes_parse(struct span s, struct pci_classes *ret_classes)
{
	unsigned shift = s.n == 2 ? 16 : s.n == 4 ? 8 : 0;
	uint32_t n;
	size_t i;

	for (i = 0; i < sizeof(class_names) / sizeof(class_names[0]); i++)
		if (span_is(s, class_names[i].name)) {
			*ret_classes = class_names[i].classes;
			return 0;
		}
	if ((s.n != 2 && s.n != 4 && s.n != 6) || hex_field(s, (unsigned)s.n, &n) < 0)
		return -EINVAL;
	ret_classes->first = n << shift;
	ret_classes->last = (n << shift) | ((1u << shift) - 1);
	return 0;
}

int pci_dsn_parse(struct span s, uint64_t *ret_dsn)
{
	struct span rest = s;
	uint64_t dsn = 0;
	int i;

	for (i = 0; i < 8; i++) {
		uint32_t byte;

		if (hex_field(span_cut(&rest, '-'), 2, &byte) < 0)
			return -EINVAL;
		dsn = dsn << 8 | byte;
	}
	if (rest.s)
		return -EINVAL;
	*ret_dsn = dsn;
	return 0;
}

/* Takes `letters` and then `digits` hex digits off the front of *s. */
static int take_field(struct span *s, const char *letters, unsigned digits,
		      uint32_t *ret_n)
{
	size_t n = strlen(letters);

	if (s->n < n + digits || !span_starts(*s, letters))
		return -EINVAL;
	if (hex_field((struct span){ s->s + n, digits }, digits, ret_n) < 0)
		return -EINVAL;
	s->s += n + digits;
	s->n -= n + digits;
	return 0;
}

int pci_modalias_parse(struct span s, struct pci_id *ret_id, struct pci_id *ret_subsystem,
		       uint32_t *ret_class)
{
	uint32_t v, d, sv, sd, base, sub, interface;

	if (take_field(&s, "pci:v", 8, &v) < 0 || take_field(&s, "d", 8, &d) < 0 ||
	    take_field(&s, "sv", 8, &sv) < 0 || take_field(&s, "sd", 8, &sd) < 0 ||
	    take_field(&s, "bc", 2, &base) < 0 || take_field(&s, "sc", 2, &sub) < 0 ||
	    take_field(&s, "i", 2, &interface) < 0 || s.n > 0)
		return -EINVAL;
	if (v > 0xffff || d > 0xffff || sv > 0xffff || sd > 0xffff)
		return -EINVAL;
	*ret_id = (struct pci_id){ (uint16_t)v, (uint16_t)d };
	*ret_subsystem = (struct pci_id){ (uint16_t)sv, (uint16_t)sd };
	*ret_class = base << 16 | sub << 8 | interface;
	return 0;
}

int pci_path_of_link(struct span link, struct pci_path *ret_path)
{
	struct pci_path p = { .hops = -1 };

	while (link.s) {
		struct pci_addr a;

		if (pci_addr_parse(span_cut(&link, '/'), &a) < 0)
			continue;
		if (p.hops == HOPS_MAX)
			return -EINVAL;
		if (p.hops < 0)
			p.root = a;
		else
			p.hop[p.hops] = (uint8_t)(a.dev << 3 | a.fn);
		p.hops++;
	}
	if (p.hops < 0)
		return -EINVAL;
	*ret_path = p;
	return 0;
}

static void slot_text(uint8_t dev, uint8_t fn, struct text *t)
{
	text_hex(t, dev, 2);
	text_char(t, '.');
	text_hex(t, fn, 1);
}

void pci_addr_text(struct pci_addr a, struct text *t)
{
	text_hex(t, a.domain, 4);
	text_char(t, ':');
	text_hex(t, a.bus, 2);
	text_char(t, ':');
	slot_text(a.dev, a.fn, t);
}

void pci_path_text(const struct pci_path *p, struct text *t)
{
	int i;

	pci_addr_text(p->root, t);
	for (i = 0; i < p->hops; i++) {
		text_char(t, '/');
		slot_text(p->hop[i] >> 3, p->hop[i] & 7, t);
	}
}

void pci_id_text(struct pci_id id, struct text *t)
{
	text_hex(t, id.vendor, 4);
	text_char(t, ':');
	text_hex(t, id.device, 4);
}

void pci_dsn_text(uint64_t dsn, struct text *t)
{
	int shift;

	for (shift = 56; shift >= 0; shift -= 8) {
		text_hex(t, dsn >> shift & 0xff, 2);
		if (shift > 0)
			text_char(t, '-');
	}
}

unsigned pci_addr_routing(struct pci_addr a)
{
	return (unsigned)(a.bus << 8 | a.dev << 3 | a.fn);
}

static uint64_t addr_number(struct pci_addr a)
{
	return (uint64_t)a.domain << 16 | pci_addr_routing(a);
}

int pci_addr_compare(struct pci_addr a, struct pci_addr b)
{
	uint64_t x = addr_number(a);
	uint64_t y = addr_number(b);

	return x < y ? -1 : x > y;
}

bool pci_addr_same_slot(struct pci_addr a, struct pci_addr b)
{
	return addr_number(a) >> 3 == addr_number(b) >> 3;
}

bool pci_path_equal(const struct pci_path *a, const struct pci_path *b)
{
	return a->hops >= 0 && a->hops == b->hops &&
	       pci_addr_compare(a->root, b->root) == 0 &&
	       memcmp(a->hop, b->hop, (size_t)a->hops) == 0;
}

bool pci_id_equal(struct pci_id a, struct pci_id b)
{
	return a.vendor == b.vendor && a.device == b.device;
}

/* By the golden ratio: Knuth, The Art of Computer Programming, 6.4. */
static unsigned hash(uint32_t n)
{
	return n * 0x9e3779b1u >> 20;
}

unsigned pci_path_hash(const struct pci_path *p)
{
	uint32_t n = p->root.domain << 16 ^ pci_addr_routing(p->root);
	int i;

	for (i = 0; i < p->hops; i++)
		n = n * 31 + p->hop[i];
	return hash(n);
}

unsigned pci_id_hash(struct pci_id id)
{
	return hash((uint32_t)id.vendor << 16 | id.device);
}

const char *pci_class_nearest(struct span s)
{
	const char *best = NULL;
	unsigned least = 3;
	size_t i;

	for (i = 0; i < sizeof(class_names) / sizeof(class_names[0]); i++) {
		unsigned n = span_distance(s, class_names[i].name);

		if (n < least && 2 * n < s.n) {
			least = n;
			best = class_names[i].name;
		}
	}
	return best;
}
