/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the config into place: whole or not at all, with the owner and the mode of the
 * file that was there, which is kept where no program looks for configs. Nothing that a
 * person wrote is replaced unless that was asked for.
 */
#include "generate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONFIG_DIR "/etc"
#define CONFIG_NAME "earlybind.conf"
#define PART_NAME ".earlybind.conf.part"

/* A directory and the file in it that is there now. */
struct place {
	int dir;
	bool is_there;
	struct stat stat;
	char *text;
	size_t n;
};

static int cannot(const char *what, int err, struct fault *reterr)
{
	return fault_set(reterr, err, what, strerror(err),
			 err == EACCES || err == EPERM ? ": run as root" : NULL, NULL);
}

static int write_whole(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, s, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		s += done;
		n -= (size_t)done;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int read_whole(struct place *place, int fd)
{
	size_t size = (size_t)place->stat.st_size + 1;

	place->text = malloc(size);
	if (!place->text)
		return -ENOMEM;
	while (place->n < size) {
		ssize_t got = read(fd, place->text + place->n, size - place->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		place->n += (size_t)got;
	}
	return -EBUSY;		/* it grows while we read */
}

/* Looks what is there. */
static int open_place(struct place *place, const struct root *root, struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r;

	*reterr = (struct fault){ .name = CONFIG_FILE };
	place->dir = root_open_file(root, CONFIG_DIR, O_RDONLY | O_DIRECTORY, 0);
	if (place->dir < 0)
		return cannot("the directory cannot be opened: ", -place->dir, reterr);
	if (fstatat(place->dir, CONFIG_NAME, &place->stat, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : cannot("the file cannot be read: ", errno,
						    reterr);
	place->is_there = true;
	if (S_ISLNK(place->stat.st_mode))
		return fault_set(reterr, ELOOP, "this is a link: write the file that it "
				 "leads to, with earlybind generate DEVICE >FILE", NULL);
	if (!S_ISREG(place->stat.st_mode))
		return fault_set(reterr, EISDIR, "this is no file: move it away", NULL);
	fd = openat(place->dir, CONFIG_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : read_whole(place, fd);
	return r < 0 ? cannot("the file cannot be read: ", -r, reterr) : 0;
}

/* Opens the directory for backups, and makes what is missing of it. */
static int open_backups(const struct root *root)
{
	static const char path[] = BACKUP_DIR;
	char dir[sizeof(path)] = "/", part[sizeof(path)];
	struct span rest = { path + 1, sizeof(path) - 2 };

	for (;;) {
		struct span name = span_cut(&rest, '/');
		struct text p = TEXT_IN(part);
		struct text d = TEXT_IN(dir);
		int parent = root_open_file(root, dir, O_RDONLY | O_DIRECTORY, 0);
		int r = 0;

		if (parent < 0 || !name.s)
			return parent;
		text_span(&p, name);
		if (mkdirat(parent, part, rest.s ? 0755 : 0700) < 0 && errno != EEXIST)
			r = -errno;
		close_fd(&parent);
		if (r < 0)
			return r;
		text_span(&d, (struct span){ path, (size_t)(name.s + name.n - path) });
	}
}

/* Names a copy after the time; two within one second are "-2". */
static int create_copy(int dir, char *ret_name, size_t size)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	unsigned n;
	int fd = -1;

	if (!gmtime_r(&now, &tm))
		return -EOVERFLOW;
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	for (n = 1; n < 10 && fd < 0; n++) {
		if (n == 1)
			snprintf(ret_name, size, CONFIG_NAME ".%s", when);
		else
			snprintf(ret_name, size, CONFIG_NAME ".%s-%u", when, n);
		fd = openat(dir, ret_name,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static int back_up(const struct place *place, const struct root *root,
		   struct generate_file *file, struct fault *reterr)
{
	_cleanup_close_ int dir = open_backups(root);
	_cleanup_close_ int fd = -1;
	char name[64];
	int r;

	*reterr = (struct fault){ .name = BACKUP_DIR };
	if (dir < 0)
		return cannot("the former config cannot be kept there: ", -dir, reterr);
	fd = create_copy(dir, name, sizeof(name));
	r = fd < 0 ? fd : write_whole(fd, place->text, place->n);
	if (r == 0 && fsync(dir) < 0)
		r = -errno;
	if (r < 0)
		return cannot("the former config cannot be kept there: ", -r, reterr);
	snprintf(file->backup, sizeof(file->backup), BACKUP_DIR "/%s", name);
	return 0;
}

static int fill_part(const struct place *place, int fd, const struct generate *g)
{
	mode_t mode = place->is_there ? place->stat.st_mode & 07777 : 0644;

	if (place->is_there && (place->stat.st_uid != geteuid() ||
				place->stat.st_gid != getegid()) &&
	    fchown(fd, place->stat.st_uid, place->stat.st_gid) < 0)
		return -errno;
	if (fchmod(fd, mode) < 0)
		return -errno;
	return write_whole(fd, g->text, g->n);
}

static int replace(const struct place *place, const struct generate *g,
		   struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r;

	*reterr = (struct fault){ .name = CONFIG_FILE };
	/* one that a run before this one left */
	unlinkat(place->dir, PART_NAME, 0);
	fd = openat(place->dir, PART_NAME,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot("the file cannot be written: ", errno, reterr);
	r = fill_part(place, fd, g);
	if (r == 0 && renameat(place->dir, PART_NAME, place->dir, CONFIG_NAME) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(place->dir, PART_NAME, 0);
	else if (fsync(place->dir) < 0)
		r = -errno;
	return r < 0 ? cannot("the file cannot be written: ", -r, reterr) : 0;
}

static int put(struct place *place, const struct generate *g, const struct root *root,
	       bool is_forced, struct generate_file *file, struct fault *reterr)
{
	int r = open_place(place, root, reterr);
	struct span there = { place->text, place->n };

	if (r < 0)
		return r;
	if (place->is_there && span_equal(there, (struct span){ g->text, g->n })) {
		file->is_same = true;
		return 0;
	}
	if (there.n > 0 && !is_forced && !generate_is_ours(there))
		return fault_set(reterr, EEXIST, "this file was written or changed by "
				 "hand: add the rules to it yourself, or replace it with "
				 "--force, which keeps a copy in " BACKUP_DIR, NULL);
	if (there.n > 0)
		r = back_up(place, root, file, reterr);
	return r < 0 ? r : replace(place, g, reterr);
}

int generate_put(const struct generate *g, const struct root *root, bool is_forced,
		 struct generate_file *ret_file, struct fault *reterr)
{
	struct place place = { .dir = -1 };
	struct generate_file file = { .is_same = false };
	int r = put(&place, g, root, is_forced, &file, reterr);

	free(place.text);
	close_fd(&place.dir);
	if (r == 0)
		*ret_file = file;
	return r;
}
