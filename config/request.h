/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REQUEST_H
#define EARLYBIND_REQUEST_H

#include "core/fault.h"

struct inputs;
struct request;

/* The options; verb.options is a set of them. */
enum option {
	OPTION_ROOT = 1,
	OPTION_CONFIG = 2,
	OPTION_IMAGE = 4,
	OPTION_MACHINE = 8,
	OPTION_CMDLINE = 16,
	OPTION_KERNEL = 32,
	OPTION_DSN = 64,
	OPTION_HELP = 128,
	OPTION_VERSION = 256,
};

/* One row of the table of verbs, which ends in a row without a name. */
struct verb {
	const char *name;
	int (*run)(const struct request *request, struct inputs *in);
	const char *help;
	unsigned options;	/* set of enum option, without HELP and VERSION */
	unsigned needs;		/* those of them that must be there */
	const char *operand;	/* the one word that it needs, or NULL */
};

/* What the user asked for. The strings are those of argv. */
struct request {
	const struct verb *verb;	/* NULL: only --help or --version was given */
	unsigned given;			/* set of enum option */
	const char *root;		/* "/" where nothing is said */
	const char *config;		/* the others: NULL where nothing is said */
	const char *image;
	const char *machine;
	const char *cmdline;
	const char *kernel;
	const char *operand;
};

/* Reads argv with a table of verbs. Returns 0, or -EINVAL and a fault. */
int request_parse(struct request *request, const struct verb *verbs, char **argv,
		  struct fault *reterr);

/* Adds the usage of one verb, or of the whole program where verb is NULL. */
void request_usage(const struct verb *verb, const struct verb *verbs, struct text *t);

#endif
