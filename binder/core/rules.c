/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines and files of rules: splits them into words, knows the verbs of each source, and
 * keeps what was said in one table. The words themselves are in words.c, what they
 * select is in match.c.
 */
#include "rules.h"

#include <errno.h>
#include <string.h>

#include "settings.h"
#include "words.h"

struct parser {
	struct rules *rules;
	enum source source;
	struct span line;	/* the whole line, for columns */
	struct span rest;	/* what of it is not read yet */
	struct fault *fault;
};

void rules_init(struct rules *rules)
{
	rules->n = 0;
	rules->n_options = 0;
	rules->n_loads = 0;
	rules->is_headless = false;
	rules->leaves_framebuffer = false;
	rules->iommu = IOMMU_PT;
	rules->ids = IDS_AUTO;
	rules->sets = 0;
	rules->version = (struct span){ NULL, 0 };
	rules->has_end = false;
	rules->home = 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word of the line; false at its end or at a comment. Leaves the column of the
 * word in the fault. */
static bool next_word(struct parser *p, struct span *ret_word)
{
	size_t i = 0, start;

	while (i < p->rest.n && is_blank(p->rest.s[i]))
		i++;
	for (start = i; i < p->rest.n && !is_blank(p->rest.s[i]); i++)
		;
	*ret_word = (struct span){ p->rest.s + start, i - start };
	p->fault->col = (unsigned)(ret_word->s - p->line.s) + 1;
	p->rest.s += i;
	p->rest.n -= i;
	return ret_word->n > 0 && ret_word->s[0] != '#';
}

static int check_letters(struct parser *p, struct span word)
{
	size_t i;

	for (i = 0; i < word.n; i++)
		if (word.s[i] < '!' || word.s[i] > '~') {
			p->fault->col += (unsigned)i;
			return fault_set(p->fault, EINVAL,
					 "a character that is not printable "
					 "ASCII: only comments may have such",
					 NULL);
		}
	return 0;
}

static int add_rule(struct parser *p, enum rule_verb verb)
{
	struct rules *rules = p->rules;
	struct rule rule = {
		.verb = verb,
		.source = p->source,
		.line = p->fault->line,
		.driver = SPAN("vfio-pci"),
	};
	unsigned seen = 0;
	unsigned verb_col = p->fault->col;
	struct span word;
	int r;

	while (next_word(p, &word)) {
		r = check_letters(p, word);
		if (r == 0)
			r = words_rule(&rule, word, &seen, p->fault);
		if (r < 0)
			return r;
	}
	p->fault->col = verb_col;
	r = words_complete(&rule, p->fault);
	if (r < 0)
		return r;
	if (rules->n == RULES_MAX)
		return fault_set(p->fault, E2BIG,
				 "more rules than the limit RULES_MAX, 4096", NULL);
	rules->rule[rules->n++] = rule;
	return 0;
}

static int add_set(struct parser *p)
{
	struct span word;
	int r;

	if (!next_word(p, &word))
		return fault_set(p->fault, EINVAL, "set needs NAME=VALUE, see "
				 "earlybind.conf(5)", NULL);
	r = check_letters(p, word);
	if (r == 0)
		r = settings_set(p->rules, word, p->fault->line, p->fault);
	if (r < 0)
		return r;
	if (next_word(p, &word))
		return fault_quote(p->fault, EINVAL, "one setting a line, ", word,
				   " is too much");
	return 0;
}

static int add_version(struct parser *p)
{
	struct span word;

	if (!next_word(p, &word))
		return fault_set(p->fault, EINVAL, "version needs a number", NULL);
	if (p->rules->version.s)
		return fault_set(p->fault, EINVAL, "version is given twice", NULL);
	if (check_letters(p, word) < 0)
		return -EINVAL;
	p->rules->version = word;
	if (next_word(p, &word))
		return fault_quote(p->fault, EINVAL, "one version a line, ", word,
				   " is too much");
	return 0;
}

static int add_home(struct parser *p)
{
	struct span word;

	next_word(p, &word);	/* where there is none, that is no number */
	p->rules->home = HOME_UNKNOWN;
	if ((span_is(word, "unknown") ||
	     span_number(word, 16, 16, UINT64_MAX, &p->rules->home) == 0) &&
	    !next_word(p, &word))
		return 0;
	return fault_set(p->fault, EINVAL, "made-for needs 16 hex digits or unknown",
			 NULL);
}

static int add_load(struct parser *p)
{
	struct rules *rules = p->rules;
	struct span file, word;
	struct span params = { NULL, 0 };
	unsigned verb_col = p->fault->col;
	int r = 0;

	if (!next_word(p, &file) || file.s[0] != '/')
		return fault_set(p->fault, EINVAL,
				 "load needs the absolute path of a module", NULL);
	r = check_letters(p, file);
	while (r == 0 && next_word(p, &word)) {
		r = check_letters(p, word);
		if (!params.s)
			params.s = word.s;
		params.n = (size_t)(word.s + word.n - params.s);
	}
	if (r < 0)
		return r;
	p->fault->col = verb_col;
	if (rules->n_loads == LOADS_MAX)
		return fault_set(p->fault, E2BIG,
				 "more modules than the limit LOADS_MAX, 32", NULL);
	rules->load[rules->n_loads++] = (struct load){ p->fault->line, file, params };
	return 0;
}

static int parse_line(struct parser *p)
{
	static const char *const conf_verbs[] = { "bind", "keep", "set", NULL };
	static const char *const image_verbs[] = { "version", "made-for", "keep", "free",
						   "load", "end", NULL };
	bool is_image = p->source == SOURCE_IMAGE;
	struct span verb;

	if (!next_word(p, &verb))
		return 0;
	if (check_letters(p, verb) < 0)
		return -EINVAL;
	if (is_image && p->rules->has_end)
		return fault_quote(p->fault, EINVAL, "something follows the end: ", verb,
				   "");
	if (span_is(verb, "keep"))
		return add_rule(p, RULE_KEEP);
	if (span_is(verb, "bind") && !is_image)
		return add_rule(p, RULE_BIND);
	if (span_is(verb, "set") && !is_image)
		return add_set(p);
	if (span_is(verb, "free") && is_image)
		return add_rule(p, RULE_FREE);
	if (span_is(verb, "load") && is_image)
		return add_load(p);
	if (span_is(verb, "version") && is_image)
		return add_version(p);
	if (span_is(verb, "made-for") && is_image)
		return add_home(p);
	if (span_is(verb, "end") && is_image) {
		p->rules->has_end = true;
		return 0;
	}
	return words_unknown(p->fault, "unknown verb ", verb,
			     is_image ? image_verbs : conf_verbs);
}

int rules_parse(struct rules *rules, enum source source, const char *name,
		struct span text, struct fault *reterr)
{
	struct parser p = { .rules = rules, .source = source, .fault = reterr };

	*reterr = (struct fault){ .name = name };
	while (text.s && text.n > 0) {
		int r;

		p.line = span_cut(&text, '\n');
		if (p.line.n > 0 && p.line.s[p.line.n - 1] == '\r')
			p.line.n--;
		p.rest = p.line;
		reterr->line++;
		r = parse_line(&p);
		if (r < 0)
			return r;
	}
	return 0;
}

int rules_parse_words(struct rules *rules, enum rule_verb verb, unsigned line,
		      struct span words, struct fault *reterr)
{
	struct rule rule = {
		.verb = verb,
		.source = SOURCE_CMDLINE,
		.line = line,
		.driver = SPAN("vfio-pci"),
	};
	struct parser p = { .fault = reterr };
	struct span rest = words;
	unsigned seen = 0;
	int r;

	*reterr = (struct fault){
		.name = verb == RULE_BIND ? "rd.earlybind.bind" : "rd.earlybind.keep",
		.line = line,
	};
	while (rest.s && words.n > 0) {
		struct span word = span_cut(&rest, ',');

		reterr->col = (unsigned)(word.s - words.s) + 1;
		r = check_letters(&p, word);
		if (r == 0)
			r = words_rule(&rule, word, &seen, reterr);
		if (r < 0)
			return r;
	}
	reterr->col = 1;
	r = words_complete(&rule, reterr);
	if (r < 0)
		return r;
	if (rules->n == RULES_MAX)
		return fault_set(reterr, E2BIG,
				 "more rules than the limit RULES_MAX, 4096", NULL);
	rules->rule[rules->n++] = rule;
	return 0;
}

int rules_check_version(const struct rules *rules, const char *name, const char *version,
			struct fault *reterr)
{
	*reterr = (struct fault){ .name = name };
	if (rules->version.s && span_is(rules->version, version)) {
		if (rules->has_end)
			return 0;
		return fault_set(reterr, EINVAL, "it is cut off: run earlybind sync",
				 NULL);
	}
	if (!rules->version.s)
		return fault_set(reterr, EINVAL,
				 "it has no version line: run earlybind sync", NULL);
	return fault_quote(reterr, EINVAL, "it was written by earlybind ", rules->version,
			   ", which is not the version of this program: run earlybind "
			   "sync");
}

bool rules_have_bind(const struct rules *rules)
{
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].verb == RULE_BIND)
			return true;
	return false;
}

bool rules_have_word(const struct rules *rules, enum match_word word)
{
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].match.words & word)
			return true;
	return false;
}
