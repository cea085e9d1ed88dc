/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LIMITS_H
#define EARLYBIND_LIMITS_H

/*
 * Every fixed size, with the reason for its value. Whatever does not fit is an error
 * that names the limit. All tables are in zero pages: what a machine does not use costs
 * nothing.
 */
enum {
	FUNCTIONS_MAX = 8192,	/* PCI functions; a large server with VFs has some 2000 */
	HASHES_MAX = 4096,	/* chains of functions; 2 in one on a full machine */
	RULES_MAX = 4096,	/* of all sources; image.conf has about 3 per disk */
	OPTIONS_MAX = 64,	/* "set MODULE.PARAM=VALUE" lines */
	LOADS_MAX = 32,		/* modules to load; the vfio stack is 6 */
	HOPS_MAX = 16,		/* bridges above a function; real nesting is below 10 */
	DRIVER_MAX = 64,	/* MODULE_NAME_LEN in linux/module.h, with the NUL */
	CONFIG_MAX = 262144,	/* bytes of earlybind.conf or image.conf */
	CMDLINE_MAX = 8192,	/* COMMAND_LINE_SIZE: up to 4096; bootconfig adds some */
	ATTRIBUTE_MAX = 4096,	/* a page: Documentation/filesystems/sysfs.rst */
	PATH_SIZE = 512,	/* paths below the root; sysfs of 16 hops takes 330 */
	FAULT_SIZE = 320,	/* one sentence */
	LINES_SIZE = 4096,	/* the longest line; one of /proc/iomem is below 100 */
	LINE_SIZE = 512,	/* one line of plan, report or machine text */
	PARAMS_SIZE = 2048,	/* of one module; "ids" alone may have 1024 bytes */
};

#endif
