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

/* Reads the words that concern the mode; the last rd.earlybind= wins. Never fails. */
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
