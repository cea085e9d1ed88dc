/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_MATCH_H
#define EARLYBIND_MATCH_H

#include "machine.h"
#include "rules.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* Whether function i sits at the place of the rule: its path, else its address. A rule
 * without a place is satisfied anywhere. */
bool match_place(const struct match *match, const struct machine *m, unsigned i);

/* Whether all other words hold; UNKNOWN where one of them hangs on a fact that could not
 * be read and none is wrong. */
enum answer match_rest(const struct match *match, const struct machine *m, unsigned i);

/* The next function behind i, or the first one behind NO_FUNCTION, that may have the
 * place of a match, else its id, as far as these are among `words`: all that have it, in
 * their order, and others. At the end something that is not below m->n. */
unsigned match_next(const struct match *match, unsigned words, const struct machine *m,
		    unsigned i);

/* Notes in wants_dsn which functions a rule is for, as far as its other words tell, that
 * asks for a Device Serial Number. */
void match_want_dsn(const struct rules *rules, struct machine *m);

/* The first word other than the place that does not hold for function i, or 0. */
unsigned match_fails(const struct match *match, const struct machine *m, unsigned i);

/* Whether a rule has a place, and the device that the rule means is not there, and is not
 * one that can only appear later. */
bool match_is_lost(const struct rule *rule, const struct machine *m);

/* Whether a keep rule keeps function i. It never fails open: an unknown fact keeps, and
 * where its place holds another device or none, identity alone keeps: is_lost is what
 * match_is_lost() says, found once for all functions. */
bool match_keeps(const struct rule *rule, const struct machine *m, unsigned i,
		 bool is_lost);

/* Whether any function sits at the place of the rule. Returns the first, or
 * NO_FUNCTION. */
unsigned match_at_place(const struct match *match, const struct machine *m);

#endif
