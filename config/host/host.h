/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_H
#define EARLYBIND_HOST_H

#include "core/match.h"

enum {
	HOST_NOTES_MAX = 64,	/* sentences about what could not be found */
	HOST_NOTE_SIZE = 256,
	HOST_HOLDS_MAX = 8192,	/* one a file system, swap, interface … and function */
	HOST_HOLD_SIZE = 640,	/* mount points, and a label of btrfs */
};

enum host_kind {
	HOST_FILES, HOST_SWAP, HOST_NET, HOST_ROUTE, HOST_CONSOLE, HOST_KEYBOARD,
	HOST_USE, HOST_NAME, HOST_FILTER, HOST_CARD, HOST_PORT,
};

/* What a function holds, for people: "/ ext4 nvme0n1p2 238.5G \"rootfs\"". */
struct host_hold {
	uint16_t fn;
	uint8_t kind;		/* enum host_kind */
	bool is_idle;		/* a file system that is not mounted */
	char text[HOST_HOLD_SIZE];
};

/*
 * What this computer needs of its PCI functions. `is_known` is false in a chroot, a
 * container or an image builder: then the facts are those of another machine than the one
 * that will boot, and `why` says how we know.
 */
struct host {
	bool is_known;
	bool is_unsure;		/* something that the boot needs was not found */
	char why[FAULT_SIZE];
	uint16_t needs[FUNCTIONS_MAX];	/* of each function: set of 1 << enum rule_for */
	uint8_t is_removable[FUNCTIONS_MAX];	/* bool: needed, and it can be pulled */
	unsigned n_notes;
	char note[HOST_NOTES_MAX][HOST_NOTE_SIZE];
	unsigned n_holds;
	struct host_hold hold[HOST_HOLDS_MAX];
	uint8_t has_keyboard[FUNCTIONS_MAX];	/* bool: at least one */
	bool has_fixed_keyboard;	/* one is on no function: PS/2, a laptop's own */
};

/* Finds out, below the root, what file systems, swap, the loader and the network of the
 * host stand on. `m` is the machine of the same root, `running` its command line;
 * `wait_for` has the devices that dracut was told that an image waits for, or is NULL.
 * What cannot be found is a note. Returns 0, or -ENOMEM or -E2BIG (a limit) and a
 * fault. */
int host_scan(struct host *host, const struct machine *m, const struct root *root,
	      const char *running, const char *wait_for, struct fault *reterr);

/* The first function from `from` on that rule r, with moved=follow, could mistake for its
 * device: all words but the place match it, and no other bind rule means it. NO_FUNCTION
 * where there is none, or the device is not at its place. */
unsigned host_twin(const struct machine *m, const struct rules *rules, unsigned r,
		   unsigned from);

/* Adds FOR_TWIN for every such function. */
void host_add_twins(struct host *host, const struct machine *m,
		    const struct rules *rules);

/* The most important thing that function i is needed for, or FOR_NONE. */
enum rule_for host_need(const struct host *host, unsigned i);

/* Whether the kernel says that the function can be pulled, as what is behind Thunderbolt:
 * pci.c:pci_set_removable. */
bool host_is_removable(const struct root *root, struct pci_addr addr);

/* Reads the serial numbers of storage of which there is more than one of a model. */
void host_read_models(struct machine *m, const struct root *root);

/* Whether other storage is of the id of function i. */
bool host_has_model(const struct machine *m, unsigned i);

/* Storage that the host needs, and that nothing tells apart from function i: it has the
 * id and subsystem, and a serial number that is the same or not there. NO_FUNCTION where
 * there is none. */
unsigned host_model_twin(const struct host *host, const struct machine *m, unsigned i);

/* Adds the keep and free lines of image.conf, or a comment that says why there are
 * none. */
void host_image_text(const struct host *host, const struct machine *m, struct text *t);

/* The next thing that function i holds: call with *at = 0 first. NULL: no more. */
const struct host_hold *host_next_hold(const struct host *host, unsigned i, unsigned *at);

#endif
