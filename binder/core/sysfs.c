/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that reads below the root: files, links and directories, by system calls.
 * Callers decide what the texts mean.
 */
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

int root_open(struct root *root, const char *dir)
{
	int fd = openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	root->fd = fd;
	root->is_host = strcmp(dir, "/") == 0;
	return 0;
}

int root_open_file(const struct root *root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	unsigned tries = 1000;
	long fd;

	if (root->is_host) {	/* open() of musl makes a second call, fcntl */
		fd = openat(AT_FDCWD, path, flags | O_CLOEXEC, mode);
		return fd < 0 ? -errno : (int)fd;
	}
	/* EAGAIN where anything on the system was renamed or mounted meanwhile */
	do
		fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && tries-- > 0);
	return fd < 0 ? -errno : (int)fd;
}

int sysfs_open(const struct root *root, const char *path)
{
	return root_open_file(root, path, O_RDONLY | O_NONBLOCK, 0);
}

/* An attribute of sysfs comes whole, in one read (Documentation/filesystems/sysfs.rst):
 * that spares a second one. */
ssize_t sysfs_read_fd(int fd, char *buffer, size_t size, bool is_attribute)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, buffer + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
		if (is_attribute)
			break;
	}
	return (ssize_t)n;
}

static ssize_t read_file(const struct root *root, const char *path, char *buffer,
			 size_t size, bool is_whole)
{
	_cleanup_close_ int fd = sysfs_open(root, path);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sysfs_read_fd(fd, buffer, size, span_starts(span_of(path), "/sys/"));
	if (n < 0)
		return n;
	if ((size_t)n == size && is_whole)
		return -EFBIG;
	if ((size_t)n == size)
		n--;
	buffer[n] = '\0';
	return n;
}

ssize_t sysfs_read(const struct root *root, const char *path, char *buffer, size_t size)
{
	return read_file(root, path, buffer, size, true);
}

ssize_t sysfs_read_head(const struct root *root, const char *path, char *buffer,
			size_t size)
{
	return read_file(root, path, buffer, size, false);
}

int sysfs_lines(const struct root *root, const char *path,
		int (*each)(struct span line, void *with), void *with)
{
	_cleanup_close_ int fd = sysfs_open(root, path);
	char buffer[LINES_SIZE];
	size_t held = 0;
	bool is_empty = true;

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t got = sysfs_read_fd(fd, buffer + held, sizeof(buffer) - held,
					    true);
		struct span rest = { buffer, held };
		int r = 0;

		if (got < 0)
			return (int)got;
		rest.n += (size_t)got;
		while (r == 0 && rest.n > 0 && (got == 0 || span_has(rest, "\n")))
			r = each(span_cut(&rest, '\n'), with);
		if (r != 0)
			return r;
		is_empty = is_empty && got == 0;
		if (got == 0)
			return is_empty ? -ENODATA : 0;
		if (rest.n == sizeof(buffer))
			return -EFBIG;
		held = rest.n;
		if (held > 0)
			memmove(buffer, rest.s, held);
	}
}

ssize_t sysfs_link(const struct root *root, const char *path, char *buffer, size_t size)
{
	ssize_t n;

	if (root->is_host) {
		n = readlink(path, buffer, size);
	} else {
		_cleanup_close_ int fd =
		    root_open_file(root, path, O_PATH | O_NOFOLLOW, 0);

		if (fd < 0)
			return fd;
		n = readlinkat(fd, "", buffer, size);
		if (n < 0 && errno == ENOENT)
			return -EINVAL;	/* readlinkat(2): "" on what is no link */
	}
	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	buffer[n] = '\0';
	return n;
}

ssize_t sysfs_link_at(int dir, const char *name, char *buffer, size_t size)
{
	ssize_t n = readlinkat(dir, name, buffer, size);

	return n < 0 ? -errno : (size_t)n < size ? n : -ENAMETOOLONG;
}

ssize_t sysfs_read_at(int fd, char *buffer, size_t size, unsigned at)
{
	ssize_t n = pread(fd, buffer, size, at);

	return n < 0 ? -errno : n;
}

int sysfs_exists(const struct root *root, const char *path)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_PATH, 0);

	if (fd >= 0)
		return 1;
	return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
}

/* What getdents64(2) writes; the header of the C library has its own idea of it. */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

int sysfs_list(const struct root *root, const char *path,
	       int (*each)(const char *name, void *with), void *with)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY, 0);
	char buffer[8192] __attribute__((aligned(8)));

	if (fd < 0)
		return fd;
	for (;;) {
		long n = syscall(SYS_getdents64, fd, buffer, sizeof(buffer));
		long at;

		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (at = 0; at < n;) {
			const struct entry *e = (const void *)(buffer + at);
			int r = 0;

			if (strcmp(e->name, ".") != 0 && strcmp(e->name, "..") != 0)
				r = each(e->name, with);
			if (r != 0)
				return r;
			at += e->size;
		}
	}
}

struct span sysfs_trim(const char *buffer, ssize_t length)
{
	size_t n = length > 0 ? (size_t)length : 0;

	while (n > 0 && (unsigned char)buffer[n - 1] <= ' ')
		n--;
	return (struct span){ buffer, n };
}

uint32_t sysfs_word(const char *buffer, unsigned at)
{
	const unsigned char *byte = (const unsigned char *)buffer + at;

	return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 |
	       (uint32_t)byte[3] << 24;
}

const char *sysfs_path(char buffer[PATH_SIZE], const char *dir, const char *name,
		       const char *attribute)
{
	struct text t;

	text_init(&t, buffer, PATH_SIZE);
	text_add(&t, dir);
	text_char(&t, '/');
	text_add(&t, name);
	if (attribute) {
		text_char(&t, '/');
		text_add(&t, attribute);
	}
	return t.full ? NULL : buffer;
}
