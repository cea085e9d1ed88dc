/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FAKEFILES_H
#define EARLYBIND_FAKEFILES_H

/*
 * The plain files of a tree, as the fake kernel reads and writes them. Apart from
 * fakekernel.c, its only user, which has what a kernel does with them.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PCI "/sys/bus/pci/"

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int read_line(const char *path, char *ret, size_t size)
{
	FILE *f = fopen(path, "re");

	ret[0] = '\0';
	if (!f)
		return -errno;
	if (fgets(ret, (int)size, f))
		ret[strcspn(ret, "\n")] = '\0';
	fclose(f);
	return 0;
}

static int write_line(const char *path, const char *line)
{
	struct stat st;
	FILE *f;

	if (stat(path, &st) < 0)
		return -errno;
	if (!(st.st_mode & 0222))
		return -EACCES;	/* kernfs_fop_open() asks the mode of root too */
	f = fopen(path, "we");
	if (!f)
		return -errno;
	fprintf(f, "%s\n", line);
	fclose(f);
	return 0;
}

static void device_path(const char *root, const char *addr, const char *name, char *ret)
{
	snprintf(ret, PATH_MAX, "%s" PCI "devices/%s%s%s", root, addr, name[0] ? "/" : "",
		 name);
}

#endif
