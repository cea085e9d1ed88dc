/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about the devices that are bound and the way to them: what makes a virtual
 * machine fail, or the host wait for somebody who cannot see or type.
 */
#include "judge/findings.h"

#include <string.h>

#include "words/iommu.h"

static bool has_part(const struct facts *facts, const char *part)
{
	return strstr(facts->cmdline, part) != NULL;
}

/* Without /proc/cpuinfo the first host bridge tells whose processor it is. */
static enum cpu cpu_of(const struct machine *m)
{
	if (m->cpu != CPU_UNKNOWN || m->n == 0 || m->fn[0].class >> 8 != 0x0600)
		return m->cpu;
	switch (m->fn[0].id.vendor) {
	case 0x8086:
		return CPU_INTEL;
	case 0x1022:
	case 0x1d94:	/* Hygon */
		return CPU_AMD;
	}
	return CPU_UNKNOWN;
}

#define GIVE "this is a virtual machine: give it an IOMMU in the settings of its " \
	"hypervisor"

/* There is no firmware to go into. */
static const char *remedy_of_guest(enum cpu cpu, bool has_table, bool is_asked)
{
	switch (cpu) {
	case CPU_INTEL:
		if (has_table && !is_asked)
			return "boot with intel_iommu=on; the hypervisor offers an IOMMU";
		return is_asked ? GIVE " (QEMU: intel-iommu)" :
		       GIVE " (QEMU: intel-iommu) and boot with intel_iommu=on";
	case CPU_AMD:
		return GIVE " (QEMU: amd-iommu)";
	case CPU_ARM:
		return GIVE " (QEMU: machine option iommu=smmuv3)";
	case CPU_UNKNOWN:
		break;
	}
	return GIVE;
}

const char *findings_iommu_remedy(const struct machine *m, const struct facts *facts)
{
	struct iommu_words words = iommu_words_of(span_of(facts->cmdline));
	bool has_table = facts->has_table == FACT_YES;
	bool is_asked = words.intel == FACT_YES;

	if (words.is_off || words.intel == FACT_NO)
		return "remove the kernel argument that turns it off (intel_iommu=off, "
		       "amd_iommu=off or iommu=off)";
	if (facts->is_guest)
		return remedy_of_guest(cpu_of(m), has_table, is_asked);
	switch (cpu_of(m)) {
	case CPU_INTEL:
		if (is_asked)
			return "turn on VT-d in the firmware; intel_iommu=on is there";
		return has_table ?
		       "boot with intel_iommu=on; VT-d is on in the firmware" :
		       "turn on VT-d in the firmware and boot with intel_iommu=on";
	case CPU_AMD:
		return has_table ?
		       "the firmware offers the IOMMU (AMD-Vi) and the kernel does not "
		       "use it; look for AMD-Vi in the kernel log" :
		       "turn on the IOMMU (AMD-Vi) in the firmware";
	case CPU_ARM:
		return "turn on the SMMU in the firmware";
	case CPU_UNKNOWN:
		break;
	}
	return "turn on the IOMMU in the firmware (Intel: VT-d, and boot with "
	       "intel_iommu=on; AMD: AMD-Vi)";
}

/* The bridge right above function i, or NO_FUNCTION. */
static unsigned bridge_above(const struct machine *m, unsigned i)
{
	struct pci_path path = m->fn[i].path;
	unsigned b;

	if (path.hops-- <= 0)
		return NO_FUNCTION;
	for (b = 0; b < m->n; b++)
		if (m->fn[b].is_bridge && pci_path_equal(&m->fn[b].path, &path))
			return b;
	return NO_FUNCTION;
}

/* The kernel puts a bridge that cannot keep apart what is below it into the group of
 * that: drivers/iommu/iommu.c:pci_device_group. */
static void add_acs(struct findings *findings, const struct situation *of,
		    const struct plan_step *step)
{
	const struct function *f = &of->machine->fn[step->fn];
	unsigned above = bridge_above(of->machine, step->fn);
	struct finding *finding;
	struct text t;

	if (above == NO_FUNCTION || f->group < 0 || f->addr.fn != 0 ||
	    of->machine->fn[above].group != f->group)
		return;
	finding = findings_add(findings, FINDING_NOTE, "no-acs", &t);
	findings_at_rule(finding, of, step->rule);
	finding->fn = step->fn;
	pci_addr_text(f->addr, &t);
	text_add(&t, " is behind ");
	pci_addr_text(of->machine->fn[above].addr, &t);
	text_add(&t, ", which does not keep apart what is below it (no ACS)");
	findings_remedy(finding, "give all that is below it to one virtual machine, or "
			"put the card into a slot of the processor");
}

static void add_no_snoop(struct findings *findings, const struct situation *of,
			 const struct plan_step *step)
{
	struct finding *finding;
	char remedy[FAULT_SIZE];
	struct text t;

	if (of->facts->no_snoop[step->fn] != FACT_YES)
		return;
	finding = findings_add(findings, FINDING_NOTE, "no-snoop", &t);
	findings_at_rule(finding, of, step->rule);
	finding->fn = step->fn;
	pci_addr_text(of->machine->fn[step->fn].addr, &t);
	text_add(&t, " may bypass the processor's caches (NoSnoop is enabled)");
	text_init(&t, remedy, sizeof(remedy));
	text_add(&t, "only if a guest is slow or has broken data, setpci -s ");
	pci_addr_text(of->machine->fn[step->fn].addr, &t);
	text_add(&t, " CAP_EXP+8.w=0:800 before it starts");
	findings_remedy(finding, remedy);
}

const char *findings_why_late(const struct situation *of, unsigned i)
{
	const struct function *f = &of->machine->fn[i];

	if (f->is_vf)
		return "it is a virtual function";
	if (f->addr.domain > 0xffff)
		return "it is below VMD";
	return of->facts->is_removable[i] ? "it can be unplugged" : NULL;
}

/* The boot program looks once, and early. */
static void add_late(struct findings *findings, const struct situation *of,
		     const struct plan_step *step)
{
	const char *why =
	    step->verb == PLAN_BIND ? findings_why_late(of, step->fn) : NULL;
	struct finding *finding;
	struct text t;

	if (!why)
		return;
	finding = findings_add(findings, FINDING_WARNING, "appears-late", &t);
	findings_at_rule(finding, of, step->rule);
	finding->fn = step->fn;
	pci_addr_text(of->machine->fn[step->fn].addr, &t);
	text_add(&t, " may not be there yet when earlybind looks, and is not bound "
		 "then: ");
	text_add(&t, why);
	findings_remedy(finding, of->machine->fn[step->fn].is_vf ?
			"leave virtual functions to what switches them on, or to "
			"libvirt" :
			"let libvirt take it, or bind the device that it is behind");
}

/* Warns of an argument of the running kernel. */
static void add_argument(struct findings *findings, const struct situation *of,
			 const char *part, const char *reason, const char *words,
			 const char *remedy)
{
	struct finding *finding;
	struct text t;

	if (!has_part(of->facts, part))
		return;
	finding = findings_add(findings, FINDING_WARNING, reason, &t);
	finding->file = "/proc/cmdline";
	text_add(&t, words);
	findings_remedy(finding, remedy);
}

static void add_acs_override(struct findings *findings, const struct situation *of)
{
	const char *text = "pcie_acs_override is in use: the IOMMU groups only look "
			   "separate, and a guest may reach other devices or the host's "
			   "memory";

	if (of->facts->has_acs_patch == FACT_NO)
		text = "pcie_acs_override is of a patch that this kernel does not have, "
		       "and does nothing";
	add_argument(findings, of, "pcie_acs_override=", "acs-override", text,
		     "remove it, and take whole groups or use other slots");
}

static void add_remapping(struct findings *findings, const struct situation *of)
{
	struct finding *finding;
	struct text t;
	unsigned i;

	for (i = 0; i < of->plan->n && !findings_needs_iommu(of, &of->plan->step[i]); i++)
		;
	if (i == of->plan->n || of->facts->has_remapping != FACT_NO)
		return;
	finding = findings_add(findings, FINDING_WARNING, "no-remapping", &t);
	text_add(&t, "interrupt remapping is off: a virtual machine will be refused its "
		 "devices");
	if (has_part(of->facts, "intremap=off") ||
	    findings_has_argument(of->facts, "nointremap"))
		findings_remedy(finding, "remove intremap=off or nointremap from the "
				"kernel arguments");
	else
		findings_remedy(finding, "turn on x2APIC or interrupt remapping in the "
				"firmware, or update it");
}

/* The rule that takes function i; both exist. */
static void at_taker(struct finding *finding, const struct situation *of, unsigned i)
{
	finding->fn = (uint16_t)i;
	findings_at_rule(finding, of, plan_binds(of->plan, i)->rule);
}

/* What may ask is as bad as the next worse. */
static struct finding *add_prompt(struct findings *findings, const struct situation *of,
				  enum severity severity, const char *reason, unsigned i,
				  struct text *t)
{
	bool is_sure = of->facts->asks_passphrase == FACT_YES;
	struct finding *finding;

	finding = findings_add(findings, is_sure ? severity : severity + 1, reason, t);
	at_taker(finding, of, i);
	text_add(t, is_sure ? "the boot asks for a passphrase (" :
		 "the boot may ask for a passphrase (");
	text_add(t, of->facts->asks_for);
	text_add(t, "), and ");
	pci_addr_text(of->machine->fn[i].addr, t);
	return finding;
}

static void add_screen(struct findings *findings, const struct situation *of)
{
	unsigned boot = machine_boot_display(of->machine);
	unsigned i, last = NO_FUNCTION, left = 0;
	struct finding *finding;
	struct text t;

	for (i = 0; i < of->machine->n; i++) {
		if (!function_is_screen(&of->machine->fn[i]))
			continue;
		if (plan_binds(of->plan, i))
			last = i;
		else
			left++;
	}
	if (boot != NO_FUNCTION && plan_binds(of->plan, boot))
		last = boot;
	else if (left > 0)
		return;
	if (last == NO_FUNCTION)
		return;
	finding = add_prompt(findings, of, left ? FINDING_WARNING : FINDING_ERROR,
			     "prompt-unseen", last, &t);
	text_add(&t, left ? " has the screen that shows it until another card's driver "
		 "is loaded" : " is the last screen that could show it");
	findings_remedy(finding, left ? "make sure that the other card's driver is in "
			"the image (dracut --add-drivers)" :
			"keep a screen, add console=ttyS0, or unlock the disk without a "
			"passphrase (TPM, key file)");
}

static void add_keyboard(struct findings *findings, const struct situation *of)
{
	const struct host *host = of->host;
	unsigned i, fn = findings_keyboards(of, true);
	const char *words = "a keyboard, as others that are taken have: none is left";
	struct finding *finding;
	struct text t;

	for (i = 0; i < host->n_holds && fn == NO_FUNCTION; i++)
		if (host->hold[i].kind == HOST_KEYBOARD &&
		    plan_binds(of->plan, host->hold[i].fn)) {
			fn = host->hold[i].fn;
			words = host->hold[i].text;
		}
	if (fn == NO_FUNCTION)
		return;
	finding = add_prompt(findings, of, FINDING_ERROR, "prompt-unanswered", fn, &t);
	text_add(&t, " has ");
	text_add(&t, words);
	findings_remedy(finding, "keep this controller, or plug a keyboard into another "
			"one");
}

void findings_of_machine(struct findings *findings, const struct situation *of)
{
	unsigned i;

	for (i = 0; i < of->plan->n; i++) {
		const struct plan_step *step = &of->plan->step[i];

		add_late(findings, of, step);
		if (!findings_needs_iommu(of, step))
			continue;
		add_acs(findings, of, step);
		add_no_snoop(findings, of, step);
	}
	add_remapping(findings, of);
	add_acs_override(findings, of);
	add_argument(findings, of, "enable_unsafe_noiommu_mode=", "noiommu",
		     "enable_unsafe_noiommu_mode= lets VFIO have devices without an "
		     "IOMMU, which earlybind does not support",
		     "turn on the IOMMU, and remove it from the kernel arguments");
	if (!of->facts->asks_for[0] || of->facts->has_serial)
		return;
	add_screen(findings, of);
	add_keyboard(findings, of);
}
