/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_RULE_H
#define EARLYBIND_RULE_H

#include "limits.h"
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
