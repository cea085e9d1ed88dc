/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SOURCES_H
#define EARLYBIND_SOURCES_H

#include "cmdline.h"
#include "machine.h"

#define CONFIG_FILE "/etc/earlybind.conf"
#define IMAGE_FILE "/usr/lib/earlybind/image.conf"

/* What is wrong with texts that reach their limit. */
#define CONFIG_TOO_LONG "the file is larger than the limit CONFIG_MAX, 262144 bytes"
#define CMDLINE_TOO_LONG "longer than the limit CMDLINE_MAX, 8192"

/* A text that was read whole. Of one that is too long there is as much as is too long. */
struct source_text {
	bool is_there;
	size_t n;
	char s[CONFIG_MAX];
};

/*
 * Where the rules of one run are read. The rules point into the texts. A file that the
 * user named is the caller's own and must be there; the usual one is below the root and
 * may be absent.
 */
struct sources {
	const struct root *root;
	const char *config_name;	/* as the user named it, or NULL */
	const char *image_name;
	/* reads a file that the user named, as sysfs_read() does */
	ssize_t (*read)(const char *name, char *buffer, size_t size);
	struct source_text config;
	struct source_text image;
};

/* Reads the rules in the order of a boot: command line, config, image.conf. Returns 0, or
 * -errno and a fault. */
int sources_read(struct sources *sources, const struct cmdline *cmdline,
		 struct rules *rules, struct fault *reterr);

/* As sources_read(), of the config alone. */
int sources_config(struct sources *sources, struct rules *rules, struct fault *reterr);

/* Reads the machine for these rules; `want` is that of machine_scan(), `running` the
 * command line of the kernel. Returns 0, or -errno and a fault. */
int sources_machine(const struct rules *rules, const struct root *root,
		    struct span running, unsigned want, struct machine *m,
		    struct fault *reterr);

#endif
