/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FINDINGS_H
#define EARLYBIND_FINDINGS_H

#include "core/plan.h"
#include "core/screen.h"
#include "host.h"

enum {
	FINDINGS_MAX = 4096,	/* a wide rule on a large server has some 2000 */
	KERNELS_MAX = 64,	/* installed kernels; distributions keep two or three */
	LEFTOVERS_MAX = 256,
	BUILT_INS_MAX = 1024,	/* bound functions times kernels */
	DRIFTS_MAX = 128,	/* files of boot loaders, and images */
};

enum leftover_kind {
	LEFTOVER_SOFTDEP, LEFTOVER_IDS, LEFTOVER_OPTIONS, LEFTOVER_INSTALL,
	LEFTOVER_ARGUMENT, LEFTOVER_PRELOAD, LEFTOVER_FORCE, LEFTOVER_NOTHING,
	LEFTOVER_VIDEO, LEFTOVER_MODULES, LEFTOVER_UDEV, LEFTOVER_SCRIPT, LEFTOVER_ARRAY,
	LEFTOVER_DRIVERCTL,
};

/* A line that an older recipe left behind, or by which another program takes devices. */
struct leftover {
	uint8_t kind;		/* enum leftover_kind */
	const char *dead;	/* why nobody reads it, or NULL */
	unsigned line;
	char file[128];
	char text[128];		/* the line, or the word of it that counts */
};

/* An installed kernel. */
struct kernel {
	char name[128];
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

/* Something that does not agree with the config, and what mends it. */
struct drift {
	const char *reason;		/* stable name */
	bool is_known;			/* and not unreadable, or a wish */
	char file[128];			/* may be empty */
	char text[FAULT_SIZE];
	char remedy[FAULT_SIZE];
};

/* What findings are judged by besides rules, machine, plan and host: facts_read() reads
 * it; all zero where it is not known (a recorded machine). */
struct facts {
	char cmdline[CMDLINE_MAX];	/* of the running kernel */
	uint8_t has_remapping;		/* enum fact: interrupt remapping is on */
	uint8_t has_table;		/* enum fact: the firmware offers the IOMMU */
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
	unsigned n_drifts;
	struct drift drift[DRIFTS_MAX];
};

enum severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE };

/* One thing that somebody should know or mend. */
struct finding {
	uint8_t severity;		/* enum severity */
	bool is_step;			/* it is a line of the plan */
	uint16_t fn;			/* what it is about, or NO_FUNCTION */
	const char *reason;		/* stable name */
	const char *file;		/* the place */
	unsigned line;			/* 0: none */
	char text[FAULT_SIZE];
	char remedy[FAULT_SIZE];
};

/* All that is judged. The names are for places. */
struct findings_of {
	const struct rules *rules;
	const struct machine *machine;
	const struct plan *plan;
	const struct host *host;
	const struct facts *facts;
	const char *name[3];		/* of each enum source */
	const struct plan *next;	/* with the IOMMU on, or NULL */
};

struct findings {
	unsigned n;
	unsigned n_lost;		/* those without room */
	unsigned n_errors;
	struct finding finding[FINDINGS_MAX];
	struct finding sorted[FINDINGS_MAX];	/* while they are sorted */
};

/* Judges once for all: check, status, list and generate select and print. Pure. Errors
 * come first. */
void findings_make(struct findings *findings, const struct findings_of *of);

/* "error PLACE: text: remedy" */
void finding_text(const struct finding *finding, struct text *t);

const char *finding_severity_word(enum severity severity);

/* What turns the IOMMU on, as a sentence. */
const char *findings_iommu_remedy(const struct machine *m, const struct facts *facts);

/* Whether a step of the plan binds to what needs the IOMMU. */
bool findings_needs_iommu(const struct findings_of *of, const struct plan_step *step);

/* Whether this word is on the running kernel's command line. */
bool findings_has_argument(const struct facts *facts, const char *word);

/* The argument with which the kernel makes no framebuffer of the firmware's screen, where
 * vfio-pci would be left with its memory; writes why. NULL: none is needed. */
const char *findings_no_screen(const struct findings_of *of, struct text *t);

/* The parts. Adds a finding and starts its text; then findings_remedy(), at most once. */
struct finding *findings_add(struct findings *findings, enum severity severity,
			     const char *reason, struct text *text);
void findings_remedy(struct finding *finding, const char *remedy);
void findings_at_rule(struct finding *finding, const struct findings_of *of, unsigned r);

/* The rule that takes function i, now or once something else is mended (the IOMMU is
 * off); or NO_RULE. */
unsigned findings_taker(const struct findings_of *of, unsigned i);
/* The first function with a keyboard, where there are several and the rules take all of
 * them (`is_now`: bind them); or NO_FUNCTION. That of one alone is a hold. */
unsigned findings_keyboards(const struct findings_of *of, bool is_now);
/* Why function i can only appear after the boot program has run, or NULL: it is below VMD
 * (a domain of five digits), virtual, or can be pulled. */
const char *findings_why_late(const struct findings_of *of, unsigned i);
/* Whether a device that is refused for that reason is so only until then. */
bool findings_is_curable(unsigned reason);

/* What is said of the rules, of the steps of the plan, of the machine, of what the host
 * has there, and of the system. */
void findings_of_rules(struct findings *findings, const struct findings_of *of);
void findings_of_plan(struct findings *findings, const struct findings_of *of);
void findings_of_machine(struct findings *findings, const struct findings_of *of);
void findings_of_uses(struct findings *findings, const struct findings_of *of);
void findings_of_screen(struct findings *findings, const struct findings_of *of);
void findings_of_system(struct findings *findings, const struct findings_of *of);
void findings_of_leftovers(struct findings *findings, const struct findings_of *of);

/* The device that a file of driverctl is about, by its name. Returns 0 or -EINVAL. */
int findings_driverctl_addr(const char *file, struct pci_addr *ret_addr);

#endif
