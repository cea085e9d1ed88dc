/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TESTS_FUZZ_H
#define EARLYBIND_TESTS_FUZZ_H

/*
 * What holds for whatever comes in: faults have a place and a sentence, plans keep their
 * promises. A header, since each fuzz target is one file and the core.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) must((condition), #condition, __FILE__, __LINE__)

static inline void must(bool is_so, const char *what, const char *file, int line)
{
	if (is_so)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

/* The text in a block of its own size, so that a byte too far is found. */
static inline struct span fuzz_text(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1);

	MUST(copy);
	if (size)
		memcpy(copy, data, size);
	return (struct span){ copy, size };
}

static inline void fuzz_free(struct span text)
{
	free((void *)(uintptr_t)text.s);
}

/* A fault says why, in printable ASCII, and its place is in the text. */
static inline void fuzz_fault(const struct fault *fault, int r, struct span text)
{
	char words[2 * FAULT_SIZE];
	struct text t = TEXT_IN(words);
	unsigned line = 1;
	size_t i;

	MUST(r < 0 && fault->err == -r && fault->words[0]);
	fault_text(fault, &t);
	MUST(!t.full);
	for (i = 0; i < t.n; i++)
		MUST(words[i] >= ' ' && words[i] <= '~');
	if (fault->line == 0)
		return;
	while (line < fault->line) {
		MUST(text.s);
		span_cut(&text, '\n');
		line++;
	}
	MUST(text.s && fault->col <= span_cut(&text, '\n').n + 1);
}

static inline void fuzz_step(const struct plan *plan, unsigned k,
			     const struct rules *rules,
			     const struct machine *m)
{
	const struct plan_step *step = &plan->step[k];
	const struct rule *rule = &rules->rule[step->rule];
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);
	unsigned i;

	MUST(step->rule < rules->n && step->verb <= PLAN_MISS &&
	     step->reason < REASON_MAX);
	MUST(rule->verb == (step->verb == PLAN_KEEP ? RULE_KEEP : RULE_BIND));
	MUST((step->fn == NO_FUNCTION) == (step->verb == PLAN_MISS));
	plan_step_text(step, rules, m, &t);
	MUST(!t.full && !memchr(words, '%', t.n));
	if (step->verb != PLAN_BIND)
		return;
	MUST(step->fn < m->n && !m->fn[step->fn].is_bridge);
	MUST(!rule_needs_group(rule) || m->fn[step->fn].group >= 0);
	for (i = 0; i < rules->n; i++)
		MUST(rules->rule[i].verb != RULE_KEEP ||
		     !match_keeps(&rules->rule[i], m, step->fn,
				  match_is_lost(&rules->rule[i], m)));
}

/* Sorted by address; one step for each function, its warnings after it; misses last. */
static inline void fuzz_order(const struct plan *plan)
{
	unsigned k;

	for (k = 1; k < plan->n; k++) {
		const struct plan_step *last = &plan->step[k - 1];
		const struct plan_step *step = &plan->step[k];

		MUST(last->fn <= step->fn);
		if (step->verb == PLAN_RELEASE)
			MUST(last->fn == step->fn && last->verb == PLAN_BIND);
		else if (step->verb == PLAN_WARN)
			MUST(last->fn == step->fn &&
			     (last->verb == PLAN_BIND || last->verb == PLAN_RELEASE ||
			      last->verb == PLAN_WARN));
		else if (step->verb == PLAN_MISS)
			MUST(last->verb != PLAN_MISS || last->rule < step->rule);
		else
			MUST(last->fn < step->fn);
	}
}

/* Plans, twice, and looks at the plan. */
static inline void fuzz_plan(const struct rules *rules, const struct machine *m)
{
	static struct plan plan, again;
	struct fault fault;
	unsigned k;

	memset(&again, 0xff, sizeof(again));
	if (plan_make(&plan, rules, m, &fault) < 0) {
		MUST(fault.err == E2BIG);
		return;
	}
	MUST(plan_make(&again, rules, m, &fault) == 0);
	MUST(plan.n == again.n);
	MUST(memcmp(plan.step, again.step, plan.n * sizeof(plan.step[0])) == 0);
	fuzz_order(&plan);
	for (k = 0; k < plan.n; k++)
		fuzz_step(&plan, k, rules, m);
}

/* A small machine with one of everything: two displays, a bridge, a disk, a VF, devices
 * without group, path and serial number. */
static inline const struct machine *fuzz_machine(void)
{
	static const char text[] =
		"machine 1 cpu=intel\n"
		"address=0000:00:01.0 path=0000:00:01.0 id=8086:1901 class=060400 "
		"group=1\n"
		"address=0000:01:00.0 path=0000:00:01.0/00.0 id=10de:2206 "
		"subsystem=1043:87c6 "
		"class=030000 group=1 boot_vga=1 screen=framebuffer direct=1 "
		"reset=0 "
		"dsn=00-11-22-ff-ff-33-44-55\n"
		"address=0000:01:00.1 path=0000:00:01.0/00.1 id=10de:1aef class=040300 "
		"group=1\n"
		"address=0000:02:00.0 path=0000:00:02.0/00.0 id=10de:2206 class=030000 "
		"group=2 "
		"dsn=none\n"
		"address=0000:03:00.0 path=0000:00:03.0/00.0 id=144d:a808 class=010802 "
		"group=3\n"
		"address=0000:04:00.0 id=8086:1572 class=020000 group=none\n"
		"address=0000:04:02.0 id=8086:154c class=020000 group=4 "
		"physfn=0000:04:00.0\n"
		"address=10000:e1:00.0 path=0000:00:0e.0/06.0/00.0 id=144d:a808 "
		"class=010802\n";
	static struct machine m;
	struct fault fault;

	if (m.n == 0)
		MUST(machine_parse(&m, "machine", SPAN(text), &fault) == 0);
	return &m;
}

#endif
