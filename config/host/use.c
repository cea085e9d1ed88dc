/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Storage that is in use though nothing is mounted from it: what device-mapper, md,
 * bcache and loop devices stand on. What cannot be seen in sysfs is for zfs.c,
 * open.c, export.c and claim.c.
 *
 * What stands on a disk is looked at from its top: if that is mounted or swapped to, the
 * tables of mounts have judged it already, as root or as the stick of a user.
 */
#include "host/use.h"

#include <string.h>

static void add(struct host_scan *s, const struct host_block *b, const struct text *by)
{
	struct host_reach reach = { .is_net = false };
	char text[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(text);

	text_quote(&t, span_of(b->dm_name[0] ? b->dm_name : b->name));
	text_add(&t, ", ");
	text_span(&t, text_is(by));
	host_walk(s, b, &reach);
	host_hold_add(s, reach.functions, HOST_USE, &t);
}

void host_use(struct host_scan *s, const struct host_block *b, const struct text *by)
{
	struct host_found found = { .n = 0 };

	host_found_add(s, &found, b);
	host_require(s, &found, FOR_USE);
	add(s, b, by);
}

bool host_use_path(struct host_scan *s, struct span path, const struct text *by)
{
	struct host_found found;
	unsigned i;

	if (!host_spec_find(s, path, &found))
		return false;
	for (i = 0; i < found.n; i++)
		host_use(s, &s->blocks->block[found.block[i]], by);
	return found.n > 0;
}

bool host_use_is_judged(const struct host_block *b)
{
	return b->mounts > 0 || b->is_swap;
}

/* Whether the device `part` is a partition of it. */
static bool has_part(const struct host_block *b, const struct host_block *part)
{
	size_t n = part->is_part ? strlen(b->path) : 0;

	return part->is_part && strncmp(part->path, b->path, n) == 0 &&
	       part->path[n] == '/';
}

static bool is_virtual(const struct host_block *b)
{
	return strncmp(b->path, "/sys/devices/virtual/block/", 27) == 0;
}

bool host_use_is_leaf(struct host_scan *s, const struct host_block *b)
{
	unsigned i;

	if (is_virtual(b) || b->sectors == 0 || host_block_is_held(s->blocks, b))
		return false;
	for (i = 0; i < s->blocks->n; i++)
		if (has_part(b, &s->blocks->block[i]))
			return false;
	return true;
}

/* On how many functions of this machine it is, and how many are not needed so far. */
static void count(struct host_scan *s, const struct host_block *b, unsigned *ret_n,
		  unsigned *ret_free)
{
	struct host_reach reach = { .is_net = false };
	unsigned i;

	*ret_n = *ret_free = 0;
	host_walk(s, b, &reach);
	for (i = 0; i < s->m->n; i++) {
		if (!reach.functions[i] || s->m->fn[i].is_bridge)
			continue;
		*ret_n += 1;
		*ret_free += s->host->needs[i] == 0;
	}
}

bool host_use_is_free(struct host_scan *s, const struct host_block *b)
{
	unsigned n, n_free;

	count(s, b, &n, &n_free);
	return n > 0 && n_free == n;
}

/* Whether nothing stands on it, and nothing says yet what it is for. */
static bool is_top(struct host_scan *s, const struct host_block *b)
{
	unsigned i;

	if (!is_virtual(b) || b->is_part || host_use_is_judged(b) ||
	    host_block_is_held(s->blocks, b))
		return false;
	for (i = 0; i < s->blocks->n; i++) {
		const struct host_block *part = &s->blocks->block[i];

		if (has_part(b, part) && (host_use_is_judged(part) ||
					  host_block_is_held(s->blocks, part)))
			return false;
	}
	return true;
}

/* "vg--a-root": '-' parts volume group and volume, one of the name is doubled. */
static void group_text(struct span name, struct text *t)
{
	char group[128];
	struct text g = TEXT_IN(group);
	size_t i;

	for (i = 0; i < name.n; i++) {
		if (name.s[i] == '-' && (i + 1 == name.n || name.s[++i] != '-'))
			break;
		text_char(&g, name.s[i]);
	}
	text_quote(t, text_is(&g));
}

/* Who makes a mapping puts a word of his own before its uuid: lvm2's lib/uuid/uuid.h,
 * cryptsetup's lib/utils_dm.h, multipath-tools' libmultipath/devmapper.c. */
static void mapped_text(struct host_scan *s, const struct host_block *b, struct text *t)
{
	char buffer[256];
	struct span uuid = host_block_read(s->blocks, b, "dm/uuid", buffer,
					   sizeof(buffer));
	struct span name = span_of(b->dm_name);

	if (span_starts(uuid, "LVM-")) {
		text_add(t, "the LVM volume group ");
		group_text(name, t);
		return;
	}
	text_add(t, span_starts(uuid, "CRYPT-") ? "the encrypted device " :
		    span_starts(uuid, "mpath-") ? "the multipath device " :
						  "the mapped device ");
	text_quote(t, name);
}

/* "used by the RAID array md5" */
static void top_text(struct host_scan *s, const struct host_block *b, struct text *t)
{
	char buffer[64];
	struct span version = host_block_read(s->blocks, b, "md/metadata_version", buffer,
					      sizeof(buffer));

	text_add(t, "used by ");
	if (b->dm_name[0]) {
		mapped_text(s, b, t);
		return;
	}
	if (span_starts(version, "external:") && !span_starts(version, "external:/"))
		text_add(t, "the RAID container ");
	else if (version.n > 0)
		text_add(t, "the RAID array ");
	text_quote(t, span_of(b->name));
}

/* A disk that was met for its partition's sake is not told of as well. */
static bool is_lowest(struct host_scan *s, const struct host_reach *reach, unsigned at)
{
	const struct host_block *b = &s->blocks->block[reach->line[at]];
	unsigned i;

	if (is_virtual(b))
		return false;
	for (i = 0; i < reach->n; i++)
		if (has_part(b, &s->blocks->block[reach->line[i]]))
			return false;
	return true;
}

/* A loop device over a file has what that file's mount has. */
static bool is_over_file(struct host_scan *s, const struct host_block *b)
{
	char buffer[PATH_SIZE];
	struct span file = host_block_read(s->blocks, b, "loop/backing_file", buffer,
					   sizeof(buffer));

	return file.n > 0 && !span_starts(file, "/dev/");
}

static void scan_top(struct host_scan *s, const struct host_block *b)
{
	struct host_reach reach = { .is_net = false };
	struct host_found found = { .n = 0 };
	char words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);
	unsigned i;

	host_walk(s, b, &reach);
	/* Volumes of ZFS are zfs.c's. */
	if (reach.n < 2 || strncmp(b->name, "zd", 2) == 0 || is_over_file(s, b))
		return;
	host_found_add(s, &found, b);
	host_require(s, &found, FOR_USE);
	top_text(s, b, &by);
	for (i = 0; i < reach.n; i++)
		if (is_lowest(s, &reach, i))
			add(s, &s->blocks->block[reach.line[i]], &by);
}

/* What a callback of a directory listing gets. */
struct holders {
	struct host_scan *s;
	const struct host_block *b;
};

static int add_holder(const char *name, void *with)
{
	struct holders *holders = with;
	char words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);

	if (host_blocks_named(holders->s->blocks, span_of(name)))
		return 0;
	text_add(&by, "used by ");
	text_quote(&by, span_of(name));
	host_use(holders->s, holders->b, &by);
	return 0;
}

/* What stands on it and is not in the table; and bcache, which has this directory from
 * the time on that it knows the disk: drivers/md/bcache/super.c. */
static void scan_holders(struct host_scan *s, const struct host_block *b)
{
	struct holders holders = { s, b };
	char path[PATH_SIZE], words[32];
	struct text by = TEXT_IN(words);

	if (host_block_path(s->blocks, b, "holders", path))
		sysfs_list(s->root, path, add_holder, &holders);
	text_add(&by, "used by bcache");
	if (host_block_path(s->blocks, b, "bcache", path) && !is_virtual(b) &&
	    !host_block_is_held(s->blocks, b) && sysfs_exists(s->root, path) == 1)
		host_use(s, b, &by);
}

/* Who made a mapping: see mapped_text(). */
static bool is_mapped_by(struct host_scan *s, const struct host_block *b,
			 const char *maker)
{
	char buffer[256];

	return span_starts(host_block_read(s->blocks, b, "dm/uuid", buffer,
					   sizeof(buffer)), maker);
}

/* The mount of a user, below /media or its like, is no need of the boot; but arrays and
 * volume groups are put together at each boot, whoever mounts them, and a part of one is
 * nothing that he could give away. What he has unlocked himself is another thing. */
static void scan_assembled(struct host_scan *s, const struct host_block *b)
{
	unsigned n, n_free;

	if (!is_virtual(b) || b->is_part || strncmp(b->name, "loop", 4) == 0 ||
	    is_mapped_by(s, b, "CRYPT-"))
		return;
	count(s, b, &n, &n_free);
	if (n_free > 0)
		scan_top(s, b);
}

static bool has_volumes(struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		if (is_mapped_by(s, &s->blocks->block[i], "LVM-"))
			return true;
	return false;
}

/* A disk without an extent in use has no holder, and is not opened (lvm2 opens those of
 * active volumes); which group it is of stands in its metadata only. Where it is absent,
 * udev activates none of that group's volumes: lvm2's 69-dm-lvm.rules. */
static void scan_volume_disk(struct host_scan *s, const struct host_block *b)
{
	char words[] = "perhaps of an LVM volume group in use";
	const struct text by = { words, sizeof(words), sizeof(words) - 1, false };

	if (strcmp(b->type, "LVM2_member") == 0 && host_use_is_leaf(s, b) &&
	    host_use_is_free(s, b))
		host_use(s, b, &by);
}

static void scan_later(struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		scan_assembled(s, &s->blocks->block[i]);
	if (!has_volumes(s))
		return;
	for (i = 0; i < s->blocks->n; i++)
		scan_volume_disk(s, &s->blocks->block[i]);
}

void host_use_scan(struct host_scan *s)
{
	unsigned i;

	if (!s->host->is_known)
		return;
	for (i = 0; i < s->blocks->n; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (is_top(s, b))
			scan_top(s, b);
		scan_holders(s, b);
	}
	scan_later(s);
	host_names_scan(s);
	host_counts_scan(s);
	host_export_scan(s);
	host_open_scan(s);
	host_zfs_scan(s, host_claim_scan(s));
}
