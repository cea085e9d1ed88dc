/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes stale images again, each by dracut under another name, and then by rename: dracut
 * up to 106 copies over the old image and removes it where the new one does not fit.
 * Which images are stale, images.c knows.
 */
#include "status/rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/command.h"
#include "base/place.h"
#include "facts/image_name.h"
#include "image/initrd.h"
#include "image/maker.h"
#include "image/uki.h"
#include "status/former.h"

/* A new image may be larger than the old one, by modules and by what else has changed. */
enum { ROOM = 16 << 20 };

enum { ARGV_MAX = IMAGE_OPTIONS_MAX + 8 };

/* An image of the same name elsewhere: kernel-install copies it (Debian). */
static const char *find_source(const struct sync_images *images,
			       const struct status_line *line)
{
	unsigned i;

	for (i = 0; i < images->list->n; i++) {
		const struct status_line *other = &images->list->line[i];

		if (other == line)
			return NULL;	/* it is the first one */
		if (other->topic == TOPIC_IMAGE && other->kernel &&
		    !other->is_others && strcmp(other->name, line->name) != 0 &&
		    strcmp(place_base(other->name), place_base(line->name)) == 0 &&
		    strcmp(place_base(line->name), "initrd") != 0)
			return other->name;
	}
	return NULL;
}

/* Those of the running kernel, or the others. */
static void plan_kernels(struct sync_images *images, bool is_running)
{
	unsigned i;

	for (i = 0; i < images->list->n && images->n < SYNC_IMAGES_MAX; i++) {
		const struct status_line *line = &images->list->line[i];

		if (line->topic == TOPIC_IMAGE && line->kernel && !line->is_others &&
		    line->state != STATE_OK && line->is_running == is_running)
			images->image[images->n++] = (struct sync_image){
				line, line->kernel, find_source(images, line) };
	}
}

/* The kernel that has just booted comes last: should a generator fail, or make what does
 * not boot, its image is the one that is still there. */
void sync_images_plan(struct sync_images *images)
{
	plan_kernels(images, false);
	plan_kernels(images, true);
}

bool sync_images_can(const struct sync_images *images, struct fault *reterr)
{
	const struct root *root = &images->in->root;
	const char *name = image_maker_installed(root);

	*reterr = (struct fault){ .name = "earlybind" };
	if (sysfs_exists(root, "/usr/bin/dracut") == 1 ||
	    sysfs_exists(root, "/usr/sbin/dracut") == 1)
		return true;
	fault_set(reterr, ENOENT, "images are made by dracut, and here is ",
		  name ? name : "no generator of images", ": install dracut", NULL);
	return false;
}

/* The words of the command that makes it, under that path. */
static void write_argv(const struct sync_images *images, const struct sync_image *image,
		       const char *path, const char *argv[ARGV_MAX])
{
	unsigned i, n = 0;

	argv[n++] = "dracut";
	argv[n++] = "--force";
	argv[n++] = path;
	argv[n++] = image->kernel;
	for (i = 0; i < images->options.n; i++)
		argv[n++] = images->options.word[i];
	argv[n] = NULL;
}

void sync_image_text(const struct sync_images *images, const struct sync_image *image,
		     struct text *t)
{
	const char *const copy[] = { "cp", image->source, image->line->name, NULL };
	const char *make[ARGV_MAX];

	write_argv(images, image, image->line->name, make);
	command_text(image->source ? copy : make, t);
}

/* dracut takes the rest from its configuration, as it did then. */
int sync_image_read(struct sync_images *images, const struct sync_image *image,
		    struct fault *reterr)
{
	_cleanup_initrd_ struct initrd initrd = { .n_kernels = 0 };
	struct image_options *options = &images->options;
	struct text t = TEXT_IN(images->note);
	int r;

	options->n = 0;
	if (image->source)
		return 0;
	/* of a damaged one, what is before the damage: dracut's note made it dracut's */
	initrd_read(&initrd, &images->in->root, image->line->name, reterr);
	*reterr = (struct fault){ .name = image->line->name };
	r = image_options_read(options, initrd_span(&initrd.parameters),
			       &images->in->root, reterr);
	if (r == 0 && options->left_out[0]) {
		text_add(&t, "left out of the options that it was made with, for there "
			 "is no such file: ");
		text_add(&t, options->left_out);
	}
	return r;
}

static void add_megabytes(struct text *t, uint64_t bytes)
{
	text_decimal(t, (bytes + (1 << 20) - 1) >> 20);
	text_add(t, " MB");
}

int sync_image_room(const struct place *place, unsigned n, bool has_former,
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

int sync_copy_file(const struct root *root, const char *from, int to)
{
	_cleanup_close_ int fd = root_open_file(root, from, O_RDONLY, 0);
	static char buffer[1 << 16];

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = read(fd, buffer, sizeof(buffer));
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return fsync(to) < 0 ? -errno : 0;
		r = place_write_fd(to, (struct span){ buffer, (size_t)n });
		if (r < 0)
			return r;
	}
}

/* Fills the part: a copy, or what dracut makes. `path` is the part's. */
static int fill(const struct sync_images *images, const struct sync_image *image,
		const struct place *place, const char *path, struct fault *reterr)
{
	const char *argv[ARGV_MAX];
	_cleanup_close_ int fd = -1;
	int r;

	if (!image->source) {
		place_drop_part(place);
		r = image_name_choose();
		if (r < 0)
			return place_cannot("the new image cannot be named: ", -r,
					    reterr);
		write_argv(images, image, path, argv);
		/* dracut has the lock as well: should we be killed, it works on */
		fcntl(images->lock, F_SETFD, 0);
		r = command_run(argv, reterr);
		fcntl(images->lock, F_SETFD, FD_CLOEXEC);
		return r;
	}
	fd = place_open_part(place);
	r = fd < 0 ? fd : sync_copy_file(&images->in->root, image->source, fd);
	return r < 0 ? place_cannot("the new image cannot be written: ", -r, reterr) : 0;
}

/* Whether the part is an image with the present config, and may stand for the old one. */
static int judge(const struct sync_images *images, const struct sync_image *image,
		 const char *path, struct fault *reterr)
{
	char words[FAULT_SIZE];
	struct text t = TEXT_IN(words);
	int r = status_judge_image(images->list, images->in, image->line, path, &t);

	if (r == 1)
		return 0;
	return fault_set(reterr, EBADMSG, "the new image is not right, and the old one "
			 "stays: ", words, NULL);
}

/* The one guard of every image that is replaced: a unified kernel image stays one, and
 * an initramfs too, whatever the settings of the generator (uefi=yes) make of it. */
static int judge_kind(const struct place *place, int fd, struct fault *reterr)
{
	_cleanup_close_ int old = openat(place->dir, place->name,
					 O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool was_program;

	if (old < 0)
		return place_cannot("the old image cannot be read: ", errno, reterr);
	was_program = uki_is_program(old);
	if (was_program == uki_is_program(fd))
		return 0;
	return fault_set(reterr, EBADMSG, was_program ?
			 "it is a unified kernel image, and what was made is none" :
			 "it is an initramfs, and a unified kernel image was made: see "
			 "uefi= in dracut.conf(5)", "; the old one stays", NULL);
}

bool sync_image_may_have_booted(const struct sync_images *images,
				const struct sync_image *image)
{
	unsigned i;

	for (i = 0; i < images->list->n && !image->line->is_running; i++)
		if (images->list->line[i].topic == TOPIC_IMAGE &&
		    images->list->line[i].kernel && images->list->line[i].is_running)
			return false;
	return true;
}

/* Keeps the image that has booted. Only now: for the minutes that dracut takes, the two
 * names would be one file, and dracut run by hand after a power cut writes into it. */
static int keep(const struct sync_images *images, const struct sync_image *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr)
{
	int r = 0;

	if (sync_image_may_have_booted(images, image))
		r = former_keep(&images->in->root, image->line, place, ret_is_new,
				reterr);
	if (r == 0)
		reterr->name = image->line->name;
	return r;
}

/* What was judged is replaced, and nothing else: for the minutes that dracut takes, a
 * package's hook or another generator may put an image of its own there. The number of an
 * inode says nothing: on FAT it is another one each time that the file is looked up anew
 * (fs/fat/inode.c:fat_build_inode). */
static int judge_same(const struct place *place, const struct status_line *line,
		      struct fault *reterr)
{
	const struct stat *was = &line->stat;
	struct stat now;

	if (fstatat(place->dir, place->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return place_cannot("the old image cannot be read: ", errno, reterr);
	if (now.st_dev == was->st_dev && now.st_size == was->st_size &&
	    now.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == was->st_mtim.tv_nsec)
		return 0;
	return fault_set(reterr, EBUSY, "somebody else has made it meanwhile, and that "
			 "one stays: run earlybind sync again", NULL);
}

/* Before dracut works for minutes. */
static int ask_room(const struct sync_images *images, const struct sync_image *image,
		    const struct place *place, struct fault *reterr)
{
	bool has_former = sync_image_may_have_booted(images, image) &&
			  former_takes_room(&images->in->root, image->line, place);

	return sync_image_room(place, has_former ? 2 : 1, has_former, reterr);
}

static int make_new(const struct sync_images *images, const struct sync_image *image,
		    struct place *place, bool *ret_is_kept, struct fault *reterr)
{
	char name[PLACE_NAME_MAX], dir[PATH_SIZE], path[PATH_SIZE];
	const char *at = image->line->name;
	_cleanup_close_ int fd = -1;
	struct text t = TEXT_IN(dir);
	int r = judge_same(place, image->line, reterr);

	if (r == 0)
		r = ask_room(images, image, place, reterr);
	if (r < 0)
		return r;
	text_span(&t, (struct span){ at, (size_t)(place_base(at) - at) - 1 });
	place_part_name(place, name);
	if (!sysfs_path(path, dir, name, NULL))
		return place_cannot("the new image cannot be named: ", ENAMETOOLONG,
				    reterr);
	r = fill(images, image, place, path, reterr);
	if (r == 0)
		r = judge(images, image, path, reterr);
	if (r == 0) {
		fd = openat(place->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			r = place_cannot("the new image cannot be read: ", errno, reterr);
		else
			r = judge_kind(place, fd, reterr);
	}
	if (r == 0)
		r = judge_same(place, image->line, reterr);
	if (r == 0)
		r = keep(images, image, place, ret_is_kept, reterr);
	if (r == 0) {
		r = place_finish_part(place, fd, 0600);
		if (r < 0)
			place_cannot("the new image cannot be put into place: ", -r,
				     reterr);
	}
	if (r < 0)
		place_drop_part(place);
	return r;
}

/* Whether the old image is there: a failure may come after the rename. */
static bool is_in_place(const struct place *place)
{
	struct stat now;

	return fstatat(place->dir, place->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == place->stat.st_dev && now.st_ino == place->stat.st_ino;
}

static int make(const struct sync_images *images, const struct sync_image *image,
		struct place *place, struct fault *reterr)
{
	bool is_kept = false;
	int r = make_new(images, image, place, &is_kept, reterr);

	if (r < 0 && is_kept && is_in_place(place))
		former_drop(&images->in->root, image->line->name);
	return r;
}

int sync_image_make(const struct sync_images *images, const struct sync_image *image,
		    struct fault *reterr)
{
	struct place place;
	int r = place_find(&place, &images->in->root, image->line->name, PLACE_NO_LINK,
			   reterr);

	reterr->name = image->line->name;
	if (r == 0)
		r = make(images, image, &place, reterr);
	place_close(&place);
	return r;
}
