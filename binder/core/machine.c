/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a computer's PCI functions from sysfs into a sorted table, and answers questions
 * about it. Identity only: drivers and other outcomes are left to apply. A fact that
 * cannot be read is unknown.
 */
#include "screen.h"

#include <errno.h>
#include <string.h>

/* The kernel writes "0x030000", flags as one digit, and what it counts to the base 10. */
int machine_read_number(const struct root *root, const char *dir, const char *name,
			unsigned base, uint64_t max, uint64_t *ret_n)
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
	return span_number(s, base, 16, max, ret_n);
}

static enum fact read_flag(const struct root *root, const char *dir, const char *name)
{
	uint64_t n;

	if (machine_read_number(root, dir, name, 10, 1, &n) < 0)
		return FACT_UNKNOWN;
	return n ? FACT_YES : FACT_NO;
}

/* One attribute each, for trees without modalias. */
static int read_identity_slowly(struct function *f, const struct root *root,
				const char *dir)
{
	uint64_t vendor, device, class, sub_vendor = 0, sub_device = 0;

	if (machine_read_number(root, dir, "vendor", 16, 0xffff, &vendor) < 0 ||
	    machine_read_number(root, dir, "device", 16, 0xffff, &device) < 0 ||
	    machine_read_number(root, dir, "class", 16, 0xffffff, &class) < 0)
		return -EINVAL;
	if (machine_read_number(root, dir, "subsystem_vendor", 16, 0xffff,
				&sub_vendor) < 0 ||
	    machine_read_number(root, dir, "subsystem_device", 16, 0xffff,
				&sub_device) < 0)
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

static void read_path(struct function *f, int devices, const char *dir)
{
	char buffer[PATH_SIZE];
	ssize_t n = sysfs_link_at(devices, dir, buffer, sizeof(buffer));

	if (n <= 0 || pci_path_of_link((struct span){ buffer, (size_t)n }, &f->path) < 0)
		f->path.hops = -1;
}

struct scan {
	struct machine *m;
	const struct root *root;
	int devices;
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
	f->is_bridge = function_is_bridge_class(f);
	f->group = GROUP_UNKNOWN;
	if (function_holds_group(f))	/* no plan hangs on that of another one */
		machine_read_group(f, scan->root, name);
	read_path(f, scan->devices, name);
	if (f->class >> 16 == 0x03) {
		machine_read_physfn(f, scan->root, name);
		f->boot_vga = (uint8_t)read_flag(scan->root, name, "boot_vga");
	}
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

static bool is_same_bus(const struct function *f, const struct function *g)
{
	return f->addr.domain == g->addr.domain && f->addr.bus == g->addr.bus;
}

/*
 * With ARI the device number is a part of the function's: all functions of a bus are one
 * device (pci-sysfs.c:ari_enabled_show). It is asked once a bus, and only where there is
 * another device number than 0 below a port.
 */
static void read_ari(struct machine *m, const struct root *root)
{
	const struct function *asked = NULL;
	bool is_ari = false;
	unsigned i, j;

	for (i = 0; i < m->n; i++) {
		struct function *f = &m->fn[i];
		char addr[24];
		struct text t;

		if (f->addr.dev == 0 || f->is_bridge || f->path.hops <= 0)
			continue;
		if (!asked || !is_same_bus(asked, f)) {
			t = TEXT_IN(addr);
			pci_addr_text(f->addr, &t);
			is_ari = read_flag(root, addr, "ari_enabled") == FACT_YES;
			asked = f;
			for (j = i; is_ari && j-- > 0 && is_same_bus(f, &m->fn[j]);)
				m->fn[j].is_ari = true;
		}
		f->is_ari = is_ari;
	}
}

static void mark_stuck(struct machine *m)
{
	unsigned k, i;

	for (k = 0; k < m->n_stuck; k++) {
		i = machine_at(m, m->stuck[k]);
		if (i != NO_FUNCTION)
			m->fn[i].is_stuck = m->fn[i].is_looked_at = true;
	}
}

bool machine_note_stuck(struct machine *m, unsigned i)
{
	if (i == NO_FUNCTION || m->n_stuck == STUCK_MAX)
		return false;
	m->stuck[m->n_stuck++] = m->fn[i].addr;
	return true;
}

int machine_scan(struct machine *m, const struct root *root, unsigned want,
		 struct fault *reterr)
{
	_cleanup_close_ int devices = sysfs_open(root, SYSFS_DEVICES);
	struct scan scan = { m, root, devices, reterr };
	unsigned i;
	int r;

	*reterr = (struct fault){ .name = SYSFS_DEVICES };
	m->n = 0;
	m->busy = NO_FUNCTION;
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
	read_ari(m, root);
	screen_find(m, root);
	mark_stuck(m);
	for (i = 0; i < m->n; i++) {
		if (want & MACHINE_DETAILS)
			machine_look_closer(m, i, root);
		if (want & MACHINE_DSN)
			machine_read_dsn(m, i, root);
	}
	return 0;
}
