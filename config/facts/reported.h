/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORTED_H
#define EARLYBIND_REPORTED_H

#include "core/text.h"

/* A line of the report of the boot: earlybind-binder(8). Points into its text. */
struct reported {
	struct span verb;
	struct span address;
	struct span id;
	struct span driver;
	struct span rule;
	struct span sentence;
	struct span outcome;	/* empty: none */
};

void reported_read(struct reported *line, struct span text);

#endif
