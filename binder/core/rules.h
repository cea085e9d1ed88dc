/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_RULES_H
#define EARLYBIND_RULES_H

#include "fault.h"
#include "rule.h"

/* "set MODULE.PARAM=VALUE". */
struct module_option {
	unsigned line;
	struct span module;
	struct span param;
	struct span value;
};

/* "load FILE [PARAM=VALUE…]" of image.conf, in load order. */
struct load {
	unsigned line;
	struct span file;
	struct span params;
};

enum set_iommu { IOMMU_PT, IOMMU_ON, IOMMU_NONE };
enum set_ids { IDS_AUTO, IDS_ALWAYS, IDS_NEVER };

/*
 * All that people and the image say. Spans point into the texts that were parsed: the
 * caller keeps them. Rules of the command line are parsed first, so that they come first.
 */
struct rules {
	unsigned n;
	unsigned n_options;
	unsigned n_loads;
	bool is_headless;		/* set headless=yes */
	bool leaves_framebuffer;	/* set framebuffer=leave */
	enum set_iommu iommu;
	enum set_ids ids;
	unsigned sets;			/* which of these were given */
	struct span version;		/* of image.conf; empty without one */
	bool has_end;			/* so has it an end line: it is whole */
	uint64_t home;			/* made for; HOME_UNKNOWN; 0: not said */
	struct rule rule[RULES_MAX];
	struct module_option option[OPTIONS_MAX];
	struct load load[LOADS_MAX];
};

/* The home of an image that was made where the host was not known, as in a chroot. */
#define HOME_UNKNOWN 1u

/* No rule, every setting at its default. */
void rules_init(struct rules *rules);

/* Adds the rules of a whole file; `name` is its name in messages, kept in reterr. The
 * grammar is in earlybind.conf(5) and, for SOURCE_IMAGE, earlybind-machine(5). Returns
 * 0, or -EINVAL (a wrong word), -E2BIG (a limit) with the place in reterr. */
int rules_parse(struct rules *rules, enum source source, const char *name,
		struct span text, struct fault *reterr);

/* Adds one rule of the kernel command line: the words of "rd.earlybind.bind=WORD,WORD".
 * `line` counts such rules from 1. Returns as rules_parse(). */
int rules_parse_words(struct rules *rules, enum rule_verb verb, unsigned line,
		      struct span words, struct fault *reterr);

/* An image.conf must be of the program's own version, and whole. Returns 0, or -EINVAL
 * and a fault. */
int rules_check_version(const struct rules *rules, const char *name, const char *version,
			struct fault *reterr);

bool rules_have_bind(const struct rules *rules);
/* Whether any rule has this word. */
bool rules_have_word(const struct rules *rules, enum match_word word);

#endif
