/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_RULES_H
#define EARLYBIND_RULES_H

#include "fault.h"
#include "pci.h"

/* Where a rule stands: earlybind.conf, image.conf or the kernel command line. */
enum source { SOURCE_CONF, SOURCE_IMAGE, SOURCE_CMDLINE };

enum rule_verb { RULE_BIND, RULE_KEEP, RULE_FREE };

/* The match words that a rule has: a set, in match.words. Bits of 16 and above are for
 * what words.c knows of a rule besides. */
enum match_word {
	MATCH_ADDRESS = 1,
	MATCH_PATH = 2,
	MATCH_ID = 4,
	MATCH_SUBSYSTEM = 8,
	MATCH_CLASS = 16,
	MATCH_DSN = 32,
	MATCH_DISPLAY = 64,
	MATCH_END,		/* all are below it */
	MATCH_PLACE = MATCH_ADDRESS | MATCH_PATH,
};

enum match_display { DISPLAY_BOOT, DISPLAY_OTHER };

struct match {
	unsigned words;			/* set of enum match_word */
	struct pci_addr address;
	bool any_fn;			/* address=0000:01:00.* */
	bool any_device;		/* id=10de:* */
	struct pci_path path;
	struct pci_id id;
	struct pci_id subsystem;
	struct pci_classes classes;
	uint64_t dsn;
	enum match_display display;
};

enum rule_with { WITH_NONE, WITH_CARD, WITH_GROUP };
enum rule_moved { MOVED_SKIP, MOVED_FOLLOW };

/* What the host needs a kept function for: for= of image.conf. */
enum rule_for {
	FOR_NONE, FOR_ROOT, FOR_BOOT, FOR_SWAP, FOR_RESUME, FOR_MOUNT, FOR_NET, FOR_USE,
	FOR_TWIN,
};

struct rule {
	enum rule_verb verb;
	enum source source;
	unsigned line;			/* in its source, from 1 */
	struct match match;
	struct span driver;		/* bind; "vfio-pci" where nothing is said */
	enum rule_with with;
	enum rule_moved moved;
	enum rule_for need;
	bool insists;			/* bind: even-if=needed */
	bool is_late;			/* keep, of the image: late=yes */
};

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
	uint64_t home;			/* it was made for; 0: nobody knows */
	struct rule rule[RULES_MAX];
	struct module_option option[OPTIONS_MAX];
	struct load load[LOADS_MAX];
};

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
/* Whether a bind rule needs the IOMMU: its driver is one of VFIO's. */
bool rule_needs_group(const struct rule *rule);
bool rule_has_place(const struct rule *rule);
/* An id without a wildcard, or a serial number: says which device it is. */
bool rule_has_identity(const struct rule *rule);

/* "conf:2" */
void rule_source_text(const struct rule *rule, struct text *t);
/* The path, else the address, as it was given. */
void rule_place_text(const struct rule *rule, struct text *t);
/* "root", "boot" …: the word of for=. */
const char *rule_for_word(enum rule_for need);

#endif
