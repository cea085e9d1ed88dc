/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last net, when the root did not appear: what it may be behind and is not free for
 * any driver goes back to its own. A script of the initramfs says when. Who is not free
 * says the kernel: the plan would be another one by now, where a device came late or one
 * hangs, and is only made to name the rules. Each function goes back in a child of its
 * own, so that one that hangs in the kernel holds up none of the others.
 */
#include "return.h"

#include <errno.h>
#include <string.h>

#include "device.h"
#include "file.h"
#include "giveback.h"
#include "report.h"
#include "stub.h"
#include "watch.h"

static int make_plan(struct boot *b)
{
	if (boot_read(b) < 0)
		rules_init(&b->rules);
	boot_plan(b);
	return 0;
}

/* Until it has gone back. */
static const struct outcome failed = {
	.kind = OUTCOME_FAILED, .at = DOING_GIVE_BACK, .err = ETIMEDOUT,
};

/* Whether this override may be of ours. Others pin a device to its own driver, and that
 * has it. */
static bool is_ours(const struct boot *b, const char *override)
{
	struct span name = span_of(override);
	unsigned k;

	for (k = 0; k < b->rules.n; k++)
		if (span_same_name(b->rules.rule[k].driver, name))
			return true;
	return stub_is(name) || span_is(name, RESERVED) || span_is(name, "none");
}

/* One without an override was given back when it was not bound. */
static int return_one(struct boot *b)
{
	unsigned i = b->now.fn;
	struct outcome *o = &b->outcome[i];
	char wanted[DRIVER_MAX], driver[DRIVER_MAX];

	if (!device_is_there(b, i) || !device_override(b, i, wanted) ||
	    !is_ours(b, wanted)) {
		o->kind = OUTCOME_NONE;
		return 0;
	}
	*o = failed;
	give_back_from(b, i, wanted);
	device_announce(b, i);
	o->err = EBUSY;
	if (device_is_free(b, i) &&
	    (device_driver(b, i, driver) != 1 || !stub_is(span_of(driver))))
		o->kind = OUTCOME_RETURNED;
	return 0;
}

static void try_one(struct boot *b, unsigned i)
{
	if (!function_can_lead_to_root(&b->machine.fn[i]))
		return;
	if (plan_binds(&b->plan, i))
		b->outcome[i] = failed;
	boot_doing(b, DOING_GIVE_BACK, i);
	watch_part(b, return_one);
}

static void try_planned(struct boot *b, const struct plan_step *step)
{
	try_one(b, step->fn);
}

/* What the boot has bound and the plan of now would not, in the words of the report. */
static void name_unplanned(struct boot *b, unsigned i)
{
	struct plan_step *step = b->plan.step, *end = step + b->plan.n;

	while (step < end && (step->fn != i || step->verb == PLAN_WARN))
		step++;
	if (step == b->plan.step + STEPS_MAX)
		return;
	if (step == end) {
		*step = (struct plan_step){ .fn = (uint16_t)i };
		b->plan.n++;
	}
	step->verb = PLAN_BIND;
	step->reason = REASON_MATCHES;
}

static void try_others(struct boot *b)
{
	unsigned i;

	for (i = 0; i < b->machine.n; i++) {
		if (plan_binds(&b->plan, i))
			continue;
		try_one(b, i);
		if (b->outcome[i].kind != OUTCOME_NONE)
			name_unplanned(b, i);
	}
}

/* Tells of it; without an outcome there is nothing to tell. */
static bool tell(struct boot *b, int dir)
{
	unsigned i, tried = 0, returned = 0;

	for (i = 0; i < b->machine.n; i++) {
		tried += b->outcome[i].kind != OUTCOME_NONE;
		returned += b->outcome[i].kind == OUTCOME_RETURNED;
	}
	if (tried == 0)
		return true;
	boot_say(b, LOG_ERROR, "the root did not appear: disks, networks and USB go back "
		 "to the host: run earlybind check, correct the rule", NULL);
	report_add(b, dir);
	report_log_added(b);
	return returned == tried;
}

bool return_all(struct boot *b)
{
	_cleanup_close_ int dir = file_open_dir(&b->root, b->options->report);

	if (file_mark(dir, "returned") == -EEXIST)
		return true;
	watch_part(b, make_plan);
	if (!b->is_planned)
		b->plan.n = 0;
	boot_each_bind(b, try_planned);
	try_others(b);
	return tell(b, dir);
}
