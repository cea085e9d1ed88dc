/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directories that the files of a boot are below. The same file may be found through
 * two of them, and is one file all the same.
 */
#include "host/boot_tops.h"

#include <fcntl.h>
#include <libmount.h>
#include <sys/stat.h>

#include "host/scan.h"

const char *const boot_tops[BOOT_TOPS] = { "/boot", "/efi", "/boot/efi" };

static bool identify(const struct root *root, unsigned n, const char *below,
		     struct stat *ret)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_SIZE];

	if (sysfs_path(path, boot_tops[n], below, NULL))
		fd = root_open_file(root, path, O_PATH, 0);
	return fd >= 0 && fstat(fd, ret) == 0;
}

bool boot_top_is_second(const struct root *root, unsigned n, const char *below)
{
	struct stat this, other;
	unsigned i;

	if (!identify(root, n, below, &this))
		return false;
	for (i = 0; i < n; i++)
		if (identify(root, i, below, &other) && other.st_dev == this.st_dev &&
		    other.st_ino == this.st_ino)
			return true;
	return false;
}

static bool has(struct libmnt_table *table, const char *top)
{
	return table && mnt_table_find_target(table, top, MNT_ITER_FORWARD);
}

const char *boot_missing(const struct root *root)
{
	struct libmnt_table *wanted = host_mounts_table(root, "/etc/fstab", NULL);
	struct libmnt_table *mounts = host_mounts_table(root, "/proc/self/mountinfo",
							NULL);
	const char *missing = NULL;
	unsigned i;

	for (i = 0; i < BOOT_TOPS && mounts && !missing; i++)
		if (has(wanted, boot_tops[i]) && !has(mounts, boot_tops[i]))
			missing = boot_tops[i];
	mnt_unref_table(wanted);
	mnt_unref_table(mounts);
	return missing;
}
