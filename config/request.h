/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REQUEST_H
#define EARLYBIND_REQUEST_H

#include <stdint.h>

#include "core/fault.h"

struct inputs;
struct request;

/* The options; verb.options is a set of them. */
enum request_option {
	OPTION_ROOT = 1,
	OPTION_CONFIG = 2,
	OPTION_IMAGE = 4,
	OPTION_MACHINE = 8,
	OPTION_CMDLINE = 16,
	OPTION_KERNEL = 32,
	OPTION_DSN = 64,
	OPTION_HELP = 128,
	OPTION_VERSION = 256,
	OPTION_JSON = 512,
	OPTION_COLOR = 1024,
	OPTION_CLASS = 2048,
	OPTION_GROUP = 4096,
	OPTION_WRITE = 8192,
	OPTION_FORCE = 16384,
	OPTION_QUIET = 32768,
	OPTION_DRY_RUN = 1 << 16,
	OPTION_LOADER = 1 << 17,
	OPTION_IMAGES = 1 << 18,
	OPTION_UNDO = 1 << 19,
	OPTION_ONLY = 1 << 20,
	OPTION_NEW_DOMAIN = 1 << 21,
	OPTION_CPUS = 1 << 22,
	OPTION_MEMORY = 1 << 23,
	OPTION_DISK = 1 << 24,
	OPTION_FIRMWARE = 1 << 25,
	OPTION_HUGEPAGES = 1 << 26,
	OPTION_IOMMUFD = 1 << 27,
	OPTION_WAIT_FOR = 1 << 28,
	OPTION_ALL = 1 << 29,
	OPTION_TREE = 1 << 30,
	OPTION_GUEST = 1ULL << 31,
	OPTION_VERBOSE = 1ULL << 32,
	OPTION_ASK = 1ULL << 33,
	OPTION_YES = 1ULL << 34,
	OPTION_NO_SYNC = 1ULL << 35,
};

enum { OPERANDS_MAX = 64 };

/* One row of the table of verbs, which ends in a row without a name. */
struct verb {
	const char *name;
	int (*run)(const struct request *request, struct inputs *in);
	const char *help;
	uint64_t options;	/* set of enum request_option, without HELP and VERSION */
	uint64_t needs;		/* those of them that must be there */
	/* "DIR", which it needs; "[WORD...]", any number; "DIR [WORD...]", both; NULL */
	const char *operand;
};

/* What the user asked for. The strings are those of argv. */
struct request {
	const struct verb *verb;	/* NULL: only --help or --version was given */
	const struct verb *verbs;	/* the whole table */
	uint64_t given;			/* set of enum request_option */
	const char *root;		/* "/" where nothing is said */
	const char *config;		/* the others: NULL where nothing is said */
	const char *image;
	const char *machine;
	const char *cmdline;
	const char *kernel;
	const char *wait_for;
	const char *color;
	const char *class;
	const char *group;
	const char *new_domain;
	const char *cpus;
	const char *memory;
	const char *disk;
	const char *firmware;
	const char *operand;		/* the first of operands */
	unsigned n_operands;
	const char *operands[OPERANDS_MAX];
};

/* One option, for those who describe them; `value` is "DIR", "FILE", a list of words as
 * "auto|always|never", another name, or NULL. */
struct option_row {
	const char *name;
	uint64_t bit;
	const char *value;
	size_t at;		/* where the value goes in struct request */
	const char *help;
};

/* Reads argv with a table of verbs. Returns 0, or -EINVAL and a fault. */
int request_parse(struct request *request, const struct verb *verbs, int argc,
		  char **argv, struct fault *reterr);

/* The options of a verb, --help and --version too: the next one from *at on; *at = 0
 * first. NULL: no more. */
const struct option_row *request_next_option(const struct verb *verb, unsigned *at);

/* Adds the usage of one verb, or of the whole program where verb is NULL. */
void request_usage(const struct verb *verb, const struct verb *verbs, struct text *t);

#endif
