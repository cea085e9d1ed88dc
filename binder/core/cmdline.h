/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_CMDLINE_H
#define EARLYBIND_CMDLINE_H

#include "rules.h"

/* What rd.earlybind= and the words of rescue say. */
enum cmdline_mode { CMDLINE_ACT, CMDLINE_PLAN, CMDLINE_OFF };

/* The kernel's words, Documentation/admin-guide/kernel-parameters.rst. `off` names the
 * word that turned the binder off. */
struct cmdline {
	enum cmdline_mode mode;
	struct span off;
	struct span text;
};

/* One word, and its two parts without quotes; value.s is NULL without "=". */
struct cmdline_word {
	struct span text;
	struct span name;
	struct span value;
};

/* Takes the next word off *rest, as the kernel splits them. False at the end of the line;
 * "--", which ends the kernel's part, is a word here. */
bool cmdline_next(struct span *rest, struct cmdline_word *ret_word);

/* Reads the words that concern the mode; the last rd.earlybind= wins. They count behind
 * "--" and behind a quote that nobody closed, too. Never fails. */
void cmdline_parse(struct cmdline *c, struct span text);

/* The value of the last root=, which is the one that counts; empty without one. */
struct span cmdline_root(struct span text);

/* Adds the rules of rd.earlybind.bind= and rd.earlybind.keep=. Returns 0, or what
 * rules_parse_words() returns, with the place in reterr. */
int cmdline_rules(const struct cmdline *c, struct rules *rules, struct fault *reterr);

/* Calls `each` with every "MODULE.PARAM[=VALUE]" of that module ('-' and '_' are equal
 * in both), in order; value.s is NULL without "=". The kernel does not pass these to
 * loadable modules: init/main.c:unknown_bootoption. */
void cmdline_params(const struct cmdline *c, struct span module,
		    void (*each)(struct span param, struct span value, void *with),
		    void *with);

#endif
