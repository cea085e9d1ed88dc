/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_HOST_BLOCK_H
#define EARLYBIND_HOST_BLOCK_H

#include "core/fault.h"
#include "core/sysfs.h"

enum {
	HOST_BLOCKS_MAX = 8192,	/* disks, partitions, LUNs with all their paths */
	HOST_BLOCK_NAME = 48,	/* DISK_NAME_LEN is 32, and a partition's number */
	HOST_LABEL_SIZE = 256,	/* of btrfs, the longest */
};

/* One block device. Texts are empty where nothing is known. */
struct host_block {
	char name[HOST_BLOCK_NAME];	/* as in /sys/class/block: "cciss!c0d0" */
	uint32_t major;
	uint32_t minor;
	uint64_t sectors;		/* of 512 bytes, always */
	bool is_part;
	bool is_swap;			/* in use as such */
	unsigned mounts;		/* at how many places it is mounted */
	unsigned more_mounts;		/* those of them that have no room in `mount` */
	char mount[256];		/* "/, /home" */
	char path[PATH_SIZE];		/* "/sys/devices/…" */
	char type[32];			/* "ext4", "crypto_LUKS", "zfs_member" */
	char uuid[64];
	char label[HOST_LABEL_SIZE];
	char part_uuid[64];
	char part_label[128];
	char dm_name[128];
};

/* All block devices below the root. Some 9 MB of zero pages: only on the heap. */
struct host_blocks {
	const struct root *root;
	const char *dir;		/* the directory that was listed */
	unsigned n;
	struct host_block block[HOST_BLOCKS_MAX];
};

enum host_tag { HOST_UUID, HOST_LABEL, HOST_PART_UUID, HOST_PART_LABEL };

/* Lists the block devices, with what udev's database, sysfs and (on the real host,
 * where udev says nothing) libblkid know of them. No block devices at all is no fault.
 * Returns 0, or -E2BIG and a fault. */
int host_blocks_scan(struct host_blocks *blocks, const struct root *root,
		     struct fault *reterr);

/* Fills in identity from udev's database, or else from sysfs and the device itself. */
void host_block_identify(const struct host_blocks *blocks, struct host_block *b);

/* Each returns a block device of the table, or NULL. */
struct host_block *host_blocks_named(struct host_blocks *blocks, struct span name);
struct host_block *host_blocks_numbered(struct host_blocks *blocks, unsigned major,
					unsigned minor);
struct host_block *host_blocks_mapped(struct host_blocks *blocks, struct span dm_name);
/* By a name that udev gave it: "disk/by-id/ata-…", as below /dev. */
struct host_block *host_blocks_linked(struct host_blocks *blocks, struct span link);

/* Undoes what udev does to odd letters in links and values: "a\\x20b". */
void host_decode(struct span value, struct text *t);

bool host_block_has(const struct host_block *b, enum host_tag tag, struct span value);

/* Writes "/sys/class/block/NAME/ATTRIBUTE", or returns NULL where it does not fit. */
const char *host_block_path(const struct host_blocks *blocks, const struct host_block *b,
			    const char *attribute, char buffer[PATH_SIZE]);

/* Whether it is a part of another device. */
bool host_block_is_held(const struct host_blocks *blocks, const struct host_block *b);

/* Reads an attribute, without the newline; an empty span where that fails. */
struct span host_block_read(const struct host_blocks *blocks, const struct host_block *b,
			    const char *attribute, char *buffer, size_t size);

#endif
