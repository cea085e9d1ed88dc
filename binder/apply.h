/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_APPLY_H
#define EARLYBIND_APPLY_H

#include "boot.h"

/* Carries out the plan of a boot and fills its outcomes. What goes wrong for one device
 * is an outcome and no error: the others are still done. */
void apply_plan(struct boot *b);

#endif
