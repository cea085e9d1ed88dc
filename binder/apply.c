/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries out a plan: reserves all devices, has the stubs loaded, then takes one device
 * at a time. Decides nothing about what may be taken. Every poke is followed by a look at
 * what the kernel made of it.
 */
#include "apply.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "device.h"
#include "giveback.h"
#include "release.h"
#include "stub.h"

/* For one function, and since the start: the rest of the deadline is for the others. */
enum { SETTLE_US = 500000, SETTLE_BY_US = 5000000, LOOK_AGAIN_MS = 10 };

static void fail(struct boot *b, const struct plan_step *step, int err)
{
	struct outcome failed = {
		.kind = OUTCOME_FAILED, .at = b->now.doing, .err = (uint16_t)-err,
	};

	if (err == -ENOENT && !device_is_there(b, step->fn)) {
		failed = (struct outcome){ .kind = OUTCOME_NOT_THERE };
		b->outcome[step->fn].is_touched = false;
	}
	give_back_unit(b, step, failed);
}

static void leave_with(struct boot *b, const struct plan_step *step, const char *driver)
{
	struct outcome held = { .kind = OUTCOME_HELD };

	memcpy(held.who, driver, sizeof(held.who));
	give_back_unit(b, step, held);
}

static const char *wanted_driver(struct boot *b, const struct plan_step *step)
{
	const struct stub *stub = stub_of(b, &b->rules.rule[step->rule]);

	return stub ? stub->driver : "";
}

static bool is_none(const struct boot *b, const struct plan_step *step)
{
	return span_is(b->rules.rule[step->rule].driver, "none");
}

static int set_override(struct boot *b, const struct plan_step *step, const char *driver)
{
	char addr[24];
	int r;

	b->outcome[step->fn].is_touched = true;
	b->outcome[step->fn].is_cleared = false;
	r = device_set_override(b, step->fn, driver);
	if (r == -EBADMSG)
		boot_say(b, LOG_ERROR, boot_address(b, step->fn, addr),
			 ": driver_override does not read back as ", driver, NULL);
	return r;
}

/* Whoever has the right driver keeps it; the override makes that last. A vfio-pci that is
 * built in may have left the firmware's framebuffer where it was. */
static bool is_bound_already(struct boot *b, const struct plan_step *step)
{
	const char *driver = wanted_driver(b, step);

	if (!driver[0] || device_is_bound(b, step->fn, driver) != 1)
		return false;
	b->outcome[step->fn].kind = OUTCOME_BOUND_ALREADY;
	set_override(b, step, driver);
	release_before(b, step->fn, driver);
	release_after(b, step->fn);
	return true;
}

/* Step 3. A device with a live screen is not touched at all. */
static void reserve(struct boot *b, const struct plan_step *step)
{
	char driver[DRIVER_MAX];
	int r;

	if (b->outcome[step->fn].kind != OUTCOME_NONE || b->outcome[step->fn].is_touched)
		return;
	boot_doing(b, DOING_RESERVE, step->fn);
	r = device_driver(b, step->fn, driver);
	if (r == 1 && strcmp(driver, wanted_driver(b, step)) == 0 &&
	    is_bound_already(b, step))
		return;
	if (r == 1 && device_has_screen(b, step->fn)) {
		leave_with(b, step, driver);
		return;
	}
	r = set_override(b, step, RESERVED);
	if (r < 0)
		fail(b, step, r);
}

static bool lacks_stub(struct boot *b, const struct plan_step *step)
{
	return b->outcome[step->fn].kind == OUTCOME_NONE && !is_none(b, step) &&
	       !wanted_driver(b, step)[0];
}

static void clear_without_stub(struct boot *b, const struct plan_step *step)
{
	if (lacks_stub(b, step))
		give_back_clear(b, step->fn);
}

/* Step 4, afterwards. */
static void check_stub(struct boot *b, const struct plan_step *step)
{
	const struct stub *stub = stub_of(b, &b->rules.rule[step->rule]);
	struct outcome failed = {
		.kind = OUTCOME_FAILED, .at = DOING_LOAD, .err = E2BIG,
	};

	if (!lacks_stub(b, step))
		return;
	if (stub)
		failed.err = (uint16_t)stub_why(b, stub, failed.who);
	give_back_step(b, step, failed);	/* its mates wait for the same stub */
}

static void say_missing_stubs(struct boot *b)
{
	char name[DRIVER_MAX];
	unsigned i;

	for (i = 0; i < b->n_stubs; i++) {
		struct text t = TEXT_IN(name);

		if (b->stub[i].driver[0] || b->stub[i].is_said)
			continue;
		b->stub[i].is_said = true;
		text_init(&t, name, sizeof(name));
		text_span(&t, b->stub[i].name);
		boot_say(b, LOG_ERROR, "the driver ", name, " is not there: the host "
			 "keeps the devices that it was to have", NULL);
	}
}

/* Takes the device from the driver that has it. Returns 0, 1 (it must not be), or
 * -errno. */
static int take_away(struct boot *b, const struct plan_step *step)
{
	char driver[DRIVER_MAX];
	int r;

	boot_doing(b, DOING_UNBIND, step->fn);
	r = device_driver(b, step->fn, driver);
	if (r <= 0 || strcmp(driver, wanted_driver(b, step)) == 0)
		return r < 0 ? r : 0;
	if (device_has_screen(b, step->fn)) {
		leave_with(b, step, driver);
		return 1;
	}
	return device_tell_driver(b, step->fn, driver, "unbind");
}

/*
 * Reads who has the device now, and again while the answer can still change: the driver
 * may be in an asynchronous probe (driver_async_probe=) that somebody else began.
 */
static int settle(struct boot *b, const struct plan_step *step, int err)
{
	uint64_t end = boot_clock() + SETTLE_US;
	int r;

	if (end > b->start + SETTLE_BY_US)
		end = b->start + SETTLE_BY_US;
	boot_doing(b, err < 0 ? DOING_BIND : DOING_VERIFY, step->fn);
	if (err < 0 && err != -EBUSY && err != -EAGAIN)
		return err;
	for (;;) {
		r = device_is_bound(b, step->fn, wanted_driver(b, step));
		if (r != 0 || boot_clock() >= end)
			break;
		poll(NULL, 0, LOOK_AGAIN_MS);
	}
	if (r == 1)
		return 0;
	if (err < 0)
		return err;
	return r < 0 ? r : -ENODEV;
}

static int bind_device(struct boot *b, const struct plan_step *step)
{
	const char *driver = wanted_driver(b, step);

	boot_doing(b, DOING_BIND, step->fn);
	return settle(b, step, device_tell_driver(b, step->fn, driver, "bind"));
}

/* With driver=none it is enough that nobody has the device. */
static int check_free(struct boot *b, const struct plan_step *step)
{
	char driver[DRIVER_MAX];
	int r;

	boot_doing(b, DOING_VERIFY, step->fn);
	r = device_driver(b, step->fn, driver);
	return r == 1 ? -EBUSY : r;
}

/* Step 5. The firmware framebuffer on this card is released between unbind and bind. */
static void take(struct boot *b, const struct plan_step *step)
{
	int r;

	if (b->outcome[step->fn].kind != OUTCOME_NONE || lacks_stub(b, step))
		return;
	boot_doing(b, DOING_OVERRIDE, step->fn);
	r = set_override(b, step, is_none(b, step) ? "none" : wanted_driver(b, step));
	if (r == 0)
		r = take_away(b, step);
	if (r == 0)
		r = release_before(b, step->fn, wanted_driver(b, step));
	if (r == 0)
		r = is_none(b, step) ? check_free(b, step) : bind_device(b, step);
	if (r == 0)
		release_after(b, step->fn);
	if (r == 0)
		b->outcome[step->fn].kind = OUTCOME_BOUND;
	else if (r < 0)
		fail(b, step, r);
}

/* Whether any device waits for a stub, or has one that may lack its companions. */
static bool wants_stub(struct boot *b)
{
	unsigned k;

	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *step = &b->plan.step[k];
		uint8_t kind;

		if (step->verb != PLAN_BIND || is_none(b, step))
			continue;
		kind = b->outcome[step->fn].kind;
		if (kind == OUTCOME_NONE || kind == OUTCOME_BOUND_ALREADY)
			return true;
	}
	return false;
}

/* Goes on where another child has ended: what has an outcome, or was reserved, is not
 * touched again. */
void apply_plan(struct boot *b)
{
	boot_doing(b, DOING_RESERVE, NO_FUNCTION);
	stub_find_all(b);
	release_note_other(b);
	boot_each_bind(b, reserve);
	if (b->has_options)	/* a module hung: first what can wait for no other */
		boot_each_bind(b, take);
	if (wants_stub(b)) {
		stub_load_all(b);
		say_missing_stubs(b);
		boot_each_bind(b, clear_without_stub);
		boot_each_bind(b, check_stub);
	}
	boot_each_bind(b, take);
	release_check_other(b);
	give_back_strays(b, TURN_MATES);
}
