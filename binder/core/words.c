/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of earlybind.conf and image.conf: one table for the words of a rule. A new
 * word is a row here, a bit in rule.h, a test in match.c or plan.c, a line in
 * earlybind.conf(5) and a case. Without a test in match.c, a rule with it takes nothing.
 * Settings are in settings.c; lines and files are left to rules.c.
 */
#include "words.h"

#include <errno.h>
#include <string.h>

static int read_address(struct rule *rule, struct span value)
{
	struct match *m = &rule->match;
	char copy[24];

	m->any_fn = value.n > 2 && value.n < sizeof(copy) && value.s[value.n - 1] == '*';
	if (!m->any_fn)
		return pci_addr_parse(value, &m->address);
	memcpy(copy, value.s, value.n);
	copy[value.n - 1] = '0';
	return pci_addr_parse((struct span){ copy, value.n }, &m->address);
}

static int read_path(struct rule *rule, struct span value)
{
	return pci_path_parse(value, &rule->match.path);
}

static int read_id(struct rule *rule, struct span value)
{
	struct match *m = &rule->match;
	uint64_t vendor;

	m->any_device = value.n == 6 && value.s[4] == ':' && value.s[5] == '*';
	if (!m->any_device)
		return pci_id_parse(value, &m->id);
	if (span_number((struct span){ value.s, 4 }, 16, 4, 0xffff, &vendor) < 0)
		return -EINVAL;
	m->id = (struct pci_id){ (uint16_t)vendor, 0 };
	return 0;
}

static int read_subsystem(struct rule *rule, struct span value)
{
	return pci_id_parse(value, &rule->match.subsystem);
}

static int read_class(struct rule *rule, struct span value)
{
	return pci_classes_parse(value, &rule->match.classes);
}

static int read_dsn(struct rule *rule, struct span value)
{
	return pci_dsn_parse(value, &rule->match.dsn);
}

static int read_display(struct rule *rule, struct span value)
{
	if (!span_is(value, "boot") && !span_is(value, "other"))
		return -EINVAL;
	rule->match.display = span_is(value, "boot") ? DISPLAY_BOOT : DISPLAY_OTHER;
	return 0;
}

bool words_is_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = s.s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return s.n > 0 && s.n < DRIVER_MAX;
}

static int read_driver(struct rule *rule, struct span value)
{
	if (value.n >= DRIVER_MAX)
		return -E2BIG;
	/* devices that wait for their driver have that one: apply.c */
	if (!words_is_name(value) || span_is(value, "earlybind"))
		return -EINVAL;
	rule->driver = value;
	if (span_same_name(value, SPAN("vfio-pci")))
		rule->driver = SPAN("vfio-pci");
	if (span_same_name(value, SPAN("pci-stub")))
		rule->driver = SPAN("pci-stub");
	return 0;
}

static int read_with(struct rule *rule, struct span value)
{
	if (!span_is(value, "card") && !span_is(value, "group"))
		return -EINVAL;
	rule->with = span_is(value, "card") ? WITH_CARD : WITH_GROUP;
	return 0;
}

static int read_moved(struct rule *rule, struct span value)
{
	if (!span_is(value, "skip") && !span_is(value, "follow"))
		return -EINVAL;
	rule->moved = span_is(value, "skip") ? MOVED_SKIP : MOVED_FOLLOW;
	return 0;
}

static int read_even_if(struct rule *rule, struct span value)
{
	rule->insists = span_is(value, "needed");
	return rule->insists ? 0 : -EINVAL;
}

static int read_late(struct rule *rule, struct span value)
{
	rule->is_late = span_is(value, "yes");
	return rule->is_late ? 0 : -EINVAL;
}

static int read_for(struct rule *rule, struct span value)
{
	unsigned i;

	for (i = FOR_ROOT; i <= FOR_TWIN; i++)
		if (span_is(value, rule_for_word((enum rule_for)i))) {
			rule->need = (enum rule_for)i;
			return 0;
		}
	return -EINVAL;
}

/* What a rule says besides which device it means: bits that no match word has. */
enum {
	WORD_DRIVER = 1 << 16, WORD_WITH = 1 << 17, WORD_MOVED = 1 << 18,
	WORD_EVEN_IF = 1 << 19, WORD_FOR = 1 << 20,
};

enum { ON_BIND = 1, ON_KEEP = 2, ON_FREE = 4, ON_ALL = 7, IN_IMAGE = 8 };

static const struct {
	const char *name;
	unsigned bit;		/* enum match_word, or WORD_* */
	unsigned on; /* the verbs that take it; IN_IMAGE: only image.conf has it */
	int (*read)(struct rule *rule, struct span value);
	const char *expects;
} rule_words[] = {
	{ "address", MATCH_ADDRESS, ON_ALL, read_address,
	  "an address such as 0000:01:00.0 (0000:01:00.* for all functions)" },
	{ "path", MATCH_PATH, ON_ALL, read_path, "a path such as 0000:00:01.0/00.0" },
	{ "id", MATCH_ID, ON_ALL, read_id, "VENDOR:DEVICE such as 10de:2206 or 10de:*" },
	{ "subsystem", MATCH_SUBSYSTEM, ON_ALL, read_subsystem,
	  "VENDOR:DEVICE such as 1043:87c6" },
	{ "class", MATCH_CLASS, ON_ALL, read_class,
	  "2, 4 or 6 hex digits such as 0300, or a name such as vga" },
	{ "dsn", MATCH_DSN, ON_ALL, read_dsn,
	  "a Device Serial Number such as 00-11-22-ff-ff-33-44-55" },
	{ "display", MATCH_DISPLAY, ON_ALL, read_display, "boot or other" },
	{ "driver", WORD_DRIVER, ON_BIND, read_driver,
	  "the name of a driver such as vfio-pci" },
	{ "with", WORD_WITH, ON_BIND, read_with, "card or group" },
	{ "moved", WORD_MOVED, ON_BIND, read_moved, "skip or follow" },
	{ "even-if", WORD_EVEN_IF, ON_BIND, read_even_if, "needed" },
	{ "for", WORD_FOR, ON_KEEP | IN_IMAGE, read_for,
	  "root, boot, swap, resume, mount, net, use or twin" },
	{ "late", 8192, ON_KEEP | IN_IMAGE, read_late, "yes" },
};

_Static_assert((int)MATCH_END < (int)WORD_DRIVER, "the bits of match words are apart");

enum { RULE_WORDS = sizeof(rule_words) / sizeof(rule_words[0]) };

const char *words_name(unsigned bit)
{
	unsigned i = 0;

	while (i < RULE_WORDS - 1 && rule_words[i].bit != bit)
		i++;
	return rule_words[i].name;
}

static unsigned verb_bit(const struct rule *rule)
{
	return 1u << rule->verb;
}

static bool takes_word(const struct rule *rule, unsigned i)
{
	return rule_words[i].on & verb_bit(rule) &&
	       (!(rule_words[i].on & IN_IMAGE) || rule->source == SOURCE_IMAGE);
}

int words_unknown(struct fault *reterr, const char *what, struct span word,
		  const char *const known[])
{
	const char *best = NULL;
	unsigned least = 3;
	struct text t;
	unsigned i;

	for (i = 0; known[i]; i++) {
		unsigned n = span_distance(word, known[i]);

		if (n < least && n < word.n) {
			least = n;
			best = known[i];
		}
	}
	fault_quote(reterr, EINVAL, what, word,
		    best ? ", did you mean \"" : ", expected ");
	t = (struct text){ reterr->words, sizeof(reterr->words), strlen(reterr->words),
			   false };
	if (best) {
		text_add(&t, best);
		text_char(&t, '"');
		text_char(&t, '?');
		return -EINVAL;
	}
	for (i = 0; known[i]; i++) {
		text_add(&t, i == 0 ? "" : known[i + 1] ? ", " : " or ");
		text_add(&t, known[i]);
	}
	return -EINVAL;
}

static int unknown_rule_word(const struct rule *rule, struct span name,
			     struct fault *reterr)
{
	const char *known[RULE_WORDS + 1];
	unsigned i, n = 0;

	for (i = 0; i < RULE_WORDS; i++) {
		if (takes_word(rule, i))
			known[n++] = rule_words[i].name;
		else if (span_is(name, rule_words[i].name))
			return fault_quote(reterr, EINVAL, "the word ", name,
					   rule_words[i].on & IN_IMAGE ?
					   " belongs to a keep rule of image.conf" :
					   " belongs to a bind rule");
	}
	known[n] = NULL;
	return words_unknown(reterr, "unknown word ", name, known);
}

/* "bind 0000:01:00.0": people write the bare value, so say which word it wants. */
static int bare_word(struct span word, struct fault *reterr)
{
	struct pci_addr addr;
	struct pci_id id;

	if (pci_addr_parse(word, &addr) == 0)
		return fault_quote(reterr, EINVAL, "a bare address ", word,
				   ", write address= before it");
	if (pci_id_parse(word, &id) == 0)
		return fault_quote(reterr, EINVAL, "a bare id ", word,
				   ", write id= before it");
	return fault_quote(reterr, EINVAL, "expected NAME=VALUE and not ", word,
			   ", see earlybind.conf(5)");
}

int words_rule(struct rule *rule, struct span word, unsigned *seen, struct fault *reterr)
{
	struct span value = word;
	struct span name = span_cut(&value, '=');
	const char *class;
	unsigned i;
	int r;

	if (!value.s)
		return bare_word(word, reterr);
	for (i = 0; i < RULE_WORDS; i++)
		if (takes_word(rule, i) && span_is(name, rule_words[i].name))
			break;
	if (i == RULE_WORDS)
		return unknown_rule_word(rule, name, reterr);
	if (*seen & rule_words[i].bit)
		return fault_quote(reterr, EINVAL, "the word ", name,
				   " is given twice: leave one out");
	r = rule_words[i].read(rule, value);
	if (r == -E2BIG)
		return fault_set(reterr, E2BIG, rule_words[i].name, "= has more ",
				 rule_words[i].bit == MATCH_PATH ?
				 "bridges than the limit HOPS_MAX, 16" :
				 "letters than the limit DRIVER_MAX - 1, 63", NULL);
	if (r < 0) {
		class =
		    rule_words[i].bit == MATCH_CLASS ? pci_class_nearest(value) : NULL;
		return fault_set(reterr, EINVAL, rule_words[i].name, "= expects ",
				 rule_words[i].expects, class ? ", did you mean \"" : "",
				 class ? class : "", class ? "\"?" : "", NULL);
	}
	*seen |= rule_words[i].bit;
	if (rule_words[i].bit < WORD_DRIVER)
		rule->match.words |= rule_words[i].bit;
	return 0;
}

int words_complete(const struct rule *rule, struct fault *reterr)
{
	if (rule->match.words == 0)
		return fault_set(reterr, EINVAL,
				 "the rule names no device: add a word such "
				 "as address=0000:01:00.0 or id=10de:2206",
				 NULL);
	if (rule->verb == RULE_FREE &&
	    (!rule_has_place(rule) || !rule_has_identity(rule)))
		return fault_set(reterr, EINVAL, "free needs path= and id=", NULL);
	if (rule->insists &&
	    (!(rule->match.words & MATCH_PATH) || !(rule->match.words & MATCH_ID) ||
	     rule->match.any_device || rule->with != WITH_NONE ||
	     rule->moved == MOVED_FOLLOW))
		return fault_set(reterr, EINVAL, "even-if=needed is for one function: "
				 "write path= and id=, and neither with= nor "
				 "moved=follow", NULL);
	if (rule->moved != MOVED_FOLLOW)
		return 0;
	if (!rule_has_identity(rule))
		return fault_set(reterr, EINVAL, "moved=follow must know which device to "
				 "follow: add id= without a wildcard, or dsn=", NULL);
	if (!rule_has_place(rule) ||
	    (!(rule->match.words & MATCH_PATH) && rule->match.any_fn))
		return fault_set(reterr, EINVAL,
				 "moved=follow must know the place that the "
				 "device left: add path= or the address= of one function",
				 NULL);
	return 0;
}
