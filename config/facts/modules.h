/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_MODULES_H
#define EARLYBIND_MODULES_H

#include "core/fault.h"
#include "core/sysfs.h"

struct kmod_ctx;

/* A module that was met while the list was made; most have a file, built-in ones none. */
struct module {
	char name[DRIVER_MAX];
	char path[PATH_SIZE];	/* below the root; empty: built into the kernel */
};

/* What must be loaded for one kernel, in load order. */
struct modules {
	const char *kernel;
	struct kmod_ctx *kmod;
	int dir;			/* /lib/modules/VERSION below the root */
	bool is_broken;			/* libkmod met an error that it does not return */
	unsigned n;
	struct module load[LOADS_MAX];
	unsigned n_seen;
	struct module seen[4 * LOADS_MAX];	/* also the built-in ones */
};

/* Opens the modules of a kernel below the root. Returns 0 or -errno and a fault. */
int modules_open(struct modules *m, const struct root *root, const char *kernel,
		 struct fault *reterr);

/* Adds a module and all that it needs: hard dependencies, and soft ones of every module
 * on the way (modprobe.d(5)). What is there already is not added again. Returns 0,
 * -ENOENT where the kernel has no such module, or -errno and a fault. */
int modules_add(struct modules *m, struct span name, struct fault *reterr);

/* The module of that name that was met, or NULL. */
const struct module *modules_find(const struct modules *m, struct span name);

enum modules_driver { DRIVER_NONE, DRIVER_MODULE, DRIVER_BUILT_IN };

/* What drives a device with that modalias. A driver that is a part of the kernel itself
 * comes first: then its name is written. */
enum modules_driver modules_driver(const struct modules *m, const char *alias,
				   char name[DRIVER_MAX]);

void modules_close(struct modules *m);

#endif
