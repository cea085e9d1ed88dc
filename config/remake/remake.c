/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes stale images again, each by dracut under another name, and then by rename: dracut
 * up to 106 copies over the old image and removes it where the new one does not fit.
 * Which images are stale, judge/images.c says.
 */
#include "remake/remake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/place.h"
#include "facts/image_name.h"
#include "image/maker.h"
#include "image/uki.h"
#include "remake/keep.h"

enum { ARGV_MAX = IMAGE_OPTIONS_MAX + 8 };

/* An image of the same name elsewhere: kernel-install copies it (Debian). The name must
 * have the version in it. */
static const struct image *find_source(const struct images *images,
				       const struct image *image)
{
	const struct image *other;

	for (other = images->image; other != image; other++)
		if (other->is_ours && other->obstacle == OBSTACLE_NONE &&
		    strcmp(other->path, image->path) != 0 &&
		    strcmp(place_base(other->path), place_base(image->path)) == 0 &&
		    strstr(place_base(image->path), image->kernel->name))
			return other;
	return NULL;	/* it is the first one */
}

/* Those of the running kernel, or the others. */
static void plan_kernels(struct remakes *remakes, bool is_running)
{
	const struct images *images = remakes->images;
	unsigned i;

	for (i = 0; i < images->n; i++) {
		const struct image *image = &images->image[i];

		if (image_is_stale(image) && image->kernel->is_running == is_running)
			remakes->remake[remakes->n++] = (struct remake){
				image, find_source(images, image) };
	}
}

/* The kernel that has just booted comes last: should a generator fail, or make what does
 * not boot, its image is the one that is still there. */
void remake_plan(struct remakes *remakes)
{
	plan_kernels(remakes, false);
	plan_kernels(remakes, true);
}

bool remake_can(const struct root *root, struct fault *reterr)
{
	const char *name = image_maker_installed(root);

	*reterr = (struct fault){ .name = "earlybind" };
	if (sysfs_exists(root, "/usr/bin/dracut") == 1 ||
	    sysfs_exists(root, "/usr/sbin/dracut") == 1)
		return true;
	fault_set(reterr, ENOENT, "only dracut can make these images, and here is ",
		  name ? name : "no generator of images", ": install dracut", NULL);
	return false;
}

/* The words of the command that makes it, under that path. dracut takes the rest from its
 * configuration, as it did then. */
static void write_argv(const struct image *image, const char *path,
		       const char *argv[ARGV_MAX])
{
	unsigned i, n = 0;

	argv[n++] = "dracut";
	argv[n++] = "--force";
	argv[n++] = path;
	argv[n++] = image->kernel->name;
	for (i = 0; i < image->options.n; i++)
		argv[n++] = image->options.word[i];
	argv[n] = NULL;
}

void remake_text(const struct remake *remake, struct text *t)
{
	const char *copy[] = { "cp", NULL, remake->image->path, NULL };
	const char *make[ARGV_MAX];

	if (remake->source)
		copy[1] = remake->source->path;
	write_argv(remake->image, remake->image->path, make);
	command_text(remake->source ? copy : make, t);
}

/* Fills the part: a copy, or what dracut makes. `path` is the part's. */
static int fill(const struct remakes *remakes, const struct remake *remake,
		const struct place *place, const char *path, struct fault *reterr)
{
	const char *argv[ARGV_MAX];
	_cleanup_close_ int fd = -1;
	int r;

	if (!remake->source) {
		place_drop_part(place);
		r = image_name_choose();
		if (r < 0)
			return place_cannot("the new image cannot be named: ", -r,
					    reterr);
		write_argv(remake->image, path, argv);
		/* dracut has the lock as well: should we be killed, it works on */
		fcntl(remakes->lock, F_SETFD, 0);
		r = command_run(argv, reterr);
		fcntl(remakes->lock, F_SETFD, FD_CLOEXEC);
		return r;
	}
	fd = place_open_part(place);
	r = fd < 0 ? fd : keep_copy(remakes->root, remake->source->path, fd);
	return r < 0 ? place_cannot("the new image cannot be written: ", -r, reterr) : 0;
}

/* Dracut's, whole, and of this kernel, unless the old one is of none either. */
static const char *why_not_new(const struct image *made, const struct image *old)
{
	if (image_maker_of(made->initrd.makers) != MAKER_DRACUT)
		return "nothing in it says that dracut made it";
	if (old->initrd.n_kernels > 0 &&
	    !initrd_has_kernel(&made->initrd, old->kernel->name))
		return "it has no modules of this kernel, and the old one has modules";
	return NULL;
}

/* Whether an image that was made has the present config and host, and is as good as the
 * old one; `t` gets the words. */
static bool is_as_good(const struct image *made, const struct image *old, struct text *t)
{
	const struct initrd *initrd = &made->initrd;
	const char *why = made->state == STATE_OK ? why_not_new(made, old) : NULL;

	image_text(made, t);
	if (made->err == 0 && !initrd->has_binder && !initrd->is_squashed)
		text_add(t, ": see what dracut says, and whether omit_dracutmodules or "
			 "dracutmodules of dracut.conf(5) leaves it out");
	if (why) {
		text_add(t, ", but ");
		text_add(t, why);
	}
	return made->state == STATE_OK && !why;
}

/* Whether the part is an image with the present config, and may stand for the old one. */
static int judge(const struct remakes *remakes, const struct remake *remake,
		 const char *path, struct fault *reterr)
{
	static struct image made;
	char words[FAULT_SIZE];
	struct text t = TEXT_IN(words);
	bool is_good;

	made = (struct image){ .place = PLACE_VERSION };
	image_read(&made, remakes->root, path);
	image_judge(&made, remakes->measure);
	if (made.verdict == IMAGE_OLD_HOST)	/* or what we know is */
		remakes->judge_now(&made, remakes->with);
	is_good = is_as_good(&made, remake->image, &t);
	initrd_free(&made.initrd);
	return is_good ? 0 :
	       fault_set(reterr, EBADMSG, "the new image is not right, and the old one "
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
			 "it is a unified kernel image, and what was made is not" :
			 "it is an initramfs, and a unified kernel image was made: see "
			 "uefi= in dracut.conf(5)", "; the old one stays", NULL);
}

bool remake_may_have_booted(const struct remakes *remakes, const struct image *image)
{
	const struct images *images = remakes->images;
	unsigned i;

	if (image_is_fallback(image->path) && !image->was_booted)
		return false;	/* and the usual one is kept: there is one way back */
	for (i = 0; i < images->n && !image->kernel->is_running; i++)
		if (images->image[i].is_ours && images->image[i].kernel->is_running)
			return false;
	return true;
}

/* Keeps the image that has booted. Only now: for the minutes that dracut takes, the two
 * names would be one file, and dracut run by hand after a power cut writes into it. */
static int keep(const struct remakes *remakes, const struct image *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr)
{
	int r = 0;

	if (remake_may_have_booted(remakes, image))
		r = keep_former(remakes->root, image, place, ret_is_new, reterr);
	if (r == 0)
		reterr->name = image->path;
	return r;
}

static int other_image(struct fault *reterr)
{
	return fault_set(reterr, EBUSY, "something else has made it meanwhile, and that "
			 "one stays: run earlybind sync again", NULL);
}

/* What was judged is replaced, and nothing else: for the minutes that dracut takes, a
 * package's hook or another generator may put an image of its own there. While a former
 * one is kept, as well: place_finish_part() looks again. */
static int judge_same(const struct place *place, const struct image *image,
		      struct fault *reterr)
{
	struct stat now;

	if (fstatat(place->dir, place->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return place_cannot("the old image cannot be read: ", errno, reterr);
	return place_same_file(&now, &image->initrd.stat) ? 0 : other_image(reterr);
}

/* Before dracut works for minutes. */
static int ask_room(const struct remakes *remakes, const struct image *image,
		    const struct place *place, struct fault *reterr)
{
	bool has_former = remake_may_have_booted(remakes, image) &&
			  keep_takes_room(remakes->root, image, place);

	return keep_room(place, has_former ? 2 : 1, has_former, reterr);
}

static int make_new(const struct remakes *remakes, const struct remake *remake,
		    struct place *place, bool *ret_is_kept, struct fault *reterr)
{
	char name[PLACE_NAME_MAX], dir[PATH_SIZE], path[PATH_SIZE];
	const struct image *image = remake->image;
	const char *at = image->path;
	_cleanup_close_ int fd = -1;
	struct text t = TEXT_IN(dir);
	int r = judge_same(place, image, reterr);

	if (r == 0)
		r = ask_room(remakes, image, place, reterr);
	if (r < 0)
		return r;
	text_span(&t, (struct span){ at, (size_t)(place_base(at) - at) - 1 });
	place_part_name(place, name);
	if (!sysfs_path(path, dir, name, NULL))
		return place_cannot("the new image cannot be named: ", ENAMETOOLONG,
				    reterr);
	r = fill(remakes, remake, place, path, reterr);
	if (r == 0)
		r = judge(remakes, remake, path, reterr);
	if (r == 0) {
		fd = openat(place->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			r = place_cannot("the new image cannot be read: ", errno, reterr);
		else
			r = judge_kind(place, fd, reterr);
	}
	if (r == 0)
		r = judge_same(place, image, reterr);
	if (r == 0)
		r = keep(remakes, image, place, ret_is_kept, reterr);
	if (r == 0) {
		r = place_finish_part(place, fd, 0600);
		if (r == -EBUSY)
			other_image(reterr);
		else if (r < 0)
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

static int make(const struct remakes *remakes, const struct remake *remake,
		struct place *place, struct fault *reterr)
{
	bool is_kept = false;
	int r = make_new(remakes, remake, place, &is_kept, reterr);

	if (r < 0 && is_kept && is_in_place(place))
		keep_drop(remakes->root, remake->image->path);
	return r;
}

int remake_image(const struct remakes *remakes, const struct remake *remake,
		 struct fault *reterr)
{
	struct place place;
	int r = place_find(&place, remakes->root, remake->image->path, PLACE_NO_LINK,
			   reterr);

	reterr->name = remake->image->path;
	if (r == 0)
		r = make(remakes, remake, &place, reterr);
	place_close(&place);
	return r;
}
