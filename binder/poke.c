/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one file that can change a machine: write an attribute of sysfs, load a module.
 * Which attribute, and whether it may be, was decided before.
 */
#include "poke.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One write() is one call of the attribute's store(), so a value is never sent in parts:
 * Documentation/filesystems/sysfs.rst. */
static int write_once(int fd, const char *value)
{
	size_t size = strlen(value);
	ssize_t n = write(fd, value, size);

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

/* Below another root there is a tree of files to try things out on. Where the real sysfs
 * is mounted there, it stays untouched. */
static int open_attribute(const struct root *root, const char *path, int flags)
{
	int fd = root_open_file(root, path, flags | O_NOFOLLOW, 0);
	struct statfs fs;

	if (fd < 0 || root->is_host)
		return fd;
	if (fstatfs(fd, &fs) == 0 && fs.f_type != SYSFS_MAGIC)
		return fd;
	close(fd);
	return -EXDEV;
}

int poke_write(const struct root *root, const char *path, const char *value)
{
	_cleanup_close_ int fd = open_attribute(root, path, O_WRONLY);

	return fd < 0 ? fd : write_once(fd, value);
}

ssize_t poke_and_read(const struct root *root, const char *path, const char *value,
		      char *buffer, size_t size)
{
	_cleanup_close_ int fd = open_attribute(root, path, O_RDWR);
	ssize_t n;
	int r;

	if (fd < 0)
		return fd;
	r = write_once(fd, value);
	if (r < 0)
		return r;
	n = pread(fd, buffer, size - 1, 0);
	if (n < 0)
		return -errno;
	buffer[n] = '\0';
	return n;
}

int poke_module(const struct root *root, const char *file, const char *params)
{
	_cleanup_close_ int fd = root_open_file(root, file, O_RDONLY, 0);

	if (fd < 0)
		return fd;
	if (!root->is_host)
		return -EXDEV;	/* it would go into the running kernel, not into a tree */
	/* no flags: to ignore vermagic or modversions would count as unsigned */
	return syscall(SYS_finit_module, fd, params, 0) < 0 ? -errno : 0;
}
