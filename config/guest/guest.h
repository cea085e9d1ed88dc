/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_GUEST_H
#define EARLYBIND_EXPORT_GUEST_H

#include "guest/cpus.h"
#include "request.h"

enum { GUEST_MEMORY_MIN = 128 };	/* MiB: with less no UEFI starts */

/* The guest that the user wants beside the devices: a struct to be filled in two steps,
 * as what is left out depends on the host. The strings are those of the request. */
struct guest {
	const char *name;
	const char *disk;		/* NULL: a file of the guest's name */
	const char *firmware;		/* NULL: what is installed */
	unsigned threads;		/* 0: what cpus_choose() finds */
	uint64_t memory;		/* MiB; 0: half of the node's */
	bool has_hugepages;
	bool has_iommufd;
	char vars[PATH_SIZE];		/* the template that goes with firmware */
};

/* Reads the options, with `name` for a guest that has none. Returns 0, or -EINVAL and a
 * fault. */
int guest_read(struct guest *guest, const struct request *request, const char *name,
	       struct fault *reterr);

/* Reads a size of memory, "8G", in MiB. Returns 0, or -EINVAL and a fault. */
int guest_read_memory(const char *value, uint64_t *ret_memory, struct fault *reterr);

/* Fills in the memory. Returns 0, or -ERANGE (the node has less) and a fault. */
int guest_complete(struct guest *guest, const struct cpus *cpus, struct fault *reterr);

/* Whether the disk is a block device; and its format, "qcow2" or "raw", by its name. */
bool guest_has_block(const struct guest *guest);
const char *guest_format(const struct guest *guest);

/* Finds a UEFI firmware that is installed below the root, where none is given. Returns 0,
 * or -ENOENT and a fault. */
int guest_find_firmware(struct guest *guest, const struct root *root,
			struct fault *reterr);

#endif
