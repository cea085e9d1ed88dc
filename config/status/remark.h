/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REMARK_H
#define EARLYBIND_REMARK_H

#include "judge/findings.h"

/* Whether a report that starts with this line was written by a binder of this version. */
bool remark_is_of_this_version(struct span line);

/* Where there is no plan, a remark says why; one of another version may have no reason
 * that is known here. */
void remark_add(struct findings *findings, struct span words, struct span reason,
		bool is_ours);

/* What a line without a reason leaves open is said, and not guessed from its sentence. */
void remark_add_old(struct findings *findings, const char *reboot);

#endif
