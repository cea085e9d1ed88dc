/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FACTS_H
#define EARLYBIND_FACTS_H

#include "core/plan.h"
#include "core/screen.h"
#include "core/sysfs.h"
#include "host/host.h"

enum {
	KERNELS_MAX = 64,	/* installed kernels; distributions keep two or three */
	LEFTOVERS_MAX = 256,
	BUILT_INS_MAX = 1024,	/* bound functions times kernels */
};

enum leftover_kind {
	LEFTOVER_SOFTDEP, LEFTOVER_IDS, LEFTOVER_OPTIONS, LEFTOVER_INSTALL,
	LEFTOVER_ARGUMENT, LEFTOVER_PRELOAD, LEFTOVER_FORCE, LEFTOVER_NOTHING,
	LEFTOVER_VIDEO, LEFTOVER_MODULES, LEFTOVER_UDEV, LEFTOVER_SCRIPT, LEFTOVER_ARRAY,
	LEFTOVER_DRIVERCTL, LEFTOVER_HOOK,
};

/* A line that an older recipe left behind, or by which another program takes devices. */
struct leftover {
	uint8_t kind;		/* enum leftover_kind */
	const char *dead;	/* why nobody reads it, or NULL */
	unsigned line;
	char file[128];
	char text[128];		/* the line, or the word of it that counts */
	char devices[512];	/* addresses and ids that it names, blanks between them */
	char options[256];	/* "MODULE.NAME=VALUE" of modprobe.d, the same */
};

/* What a kernel may be built without; a set of bits. */
enum kernel_part {
	PART_TYPE1, PART_INTEL, PART_AMD, PART_INTEL_REMAP, PART_AMD_REMAP, PART_KVM,
	KERNEL_PARTS,
};

/* An installed kernel. */
struct kernel {
	char name[128];
	uint8_t lacks_parts;	/* set of enum kernel_part; of no config file: none */
	uint16_t lacks;		/* the first rule whose driver it lacks, or NO_RULE */
	bool has_vfio_pci;	/* as a part of itself, not as a module */
	bool has_pci_stub;	/* as well */
	uint8_t has_option[OPTIONS_MAX];	/* bool: the module of that option too */
};

/* A bound function whose own driver is part of a kernel. */
struct built_in {
	uint16_t fn;
	uint8_t kernel;
	char driver[DRIVER_MAX];
	char path[128];		/* "kernel/drivers/usb/host/xhci-pci.ko", or empty */
};

/* What findings are judged by besides rules, machine, plan and host: facts_read() reads
 * it; all zero where it is not known (a recorded machine). */
struct facts {
	char cmdline[CMDLINE_MAX];	/* of the running kernel */
	uint8_t has_remapping;		/* enum fact: interrupt remapping is on */
	uint8_t has_table;		/* enum fact: the firmware offers the IOMMU */
	uint8_t has_acs_patch;		/* enum fact: it knows pcie_acs_override= */
	unsigned n_unread;		/* functions that the machine lacks */
	struct pci_addr unread;		/* the first of them */
	char asks_for[128];		/* the boot stops for this, or empty */
	uint8_t asks_passphrase;	/* enum fact: whether that is certain */
	bool has_serial;		/* and shows it on a serial console */
	uint8_t no_snoop[FUNCTIONS_MAX];	/* enum fact */
	uint8_t is_removable[FUNCTIONS_MAX];	/* bool: it can be pulled */
	uint8_t has_module[FUNCTIONS_MAX];	/* bool: its driver is one */
	char screen_stays[DRIVER_MAX];	/* after the bind at boot: "BOOTFB", "VGA+" */
	bool lost_screen;	/* that of a card which stays with the host, at boot */
	bool has_region;		/* a framebuffer of the firmware is there now */
	struct screen_region region;
	bool has_smmu;			/* an IOMMU of ARM's own kind is on */
	bool is_guest;			/* this is a virtual machine */
	bool lost_kernels;		/* there are more than KERNELS_MAX */
	unsigned n_kernels;
	struct kernel kernel[KERNELS_MAX];
	unsigned n_built_ins;
	struct built_in built_in[BUILT_INS_MAX];
	bool lost_leftovers;		/* there are more than LEFTOVERS_MAX */
	unsigned n_leftovers;
	struct leftover leftover[LEFTOVERS_MAX];
	char args[CMDLINE_MAX];		/* what the rules want; no leftovers */
};

/* All that is judged. The names are for places. */
struct situation {
	const struct rules *rules;
	const struct machine *machine;
	const struct plan *plan;
	const struct host *host;
	const struct facts *facts;
	const char *name[3];		/* of each enum source */
	const struct plan *next;	/* with the IOMMU on, or NULL */
};

/* What the binder did at this boot: earlybind-plan(5). */
#define REPORT_FILE "/run/earlybind/report"

/* Reads what findings need of the live system below a root, besides the machine: rules
 * and plan say what is worth looking at. facts_read_iommu(), _kernels(), _removable() and
 * _screen() come first. What cannot be read stays unknown. */
void facts_read(struct facts *facts, const struct root *root,
		const struct situation *of);

/* Whether function i is bound by the plan, or by the next one: of what only the IOMMU
 * holds back, the facts count too. */
bool facts_is_bound(const struct situation *of, unsigned i);

/* Its parts: the command line, the firmware's tables, the kind of IOMMU; installed
 * kernels; what older recipes left in files. */
void facts_read_iommu(struct facts *facts, const struct root *root,
		      const char *running);
void facts_read_kernels(struct facts *facts, const struct root *root,
			const struct situation *of);
void facts_read_leftovers(struct facts *facts, const struct root *root);

/* Which bound functions can be pulled while the machine runs. */
void facts_read_removable(struct facts *facts, const struct root *root,
			  const struct situation *of);

/* As facts_read_kernels(), of one kernel that the user named. Returns 0 or -errno and a
 * fault. */
int facts_read_kernel(struct facts *facts, const struct root *root,
		      const struct situation *of, const char *version,
		      struct fault *reterr);

/* What its config file says that this kernel lacks, and the name of such an option;
 * kernel_config.c. */
void facts_read_config(struct kernel *kernel, const struct root *root,
		       const struct machine *m);
const char *facts_part_name(enum kernel_part part);
/* Whether the running kernel has the patch for pcie_acs_override=. */
enum fact facts_knows_acs_override(const struct root *root);

/* Of the firmware's screen: what the report of this boot says, and what is there now. */
void facts_read_screen(struct facts *facts, const struct root *root);

/* Whether the boot asks for a passphrase, and for what: by crypttab and the command line,
 * which must have been read; by ZFS. */
void facts_read_passphrase(struct facts *facts, const struct root *root);
void facts_read_zfs(struct facts *facts, const struct root *root);

/* Their sum: what asks for certain goes before what may ask. */
void facts_note_passphrase(struct facts *facts, enum fact asks, const char *what,
			   struct span who);

/* Adds the driver that has the device at an address ("0000:01:00.0") now; whether one
 * has: Documentation/ABI/testing/sysfs-bus-pci. */
bool facts_driver(const struct root *root, const char *address, struct text *t);

/* Only the names of the installed kernels. */
void facts_list_kernels(struct facts *facts, const struct root *root);

/* Cuts the next word off a line; blanks, tabs and quotes part words. Empty at the end. */
struct span facts_word(struct span *line);

/* The device that a file of driverctl is about, by its name. Returns 0 or -EINVAL. */
int facts_driverctl_addr(const char *file, struct pci_addr *ret_addr);

#endif
