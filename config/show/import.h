/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_IMPORT_H
#define EARLYBIND_IMPORT_H

#include "show/generate.h"

/* Chooses what older recipes of this host take, and sets what they set; says what of it
 * is no device here, or needed by the host. */
void import_choose(struct generate *g, void (*say)(const char *words));

/* Says which lines are to be removed now; that there are none. The config must have been
 * planned. Returns 0 or what survey_judge() does. */
int import_tell(struct generate *g, void (*say)(const char *words),
		struct fault *reterr);

#endif
