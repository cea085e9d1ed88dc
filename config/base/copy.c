/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies files of any size, and the extended attributes of one to another.
 */
#include "base/copy.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/place.h"

enum { ATTRIBUTES_SIZE = 4096, VALUE_SIZE = 65536 };

int copy_fd(int from, int to, bool *ret_is_source)
{
	static char buffer[1 << 16];

	for (;;) {
		ssize_t n = read(from, buffer, sizeof(buffer));
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		*ret_is_source = true;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = place_write_fd(to, (struct span){ buffer, (size_t)n });
		*ret_is_source = false;
		if (r < 0)
			return r;
	}
}

/* Those of integrity belong to the old content. */
static bool is_copied(const char *name)
{
	return strcmp(name, "security.ima") != 0 && strcmp(name, "security.evm") != 0;
}

/* With SELinux each file on FAT has a label, which nobody may set. */
static bool has_attribute(int fd, const char *name, const char *value, ssize_t n)
{
	static char now[VALUE_SIZE];

	return fgetxattr(fd, name, now, sizeof(now)) == n &&
	       memcmp(now, value, (size_t)n) == 0;
}

int copy_attributes(int from, int to)
{
	static char names[ATTRIBUTES_SIZE], value[VALUE_SIZE];
	ssize_t n = flistxattr(from, names, sizeof(names)), at;

	if (n < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (at = 0; at < n; at += (ssize_t)strlen(names + at) + 1) {
		const char *name = names + at;
		ssize_t size;

		if (!is_copied(name))
			continue;
		size = fgetxattr(from, name, value, sizeof(value));
		if (size < 0)
			return -errno;
		if (!has_attribute(to, name, value, size) &&
		    fsetxattr(to, name, value, (size_t)size, 0) < 0)
			return -errno;
	}
	return 0;
}
