/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind status --guest: could a guest use it now? Here are the groups, as the kernel
 * asks when one is opened; each device is in device.c, files and limits in access.c.
 */
#include "guest/ready.h"

#include "guest/export.h"

struct members {
	const struct inputs *in;
	char who[24];		/* the first whose driver is in the way */
	char driver[DRIVER_MAX];
};

bool ready_is_first(const struct inputs *in, unsigned i)
{
	unsigned j;

	for (j = 0; j < i; j++)
		if (in->machine.fn[j].group == in->machine.fn[i].group &&
		    plan_binds(&in->plan, j))
			return false;
	return true;
}

bool ready_is_vfio(const struct inputs *in, unsigned i, struct text *t)
{
	char address[24];
	struct text a = TEXT_IN(address);
	size_t before = t->n;

	pci_addr_text(in->machine.fn[i].addr, &a);
	return facts_driver(&in->root, address, t) &&
	       export_is_vfio((struct span){ t->s + before, t->n - before });
}

/* Which drivers the kernel lets stand beside a guest: those of VFIO, pci-stub, and those
 * of bridges: drivers/vfio/vfio_main.c, driver_managed_dma of others. */
static int note_member(const char *name, void *with)
{
	struct members *members = with;
	const struct machine *m = &members->in->machine;
	struct text d = TEXT_IN(members->driver);
	struct pci_addr addr;
	unsigned i;

	if (pci_addr_parse(span_of(name), &addr) < 0 ||
	    !facts_driver(&members->in->root, name, &d))
		return 0;
	i = machine_at(m, addr);
	if (export_is_vfio(text_is(&d)) || span_is(text_is(&d), "pci-stub") ||
	    (i != NO_FUNCTION && m->fn[i].is_bridge &&
	     !function_holds_group(&m->fn[i])))
		return 0;
	d = TEXT_IN(members->who);
	text_quote(&d, span_of(name));
	return 1;
}

static void group_name(const struct inputs *in, unsigned i, struct text *t)
{
	text_add(t, "IOMMU group ");
	text_decimal(t, (uint64_t)in->machine.fn[i].group);
}

static void add_group(struct findings *findings, const struct inputs *in,
		      const struct facts *facts, unsigned i, const char *address)
{
	struct members members = { .in = in };
	char path[PATH_SIZE], group[16];
	struct text t, g = TEXT_IN(group);
	struct finding *finding;
	int r;

	if (in->machine.fn[i].group < 0) {
		finding = findings_say(findings, STATE_DIFFERS, TOPIC_GUEST, address, &t);
		text_add(&t, "it has no IOMMU group, and no guest can have it");
		findings_remedy(finding, findings_iommu_remedy(&in->machine, facts));
		return;
	}
	text_decimal(&g, (uint64_t)in->machine.fn[i].group);
	r = sysfs_path(path, "/sys/kernel/iommu_groups", group, "devices") ?
	    sysfs_list(&in->root, path, note_member, &members) : -1;
	finding = findings_say(findings, r == 0 ? STATE_OK : r < 0 ? STATE_UNKNOWN :
			       STATE_DIFFERS, TOPIC_GUEST, address, &t);
	group_name(in, i, &t);
	if (r <= 0) {
		text_add(&t, r < 0 ? " cannot be read" :
			 " is viable: no driver of the host has a part of it");
		return;
	}
	text_add(&t, " is not viable: ");
	text_add(&t, members.driver);
	text_add(&t, " has ");
	text_add(&t, members.who);
	findings_remedy(finding, "with=group in its rule, then earlybind sync and "
			"reboot");
}

static bool is_unsafe_allowed(const struct root *root)
{
	char word[8];
	ssize_t n = sysfs_read(root, "/sys/module/vfio_iommu_type1/parameters/"
			       "allow_unsafe_interrupts", word, sizeof(word));

	return n > 0 && word[0] == 'Y';
}

static void add_remapping(struct findings *findings, const struct inputs *in,
			  const struct facts *facts)
{
	struct finding *finding;
	bool is_allowed = is_unsafe_allowed(&in->root);
	struct text t;

	if (facts->has_remapping == FACT_UNKNOWN || !machine_has_iommu(&in->machine))
		return;
	if (facts->has_remapping == FACT_YES) {
		findings_say(findings, STATE_OK, TOPIC_GUEST, "", &t);
		text_add(&t, "interrupt remapping is on");
		return;
	}
	finding = findings_say(findings, is_allowed ? STATE_WISH : STATE_DIFFERS,
			       TOPIC_GUEST, "", &t);
	text_add(&t, is_allowed ? "interrupt remapping is off, and a guest can send any "
		 "interrupt to the host" : "interrupt remapping is off, so that VFIO "
		 "refuses every device");
	findings_remedy(finding, "turn on VT-d or AMD-Vi, and x2APIC, in the firmware");
}

/* What has another driver now is not looked at further: it is with the host. */
static void add_device(struct findings *findings, struct inputs *in,
		       const struct facts *facts, unsigned i)
{
	const struct function *f = &in->machine.fn[i];
	char address[24], driver[DRIVER_MAX];
	struct text t, a = TEXT_IN(address), d = TEXT_IN(driver);
	struct finding *finding;

	pci_addr_text(f->addr, &a);
	if (!ready_is_vfio(in, i, &d)) {
		finding = findings_say(findings, STATE_DIFFERS, TOPIC_GUEST, address, &t);
		text_add(&t, driver[0] ? driver : "no driver");
		text_add(&t, " has it, and no guest can");
		findings_remedy(finding, "earlybind status");
		return;
	}
	if (ready_is_first(in, i))
		add_group(findings, in, facts, i, address);
	if (f->has_direct == FACT_YES) {
		finding = findings_say(findings, STATE_DIFFERS, TOPIC_GUEST, address, &t);
		text_add(&t, "the firmware keeps memory of its own with it, so that the "
			 "kernel gives it to no guest");
		findings_remedy(finding, "a setting of the firmware, or another device");
	}
	ready_device(findings, in, facts, i);
}

void ready_judge(struct findings *findings, struct inputs *in, const struct facts *facts,
		 uint64_t memory)
{
	struct text t;
	unsigned i;

	if (plan_count(&in->plan, PLAN_BIND) == 0) {
		findings_say(findings, STATE_DIFFERS, TOPIC_GUEST, "", &t);
		text_add(&t, "the plan binds nothing: see earlybind plan");
		return;
	}
	add_remapping(findings, in, facts);
	for (i = 0; i < in->machine.n; i++)
		if (plan_binds(&in->plan, i))
			add_device(findings, in, facts, i);
	ready_access(findings, in, memory);
}
