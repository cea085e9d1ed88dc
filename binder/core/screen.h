/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SCREEN_H
#define EARLYBIND_SCREEN_H

#include "machine.h"

/* A line of /proc/iomem: memory that a firmware framebuffer holds of a PCI function. */
struct screen_region {
	struct pci_addr addr;
	char name[24];		/* "efifb", "BOOTFB" */
};

/* Whether a region of this name is what the kernel reserves for a framebuffer that
 * coreboot tells of, as BOOTFB is for that of other firmware; Linux 7 gives it the name
 * of its device: drivers/firmware/google/framebuffer-coreboot.c. */
bool screen_is_coreboot(struct span name);

/* Finds the first one, or with `of` the first one of that function. Says nothing of
 * addresses, so it works without root rights. Returns 1, 0 (none), or -errno. */
int screen_region(const struct root *root, const struct pci_addr *of,
		  struct screen_region *ret_region);

/* Whether this driver takes off function f what draws there for the firmware: vfio-pci
 * of Linux 6.0 and later evicts it from a VGA card, and from no other. An older one does
 * not: vfio_pci_vga_init() in drivers/vfio/pci/vfio_pci_core.c. */
bool screen_may_evict(const struct function *f, struct span driver);

/* A platform device that draws on the screen as the firmware left it. */
struct screen_device {
	char name[DRIVER_MAX];		/* "efi-framebuffer.0" */
	char driver[DRIVER_MAX];	/* "efi-framebuffer" */
	bool has_parent;		/* since Linux 6.12: the function it lies on */
	struct pci_addr parent;
};

/* Finds the one that has a driver. Returns 1, 0 (none), or -errno. */
int screen_device(const struct root *root, struct screen_device *ret_device);

/* Whether a console of this kind is there, "VGA+" or "frame buffer device": 1, 0, or
 * -errno. */
int screen_has_console(const struct root *root, const char *kind);

/* Finds out on which function the firmware's screen is, and fills screen of all
 * displays. The machine is sorted and complete but for that. Reads nothing where there
 * is no display. */
void screen_find(struct machine *m, const struct root *root);

#endif
