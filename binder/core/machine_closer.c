/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only some functions are asked for: those that a rule wants, and their neighbours.
 * A server has thousands of others. Whom to ask is for the caller.
 */
#include "machine.h"

#include <errno.h>
#include <string.h>

/* PCIe extended capability 3, PCI Express Base Specification 7.9.3. */
enum { EXT_CAP_FIRST = 0x100, EXT_CAP_DSN = 3, CONFIG_SIZE = 4096 };

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

void machine_read_group(struct function *f, const struct root *root, const char *dir)
{
	char buffer[PATH_SIZE];
	int err;
	struct span name = link_name(root, dir, "iommu_group", buffer, &err);
	uint64_t n;

	f->group = err == -ENOENT ? GROUP_NONE : GROUP_UNKNOWN;
	if (err == 0 && span_number(name, 10, 9, INT32_MAX, &n) == 0)
		f->group = (int32_t)n;
}

/* A virtual function shares the bridge, and so the path, with another function. It can
 * be given away without the others of its device. */
void machine_read_physfn(struct function *f, const struct root *root, const char *dir)
{
	char buffer[PATH_SIZE];
	int err;
	struct span pf = link_name(root, dir, "physfn", buffer, &err);

	if (err < 0 || pci_addr_parse(pf, &f->pf) < 0)
		return;
	f->is_vf = true;
	f->is_ari = false;
	f->path.hops = -1;
}

static int read_count(const struct root *root, const char *dir, const char *name,
		      uint64_t *ret_n)
{
	return machine_read_number(root, dir, name, 10, UINT16_MAX, ret_n);
}

/* How far behind it the virtual functions of this one can be. What cannot be read is
 * far. */
static void read_vfs(struct function *f, const struct root *root, const char *dir)
{
	uint64_t total, offset, stride;

	f->vf_reach = UINT16_MAX;
	if (read_count(root, dir, "sriov_totalvfs", &total) < 0 ||
	    read_count(root, dir, "sriov_offset", &offset) < 0 ||
	    read_count(root, dir, "sriov_stride", &stride) < 0)
		return;
	if (stride == 0)
		stride = 1;
	if (total > 0)
		total = offset + stride * total;
	if (total < UINT16_MAX)
		f->vf_reach = (uint16_t)total;
}

static const char *address_text(const struct function *f, char addr[24])
{
	struct text t = text_start(addr, 24);

	pci_addr_text(f->addr, &t);
	return addr;
}

/* "0x… 0x… direct"; "direct-relaxable" is no obstacle. */
static void read_regions(struct function *f, const struct root *root, const char *dir)
{
	char path[PATH_SIZE], buffer[ATTRIBUTE_MAX];
	struct span regions;
	ssize_t n = -ENAMETOOLONG;

	if (sysfs_path(path, SYSFS_DEVICES, dir, "iommu_group/reserved_regions"))
		n = sysfs_read_head(root, path, buffer, sizeof(buffer));
	regions = sysfs_trim(buffer, n);
	f->has_direct = n < 0 ? FACT_UNKNOWN : FACT_NO;
	while (regions.s) {
		struct span line = span_cut(&regions, '\n');

		line = sysfs_trim(line.s, (ssize_t)line.n);
		if (span_ends(line, " direct"))
			f->has_direct = FACT_YES;
	}
}

enum { HAS_RESET = 1, HAS_REMOVE = 2, HAS_PHYSFN = 4, HAS_BUS = 8, HAS_VFS = 16 };

struct attributes {
	unsigned seen;
	uint16_t n_vfs;
};

/*
 * One look at the directory spares one at each of these. Virtual functions that are on
 * have a link each: sriov_numvfs waits for the lock of the device, which a driver that
 * hangs in its probe holds (drivers/pci/iov.c:sriov_numvfs_show).
 */
static int note_attribute(const char *name, void *with)
{
	static const char names[] =
		"reset\0remove\0physfn\0secondary_bus_number\0sriov_totalvfs\0";
	struct attributes *attributes = with;
	unsigned bit = 1;
	const char *s;

	for (s = names; *s; s += strlen(s) + 1, bit <<= 1)
		if (strcmp(name, s) == 0)
			attributes->seen |= bit;
	attributes->n_vfs += span_starts(span_of(name), "virtfn");
	return 0;
}

/* The kernel shows "reset" exactly where it knows a method; "remove" is always there, so
 * without it this is no complete sysfs: drivers/pci/pci-sysfs.c. */
bool machine_look_closer(struct machine *m, unsigned i, const struct root *root)
{
	struct function *f = &m->fn[i];
	char addr[24], path[PATH_SIZE];
	struct attributes has = { 0, 0 };

	if (f->is_looked_at)
		return false;
	f->is_looked_at = true;
	m->busy = (uint16_t)i;
	address_text(f, addr);
	if (!function_holds_group(f))
		machine_read_group(f, root, addr);
	if (f->is_bridge || !sysfs_path(path, SYSFS_DEVICES, addr, NULL))
		return true;
	sysfs_list(root, path, note_attribute, &has);
	f->is_bridge = (has.seen & HAS_BUS) != 0;
	if (f->is_bridge)
		return true;
	if (has.seen & HAS_PHYSFN)
		machine_read_physfn(f, root, addr);
	if (has.seen & HAS_VFS) {
		f->n_vfs = has.n_vfs;
		read_vfs(f, root, addr);
	}
	if (has.seen & (HAS_RESET | HAS_REMOVE))
		f->has_reset = has.seen & HAS_RESET ? FACT_YES : FACT_NO;
	if (f->group >= 0)
		read_regions(f, root, addr);
	return true;
}

/* 32 bits of config space: the kernel reads no more of it than it is asked for, and there
 * are devices that do not like to be read everywhere. */
static int config_word(int fd, unsigned at, uint32_t *ret_word)
{
	char buffer[4];
	ssize_t n = sysfs_read_at(fd, buffer, sizeof(buffer), at);

	*ret_word = n == sizeof(buffer) ? sysfs_word(buffer, 0) : 0;
	return n == sizeof(buffer) ? 0 : -EIO;
}

static enum fact find_dsn(int fd, uint64_t *ret_dsn)
{
	unsigned left = (CONFIG_SIZE - EXT_CAP_FIRST) / 8; /* a loop in the list ends */
	unsigned at = EXT_CAP_FIRST;
	uint32_t head, low, high;

	/* all ones: the device does not answer */
	if (config_word(fd, 0, &head) < 0 || head == UINT32_MAX)
		return FACT_UNKNOWN;
	if (config_word(fd, at, &head) < 0)	/* conventional PCI; or no rights */
		return config_word(fd, at - 4, &head) < 0 ? FACT_UNKNOWN : FACT_NO;
	while (at >= EXT_CAP_FIRST && at <= CONFIG_SIZE - 12 && left-- > 0) {
		if (config_word(fd, at, &head) < 0 || head == UINT32_MAX)
			return FACT_UNKNOWN;
		if ((head & 0xffff) == EXT_CAP_DSN) {
			if (config_word(fd, at + 4, &low) < 0 ||
			    config_word(fd, at + 8, &high) < 0)
				return FACT_UNKNOWN;
			*ret_dsn = (uint64_t)high << 32 | low;
			return FACT_YES;
		}
		at = head >> 20 & ~3u;
	}
	return FACT_NO;
}

/* Without root rights config space ends at byte 64. */
void machine_read_dsn(struct machine *m, unsigned i, const struct root *root)
{
	struct function *f = &m->fn[i];
	_cleanup_close_ int fd = -1;
	char addr[24], path[PATH_SIZE];

	f->has_dsn = FACT_UNKNOWN;
	m->busy = (uint16_t)i;
	if (f->is_bridge || f->is_stuck ||
	    !sysfs_path(path, SYSFS_DEVICES, address_text(f, addr), "config"))
		return;
	fd = sysfs_open(root, path);
	if (fd >= 0)
		f->has_dsn = (uint8_t)find_dsn(fd, &f->dsn);
}
