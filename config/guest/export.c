/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices a guest gets, and where they sit in it: from the plan alone. How that is
 * written for libvirt or QEMU is left to libvirt.c and qemu.c.
 */
#include "guest/export.h"

#include <errno.h>

bool export_is_vfio(struct span driver)
{
	static const char end[] = "vfio-pci";
	size_t n = sizeof(end) - 1;

	return driver.n >= n &&
	       span_same_name((struct span){ driver.s + driver.n - n, n }, span_of(end));
}

static const struct rule *rule_of(const struct export *e, const struct plan_step *step)
{
	return &e->list->in->rules.rule[step->rule];
}

/* Virtual functions have places of their own on the host as well: each is a device. */
static bool is_one_card(const struct function *a, const struct function *b)
{
	return !a->is_vf && !b->is_vf && pci_addr_same_slot(a->addr, b->addr);
}

static bool is_asked_for(const struct export *e, unsigned i, const char *const *words,
			 unsigned n_words)
{
	unsigned k;

	for (k = 0; k < n_words; k++)
		if (list_has_words(e->list, i, span_of(words[k])))
			return true;
	return n_words == 0;
}

/* The words may name one function: its card goes with it, as far as it is bound. */
static bool is_card_asked_for(const struct export *e, unsigned i,
			      const char *const *words, unsigned n_words)
{
	unsigned j;

	if (is_asked_for(e, i, words, n_words))
		return true;
	for (j = 0; j < e->m->n; j++)
		if (is_one_card(&e->m->fn[i], &e->m->fn[j]) &&
		    plan_binds(&e->list->in->plan, j) &&
		    is_asked_for(e, j, words, n_words))
			return true;
	return false;
}

static int wrong_driver(const struct export *e, unsigned i, const struct plan_step *step,
			unsigned n_words, struct fault *reterr)
{
	const struct rule *rule = rule_of(e, step);
	char address[24], driver[DRIVER_MAX], source[32];
	struct text a = TEXT_IN(address), d = TEXT_IN(driver), s = TEXT_IN(source);

	pci_addr_text(e->m->fn[i].addr, &a);
	text_quote(&d, rule->driver);
	rule_source_text(rule, &s);
	return fault_set(reterr, EPERM, address, ": no guest can use it, because ",
			 source, " gives it to ",
			 span_is(rule->driver, "none") ? "no driver" : driver,
			 ": bind it to vfio-pci there (driver=), then earlybind "
			 "sync and reboot", n_words == 0 ?
			 "; or name the devices that this guest should get" : "", NULL);
}

static int add_device(struct export *e, unsigned i, const struct plan_step *step,
		      struct fault *reterr)
{
	struct export_device *device = &e->device[e->n];
	struct export_device *before = e->n ? device - 1 : NULL;
	const struct function *f = &e->m->fn[i];

	if (e->n == EXPORT_DEVICES_MAX)
		return fault_set(reterr, E2BIG, "more devices than the limit "
				 "EXPORT_DEVICES_MAX, 256: name those of this guest",
				 NULL);
	*device = (struct export_device){ .fn = (uint16_t)i,
					  .driver = rule_of(e, step)->driver };
	e->n++;
	if (before && is_one_card(&e->m->fn[before->fn], f)) {
		device->port = before->port;
		device->function = f->addr.fn;
		for (; before > e->device && before[-1].port == device->port; before--)
			;
		before->is_multi = true;
		return 0;
	}
	if (e->n_ports == EXPORT_PORTS_MAX)
		return fault_set(reterr, E2BIG, "more cards than the limit "
				 "EXPORT_PORTS_MAX, 64: name those of this guest", NULL);
	/* a guest looks for others only where there is a function 0 */
	device->port = (uint8_t)e->n_ports++;
	return 0;
}

int export_choose(struct export *e, const char *const *words, unsigned n_words,
		  struct fault *reterr)
{
	unsigned i;
	int r;

	*reterr = (struct fault){ .name = "earlybind" };
	for (i = 0; i < e->m->n; i++) {
		const struct plan_step *step = plan_binds(&e->list->in->plan, i);

		if (!step || !is_card_asked_for(e, i, words, n_words))
			continue;
		if (!export_is_vfio(rule_of(e, step)->driver))
			return wrong_driver(e, i, step, n_words, reterr);
		r = add_device(e, i, step, reterr);
		if (r < 0)
			return r;
	}
	if (e->n > 0)
		return 0;
	if (n_words > 0)
		return fault_quote(reterr, ENOENT,
				   "the plan binds no device that is like ",
				   span_of(words[0]), ": see earlybind plan");
	return fault_set(reterr, ENOENT, "the plan binds no device: see earlybind check, "
			 "or choose one with earlybind generate --write", NULL);
}

bool export_has_display_of(const struct export *e, uint16_t vendor)
{
	unsigned k;

	for (k = 0; k < e->n; k++) {
		const struct function *f = &e->m->fn[e->device[k].fn];

		if (function_is_display(f) && (!vendor || f->id.vendor == vendor))
			return true;
	}
	return false;
}

bool export_has_display(const struct export *e)
{
	return export_has_display_of(e, 0);
}
