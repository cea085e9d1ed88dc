/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that others read: each appears under its name complete or not at all, because a
 * boot can end at any moment. What is in them is for report.c.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>	/* renameat() only */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY ".new"

enum {
	DIR_FLAGS = O_RDONLY | O_DIRECTORY,
	NEW_FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
};

/* Makes the last part of a path whose first n bytes are `above`. */
static int make_part(const struct root *root, const char *above, const char *name)
{
	const char *dir = above[0] ? above : "/";
	_cleanup_close_ int fd = root_open_file(root, dir, DIR_FLAGS, 0);

	if (fd < 0)
		return fd;
	return mkdirat(fd, name, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int make_parts(const struct root *root, const char *dir)
{
	char above[PATH_SIZE], part[PATH_SIZE];
	struct text a = TEXT_IN(above);
	struct span rest = span_of(dir);

	text_init(&a, above, sizeof(above));
	while (rest.s) {
		struct span name = span_cut(&rest, '/');
		struct text p = TEXT_IN(part);
		int r;

		if (name.n == 0)
			continue;
		text_init(&p, part, sizeof(part));
		text_span(&p, name);
		r = make_part(root, above, part);
		if (r < 0)
			return r;
		text_char(&a, '/');
		text_span(&a, name);
		if (a.full)
			return -ENAMETOOLONG;
	}
	return 0;
}

int file_open_dir(const struct root *root, const char *dir)
{
	int fd = root_open_file(root, dir, DIR_FLAGS, 0);
	int r;

	if (fd != -ENOENT)
		return fd;
	r = make_parts(root, dir);
	return r < 0 ? r : root_open_file(root, dir, DIR_FLAGS, 0);
}

static void add_temporary_name(const struct file *file, char path[PATH_SIZE])
{
	struct text t;

	text_init(&t, path, PATH_SIZE);
	text_add(&t, file->name);
	text_add(&t, TEMPORARY);
}

static void start(struct file *file, int dir, int fd, const char *name)
{
	file->dir = dir;
	file->fd = fd;
	file->name = name;
	file->err = 0;
	file->n = 0;
}

void file_open(struct file *file, int dir, const char *name, mode_t mode)
{
	char path[PATH_SIZE];

	start(file, dir, -1, name);
	add_temporary_name(file, path);
	/* a stale one may have other rights */
	file->fd = openat(dir, path, NEW_FLAGS, mode);
	if (file->fd < 0 && errno == EEXIST && unlinkat(dir, path, 0) == 0)
		file->fd = openat(dir, path, NEW_FLAGS, mode);
	if (file->fd < 0)
		file->err = errno;
}

void file_on(struct file *file, int fd)
{
	start(file, -1, fd, NULL);
}

void file_append(struct file *file, int dir, const char *name)
{
	file_on(file, openat(dir, name, O_WRONLY | O_APPEND | O_CLOEXEC));
	if (file->fd < 0)
		file->err = errno;
}

int file_mark(int dir, const char *name)
{
	_cleanup_close_ int fd = openat(dir, name, NEW_FLAGS, 0644);

	return fd < 0 ? -errno : 0;
}

static void flush(struct file *file)
{
	size_t at = 0;

	while (!file->err && at < file->n) {
		ssize_t n = write(file->fd, file->buffer + at, file->n - at);

		if (n < 0 && errno != EINTR)
			file->err = errno;
		if (n > 0)
			at += (size_t)n;
	}
	file->n = 0;
}

void file_span(struct file *file, struct span s)
{
	while (s.n > 0) {
		size_t n = sizeof(file->buffer) - file->n;

		if (n > s.n)
			n = s.n;
		memcpy(file->buffer + file->n, s.s, n);
		file->n += n;
		s.s += n;
		s.n -= n;
		if (file->n == sizeof(file->buffer))
			flush(file);
	}
}

void file_add(struct file *file, const char *s)
{
	file_span(file, span_of(s));
}

int file_close(struct file *file)
{
	char path[PATH_SIZE];

	flush(file);
	if (file->dir < 0)
		return -file->err;
	if (file->fd >= 0)
		close(file->fd);
	add_temporary_name(file, path);
	if (!file->err && renameat(file->dir, path, file->dir, file->name) < 0)
		file->err = errno;
	return -file->err;
}
