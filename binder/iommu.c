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

/* One with a driver was asked by that, and says EBUSY. */
static void ask(struct boot *b, unsigned i)
{
	if (!device_is_free(b, i))
		return;
	boot_doing(b, DOING_PLAN, i);
	device_set_override(b, i, NOBODY);
	device_tell_driver(b, i, NOBODY, "bind");
	device_clear_override(b, i);
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
		ask(b, b->plan.step[k].fn);
	}
	if (is_asked)
		b->is_planned = false;	/* until the next one is whole */
	return is_asked;
}
