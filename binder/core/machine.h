/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_MACHINE_H
#define EARLYBIND_MACHINE_H

#include "fault.h"
#include "pci.h"
#include "sysfs.h"

/* A fact that could not be read is unknown, never no. */
enum fact { FACT_UNKNOWN, FACT_NO, FACT_YES };

enum {
	GROUP_UNKNOWN = -2,
	GROUP_NONE = -1,
	NO_FUNCTION = 0xffff,	/* index of no function */
};

/* What a function has of the firmware's screen, which the kernel shows before any driver
 * of a card. */
enum screen {
	SCREEN_UNKNOWN,
	SCREEN_NONE,
	SCREEN_YES,		/* it is there, which kind is not known */
	SCREEN_TEXT,		/* legacy VGA text */
	SCREEN_FRAMEBUFFER,	/* in its memory */
};

enum cpu { CPU_UNKNOWN, CPU_INTEL, CPU_AMD, CPU_ARM };

/* What functions are found by, besides their address: there are thousands of them. */
enum machine_key { BY_PATH, BY_ID, MACHINE_KEYS };

/* One PCI function: what it is and where it sits. Which driver has it is no part of
 * it. */
struct function {
	struct pci_addr addr;
	struct pci_path path;
	struct pci_id id;
	struct pci_id subsystem;
	uint32_t class;
	int32_t group;			/* IOMMU group, GROUP_NONE or GROUP_UNKNOWN */
	uint64_t dsn;			/* if has_dsn == FACT_YES */
	struct pci_addr pf;		/* if is_vf: its physical function */
	uint8_t is_bridge;		/* bool: its class, or a bridge header */
	uint8_t is_vf;			/* bool */
	uint8_t has_dsn;		/* enum fact */
	uint8_t boot_vga;		/* enum fact: attribute boot_vga */
	uint8_t screen;			/* enum screen: of a display */
	uint8_t has_direct;		/* enum fact: reserved region of type "direct" */
	uint8_t has_reset;		/* enum fact: a reset method */
	uint8_t is_ari;			/* bool: one device with all others of its bus */
	uint8_t is_looked_at;		/* bool: machine_look_closer() was here */
	uint8_t is_stuck;		/* bool: whoever read it hung in the kernel */
	uint8_t wants_dsn;		/* bool: match_want_dsn() says so */
	uint16_t vf_reach;		/* its virtual functions are at most so far behind
					 * it; 0: it has none */
	uint16_t n_vfs;			/* of those that are on */
};

enum { STUCK_MAX = 4 };	/* ten seconds each */

/* A computer, sorted by address. About 700 KB: lives in a mapping or in .bss. */
struct machine {
	unsigned n;
	enum cpu cpu;
	bool has_unknown_path;		/* of a function that is no virtual one */
	uint64_t home;			/* home_read(), or 0 */
	uint16_t busy;			/* the function that is being read */
	uint16_t n_stuck;
	struct pci_addr stuck[STUCK_MAX];	/* also those of later scans */
	struct function fn[FUNCTIONS_MAX];
	/* the next one of its chain, and behind these the first of each chain */
	uint16_t next[MACHINE_KEYS][FUNCTIONS_MAX + HASHES_MAX];
};

enum machine_want {
	MACHINE_DSN = 1,	/* read the Device Serial Number from config space */
	MACHINE_DETAILS = 2,	/* machine_look_closer() at every function */
};

/* Reads the machine below the root from /sys/bus/pci/devices (Documentation/ABI/testing/
 * sysfs-bus-pci) and /proc/cpuinfo. `want` is a set of enum machine_want. No PCI bus at
 * all is an empty machine. Returns 0 or -errno. */
int machine_scan(struct machine *m, const struct root *root, unsigned want,
		 struct fault *reterr);

/* Reads the rest of one function, but for its serial number: whether it has a bridge
 * header, or is a virtual function or has such; reserved regions of its group
 * (sysfs-kernel-iommu_groups), reset methods. What cannot be read stays unknown. Returns
 * false where it had been looked at before. */
bool machine_look_closer(struct machine *m, unsigned i, const struct root *root);

/* Reads the PCIe Device Serial Number of one function, from its config space. What cannot
 * be read is unknown. */
void machine_read_dsn(struct machine *m, unsigned i, const struct root *root);

/* Whoever read function i in another process hung: the next scan does not ask it again.
 * Returns false where it was none, or one too many. */
bool machine_note_stuck(struct machine *m, unsigned i);

/* Parts of these, in the directory DIR of /sys/bus/pci/devices: a number; the IOMMU
 * group; the physical function of a virtual one. */
int machine_read_number(const struct root *root, const char *dir, const char *name,
			unsigned base, uint64_t max, uint64_t *ret_n);
void machine_read_group(struct function *f, const struct root *root, const char *dir);
void machine_read_physfn(struct function *f, const struct root *root, const char *dir);

/* Parses the text of machine_function_text(). The machine is sorted afterwards.
 * Returns 0 or -errno with the line in reterr. */
int machine_parse(struct machine *m, const char *name, struct span text,
		  struct fault *reterr);

/* Sorts by address, and makes the chains. */
void machine_sort(struct machine *m);

/* The first line, and the line of function i; with a newline. dsn = false leaves serial
 * numbers out. */
void machine_head_text(const struct machine *m, struct text *t);
void machine_function_text(const struct machine *m, unsigned i, bool dsn, struct text *t);

/* The index of the function at an address, or NO_FUNCTION. */
unsigned machine_at(const struct machine *m, struct pci_addr addr);
/* The first function that is not below an address, or m->n. */
unsigned machine_from(const struct machine *m, struct pci_addr addr);

/* Whether any function has an IOMMU group. */
bool machine_has_iommu(const struct machine *m);

/* The function that the firmware's screen is on, or NO_FUNCTION where that is unknown. */
unsigned machine_boot_display(const struct machine *m);

/* Whether both are parts of one device: one slot, or with ARI one bus. */
bool function_same_slot(const struct function *f, const struct function *g);
/* Class 0600 to 0609. What comes after those, 0680 above all, are endpoints that have no
 * better class: NVSwitch, non-transparent bridges. */
bool function_is_bridge_class(const struct function *f);
/* An endpoint, whose host driver keeps its group from virtual machines. ISA bridges are
 * some, with a driver (drivers/mfd/lpc_ich.c); host bridges are left out, for those that
 * have one are rare, and those that lie in the group of a card are not. */
bool function_holds_group(const struct function *f);
/* Class 03, no VF. */
bool function_is_display(const struct function *f);
/* A display that people look at: class 0300, 0301 or 0380, or the firmware's screen is on
 * it; no VF. */
bool function_is_screen(const struct function *f);
/* Class 01, and the controllers of class 08 and 0c that disks are behind: SD and eMMC
 * (0805), Fibre Channel (0c04), FireWire (0c00). */
bool function_is_storage(const struct function *f);
/* Storage, a network (class 02), or a bus of class 0c, USB among them. */
bool function_can_lead_to_root(const struct function *f);

#endif
