/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FACTS_DRIFT_H
#define EARLYBIND_FACTS_DRIFT_H

#include "findings.h"
#include "inputs.h"

/* Reads which kernel arguments the rules want (none where that cannot be known), and what
 * does not agree with the config that is in place. `in` has rules and plan. */
void facts_read_drift(struct facts *facts, struct inputs *in,
		      const struct request *request);

#endif
