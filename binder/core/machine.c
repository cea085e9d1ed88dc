/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a computer's PCI functions from sysfs into a sorted table, and answers questions
 * about it. Identity only: drivers and other outcomes are left to apply. A fact that
 * cannot be read is unknown.
 */
#include "screen.h"

#include <errno.h>
#include <string.h>

/* PCIe extended capability 3, PCI Express Base Specification 7.9.3. */
enum { EXT_CAP_FIRST = 0x100, EXT_CAP_DSN = 3, CONFIG_SIZE = 4096 };

/* The kernel writes "0x030000", and flags as one digit. */
static int read_number(const struct root *root, const char *dir, const char *name,
		       uint64_t max, uint64_t *ret_n)
{
	char path[PATH_SIZE], buffer[64];
	struct span s;
	ssize_t n;

	if (!sysfs_path(path, SYSFS_DEVICES, dir, name))
		return -ENAMETOOLONG;
	n = sysfs_read(root, path, buffer, sizeof(buffer));
	if (n < 0)
		return (int)n;
	s = sysfs_trim(buffer, n);
	if (span_starts(s, "0x"))
		s = (struct span){ s.s + 2, s.n - 2 };
	return span_number(s, 16, 16, max, ret_n);
}

static enum fact read_flag(const struct root *root, const char *dir, const char *name)
{
	uint64_t n;

	if (read_number(root, dir, name, 1, &n) < 0)
		return FACT_UNKNOWN;
	return n ? FACT_YES : FACT_NO;
}

static bool has_attribute(const struct root *root, const char *dir, const char *name)
{
	char path[PATH_SIZE];

	return sysfs_path(path, SYSFS_DEVICES, dir, name) &&
	       sysfs_exists(root, path) == 1;
}

/* One attribute each, for trees without modalias. */
static int read_identity_slowly(struct function *f, const struct root *root,
				const char *dir)
{
	uint64_t vendor, device, class, sub_vendor = 0, sub_device = 0;

	if (read_number(root, dir, "vendor", 0xffff, &vendor) < 0 ||
	    read_number(root, dir, "device", 0xffff, &device) < 0 ||
	    read_number(root, dir, "class", 0xffffff, &class) < 0)
		return -EINVAL;
	if (read_number(root, dir, "subsystem_vendor", 0xffff, &sub_vendor) < 0 ||
	    read_number(root, dir, "subsystem_device", 0xffff, &sub_device) < 0)
		sub_vendor = sub_device = 0;
	f->id = (struct pci_id){ (uint16_t)vendor, (uint16_t)device };
	f->subsystem = (struct pci_id){ (uint16_t)sub_vendor, (uint16_t)sub_device };
	f->class = (uint32_t)class;
	return 0;
}

static int read_identity(struct function *f, const struct root *root, const char *dir)
{
	char path[PATH_SIZE], buffer[128];
	ssize_t n = -EINVAL;

	if (sysfs_path(path, SYSFS_DEVICES, dir, "modalias"))
		n = sysfs_read(root, path, buffer, sizeof(buffer));
	if (n > 0 && pci_modalias_parse(sysfs_trim(buffer, n), &f->id, &f->subsystem,
					&f->class) == 0)
		return 0;
	return read_identity_slowly(f, root, dir);
}

/* The last component of a link below the function's directory. */
static struct span link_name(const struct root *root, const char *dir, const char *name,
			     char buffer[PATH_SIZE], int *ret_err)
{
	char path[PATH_SIZE];
	ssize_t n = -ENAMETOOLONG;

	if (sysfs_path(path, SYSFS_DEVICES, dir, name))
		n = sysfs_link(root, path, buffer, PATH_SIZE);
	*ret_err = n < 0 ? (int)n : 0;
	return n > 0 ? span_last((struct span){ buffer, (size_t)n }, '/') :
	       (struct span){ NULL, 0 };
}

static void read_group(struct function *f, const struct root *root, const char *dir)
{
	char buffer[PATH_SIZE];
	int err;
	struct span name = link_name(root, dir, "iommu_group", buffer, &err);
	uint64_t n;

	f->group = err == -ENOENT ? GROUP_NONE : GROUP_UNKNOWN;
	if (err == 0 && span_number(name, 10, 9, INT32_MAX, &n) == 0)
		f->group = (int32_t)n;
}

static void read_place(struct function *f, const struct root *root, const char *dir)
{
	char path[PATH_SIZE], buffer[PATH_SIZE];
	int err;
	struct span pf = link_name(root, dir, "physfn", buffer, &err);
	ssize_t n = -EINVAL;

	f->path.hops = -1;
	f->is_vf = err == 0 && pci_addr_parse(pf, &f->pf) == 0;
	if (f->is_vf)
		return;	/* shares the bridge, and so the path, with another function */
	if (sysfs_path(path, SYSFS_DEVICES, dir, NULL))
		n = sysfs_link(root, path, buffer, sizeof(buffer));
	if (n > 0 && pci_path_of_link((struct span){ buffer, (size_t)n }, &f->path) < 0)
		f->path.hops = -1;
}

static enum fact find_dsn(const char *config, uint64_t *ret_dsn)
{
	unsigned at = EXT_CAP_FIRST;
	unsigned left = (CONFIG_SIZE - EXT_CAP_FIRST) / 8; /* a loop in the list ends */

	while (at >= EXT_CAP_FIRST && at <= CONFIG_SIZE - 12 && left-- > 0) {
		uint32_t head = sysfs_word(config, at);

		if ((head & 0xffff) == EXT_CAP_DSN) {
			*ret_dsn = (uint64_t)sysfs_word(config, at + 8) << 32 |
				   sysfs_word(config, at + 4);
			return FACT_YES;
		}
		at = head >> 20 & ~3u;
	}
	return FACT_NO;
}

/* Without root rights config space ends at byte 64; conventional PCI ends at 256. */
static void read_dsn(struct function *f, const struct root *root, const char *dir)
{
	char path[PATH_SIZE];
	char config[CONFIG_SIZE + 1];
	ssize_t n;

	f->has_dsn = FACT_UNKNOWN;
	if (!sysfs_path(path, SYSFS_DEVICES, dir, "config"))
		return;
	n = sysfs_read_head(root, path, config, sizeof(config));
	if (n < 256 || sysfs_word(config, 0) == UINT32_MAX)
		return;	/* all ones: the device does not answer */
	if (n == 256)
		f->has_dsn = FACT_NO;
	if (n == CONFIG_SIZE)
		f->has_dsn = (uint8_t)find_dsn(config, &f->dsn);
}

struct scan {
	struct machine *m;
	const struct root *root;
	unsigned want;
	struct fault *fault;
};

static int scan_function(const char *name, void *with)
{
	struct scan *scan = with;
	struct machine *m = scan->m;
	struct function *f = &m->fn[m->n];
	struct pci_addr addr;
	char canonical[24];
	struct text t = TEXT_IN(canonical);

	if (pci_addr_parse(span_of(name), &addr) < 0)
		return 0;
	pci_addr_text(addr, &t);
	if (!span_is(text_is(&t), name))
		return 0;	/* "01:00.0": the kernel writes no such name */
	if (m->n == FUNCTIONS_MAX)
		return fault_set(scan->fault, E2BIG,
				 "this machine has more PCI functions "
				 "than the limit FUNCTIONS_MAX, 8192",
				 NULL);
	*f = (struct function){ .addr = addr };
	if (read_identity(f, scan->root, name) < 0)
		return 0;	/* gone between listing and reading, or no function */
	read_group(f, scan->root, name);
	f->is_bridge = function_is_bridge_class(f);
	if (!f->is_bridge)
		f->is_bridge = has_attribute(scan->root, name, "secondary_bus_number");
	read_place(f, scan->root, name);
	if (f->class >> 16 == 0x03)
		f->boot_vga = (uint8_t)read_flag(scan->root, name, "boot_vga");
	if (scan->want & MACHINE_DSN && !f->is_bridge)
		read_dsn(f, scan->root, name);
	m->n++;
	return 0;
}

static void read_cpu(struct machine *m, const struct root *root)
{
	char buffer[1024];
	ssize_t n = sysfs_read_head(root, "/proc/cpuinfo", buffer, sizeof(buffer));
	struct span text = sysfs_trim(buffer, n);

	m->cpu = CPU_UNKNOWN;
	if (span_has(text, "GenuineIntel"))
		m->cpu = CPU_INTEL;
	else if (span_has(text, "AuthenticAMD") || span_has(text, "HygonGenuine"))
		m->cpu = CPU_AMD;
	else if (span_has(text, "CPU implementer"))
		m->cpu = CPU_ARM;
}

int machine_scan(struct machine *m, const struct root *root, unsigned want,
		 struct fault *reterr)
{
	struct scan scan = { m, root, want, reterr };
	unsigned i;
	int r;

	*reterr = (struct fault){ .name = SYSFS_DEVICES };
	m->n = 0;
	read_cpu(m, root);
	r = sysfs_list(root, SYSFS_DEVICES, scan_function, &scan);
	if (r == -ENOENT)
		return 0;	/* a machine without PCI */
	if (r < 0) {
		char number[12];

		if (reterr->err)
			return r;
		return fault_set(reterr, -r,
				 "the PCI functions of this machine cannot be "
				 "listed: ",
				 errno_name(-r, number), NULL);
	}
	machine_sort(m);
	screen_find(m, root);
	for (i = 0; want & MACHINE_DETAILS && i < m->n; i++)
		machine_look_closer(m, i, root);
	return 0;
}

/* Reads an attribute by the function's address. */
static struct span read_attribute(const struct machine *m, unsigned i,
				  const struct root *root, const char *name,
				  char buffer[ATTRIBUTE_MAX], ssize_t *ret_n)
{
	char path[PATH_SIZE], addr[24];
	struct text t = TEXT_IN(addr);

	pci_addr_text(m->fn[i].addr, &t);
	*ret_n = -ENAMETOOLONG;
	if (sysfs_path(path, SYSFS_DEVICES, addr, name))
		*ret_n = sysfs_read_head(root, path, buffer, ATTRIBUTE_MAX);
	return sysfs_trim(buffer, *ret_n);
}

/* The kernel shows "reset" exactly where it knows a method; "remove" is always there, so
 * without it this is no complete sysfs: drivers/pci/pci-sysfs.c. */
static enum fact read_reset(const struct machine *m, unsigned i, const struct root *root)
{
	char addr[24];
	struct text t = TEXT_IN(addr);

	pci_addr_text(m->fn[i].addr, &t);
	if (has_attribute(root, addr, "reset"))
		return FACT_YES;
	return has_attribute(root, addr, "remove") ? FACT_NO : FACT_UNKNOWN;
}

void machine_read_dsn(struct machine *m, unsigned i, const struct root *root)
{
	char addr[24];
	struct text t = TEXT_IN(addr);

	pci_addr_text(m->fn[i].addr, &t);
	read_dsn(&m->fn[i], root, addr);
}

void machine_look_closer(struct machine *m, unsigned i, const struct root *root)
{
	struct function *f = &m->fn[i];
	char buffer[ATTRIBUTE_MAX];
	struct span regions;
	ssize_t n;

	if (f->is_bridge)
		return;
	f->has_reset = read_reset(m, i, root);
	if (f->group < 0)
		return;
	regions = read_attribute(m, i, root, "iommu_group/reserved_regions", buffer, &n);
	f->has_direct = n < 0 ? FACT_UNKNOWN : FACT_NO;
	while (regions.s) { /* "0x… 0x… direct"; "direct-relaxable" is no obstacle */
		struct span line = span_cut(&regions, '\n');

		line = sysfs_trim(line.s, (ssize_t)line.n);
		if (span_ends(line, " direct"))
			f->has_direct = FACT_YES;
	}
}
