/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks what a grub.cfg has: who made it, which entries, and whether our variable is in
 * them.
 */
#include "loader/grub_cfg.h"

#include "host/boot_tops.h"
#include "loader/sync.h"
#include "words/edit.h"

static void keep_longest(size_t *longest, size_t n)
{
	*longest = n > *longest ? n : *longest;
}

/* "PATH WORD...". Those for recovery get no words of ours. */
static void read_linux(struct grub_cfg *cfg, struct span words)
{
	bool has_token = edit_has_word(words, SPAN(SYNC_TOKEN));

	/* what os-prober copied from another system's menu has its words as they stand */
	if (cfg->is_copied)
		return;
	cfg->has_token |= has_token;
	cfg->has_classic |= cfg->is_in_linux;
	if (has_token)
		keep_longest(&cfg->n_with, words.n - (sizeof(SYNC_TOKEN) - 1));
	else if (cfg->is_in_linux && !edit_has_word(words, SPAN("single")) &&
		 !edit_has_word(words, SPAN("recovery")))
		keep_longest(&cfg->n_without, words.n);
}

static void read_line(struct grub_cfg *cfg, struct span line)
{
	struct span rest = line;
	struct span word = span_cut_word(&rest);

	if (span_starts(line, "### BEGIN /etc/grub.d/"))
		cfg->is_made = true;
	cfg->is_whole |= span_starts(line, "### END /etc/grub.d/");
	if (span_starts(line, "### BEGIN ")) {
		cfg->is_in_linux = span_is(line, "### BEGIN /etc/grub.d/10_linux ###");
		cfg->is_copied = span_is(line, GRUB_OS_PROBER);
	}
	if (span_is(line, "### BEGIN " GRUB_SCRIPT " ###"))
		cfg->has_script = true;
	cfg->has_former |= span_is(line, "### BEGIN " GRUB_FORMER " ###");
	if (span_is(word, "menuentry"))
		cfg->has_entry = true;
	cfg->has_way_back |= span_is(word, "menuentry") &&
			     span_has(line, "'earlybind-off'");
	cfg->has_question |= span_has(line, "${earlybind_bls}");
	if (span_is(word, "blscfg"))
		cfg->has_bls = true;
	if (span_starts(word, "linux"))
		read_linux(cfg, rest);
}

struct grub_cfg grub_cfg_read(struct span text)
{
	struct grub_cfg cfg = { .is_made = false };

	while (text.s)
		read_line(&cfg, edit_cut_line(&text));
	return cfg;
}

enum likeness grub_cfg_compare(struct span text, const struct root *root,
			       struct span cmdline)
{
	struct grub_cfg cfg = { .is_made = false };
	enum likeness all = LIKE_UNKNOWN;

	while (text.s) {
		struct span line = edit_cut_line(&text), rest = line;
		enum likeness one = LIKE_UNKNOWN;

		read_line(&cfg, line);
		if (cfg.is_in_linux && span_starts(span_cut_word(&rest), "linux"))
			one = root_compare(root, cmdline, rest);
		if (one == LIKE_SAME)
			return one;
		all = one == LIKE_OTHER ? one : all;
	}
	return all;
}

bool grub_cfg_has_arguments(const struct grub_cfg *cfg)
{
	return cfg->has_token || (cfg->has_bls && !cfg->has_classic);
}
