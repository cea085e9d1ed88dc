/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_WORDS_H
#define EARLYBIND_WORDS_H

#include "fault.h"
#include "rule.h"

/* Reads one word of a rule ("id=10de:2206", "with=card") into it; `seen` collects the
 * words that the rule has, for the error of a word given twice. Returns 0, or -EINVAL
 * and a fault without a place. */
int words_rule(struct rule *rule, struct span word, unsigned *seen, struct fault *reterr);

/* What the words of a whole rule must fulfil together. Returns as words_rule(). */
int words_complete(const struct rule *rule, struct fault *reterr);

/* Fills the fault for an unknown word, with the nearest of the known ones (a list that
 * ends in NULL), or all of them where none is near. Returns -EINVAL. */
int words_unknown(struct fault *reterr, const char *what, struct span word,
		  const char *const known[]);

/* The name of a word of a rule, by its bit. */
const char *words_name(unsigned bit);

/* Whether it can be the name of a module, driver or parameter. */
bool words_is_name(struct span s);

#endif
