/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SETTINGS_H
#define EARLYBIND_SETTINGS_H

#include "rules.h"

/* Reads NAME=VALUE of a "set" line of earlybind.conf. Returns as words_rule(), or
 * -E2BIG. */
int settings_set(struct rules *rules, struct span word, unsigned line,
		 struct fault *reterr);

#endif
