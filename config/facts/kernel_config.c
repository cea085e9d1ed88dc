/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an installed kernel was built without that a guest with a device needs, by its
 * config file. Drivers to bind to are looked for as modules, in kernels.c.
 */
#include <errno.h>

#include "facts/facts.h"

/* On which processors; 0: on any. */
static const struct {
	const char *name;
	enum cpu cpu;
} options[KERNEL_PARTS] = {
	[PART_TYPE1] = { "CONFIG_VFIO_IOMMU_TYPE1", CPU_UNKNOWN },
	[PART_INTEL] = { "CONFIG_INTEL_IOMMU", CPU_INTEL },
	[PART_AMD] = { "CONFIG_AMD_IOMMU", CPU_AMD },
	[PART_INTEL_REMAP] = { "CONFIG_IRQ_REMAP", CPU_INTEL },
	[PART_AMD_REMAP] = { "CONFIG_IRQ_REMAP", CPU_AMD },
	[PART_KVM] = { "CONFIG_KVM", CPU_UNKNOWN },
};

const char *facts_part_name(enum kernel_part part)
{
	return options[part].name;
}

static int note_line(struct span line, void *with)
{
	unsigned *has = with;
	struct span name = span_cut(&line, '=');
	unsigned i;

	if (!line.s || !(span_is(line, "y") || span_is(line, "m")))
		return 0;
	for (i = 0; i < KERNEL_PARTS; i++)
		if (span_is(name, options[i].name))
			*has |= 1u << i;
	/* IOMMUFD can stand in for it: drivers/iommu/iommufd/Kconfig */
	if (span_is(name, "CONFIG_IOMMUFD_VFIO_CONTAINER"))
		*has |= 1u << PART_TYPE1;
	return 0;
}

/* Debian, Ubuntu, openSUSE; Fedora and Arch. */
static int read_config(const struct root *root, const char *kernel, unsigned *ret_has)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);
	int r;

	*ret_has = 0;
	text_add(&t, "/boot/config-");
	text_add(&t, kernel);
	r = t.full ? -ENAMETOOLONG : sysfs_lines(root, path, note_line, ret_has);
	if (r == -ENOENT && sysfs_path(path, "/lib/modules", kernel, "config"))
		r = sysfs_lines(root, path, note_line, ret_has);
	return r;
}

void facts_read_config(struct kernel *kernel, const struct root *root,
		       const struct machine *m)
{
	unsigned i, has;

	kernel->lacks_parts = 0;
	if (read_config(root, kernel->name, &has) < 0)
		return;
	for (i = 0; i < KERNEL_PARTS; i++)
		if (!(has & 1u << i) &&
		    (options[i].cpu == CPU_UNKNOWN || options[i].cpu == m->cpu))
			kernel->lacks_parts |= (uint8_t)(1u << i);
}

static int note_symbol(struct span line, void *with)
{
	(void)with;
	return span_has(line, "pcie_acs_override");
}

/* Only a kernel with a patch of that name has such symbols. */
enum fact facts_knows_acs_override(const struct root *root)
{
	int r = sysfs_lines(root, "/proc/kallsyms", note_symbol, NULL);

	return r < 0 ? FACT_UNKNOWN : r ? FACT_YES : FACT_NO;
}
