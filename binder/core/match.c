/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does this rule select this function, and by which word: predicates over one rule and
 * one function. What follows from it is left to the plan.
 */
#include "match.h"

bool match_place(const struct match *match, const struct machine *m, unsigned i)
{
	const struct function *f = &m->fn[i];

	if (match->words & MATCH_PATH)
		return pci_path_equal(&f->path, &match->path);
	if (!(match->words & MATCH_ADDRESS))
		return true;
	/* with ARI all that is on the bus is device 0; 01:10.* means virtual functions */
	if (match->any_fn)
		return pci_addr_same_slot(f->addr, match->address) ||
		       (f->is_ari && match->address.dev == 0 &&
			f->addr.domain == match->address.domain &&
			f->addr.bus == match->address.bus);
	return pci_addr_compare(f->addr, match->address) == 0;
}

static enum answer answer_of(bool is_yes)
{
	return is_yes ? ANSWER_YES : ANSWER_NO;
}

static enum answer match_id(const struct match *match, const struct function *f)
{
	if (match->any_device)
		return answer_of(f->id.vendor == match->id.vendor);
	return answer_of(pci_id_equal(f->id, match->id));
}

static enum answer match_dsn(const struct match *match, const struct function *f)
{
	if (f->has_dsn == FACT_UNKNOWN)
		return f->is_bridge ? ANSWER_NO : ANSWER_UNKNOWN;
	return answer_of(f->has_dsn == FACT_YES && f->dsn == match->dsn);
}

static enum answer match_display(const struct match *match, const struct machine *m,
				 unsigned i)
{
	unsigned boot;

	if (!function_is_display(&m->fn[i]))
		return ANSWER_NO;
	boot = machine_boot_display(m);
	if (boot == NO_FUNCTION)
		return ANSWER_UNKNOWN;
	return answer_of((i == boot) == (match->display == DISPLAY_BOOT));
}

static enum answer match_word(const struct match *match, const struct machine *m,
			      unsigned i, unsigned word)
{
	const struct function *f = &m->fn[i];

	switch (word) {
	case MATCH_ID:
		return match_id(match, f);
	case MATCH_SUBSYSTEM:
		return answer_of(pci_id_equal(f->subsystem, match->subsystem));
	case MATCH_CLASS:
		return answer_of(f->class >= match->classes.first &&
				 f->class <= match->classes.last);
	case MATCH_DSN:
		return match_dsn(match, f);
	case MATCH_DISPLAY:
		return match_display(match, m, i);
	}
	/* a word without a test: a bind rule takes nothing, a keep rule keeps */
	return ANSWER_UNKNOWN;
}

unsigned match_fails(const struct match *match, const struct machine *m, unsigned i)
{
	unsigned word;

	for (word = MATCH_ID; word <= match->words; word <<= 1)
		if (match->words & word && match_word(match, m, i, word) == ANSWER_NO)
			return word;
	return 0;
}

enum answer match_rest(const struct match *match, const struct machine *m, unsigned i)
{
	enum answer answer = ANSWER_YES;
	unsigned word;

	for (word = MATCH_ID; word <= match->words; word <<= 1) {
		enum answer one = ANSWER_YES;

		if (match->words & word)
			one = match_word(match, m, i, word);
		if (one == ANSWER_NO)
			return ANSWER_NO;
		if (one == ANSWER_UNKNOWN)
			answer = ANSWER_UNKNOWN;
	}
	return answer;
}

unsigned match_next(const struct match *match, unsigned words, const struct machine *m,
		    unsigned i)
{
	struct pci_addr bus = { match->address.domain, match->address.bus, 0, 0 };
	enum machine_key key = words & MATCH_PATH ? BY_PATH : BY_ID;

	if (words & MATCH_ADDRESS && key != BY_PATH) {
		i = i == NO_FUNCTION ? machine_from(m, bus) : i + 1;
		return i < m->n && m->fn[i].addr.bus == bus.bus ? i : NO_FUNCTION;
	}
	if (key == BY_ID && (match->any_device || !(words & MATCH_ID)))
		return (uint16_t)(i + 1);	/* behind NO_FUNCTION is 0 */
	if (i == NO_FUNCTION)
		i = FUNCTIONS_MAX + (key == BY_PATH ? pci_path_hash(&match->path) :
				     pci_id_hash(match->id));
	return m->next[key][i];
}

/* Where a device is not at its place, the place does not matter; and for a keep rule
 * identity alone decides then: match_keeps(). */
void match_want_dsn(const struct rules *rules, struct machine *m)
{
	unsigned i, r;

	for (r = 0; r < rules->n; r++) {
		struct match match = rules->rule[r].match;

		if (!(match.words & MATCH_DSN))
			continue;
		match.words &= rules->rule[r].verb == RULE_KEEP ? MATCH_ID :
			       ~(unsigned)(MATCH_DSN | MATCH_PLACE);
		for (i = NO_FUNCTION; (i = match_next(&match, match.words, m, i)) < m->n;)
			m->fn[i].wants_dsn |= match_rest(&match, m, i) != ANSWER_NO;
	}
}

unsigned match_at_place(const struct match *match, const struct machine *m)
{
	unsigned i = NO_FUNCTION;

	while ((i = match_next(match, match->words, m, i)) < m->n)
		if (match_place(match, m, i))
			return i;
	return NO_FUNCTION;
}

static bool has_any_below(const struct machine *m, const struct pci_path *above)
{
	struct pci_path path;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		path = m->fn[i].path;
		if (path.hops <= above->hops)
			continue;
		path.hops = above->hops;
		if (pci_path_equal(&path, above))
			return true;
	}
	return false;
}

/* Storage that others are below is VMD, in whose domain they appear with its driver, all
 * at once. */
static bool is_below_vmd(const struct match *match, const struct machine *m)
{
	struct match above = { .words = MATCH_PATH, .path = match->path };
	unsigned i;

	if (!(match->words & MATCH_PATH))
		return false;
	while (above.path.hops-- > 0) {
		i = match_at_place(&above, m);
		if (i != NO_FUNCTION && m->fn[i].class >> 16 == 0x01)
			return !has_any_below(m, &above.path);
	}
	return false;
}

/* What comes late is not lost: below VMD, or in a domain whose host bridge has a module
 * for its driver, or where the image says so. */
bool match_is_lost(const struct rule *rule, const struct machine *m)
{
	const struct match *match = &rule->match;
	uint32_t domain = match->words & MATCH_PATH ? match->path.root.domain
						    : match->address.domain;
	unsigned first = machine_from(m, (struct pci_addr){ .domain = domain });
	bool is_taken = false;
	unsigned i = NO_FUNCTION;

	if (!rule_has_place(rule))
		return false;
	while ((i = match_next(match, match->words, m, i)) < m->n) {
		if (!match_place(match, m, i))
			continue;
		if (match_rest(match, m, i) != ANSWER_NO)
			return false;
		is_taken = true;
	}
	return is_taken || !(rule->is_late || first == m->n ||
			     m->fn[first].addr.domain != domain ||
			     is_below_vmd(match, m));
}

/* A virtual function has no path of its own: no path= names it. */
static bool is_place_unknown(const struct match *match, const struct function *f)
{
	return match->words & MATCH_PATH && f->path.hops < 0 && !f->is_vf;
}

bool match_keeps(const struct rule *rule, const struct machine *m, unsigned i,
		 bool is_lost)
{
	const struct match *match = &rule->match;
	struct match identity = *match;

	if ((match_place(match, m, i) || is_place_unknown(match, &m->fn[i])) &&
	    match_rest(match, m, i) != ANSWER_NO)
		return true;
	if (!is_lost || !(match->words & (MATCH_ID | MATCH_DSN)))
		return false;
	identity.words &= MATCH_ID | MATCH_DSN;
	return match_rest(&identity, m, i) != ANSWER_NO;
}
