/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts for findings from the live system: the running kernel and its command line, the
 * bound devices' config space, whether the boot waits for a passphrase.
 */
#include "facts/facts.h"

#include <stdlib.h>
#include <string.h>

#include "core/cmdline.h"
#include "base/text_file.h"

enum {
	/* PCI Local Bus Specification 6.7; PCI Express Base Specification 7.5.3 */
	CONFIG_SIZE = 256, CAP_POINTER = 0x34, CAP_FIRST = 0x40, CAP_EXPRESS = 0x10,
	DEVICE_CONTROL = 8, NO_SNOOP = 0x0800,
};

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '\r';
}

struct span facts_word(struct span *line)
{
	struct span word;
	size_t i = 0;

	while (i < line->n && is_between(line->s[i]))
		i++;
	word = (struct span){ line->s + i, 0 };
	while (i + word.n < line->n && !is_between(word.s[word.n]))
		word.n++;
	line->s += i + word.n;
	line->n -= i + word.n;
	return word;
}

/* With remapping the kernel's interrupt chips are called "IR-PCI-MSI", "IR-IO-APIC":
 * drivers/iommu/{intel/irq_remapping,amd/iommu}.c. Other processors have no such thing
 * to turn off. */
static enum fact read_remapping(const struct root *root, const struct machine *m)
{
	struct span text;
	char *buffer = text_file_read(root, "/proc/interrupts", &text);
	enum fact fact = FACT_UNKNOWN;

	if (buffer && strstr(buffer, " IR-"))
		fact = FACT_YES;
	else if (text.n > 0 && text.n < TEXT_FILE_MAX - 1 && machine_has_iommu(m) &&
		 (m->cpu == CPU_INTEL || m->cpu == CPU_AMD))
		fact = FACT_NO;
	free(buffer);
	return fact;
}

/* Unknown where there are no tables to look into. */
static enum fact read_table(const struct root *root)
{
	if (sysfs_exists(root, "/sys/firmware/acpi/tables/DMAR") == 1 ||
	    sysfs_exists(root, "/sys/firmware/acpi/tables/IVRS") == 1)
		return FACT_YES;
	return sysfs_exists(root, "/sys/firmware/acpi/tables/FACP") == 1 ? FACT_NO :
	       FACT_UNKNOWN;
}

/* Without root rights config space ends at byte 64, before the first capability. */
static enum fact read_no_snoop(const struct root *root, struct pci_addr addr)
{
	char path[PATH_SIZE], name[24], buffer[CONFIG_SIZE + 1] = "";
	const unsigned char *config = (const unsigned char *)buffer;
	struct text t = TEXT_IN(name);
	unsigned at, left = (CONFIG_SIZE - CAP_FIRST) / 4;	/* a loop ends */
	ssize_t n = -1;

	pci_addr_text(addr, &t);
	if (sysfs_path(path, SYSFS_DEVICES, name, "config"))
		n = sysfs_read_head(root, path, buffer, sizeof(buffer));
	if (n < CONFIG_SIZE)
		return FACT_UNKNOWN;
	for (at = config[CAP_POINTER] & ~3u; at >= CAP_FIRST && left-- > 0;
	     at = config[at + 1] & ~3u) {
		if (config[at] != CAP_EXPRESS || at + DEVICE_CONTROL + 1 >= CONFIG_SIZE)
			continue;
		return (config[at + DEVICE_CONTROL] |
			config[at + DEVICE_CONTROL + 1] << 8) & NO_SNOOP ? FACT_YES :
		       FACT_NO;
	}
	return FACT_NO;
}

/* console=ttyS0: not tty0, which is the screen. */
static bool has_serial(struct span text)
{
	struct cmdline_word word;

	while (cmdline_next(&text, &word)) {
		struct span to = word.value;

		if (span_is(word.name, "console") && to.s && !span_starts(to, "null") &&
		    !(span_starts(to, "tty") && to.n > 3 && to.s[3] >= '0' &&
		      to.s[3] <= '9'))
			return true;
	}
	return false;
}

/* "smmu3.0x2b400000", "smmu.0x...": drivers/iommu/arm/arm-smmu*. Others that an ARM
 * machine may have, virtio-iommu above all, have other names. */
static int note_smmu(const char *name, void *with)
{
	struct facts *facts = with;

	facts->has_smmu |= span_starts(span_of(name), "smmu3.") ||
			   span_starts(span_of(name), "smmu.");
	return 0;
}

static struct span read_line(const struct root *root, const char *path, char line[128])
{
	ssize_t n = sysfs_read_head(root, path, line, 128);

	return sysfs_trim(line, n);
}

/* x86 has a flag for it (arch/x86/include/asm/cpufeatures.h), elsewhere the vendor of the
 * machine tells. Xen's first domain has the flag and the real machine. */
static bool is_guest(const struct root *root)
{
	static const char *const vendors[] = {
		"QEMU", "VMware, Inc.", "Xen", "innotek GmbH", "Parallels", "Bochs", NULL,
	};
	char line[128];
	struct span text, vendor = read_line(root, "/sys/class/dmi/id/sys_vendor", line);
	char *buffer = text_file_read(root, "/proc/cpuinfo", &text);
	bool has_flag = buffer && strstr(buffer, " hypervisor");
	unsigned i;

	free(buffer);
	for (i = 0; vendors[i]; i++)
		has_flag |= span_is(vendor, vendors[i]);
	return has_flag && !span_is(read_line(root, "/proc/xen/capabilities", line),
				    "control_d");
}

void facts_read_iommu(struct facts *facts, const struct root *root,
		      const char *running)
{
	struct text t = TEXT_IN(facts->cmdline);

	text_add(&t, running);
	facts->has_table = (uint8_t)read_table(root);
	facts->is_guest = is_guest(root);
	sysfs_list(root, "/sys/class/iommu", note_smmu, facts);
}

bool facts_driver(const struct root *root, const char *address, struct text *t)
{
	char path[PATH_SIZE], link[PATH_SIZE];

	if (!sysfs_path(path, SYSFS_DEVICES, address, "driver") ||
	    sysfs_link(root, path, link, sizeof(link)) <= 0)
		return false;
	text_quote(t, span_last(span_of(link), '/'));
	return true;
}

bool facts_is_bound(const struct situation *of, unsigned i)
{
	return plan_binds(of->plan, i) || (of->next && plan_binds(of->next, i));
}

void facts_read_removable(struct facts *facts, const struct root *root,
			  const struct situation *of)
{
	unsigned i;

	for (i = 0; i < of->machine->n; i++)
		facts->is_removable[i] = plan_binds(of->plan, i) &&
			host_is_removable(root, of->machine->fn[i].addr);
}

void facts_read(struct facts *facts, const struct root *root,
		const struct situation *of)
{
	unsigned i;

	facts->has_remapping = (uint8_t)read_remapping(root, of->machine);
	if (span_has(span_of(facts->cmdline), "pcie_acs_override="))
		facts->has_acs_patch = (uint8_t)facts_knows_acs_override(root);
	facts_read_passphrase(facts, root);
	facts->has_serial = has_serial(span_of(facts->cmdline));
	for (i = 0; i < of->machine->n; i++)
		if (plan_binds(of->plan, i))
			facts->no_snoop[i] = (uint8_t)
				read_no_snoop(root, of->machine->fn[i].addr);
	facts_read_leftovers(facts, root);
}
