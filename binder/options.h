/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_OPTIONS_H
#define EARLYBIND_OPTIONS_H

#include "core/fault.h"

enum options_verb {
	OPTIONS_NONE, OPTIONS_BOOT, OPTIONS_GIVE_BACK, OPTIONS_DRY_RUN, OPTIONS_HELP,
	OPTIONS_VERSION,
};

/* What the program was asked to do. The strings are those of argv. */
struct options {
	enum options_verb verb;
	const char *root;
	const char *config;	/* NULL: the usual file below the root */
	const char *image;	/* likewise */
	const char *report;	/* a directory below the root */
};

/* Reads argv: "--name VALUE" or "--name=VALUE"; without any verb it is a fault. Returns
 * 0, or -EINVAL and a fault. */
int options_parse(struct options *options, char **argv, struct fault *reterr);

/* The text of --help. */
extern const char options_help[];

#endif
