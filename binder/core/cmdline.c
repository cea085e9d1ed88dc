/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel command line, split as the kernel does it (lib/cmdline.c:next_arg): words
 * are separated by white space outside double quotes, "--" ends the kernel's part.
 * Decides on the mode and hands rules to rules.c and module parameters to whoever loads
 * modules.
 */
#include "cmdline.h"

/* Takes the next word off *rest; false at the end. */
static bool next_word(struct span *rest, struct span *ret_word)
{
	bool is_quoted = false;
	size_t i = 0, start;

	while (i < rest->n && (unsigned char)rest->s[i] <= ' ')
		i++;
	for (start = i; i < rest->n; i++) {
		if (!is_quoted && (unsigned char)rest->s[i] <= ' ')
			break;
		if (rest->s[i] == '"')
			is_quoted = !is_quoted;
	}
	*ret_word = (struct span){ rest->s + start, i - start };
	rest->s += i;
	rest->n -= i;
	return ret_word->n > 0 && !span_is(*ret_word, "--");
}

/* Splits NAME=VALUE; value.s is NULL without "=". Quotes around either are dropped. */
static struct span split_word(struct span word, struct span *ret_value)
{
	struct span name;

	if (word.n > 1 && word.s[0] == '"' && word.s[word.n - 1] == '"')
		word = (struct span){ word.s + 1, word.n - 2 };
	*ret_value = word;
	name = span_cut(ret_value, '=');
	if (ret_value->s && ret_value->n > 1 && ret_value->s[0] == '"' &&
	    ret_value->s[ret_value->n - 1] == '"')
		*ret_value = (struct span){ ret_value->s + 1, ret_value->n - 2 };
	return name;
}

/* The words that systemd and SysV init take for rescue, emergency and single user:
 * systemd(1), kernel-command-line(7). */
static bool is_rescue(struct span name, struct span value)
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

	if (span_is(name, "systemd.unit") || span_is(name, "rd.systemd.unit"))
		return value.s && (span_is(value, "rescue.target") ||
				   span_is(value, "emergency.target"));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!value.s && span_is(name, words[i]))
			return true;
	return false;
}

void cmdline_parse(struct cmdline *c, struct span text)
{
	struct span rest = text;
	struct span word, value, rescue = { NULL, 0 };

	*c = (struct cmdline){ .mode = CMDLINE_ACT, .text = text };
	while (next_word(&rest, &word)) {
		struct span name = split_word(word, &value);

		if (is_rescue(name, value))
			rescue = word;
		if (!span_is(name, "rd.earlybind"))
			continue;
		c->mode = CMDLINE_OFF;
		c->off = word;
		if (!value.s || span_is(value, "1"))
			c->mode = CMDLINE_ACT;
		else if (span_is(value, "plan"))
			c->mode = CMDLINE_PLAN;
	}
	if (c->mode == CMDLINE_OFF || !rescue.s)
		return;
	c->mode = CMDLINE_OFF;
	c->off = rescue;
}

struct span cmdline_root(struct span text)
{
	struct span word, value, root = { NULL, 0 };

	while (next_word(&text, &word))
		if (span_is(split_word(word, &value), "root") && value.s)
			root = value;
	return root;
}

int cmdline_rules(const struct cmdline *c, struct rules *rules, struct fault *reterr)
{
	struct span rest = c->text;
	struct span word, value;
	unsigned line = 0;

	while (next_word(&rest, &word)) {
		struct span name = split_word(word, &value);
		bool is_bind = span_is(name, "rd.earlybind.bind");
		int r;

		if (!is_bind && !span_is(name, "rd.earlybind.keep"))
			continue;
		r = rules_parse_words(rules, is_bind ? RULE_BIND : RULE_KEEP, ++line,
				      value, reterr);
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
	struct span word, value;

	while (next_word(&rest, &word)) {
		struct span param = split_word(word, &value);
		struct span name = span_cut(&param, '.');

		if (param.s && param.n > 0 && span_same_name(name, module))
			each(param, value, with);
	}
}
