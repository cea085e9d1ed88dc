/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYSFS_H
#define EARLYBIND_SYSFS_H

#include <sys/types.h>

#include "limits.h"
#include "text.h"

/*
 * Everything that is read comes from below a root. Paths are written as on the host
 * ("/sys/bus/pci/devices"); below another root than "/" they are opened with
 * openat2(RESOLVE_IN_ROOT), so that no symlink of a tree leads to the real host.
 */
struct root {
	int fd;
	bool is_host;		/* the root is "/" itself */
};

/* Closes the fd of a declaration marked _cleanup_close_. */
void close_fd(int *fd);
#define _cleanup_close_ __attribute__((cleanup(close_fd)))

/* Opens a root; the caller closes root->fd. Returns 0 or -errno. */
int root_open(struct root *root, const char *dir);

/* Opens a file below the root, close on exec. Returns the fd or -errno. */
int root_open_file(const struct root *root, const char *path, int flags, mode_t mode);

/* Opens a file or directory to be read. Returns the fd or -errno. */
int sysfs_open(const struct root *root, const char *path);

/* Reads an open file until its end or that of the buffer; of an attribute of sysfs one
 * read is all. Returns the length or -errno. */
ssize_t sysfs_read_fd(int fd, char *buffer, size_t size, bool is_attribute);

/* Reads a whole file into buffer and terminates it. Returns the length, or -errno; -EFBIG
 * where it has `size` bytes or more. */
ssize_t sysfs_read(const struct root *root, const char *path, char *buffer, size_t size);

/* As sysfs_read(), but what does not fit is left out. */
ssize_t sysfs_read_head(const struct root *root, const char *path, char *buffer,
			size_t size);

/* Calls `each` with each line of a file of any length, without its end, until it returns
 * other than 0; returns that, 0, or -errno: -EFBIG for a line of LINES_SIZE bytes, and
 * -ENODATA where there is no line at all. */
int sysfs_lines(const struct root *root, const char *path,
		int (*each)(struct span line, void *with), void *with);

/* Reads the target of a symlink and terminates it. Returns the length or -errno
 * (-EINVAL: not a link). */
ssize_t sysfs_link(const struct root *root, const char *path, char *buffer, size_t size);

/* As sysfs_link(), by the name of an entry of an open directory, which is not followed
 * further. */
ssize_t sysfs_link_at(int dir, const char *name, char *buffer, size_t size);

/* Reads up to `size` bytes from there on. Returns how many, or -errno. */
ssize_t sysfs_read_at(int fd, char *buffer, size_t size, unsigned at);

/* Whether there is such a file: 1, 0 or -errno. */
int sysfs_exists(const struct root *root, const char *path);

/* Calls `each` with the name of each entry but "." and "..", in the order of the file
 * system, until it returns other than 0; returns that, 0, or -errno. */
int sysfs_list(const struct root *root, const char *path,
	       int (*each)(const char *name, void *with), void *with);

/* The text without the white space at its end. */
struct span sysfs_trim(const char *buffer, ssize_t length);

/* The 32 bits, least byte first, at byte `at` of what was read. */
uint32_t sysfs_word(const char *buffer, unsigned at);

/* Writes the path "DIR/NAME/ATTRIBUTE" (attribute may be NULL) and returns it, or NULL
 * where it does not fit. */
const char *sysfs_path(char buffer[PATH_SIZE], const char *dir, const char *name,
		       const char *attribute);

#define SYSFS_DEVICES "/sys/bus/pci/devices"
#define SYSFS_DRIVERS "/sys/bus/pci/drivers"

#endif
