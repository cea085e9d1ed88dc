/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one way in which the host tool writes a file of the host: whole or not at all.
 * Nothing is written where the text is there already, so that the time of the file stays;
 * else a part beside it becomes the file by rename, once it is on disk. Callers
 * decide which text.
 */
#include "base/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/copy.h"

/* What dracut puts after the name that it is given, from 107 on, until it is done. */
#define DRACUT_END ".tmp"

enum { LINKS_MAX = 8 };

const char *place_base(const char *path)
{
	return strrchr(path, '/') + 1;
}

int place_cannot(const char *what, int err, struct fault *reterr)
{
	return fault_set(reterr, err, what, strerror(err),
			 err != EACCES && err != EPERM ? NULL : geteuid() != 0 ?
			 ": run as root" : ": see lsattr(1) and the mount's options",
			 NULL);
}

int place_write_fd(int fd, struct span text)
{
	while (text.n > 0) {
		ssize_t done = write(fd, text.s, text.n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text.s += done;
		text.n -= (size_t)done;
	}
	return 0;
}

int place_write_whole(int fd, struct span text)
{
	int r = place_write_fd(fd, text);

	return r == 0 && fsync(fd) < 0 ? -errno : r;
}

/* Cuts "/etc/default/grub" in two. */
static int cut_path(const char *path, char dir[PATH_SIZE], char name[PLACE_NAME_MAX])
{
	const char *slash = strrchr(path, '/');
	struct text d, n;

	if (!slash || slash[1] == '\0')
		return -EINVAL;
	text_init(&d, dir, PATH_SIZE);
	text_span(&d, (struct span){ path, (size_t)(slash - path) + 1 });
	text_init(&n, name, PLACE_NAME_MAX);
	text_add(&n, slash + 1);
	return d.full || n.full ? -ENAMETOOLONG : 0;
}

/* The path that a link at dir/name leads to. */
static int follow(const struct place *place, const char *dir, char path[PATH_SIZE])
{
	char target[PATH_SIZE];
	ssize_t n = readlinkat(place->dir, place->name, target, sizeof(target) - 1);
	struct text t;

	if (n < 0)
		return -errno;
	text_init(&t, path, PATH_SIZE);
	if (target[0] != '/')
		text_add(&t, dir);
	text_span(&t, (struct span){ target, (size_t)n });
	return t.full ? -ENAMETOOLONG : 0;
}

/* Finds directory and name, through links. */
static int find(struct place *place, const struct root *root, const char *path,
		enum place_link link)
{
	char at[PATH_SIZE], dir[PATH_SIZE];
	struct text t = TEXT_IN(at);
	unsigned i;

	text_add(&t, path);
	for (i = 0; i <= LINKS_MAX; i++) {
		int r = t.full ? -ENAMETOOLONG : cut_path(at, dir, place->name);

		close_fd(&place->dir);
		place->dir = -1;
		if (r < 0)
			return r;
		r = root_open_file(root, dir, O_RDONLY | O_DIRECTORY, 0);
		if (r == -ENOENT)
			return 0;
		if (r < 0)
			return r;
		place->dir = r;
		if (fstatat(r, place->name, &place->stat, AT_SYMLINK_NOFOLLOW) < 0)
			return errno == ENOENT ? 0 : -errno;
		if (!S_ISLNK(place->stat.st_mode)) {
			place->is_there = true;
			return 0;
		}
		if (link == PLACE_NO_LINK)
			return -ELOOP;
		r = follow(place, dir, at);
		if (r < 0)
			return r;
	}
	return -ELOOP;
}

static int read_whole(struct place *place, int fd)
{
	size_t size = (size_t)place->stat.st_size + 1;
	ssize_t n;

	if (place->stat.st_size >= PLACE_TEXT_MAX)
		return -EFBIG;
	place->text = malloc(size);
	if (!place->text)
		return -ENOMEM;
	n = sysfs_read_fd(fd, place->text, size, false);
	if (n < 0)
		return (int)n;
	place->n = (size_t)n;
	return place->n == size ? -EBUSY : 0;	/* it grows while we read */
}

int place_find(struct place *place, const struct root *root, const char *path,
	       enum place_link link, struct fault *reterr)
{
	int r;

	*place = (struct place){ .dir = -1 };
	*reterr = (struct fault){ .name = path };
	r = find(place, root, path, link);
	if (r == -ELOOP && link == PLACE_NO_LINK)
		return fault_set(reterr, ELOOP, "this is a link", NULL);
	if (r < 0)
		return place_cannot("the file cannot be found: ", -r, reterr);
	if (place->is_there && !S_ISREG(place->stat.st_mode))
		return fault_set(reterr, EISDIR, "this is not a file: move it away",
				 NULL);
	return 0;
}

int place_open(struct place *place, const struct root *root, const char *path,
	       enum place_link link, struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r = place_find(place, root, path, link, reterr);

	if (r < 0 || !place->is_there)
		return r;
	fd = openat(place->dir, place->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : read_whole(place, fd);
	return r < 0 ? place_cannot("the file cannot be read: ", -r, reterr) : 0;
}

struct span place_text(const struct place *place)
{
	return (struct span){ place->text ? place->text : "", place->n };
}

void place_part_name(const struct place *place, char name[PLACE_NAME_MAX])
{
	struct text t;

	text_init(&t, name, PLACE_NAME_MAX);
	text_char(&t, '.');
	text_add(&t, place->name);
	text_add(&t, PLACE_PART_END);
	if (t.full)	/* the kernel will say that this is no name */
		memset(name, 'x', PLACE_NAME_MAX - 1);
}

void place_drop_part(const struct place *place)
{
	char name[PLACE_NAME_MAX + sizeof(DRACUT_END)];

	place_part_name(place, name);
	unlinkat(place->dir, name, 0);
	strcat(name, DRACUT_END);
	unlinkat(place->dir, name, 0);
}

/* A name that place_part_name() may have made, for any file. */
static bool is_part(int dir, const char *name)
{
	struct span part = span_of(name);
	struct stat now;

	if (span_ends(part, DRACUT_END))
		part.n -= sizeof(DRACUT_END) - 1;
	return name[0] == '.' && span_ends(part, PLACE_PART_END) &&
	       fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(now.st_mode);
}

void place_sweep(const struct root *root, const char *path)
{
	const struct dirent *entry;
	struct fault fault;
	struct place place;
	DIR *dir;

	place_find(&place, root, path, PLACE_FOLLOW, &fault);
	dir = place.dir < 0 ? NULL : fdopendir(place.dir);
	while (dir && (entry = readdir(dir)))
		if (is_part(place.dir, entry->d_name))
			unlinkat(place.dir, entry->d_name, 0);
	if (dir) {
		place.dir = -1;
		closedir(dir);
	}
	place_close(&place);
}

int place_open_part(const struct place *place)
{
	char name[PLACE_NAME_MAX];
	int fd;

	place_drop_part(place);		/* one that a run before this one left */
	place_part_name(place, name);
	fd = openat(place->dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	return fd < 0 ? -errno : fd;
}

static int copy_owner(const struct place *place, int fd)
{
	_cleanup_close_ int old = -1;
	struct stat now;

	if (fstat(fd, &now) < 0)
		return -errno;
	if ((now.st_uid != place->stat.st_uid || now.st_gid != place->stat.st_gid) &&
	    fchown(fd, place->stat.st_uid, place->stat.st_gid) < 0)
		return -errno;
	if ((now.st_mode & 07777) != (place->stat.st_mode & 07777) &&
	    fchmod(fd, place->stat.st_mode & 07777) < 0)
		return -errno;
	old = openat(place->dir, place->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return old < 0 ? -errno : copy_attributes(old, fd);
}

bool place_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whether the file is the one that was found: others write it as well. */
static int judge_same(const struct place *place)
{
	struct stat now;

	if (fstatat(place->dir, place->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return errno != ENOENT ? -errno : place->is_there ? -EBUSY : 0;
	return place->is_there && place_same_file(&now, &place->stat) ? 0 : -EBUSY;
}

int place_finish_part(struct place *place, int fd, mode_t mode)
{
	char name[PLACE_NAME_MAX];
	int r = 0;

	place_part_name(place, name);
	if (place->is_there)
		r = copy_owner(place, fd);
	else if (fchmod(fd, mode) < 0 && errno != EPERM)	/* vfat has none */
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0)
		r = judge_same(place);
	if (r == 0 && renameat(place->dir, name, place->dir, place->name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(place->dir, name, 0);
		return r;
	}
	place->is_there = true;
	return fsync(place->dir) < 0 ? -errno : 0;
}

int place_write(struct place *place, struct span text, mode_t mode, struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (place->is_there && span_equal(place_text(place), text)) {
		place_drop_part(place);		/* of a run that was killed */
		return 0;
	}
	fd = place->dir < 0 ? -ENOENT : place_open_part(place);
	r = fd < 0 ? fd : place_write_whole(fd, text);
	if (fd >= 0 && r < 0)
		place_drop_part(place);
	if (r == 0)
		r = place_finish_part(place, fd, mode);
	if (r == -EBUSY)
		return fault_set(reterr, EBUSY, "something else changed it just now: run "
				 "this command again", NULL);
	return r < 0 ? place_cannot("the file cannot be written: ", -r, reterr) : 1;
}

int place_remove(struct place *place, struct fault *reterr)
{
	int r = 0;

	if (unlinkat(place->dir, place->name, 0) < 0 && errno != ENOENT)
		r = -errno;
	if (r == 0)
		place->is_there = false;
	if (r == 0 && fsync(place->dir) < 0)
		r = -errno;
	return r < 0 ? place_cannot("the file cannot be removed: ", -r, reterr) : 0;
}

void place_close(struct place *place)
{
	free(place->text);
	close_fd(&place->dir);
	*place = (struct place){ .dir = -1 };
}

int place_make_dir(const struct root *root, const char *path, mode_t mode)
{
	char dir[PATH_SIZE] = "/", part[PATH_SIZE];
	struct span rest = { path + 1, strlen(path) - 1 };

	for (;;) {
		struct span name = span_cut(&rest, '/');
		struct text p = TEXT_IN(part);
		struct text d;
		int parent = root_open_file(root, dir, O_RDONLY | O_DIRECTORY, 0);
		int r = 0;

		if (parent < 0 || !name.s)
			return parent;
		text_span(&p, name);
		if (mkdirat(parent, part, rest.s ? 0755 : mode) < 0 && errno != EEXIST)
			r = -errno;
		close_fd(&parent);
		if (r < 0)
			return r;
		d = TEXT_IN(dir);
		text_span(&d, (struct span){ path, (size_t)(name.s + name.n - path) });
		if (d.full)
			return -ENAMETOOLONG;
	}
}
