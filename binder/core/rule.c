/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about one rule, and its parts as text. What its words mean is in words.c,
 * what they hold for in match.c.
 */
#include "rule.h"

static const char *const for_words[] = {
	[FOR_ROOT] = "root", [FOR_BOOT] = "boot", [FOR_SWAP] = "swap",
	[FOR_RESUME] = "resume", [FOR_MOUNT] = "mount", [FOR_NET] = "net",
	[FOR_USE] = "use", [FOR_TWIN] = "twin",
};

const char *rule_for_word(enum rule_for need)
{
	return for_words[need];
}

bool rule_needs_group(const struct rule *rule)
{
	return span_has(rule->driver, "vfio");
}

bool rule_has_place(const struct rule *rule)
{
	return rule->match.words & (MATCH_ADDRESS | MATCH_PATH);
}

bool rule_has_identity(const struct rule *rule)
{
	return rule->match.words & MATCH_DSN ||
	       (rule->match.words & MATCH_ID && !rule->match.any_device);
}

void rule_source_text(const struct rule *rule, struct text *t)
{
	static const char *const words[] = {
		[SOURCE_CONF] = "conf:",
		[SOURCE_IMAGE] = "image:",
		[SOURCE_CMDLINE] = "cmdline:",
	};

	text_add(t, words[rule->source]);
	text_decimal(t, rule->line);
}

void rule_place_text(const struct rule *rule, struct text *t)
{
	if (rule->match.words & MATCH_PATH) {
		pci_path_text(&rule->match.path, t);
		return;
	}
	pci_addr_text(rule->match.address, t);
	if (rule->match.any_fn && !t->full)
		t->s[t->n - 1] = '*';
}
