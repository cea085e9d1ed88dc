/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_PCI_H
#define EARLYBIND_PCI_H

#include "limits.h"
#include "text.h"

/* "0000:01:00.0": domain up to 8 hex digits (VMD has 10000), as in
 * /sys/bus/pci/devices. */
struct pci_addr {
	uint32_t domain;
	uint8_t bus;
	uint8_t dev;		/* 0 to 31; with ARI 0 */
	uint8_t fn;		/* 0 to 7 */
};

/*
 * Where a function sits, whatever numbers its buses got: the function on the root bus,
 * then device and function (dev << 3 | fn) below each bridge. "0000:00:01.0/00.0".
 * hops < 0 means that the path is not known.
 */
struct pci_path {
	struct pci_addr root;
	int8_t hops;
	uint8_t hop[HOPS_MAX];
};

struct pci_id {
	uint16_t vendor;
	uint16_t device;
};

/* Classes from first to last, both included; 24 bits: base, sub, interface. */
struct pci_classes {
	uint32_t first;
	uint32_t last;
};

/* Each parser takes all of its text. Returns 0 or -EINVAL; -E2BIG for more than HOPS_MAX
 * bridges. */
int pci_addr_parse(struct span s, struct pci_addr *ret_addr);
int pci_path_parse(struct span s, struct pci_path *ret_path);
int pci_id_parse(struct span s, struct pci_id *ret_id);
/* "03", "0300", "030000" or a name such as "vga". */
int pci_classes_parse(struct span s, struct pci_classes *ret_classes);
/* "00-11-22-ff-ff-33-44-55", as lspci prints it. */
int pci_dsn_parse(struct span s, uint64_t *ret_dsn);
/* MODALIAS of a PCI function, "pci:v000010DEd00002206sv…sd…bc03sc00i00":
 * drivers/pci/pci-sysfs.c:modalias_show. */
int pci_modalias_parse(struct span s, struct pci_id *ret_id, struct pci_id *ret_subsystem,
		       uint32_t *ret_class);
/* The target of /sys/bus/pci/devices/ADDRESS: its components that are addresses. */
int pci_path_of_link(struct span link, struct pci_path *ret_path);

void pci_addr_text(struct pci_addr a, struct text *t);
void pci_path_text(const struct pci_path *p, struct text *t);
void pci_id_text(struct pci_id id, struct text *t);
void pci_dsn_text(uint64_t dsn, struct text *t);

/* <0, 0, >0 as memcmp(), in the order of the numbers. */
int pci_addr_compare(struct pci_addr a, struct pci_addr b);
/* Bus, device and function as one number of 16 bits. */
unsigned pci_addr_routing(struct pci_addr a);
bool pci_addr_same_slot(struct pci_addr a, struct pci_addr b);
bool pci_path_equal(const struct pci_path *a, const struct pci_path *b);
bool pci_id_equal(struct pci_id a, struct pci_id b);
/* Below HASHES_MAX, the same for what is equal. */
unsigned pci_path_hash(const struct pci_path *p);
unsigned pci_id_hash(struct pci_id id);

/* The known class name nearest to a misspelt one, or NULL. */
const char *pci_class_nearest(struct span s);

#endif
