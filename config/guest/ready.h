/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GUEST_READY_H
#define EARLYBIND_GUEST_READY_H

#include "inputs.h"
#include "judge/findings.h"

/* Could a guest use what the plan binds now? Adds what is so, and what is in the way, a
 * line each. `in` has machine and plan; `memory` is that of the guest in MiB, or 0 where
 * the user has not said it. */
void ready_judge(struct findings *findings, struct inputs *in, const struct facts *facts,
		 uint64_t memory);

/* Its parts: what each bound function is like for a guest; device.c */
void ready_device(struct findings *findings, struct inputs *in, const struct facts *facts,
		  unsigned i);

/* Whether a VFIO driver has function i, whose driver's name is added. */
bool ready_is_vfio(const struct inputs *in, unsigned i, struct text *t);

/* Who has the files of these groups open, and whether this user could; access.c */
void ready_access(struct findings *findings, struct inputs *in, uint64_t memory);

/* Whether anybody has the group open, as far as this user can see: a process, or 0. */
unsigned ready_holder(const struct root *root, int32_t group, char name[32]);

/* Whether function i is the first one of its group that the plan binds. */
bool ready_is_first(const struct inputs *in, unsigned i);

#endif
