/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_NAMES_H
#define EARLYBIND_NAMES_H

#include "core/fault.h"
#include "core/pci.h"

enum { NAME_SIZE = 256 };

/* The PCI ID list of libpci: names for people, never for decisions. */
struct names {
	struct pci_access *access;
};

/* Gets ready to look up names; the list itself is read at the first one. The caller calls
 * names_close(). Returns 0, or -ENOMEM and a fault. */
int names_open(struct names *names, struct fault *reterr);

/* Each writes a name into the buffer and returns it, printable ASCII only. What is not in
 * the list is "Vendor 10de", "Device 2206" or "Class 0300". */
const char *names_vendor(struct names *names, struct pci_id id, char buffer[NAME_SIZE]);
const char *names_device(struct names *names, struct pci_id id, char buffer[NAME_SIZE]);
/* The card's maker and model: "ASUSTeK Computer Inc. Device 87c6". */
const char *names_subsystem(struct names *names, struct pci_id id,
			    struct pci_id subsystem, char buffer[NAME_SIZE]);
/* 24 bits as in the machine: "VGA compatible controller". */
const char *names_class(struct names *names, uint32_t class, char buffer[NAME_SIZE]);

void names_close(struct names *names);

#endif
