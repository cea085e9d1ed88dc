/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a block device down to the PCI functions below it: partitions, dm (LUKS, LVM,
 * multipath), md, bcache, loop, NVMe multipath, the other members of btrfs, bcachefs and
 * ZFS. All by sysfs: lsblk's libraries read the real /sys only.
 */
#include <string.h>

#include "host/scan.h"

/* What a callback of a directory listing gets. */
struct step {
	struct host_scan *s;
	struct host_reach *reach;
	const struct host_block *b;
	const char *dir;
	bool is_below;		/* what is listed carries the device, and is no sibling */
};

static void need_function(struct host_scan *s, unsigned i, uint8_t functions[])
{
	char path[PATH_SIZE], link[PATH_SIZE], address[32];
	struct text t = TEXT_IN(address);
	unsigned pf;

	functions[i] = true;
	if (!s->m->fn[i].is_vf)
		return;
	/* A virtual function lives no longer than its physical one is driven. */
	pf = machine_at(s->m, s->m->fn[i].pf);
	if (pf == NO_FUNCTION || functions[pf])
		return;
	pci_addr_text(s->m->fn[i].pf, &t);
	if (sysfs_path(path, SYSFS_DEVICES, address, NULL) &&
	    sysfs_link(s->root, path, link, sizeof(link)) > 0)
		host_walk_path(s, span_of(link), functions);
	functions[pf] = true;
}

bool host_walk_path(struct host_scan *s, struct span path, uint8_t functions[])
{
	bool is_any = false;

	while (path.s) {
		struct pci_addr addr;
		unsigned i = NO_FUNCTION;

		if (pci_addr_parse(span_cut(&path, '/'), &addr) == 0)
			i = machine_at(s->m, addr);
		if (i == NO_FUNCTION)
			continue;
		need_function(s, i, functions);
		is_any = true;
	}
	return is_any;
}

/* Puts a device into line, once. */
static void put(struct host_scan *s, const struct host_block *b, struct host_reach *reach)
{
	size_t i = (size_t)(b - s->blocks->block);

	if (reach->seen[i])
		return;
	reach->seen[i] = true;
	reach->line[reach->n++] = (uint16_t)i;
}

/* Puts into line what the device that is visited stands on. */
static void put_below(struct host_scan *s, const struct host_block *b,
		      struct host_reach *reach)
{
	reach->is_grounded = true;
	put(s, b, reach);
}

static int walk_entry(const char *name, void *with)
{
	struct step *step = with;
	const struct host_block *b = host_blocks_named(step->s->blocks, span_of(name));

	if (b && step->is_below)
		put_below(step->s, b, step->reach);
	else if (b)
		put(step->s, b, step->reach);
	return 0;
}

static void walk_slaves(struct host_scan *s, const struct host_block *b,
			struct host_reach *reach)
{
	struct step step = { .s = s, .reach = reach, .b = b, .is_below = true };
	char path[PATH_SIZE];

	if (host_block_path(s->blocks, b, "slaves", path))
		sysfs_list(s->root, path, walk_entry, &step);
}

/* "dev-sda1" for each member: the spares of an IMSM or DDF container, too. */
static int walk_member(const char *name, void *with)
{
	return strncmp(name, "dev-", 4) == 0 ? walk_entry(name + 4, with) : 0;
}

static void walk_array(struct host_scan *s, const struct host_block *b,
		       struct host_reach *reach)
{
	struct step step = { .s = s, .reach = reach, .b = b, .is_below = true };
	char path[PATH_SIZE];

	if (host_block_path(s->blocks, b, "md", path))
		sysfs_list(s->root, path, walk_member, &step);
}

/* A partition of md or of a loop device has no PCI address above it, its disk has
 * slaves. */
static void walk_disk(struct host_scan *s, const struct host_block *b,
		      struct host_reach *reach)
{
	struct span rest = span_of(b->path);
	struct span name = { NULL, 0 };
	const struct host_block *disk;

	while (rest.s && b->is_part) {
		struct span part = span_cut(&rest, '/');

		if (rest.s)
			name = part;
	}
	disk = host_blocks_named(s->blocks, name);
	if (disk)
		put_below(s, disk, reach);
}

/* A loop device's file, zram's device for what does not shrink. */
static void walk_file(struct host_scan *s, const struct host_block *b,
		      const char *attribute, struct host_reach *reach)
{
	char buffer[PATH_SIZE];
	struct host_found found;
	struct span file;
	unsigned i;

	file = host_block_read(s->blocks, b, attribute, buffer, sizeof(buffer));
	if (!span_starts(file, "/"))
		return;
	if (span_starts(file, "/dev/") ? !host_spec_find(s, file, &found)
				       : !host_mounts_file(s, file, &found))
		return;
	reach->is_grounded = true;	/* in memory, where no device is found */
	reach->is_net = reach->is_net || found.is_net;
	for (i = 0; i < found.n; i++)
		put(s, &s->blocks->block[found.block[i]], reach);
}

/* "nvme0", and not "nvme0n1" */
static bool is_controller(const char *name)
{
	uint64_t n;

	return strncmp(name, "nvme", 4) == 0 &&
	       span_number(span_of(name + 4), 10, 9, UINT32_MAX, &n) == 0;
}

/* One path of an NVMe subsystem: a controller on PCI, or one across the network. */
static int walk_controller(const char *name, void *with)
{
	struct step *step = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (!is_controller(name))
		return 0;
	if (!sysfs_path(path, "/sys/class/nvme", name, NULL) ||
	    sysfs_link(step->s->root, path, link, sizeof(link)) < 0)
		if (!sysfs_path(path, step->dir, name, NULL) ||
		    sysfs_link(step->s->root, path, link, sizeof(link)) < 0)
			return 0;
	if (host_walk_path(step->s, span_of(link), step->reach->functions) ||
	    host_is_platform(span_of(link)))
		step->reach->is_grounded = true;
	if (strstr(link, "/nvme-fabrics/"))
		host_fabric_nvme(step->s, span_of(name), step->reach);
	return 0;
}

#define SUBSYSTEMS "/sys/class/nvme-subsystem"

static void walk_subsystem(struct host_scan *s, struct span name,
			   struct host_reach *reach)
{
	char dir[PATH_SIZE];
	struct text t = TEXT_IN(dir);
	struct step step = { .s = s, .reach = reach, .dir = dir };

	text_add(&t, SUBSYSTEMS "/");
	text_span(&t, name);
	if (!t.full)
		sysfs_list(s->root, dir, walk_controller, &step);
}

/* What walk_controllers() hands on. */
struct paths {
	struct host_scan *s;
	struct host_reach *reach;
	char controller[HOST_BLOCK_NAME];
};

static int walk_shared(const char *name, void *with)
{
	struct paths *paths = with;
	char path[PATH_SIZE];

	if (sysfs_path(path, SUBSYSTEMS, name, paths->controller) &&
	    sysfs_exists(paths->s->root, path) == 1)
		walk_subsystem(paths->s, span_of(name), paths->reach);
	return 0;
}

/* Where the kernel makes a disk of each path to a namespace (nvme_core.multipath=N), the
 * other controllers of the subsystem lead to it as well. */
static void walk_controllers(struct host_scan *s, struct span controller,
			     struct host_reach *reach)
{
	struct paths paths = { .s = s, .reach = reach };
	struct text t = TEXT_IN(paths.controller);

	text_span(&t, controller);
	if (!t.full && is_controller(paths.controller))
		sysfs_list(s->root, SUBSYSTEMS, walk_shared, &paths);
}

/* What the parts of the device's path tell that are no PCI addresses. */
static void walk_parts(struct host_scan *s, const struct host_block *b,
		       struct host_reach *reach)
{
	struct span rest = span_of(b->path);
	struct span before = { "", 0 };
	bool is_fabric = false;

	while (rest.s) {
		struct span part = span_cut(&rest, '/');

		if (span_starts(part, "nvme-subsys") && !span_is(part, "nvme-subsystem"))
			walk_subsystem(s, part, reach);
		walk_controllers(s, part, reach);
		/* iSCSI: drivers/scsi/scsi_transport_iscsi.c names it "session%u". */
		if (span_starts(part, "session"))
			host_fabric_iscsi(s, before, part, reach);
		if (is_fabric && span_is(before, "ctl"))
			host_fabric_nvme(s, part, reach);
		is_fabric = is_fabric || span_is(part, "nvme-fabrics");
		before = part;
	}
}

static int is_same(const char *name, void *with)
{
	return strcmp(name, ((struct step *)with)->b->name) == 0;
}

/* One file system of /sys/fs/btrfs: if the device is in it, so are all the others. */
static int walk_btrfs(const char *uuid, void *with)
{
	struct step *step = with;
	char path[PATH_SIZE];

	if (sysfs_path(path, "/sys/fs/btrfs", uuid, "devices") &&
	    sysfs_list(step->s->root, path, is_same, step) == 1)
		sysfs_list(step->s->root, path, walk_entry, step);
	return 0;
}

/* All members of a file system with several have its UUID; ZFS: that of the pool. */
static void walk_members(struct host_scan *s, const struct host_block *b,
			 struct host_reach *reach)
{
	struct step step = { .s = s, .reach = reach, .b = b };
	bool has_members = strcmp(b->type, "btrfs") == 0 ||
			   strcmp(b->type, "bcachefs") == 0 ||
			   strcmp(b->type, "zfs_member") == 0;
	unsigned i;

	sysfs_list(s->root, "/sys/fs/btrfs", walk_btrfs, &step);
	if (!has_members || !b->uuid[0])
		return;
	for (i = 0; i < s->blocks->n; i++)
		if (strcmp(s->blocks->block[i].type, b->type) == 0 &&
		    host_block_has(&s->blocks->block[i], HOST_UUID, span_of(b->uuid)))
			put(s, &s->blocks->block[i], reach);
}

/* Where the kernel says which pools are imported, a volume is of one of those. */
static bool may_have_volumes(struct host_scan *s, const struct host_block *b)
{
	char path[PATH_SIZE];

	if (strcmp(b->type, "zfs_member") != 0)
		return false;
	return !b->label[0] || sysfs_exists(s->root, HOST_POOLS) != 1 ||
	       !sysfs_path(path, HOST_POOLS, b->label, NULL) ||
	       sysfs_exists(s->root, path) != 0;
}

/* A ZFS volume does not say which pool it is of: all of them, then. */
static void walk_zvol(struct host_scan *s, const struct host_block *b,
		      struct host_reach *reach)
{
	unsigned i;

	if (strncmp(b->name, "zd", 2) != 0)
		return;
	for (i = 0; i < s->blocks->n; i++)
		if (may_have_volumes(s, &s->blocks->block[i]))
			put_below(s, &s->blocks->block[i], reach);
}

static void visit(struct host_scan *s, const struct host_block *b,
		  struct host_reach *reach)
{
	reach->is_grounded = host_is_platform(span_of(b->path));
	if (host_walk_path(s, span_of(b->path), reach->functions))
		reach->is_grounded = true;
	walk_parts(s, b, reach);
	walk_disk(s, b, reach);
	walk_slaves(s, b, reach);
	walk_array(s, b, reach);
	walk_file(s, b, "loop/backing_file", reach);
	walk_file(s, b, "backing_dev", reach);
	walk_members(s, b, reach);
	walk_zvol(s, b, reach);
	if (!reach->is_grounded && !reach->lost)
		reach->lost = b;
}

/* What is met on the way is put into line: no calls as deep as a hostile tree. */
void host_walk(struct host_scan *s, const struct host_block *b, struct host_reach *reach)
{
	put(s, b, reach);
	while (reach->done < reach->n)
		visit(s, &s->blocks->block[reach->line[reach->done++]], reach);
}
