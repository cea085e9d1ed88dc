/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last net, when the root did not appear: what was bound and it may be behind goes
 * back to its own driver. A script of the initramfs says when. The plan of the boot is
 * made once more, in a child, and each function goes back in a child of its own, so that
 * one that hangs in the kernel holds up none of the others.
 */
#include "return.h"

#include <errno.h>

#include "device.h"
#include "file.h"
#include "giveback.h"
#include "report.h"
#include "stub.h"
#include "watch.h"

static int make_plan(struct boot *b)
{
	if (boot_read(b) == 0 && boot_plan(b) == 0)
		stub_find_all(b);
	return 0;
}

/* One without an override was given back when it was not bound. */
static int return_one(struct boot *b)
{
	unsigned i = b->now.fn;
	struct outcome *o = &b->outcome[i];
	char driver[DRIVER_MAX];

	if (!device_is_there(b, i) || device_is_free(b, i)) {
		o->kind = OUTCOME_NONE;
		return 0;
	}
	give_back(b, plan_binds(&b->plan, i));
	device_announce(b, i);
	o->err = EBUSY;
	if (device_is_free(b, i) &&
	    (device_driver(b, i, driver) != 1 || !stub_is(span_of(driver))))
		o->kind = OUTCOME_RETURNED;
	return 0;
}

static void try_one(struct boot *b, const struct plan_step *step)
{
	if (!function_can_lead_to_root(&b->machine.fn[step->fn]))
		return;
	b->outcome[step->fn] = (struct outcome){
		.kind = OUTCOME_FAILED, .at = DOING_GIVE_BACK, .err = ETIMEDOUT,
	};
	boot_doing(b, DOING_GIVE_BACK, step->fn);
	watch_part(b, return_one);
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
	if (b->is_planned)
		boot_each_bind(b, try_one);
	return tell(b, dir);
}
