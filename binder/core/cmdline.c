/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel command line, split as the kernel does it (lib/cmdline.c:next_arg): words
 * are separated by white space outside double quotes, "--" ends the kernel's part.
 * Decides on the mode and hands rules to rules.c and module parameters to whoever loads
 * modules.
 */
#include "cmdline.h"

/* Splits NAME=VALUE; value.s is NULL without "=". Quotes around either are dropped. */
static void split_word(struct cmdline_word *word)
{
	struct span rest = span_strip(word->text, '"');

	word->name = span_cut(&rest, '=');
	word->value = rest.s ? span_strip(rest, '"') : rest;
}

/* Takes the next word off *rest; false at the end. */
static bool any_word(struct span *rest, struct cmdline_word *ret_word, bool has_quotes)
{
	bool is_quoted = false;
	size_t i = 0, start;

	while (i < rest->n && (unsigned char)rest->s[i] <= ' ')
		i++;
	for (start = i; i < rest->n; i++) {
		if (!is_quoted && (unsigned char)rest->s[i] <= ' ')
			break;
		if (has_quotes && rest->s[i] == '"')
			is_quoted = !is_quoted;
	}
	ret_word->text = (struct span){ rest->s + start, i - start };
	rest->s += i;
	rest->n -= i;
	split_word(ret_word);
	return ret_word->text.n > 0;
}

bool cmdline_next(struct span *rest, struct cmdline_word *ret_word)
{
	return any_word(rest, ret_word, true);
}

/* As cmdline_next(), of the kernel's part. */
static bool next_word(struct span *rest, struct cmdline_word *ret_word)
{
	return cmdline_next(rest, ret_word) && !span_is(ret_word->text, "--");
}

/* The words that systemd and SysV init take for rescue, emergency and single user:
 * systemd(1), kernel-command-line(7); dracut's shell; and a shell in the place of
 * init. */
static bool is_rescue(const struct cmdline_word *word)
{
	static const char *const words[] = {
		"rescue",
		"rd.rescue",
		"emergency",
		"rd.emergency",
		"-b",
		"-s",
		"single",
		"s",
		"S",
		"1",
		"recovery",
	};
	size_t i;

	if (span_is(word->name, "systemd.unit") ||
	    span_is(word->name, "rd.systemd.unit"))
		return word->value.s && (span_is(word->value, "rescue.target") ||
					 span_is(word->value, "emergency.target"));
	if (span_is(word->name, "init"))
		return word->value.s && !span_ends(word->value, "init") &&
		       !span_ends(word->value, "systemd");
	if (span_is(word->name, "rd.break"))
		return true;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!word->value.s && span_is(word->name, words[i]))
			return true;
	return false;
}

/* A quote that nobody closed hides all that follows, and maybe the way back. */
static bool are_closed(struct span text)
{
	bool is_closed = true;
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.s[i] == '"')
			is_closed = !is_closed;
	return is_closed;
}

void cmdline_parse(struct cmdline *c, struct span text)
{
	struct span rest = text;
	struct span rescue = { NULL, 0 };
	struct cmdline_word word;
	bool has_quotes = are_closed(text);

	*c = (struct cmdline){ .mode = CMDLINE_ACT, .text = text };
	while (any_word(&rest, &word, has_quotes)) {
		if (is_rescue(&word))
			rescue = word.text;
		if (!span_is(word.name, "rd.earlybind"))
			continue;
		c->mode = CMDLINE_OFF;
		c->off = word.text;
		if (!word.value.s || span_is(word.value, "1"))
			c->mode = CMDLINE_ACT;
		else if (span_is(word.value, "plan"))
			c->mode = CMDLINE_PLAN;
	}
	if (c->mode == CMDLINE_OFF || !rescue.s)
		return;
	c->mode = CMDLINE_OFF;
	c->off = rescue;
}

struct span cmdline_root(struct span text)
{
	struct span root = { NULL, 0 };
	struct cmdline_word word;

	while (next_word(&text, &word))
		if (span_is(word.name, "root") && word.value.s)
			root = word.value;
	return root;
}

int cmdline_rules(const struct cmdline *c, struct rules *rules, struct fault *reterr)
{
	bool has_quotes = are_closed(c->text), is_kernels = true;
	struct span rest = c->text;
	struct cmdline_word word;
	unsigned line = 0;

	while (any_word(&rest, &word, has_quotes)) {
		bool is_bind = span_is(word.name, "rd.earlybind.bind");
		int r;

		is_kernels &= !span_is(word.text, "--");
		if (!span_starts(word.name, "rd.earlybind.") ||
		    (is_bind && !is_kernels) ||
		    span_is(word.name, "rd.earlybind.giveback"))
			continue;
		/* one that is misspelt may have meant to keep something: a fault */
		if (!is_bind && !span_is(word.name, "rd.earlybind.keep"))
			word.value = word.name;
		r = rules_parse_words(rules, is_bind ? RULE_BIND : RULE_KEEP, ++line,
				      word.value, reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

void cmdline_params(const struct cmdline *c, struct span module,
		    void (*each)(struct span param, struct span value, void *with),
		    void *with)
{
	struct span rest = c->text;
	struct cmdline_word word;

	while (next_word(&rest, &word)) {
		struct span param = word.name;
		struct span name = span_cut(&param, '.');

		if (param.s && param.n > 0 && span_same_name(name, module))
			each(param, word.value, with);
	}
}
