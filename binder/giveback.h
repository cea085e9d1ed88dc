/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GIVEBACK_H
#define EARLYBIND_GIVEBACK_H

#include "boot.h"

/* Notes that a step failed for function i, gives it back, and with it all functions of the
 * same unit. The outcome is set by the caller's kind: failed, held, not there. */
void give_back_unit(struct boot *b, const struct plan_step *step, struct outcome outcome);

/* After the death of the process that worked: gives back all planned functions that are not
 * bound, and those that are but whose unit is not; `but` is left alone, the kernel may still
 * be busy with it. */
void give_back_rest(struct boot *b, unsigned but);

/* Kept and refused functions that a stub took by ids= go to their own drivers. */
void give_back_strays(struct boot *b);

#endif
