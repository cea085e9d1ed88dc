/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOMMU of a machine whose kernel does not bring it up by itself: its driver may be a
 * module (virtio-iommu, those of ARM). And before Linux 6.15 ("iommu: Get DT/ACPI parsing
 * into the proper probe path") the kernel learns only when a driver probes a device which
 * IOMMU that has, by drivers/base/dd.c:really_probe, so that a device that nobody has
 * probed is in no group. All in the child, so that its deadline is over this too.
 */
#include "iommu.h"

#include "device.h"
#include "stub.h"

/* The kernel's own driver of ports. It takes none but ports, and of others it only says
 * so: pcie_portdrv_probe() begins with that. By then the group is there. */
#define NOBODY "pcieport"

static bool lacks_group(const struct plan_step *step)
{
	return step->verb == PLAN_REFUSE && step->reason == REASON_NO_GROUP;
}

/* One with a driver was asked by that: the link comes after the asking. */
static void ask(struct boot *b, unsigned i)
{
	struct outcome *o = &b->outcome[i];
	char driver[DRIVER_MAX];

	if (o->turn)
		return;
	boot_doing(b, DOING_PLAN, i);	/* to look may hang as well, before Linux 6.12 */
	if (device_driver(b, i, driver) != 0 || !device_is_free(b, i))
		return;
	o->is_asked = true;
	device_set_override(b, i, NOBODY);
	device_tell_driver(b, i, NOBODY, "bind");
	device_clear_override(b, i);
	o->is_asked = false;
}

/* Who shares the group shows only when each was asked. */
static void ask_all(struct boot *b)
{
	unsigned i;

	for (i = 0; i < b->machine.n; i++)
		if (b->machine.fn[i].group == GROUP_NONE && !b->machine.fn[i].is_bridge)
			ask(b, i);
}

bool iommu_wake(struct boot *b)
{
	bool is_on = machine_has_iommu(&b->machine), is_asked = false;
	unsigned k;

	for (k = 0; k < b->plan.n; k++) {
		if (!lacks_group(&b->plan.step[k]))
			continue;
		if (!is_on && !is_asked && !stub_load_iommu(b))
			return false;
		is_asked = true;
		if (b->rules.rule[b->plan.step[k].rule].with == WITH_GROUP)
			ask_all(b);
		else
			ask(b, b->plan.step[k].fn);
	}
	if (is_asked)
		b->is_planned = false;	/* until the next one is whole */
	return is_asked;
}
