/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the former image of the running kernel (image/former.c) when it is replaced; one
 * that is there is never given up for one that has not booted. And removes it when it is
 * not needed any more.
 */
#include "remake/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/copy.h"
#include "image/former.h"

/* A new image may be larger than the old one, by modules and by what else has changed. */
enum { ROOM = 16 << 20 };

/* On FAT no file has two names. */
static bool is_no_link(int err)
{
	return err == EPERM || err == EOPNOTSUPP || err == ENOSYS || err == EMLINK ||
	       err == EXDEV;
}

static void add_megabytes(struct text *t, uint64_t bytes)
{
	text_decimal(t, (bytes + (1 << 20) - 1) >> 20);
	text_add(t, " MB");
}

int keep_room(const struct place *place, unsigned n, bool has_former,
	      struct fault *reterr)
{
	uint64_t need = (uint64_t)place->stat.st_size * n + ROOM, have;
	char words[64];
	struct text t = TEXT_IN(words);
	struct statvfs fs;

	if (fstatvfs(place->dir, &fs) < 0)
		return place_cannot("its file system cannot be asked: ", errno, reterr);
	have = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (have >= need)
		return 0;
	add_megabytes(&t, need);
	text_add(&t, " are needed beside the old image, and there are ");
	add_megabytes(&t, have);
	return fault_set(reterr, ENOSPC, words, ": remove a kernel that you do not need",
			 has_former ? ", or run dracut yourself, which keeps no former "
			 "image" : NULL, NULL);
}

int keep_copy(const struct root *root, const char *from, int to)
{
	_cleanup_close_ int fd = root_open_file(root, from, O_RDONLY, 0);
	bool is_source;
	int r = fd < 0 ? fd : copy_fd(fd, to, &is_source);

	return r == 0 && fsync(to) < 0 ? -errno : r;
}

static int copy(const struct root *root, const char *image, struct place *to,
		struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r = keep_room(to, 1, true, reterr);

	if (r < 0)
		return r;
	fd = place_open_part(to);
	r = fd < 0 ? fd : keep_copy(root, image, fd);
	if (fd >= 0 && r < 0)
		place_drop_part(to);
	if (r == 0)
		r = place_finish_part(to, fd, 0600);
	return r;
}

/* Whether it could boot that kernel, as far as can be seen. */
static bool is_of_use(const struct root *root, const char *path, const char *kernel)
{
	_cleanup_initrd_ struct initrd initrd = { .n_kernels = 0 };
	struct fault fault;

	return initrd_read(&initrd, root, path, &fault) == 0 &&
	       image_maker_of(initrd.makers) == MAKER_DRACUT &&
	       (initrd.n_kernels == 0 || initrd_has_kernel(&initrd, kernel));
}

/* By the name of a part, which the next run removes, should this one be killed now. */
static bool can_link(const struct place *place)
{
	char part[PLACE_NAME_MAX];

	place_drop_part(place);
	place_part_name(place, part);
	if (linkat(place->dir, place->name, place->dir, part, 0) < 0)
		return !is_no_link(errno);
	unlinkat(place->dir, part, 0);
	return true;
}

bool keep_takes_room(const struct root *root, const struct image *image,
		     const struct place *place)
{
	char path[PATH_SIZE];

	/* what costs least is asked first: is_of_use() unpacks a whole image */
	return !can_link(place) && !(former_is_there(root, image->path, path) &&
				     is_of_use(root, path, image->kernel->name));
}

int keep_former(const struct root *root, const struct image *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr)
{
	static char path[PATH_SIZE];
	struct place to;
	int r = place_find(&to, root, former_path(image->path, path), PLACE_NO_LINK,
			   reterr);

	*ret_is_new = false;
	if (r == 0 && to.is_there && is_of_use(root, path, image->kernel->name)) {
		place_close(&to);
		return 0;
	}
	if (r == 0 && to.is_there)
		r = place_remove(&to, reterr);
	if (r < 0) {
		place_close(&to);
		return r;
	}
	to.stat = place->stat;
	if (linkat(place->dir, place->name, to.dir, to.name, 0) == 0)
		r = fsync(to.dir) < 0 ? -errno : 0;
	else
		r = is_no_link(errno) ? copy(root, image->path, &to, reterr) : -errno;
	*ret_is_new = r == 0;
	if (r < 0 && reterr->err == 0)
		place_cannot("the former image cannot be kept: ", -r, reterr);
	if (r < 0)
		unlinkat(to.dir, to.name, 0);
	place_close(&to);
	return r;
}

static int remove_former(const struct root *root, const char *path)
{
	struct fault fault;
	struct place place;
	int r = place_find(&place, root, path, PLACE_NO_LINK, &fault);

	if (r == 0)
		r = place_remove(&place, &fault);
	place_close(&place);
	return r;
}

void keep_drop(const struct root *root, const char *image)
{
	char path[PATH_SIZE];

	remove_former(root, former_path(image, path));
}

static void say_three(void (*say)(const char *words), const char *a, const char *b,
		      const char *c)
{
	char words[FAULT_SIZE + PATH_SIZE];
	struct text t = TEXT_IN(words);

	text_add(&t, a);
	text_add(&t, b);
	text_add(&t, c);
	say(words);
}

static void sweep_image(const struct root *root, const struct image *image,
			void (*say)(const char *words), void (*keep)(const char *words))
{
	char path[PATH_SIZE], words[PATH_SIZE];
	struct text t = TEXT_IN(words);

	former_path(image->path, path);
	text_add(&t, image->path);
	if (image->was_booted && remove_former(root, path) == 0) {
		text_add(&t, " was seen");
		say_three(say, path, " is removed: a boot with ", words);
	} else if (keep) {
		text_add(&t, " was seen: remove it once that has booted");
		say_three(keep, path, " is kept: no boot with ", words);
	}
}

void keep_sweep(const struct images *images, const struct root *root,
		void (*say)(const char *words), void (*keep)(const char *words))
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		if (images->image[i].has_former)
			sweep_image(root, &images->image[i], say, keep);
	for (i = 0; i < images->n_orphans; i++)
		if (remove_former(root, images->orphan[i]) == 0)
			say_three(say, images->orphan[i],
				  " is removed: its kernel is gone", "");
}
