/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts functions back into the hands of the host: after a failure, after our own death,
 * and where a stub took by ids= what a rule keeps. Each of them ends as if we had never
 * been there, with its own driver or free for it.
 */
#include "giveback.h"

#include <errno.h>
#include <string.h>

#include "device.h"
#include "release.h"
#include "stub.h"

static void say_failed(struct boot *b, unsigned i, const char *what, int err)
{
	char addr[24], number[12];

	boot_say(b, LOG_ERROR, boot_address(b, i, addr), ": ", what, " failed: ",
		 errno_name(-err, number), NULL);
}

/* A stub that got this identity by ids= would take the function again at once. */
static void free_of_stub(struct boot *b, unsigned i, const char *stub)
{
	int r = device_remove_id(b, i, stub);

	if (r < 0 && r != -ENODEV)	/* no such identity: removed for its twin */
		say_failed(b, i, "remove_id", r);
	r = device_tell_driver(b, i, stub, "unbind");
	if (r < 0)
		say_failed(b, i, "unbind", r);
}

void give_back_clear(struct boot *b, unsigned i)
{
	int r;

	if (b->outcome[i].is_cleared)
		return;
	r = device_clear_override(b, i);
	if (r < 0)
		say_failed(b, i, "clearing driver_override", r);
	b->outcome[i].is_cleared = r == 0;
}

static void let_go(struct boot *b, unsigned i)
{
	int r;

	give_back_clear(b, i);
	r = device_offer(b, i);
	if (r < 0)
		say_failed(b, i, "drivers_probe", r);
}

/* Whether it is the stub that has function i, and by our doing or the override's. */
static bool has_stub(struct boot *b, unsigned i, char ret_driver[DRIVER_MAX])
{
	return device_driver(b, i, ret_driver) == 1 && stub_is(span_of(ret_driver));
}

void give_back_from(struct boot *b, unsigned i, const char *stub)
{
	char driver[DRIVER_MAX];
	int r = device_driver(b, i, driver);

	boot_doing(b, DOING_GIVE_BACK, i);
	if (r == 1 && strcmp(driver, stub) == 0) {
		r = device_tell_driver(b, i, driver, "unbind");
		if (r < 0)
			say_failed(b, i, "unbind", r);
		r = 0;
	}
	release_undo(b, i);
	if (r == 1) {	/* its own driver never left it */
		give_back_clear(b, i);
	} else {
		let_go(b, i);
		if (has_stub(b, i, driver)) {
			free_of_stub(b, i, driver);
			let_go(b, i);
		}
	}
	b->outcome[i].is_touched = false;
}

static void give_back(struct boot *b, const struct plan_step *step)
{
	const struct stub *stub = stub_of(b, &b->rules.rule[step->rule]);

	give_back_from(b, step->fn, stub ? stub->driver : "");
}

void give_back_step(struct boot *b, const struct plan_step *step, struct outcome outcome)
{
	outcome.is_touched = b->outcome[step->fn].is_touched;
	outcome.is_cleared = b->outcome[step->fn].is_cleared;
	outcome.turn = b->outcome[step->fn].turn;
	b->outcome[step->fn] = outcome;
	if (outcome.is_touched)
		give_back(b, step);
}

void give_back_unit(struct boot *b, const struct plan_step *step, struct outcome outcome)
{
	unsigned k;

	give_back_step(b, step, outcome);
	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *mate = &b->plan.step[k];
		struct outcome *o;

		if (mate->verb != PLAN_BIND || mate->unit != step->unit)
			continue;
		o = &b->outcome[mate->fn];
		/* what was bound before us may be in use by now */
		if (o->kind != OUTCOME_NONE && o->kind != OUTCOME_BOUND)
			continue;
		if (o->is_touched)
			give_back(b, mate);
		o->kind = OUTCOME_GIVEN_BACK;
	}
}

bool give_back_spares(const struct boot *b, unsigned unit)
{
	unsigned k;

	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *step = &b->plan.step[k];

		if (step->verb == PLAN_BIND && step->unit == unit &&
		    !outcome_is_bound(&b->outcome[step->fn]))
			return false;
	}
	return true;
}

static bool is_due(const struct boot *b, const struct plan_step *step, enum turn turn)
{
	const struct outcome *o = &b->outcome[step->fn];

	return step->verb == PLAN_BIND && o->turn == turn &&
	       !(o->kind == OUTCOME_BOUND && give_back_spares(b, step->unit));
}

static bool is_to_return(const struct outcome *o)
{
	return o->is_touched && o->kind != OUTCOME_BOUND_ALREADY;
}

/* First all are free for any driver, which takes no time; then each is offered to its
 * own, whose probe may take seconds. */
static void give_back_turn(struct boot *b, enum turn turn)
{
	const struct plan_step *step, *end = b->plan.step + b->plan.n;

	for (step = b->plan.step; step < end; step++)
		if (is_due(b, step, turn) && is_to_return(&b->outcome[step->fn])) {
			boot_doing(b, DOING_GIVE_BACK, step->fn);
			give_back_clear(b, step->fn);
		}
	for (step = b->plan.step; step < end; step++) {
		struct outcome *o = &b->outcome[step->fn];

		if (!is_due(b, step, turn))
			continue;
		if (is_to_return(o))
			give_back(b, step);
		if (o->kind == OUTCOME_NONE || o->kind == OUTCOME_BOUND)
			o->kind = OUTCOME_GIVEN_BACK;
	}
}

void give_back_rest(struct boot *b)
{
	give_back_turn(b, TURN_FIRST);
	give_back_turn(b, TURN_MATES);
	give_back_turn(b, TURN_LAST);
}

/* With an override somebody else meant this device; without one it was ids=. */
static void rescue(struct boot *b, unsigned i)
{
	char addr[24], driver[DRIVER_MAX], now[DRIVER_MAX];

	boot_doing(b, DOING_RESCUE, i);
	/* a process died between the two, or while it asked for the IOMMU group */
	if (b->outcome[i].is_asked || device_driver(b, i, driver) == 0) {
		let_go(b, i);
		return;
	}
	if (!has_stub(b, i, driver) || !device_is_free(b, i))
		return;
	free_of_stub(b, i, driver);
	let_go(b, i);
	if (has_stub(b, i, now))
		boot_say(b, LOG_ERROR, boot_address(b, i, addr), " is still with ",
			 driver, ", which took it by ids=: correct the kernel command "
			 "line", NULL);
	else
		boot_say(b, LOG_INFO, boot_address(b, i, addr), " was taken from ",
			 driver, ", which had it by ids=, and stays with the host", NULL);
}

/* Whether the rules or the plan leave function i to the host. */
static bool is_hosts(const struct boot *b, unsigned i)
{
	unsigned k;

	for (k = 0; k < b->plan.n; k++)
		if (b->plan.step[k].fn == i && b->plan.step[k].verb != PLAN_WARN)
			return b->plan.step[k].verb != PLAN_BIND;
	for (k = 0; k < b->rules.n; k++)
		if (b->rules.rule[k].verb == RULE_KEEP &&
		    match_keeps(&b->rules.rule[k], &b->machine, i, b->plan.is_lost[k]))
			return true;
	return false;
}

/* An entry in the directory of a stub: its devices are links there. They are only noted,
 * because a rescue changes the directory. */
static int note_stray(const char *name, void *with)
{
	struct boot *b = with;
	struct pci_addr addr;
	unsigned i;

	if (pci_addr_parse(span_of(name), &addr) < 0)
		return 0;
	i = machine_at(&b->machine, addr);
	if (i != NO_FUNCTION)
		b->outcome[i].is_stray = is_hosts(b, i);
	return 0;
}

void give_back_strays(struct boot *b, enum turn last)
{
	unsigned i;

	boot_doing(b, DOING_RESCUE, NO_FUNCTION);
	sysfs_list(&b->root, SYSFS_DRIVERS "/vfio-pci", note_stray, b);
	sysfs_list(&b->root, SYSFS_DRIVERS "/pci-stub", note_stray, b);
	for (i = 0; i < b->machine.n; i++)
		if ((b->outcome[i].is_stray || b->outcome[i].is_asked) &&
		    b->outcome[i].turn <= last)
			rescue(b, i);
}
