/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GIVEBACK_H
#define EARLYBIND_GIVEBACK_H

#include "boot.h"

/* Takes function i from the driver that it was given to, where that has it, and offers it
 * to its own. */
void give_back_from(struct boot *b, unsigned i, const char *stub);

/* Takes the override away, so that any driver may have function i; once. */
void give_back_clear(struct boot *b, unsigned i);

/* Sets the outcome of a step that came to nothing, and gives its function back. */
void give_back_step(struct boot *b, const struct plan_step *step, struct outcome outcome);

/* As give_back_step(), and with it all functions of the same unit. */
void give_back_unit(struct boot *b, const struct plan_step *step, struct outcome outcome);

/* Whether all of a unit is bound, and stays so. */
bool give_back_spares(const struct boot *b, unsigned unit);

/* After the death of the process that worked: gives back all planned functions that are
 * not bound, and those that are but whose unit is not, each in its turn. */
void give_back_rest(struct boot *b);

/* Functions that a stub took by ids= and that a rule keeps, or the plan refuses, go to
 * their own drivers: those whose turn is not after `last`. */
void give_back_strays(struct boot *b, enum turn last);

#endif
