/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_REPORTED_H
#define EARLYBIND_REPORTED_H

#include "core/outcome.h"
#include "core/plan.h"

/* A line of the report of the boot: earlybind-plan(5). Points into its text. */
struct reported {
	struct span verb;
	struct span address;
	struct span id;
	struct span driver;
	struct span rule;
	struct span sentence;		/* without the reason */
	bool has_reason;		/* an old report has none */
	enum reason reason;		/* REASON_MAX: none that is known here */
	struct span outcome;		/* as it was said; empty: none */
	enum outcome_kind kind;		/* of a bind line */
	enum release_state release;	/* of a release line */
	struct span stays;		/* what is still on the device, or empty */
};

void reported_read(struct reported *line, struct span text);

/* Whether the line is a remark, and its words without the reason; the reason is empty
 * where it has none. The first line of a report looks like one. */
bool reported_remark(struct span line, struct span *ret_words, struct span *ret_reason);

#endif
