/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FAULT_H
#define EARLYBIND_FAULT_H

#include "limits.h"
#include "text.h"

/*
 * What went wrong, and where. Filled by the function that saw it, printed by a program.
 * `name` is the file or source ("kernel command line"); line and col count from 1, and
 * line 0 means that the fault has no place inside the file.
 */
struct fault {
	const char *name;
	unsigned line;
	unsigned col;
	int err;		/* positive errno; EINVAL for wrong words */
	char words[FAULT_SIZE];
};

/* Fills the fault: each argument after `err` is a terminated string, the last one is
 * NULL. Returns -err, so that callers can write `return fault_set(…)`. */
int fault_set(struct fault *f, int err, ...) __attribute__((sentinel));

/* As fault_set(), with a piece of foreign text quoted between `before` and `after`. */
int fault_quote(struct fault *f, int err, const char *before, struct span what,
		const char *after);

/* Adds "NAME:LINE:COL: words" (without the parts that are not known). */
void fault_text(const struct fault *f, struct text *t);

/* The kernel's name of an errno ("EBUSY"), or its number; `buffer` serves for the
 * latter. */
const char *errno_name(int err, char buffer[12]);

#endif
