/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_CONFIG_SCREEN_H
#define EARLYBIND_CONFIG_SCREEN_H

#include "core/machine.h"

/* Completes what machine_scan() found out of the firmware's screen, in a machine of this
 * root: what the binder saw in this boot comes first, because drivers may have moved the
 * cards' memory since; where nothing tells, graphics drivers are asked. */
void screen_complete(struct machine *m, const struct root *root);

#endif
