/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The installed initramfs images against the present config and host, by their content.
 */
#include <errno.h>
#include <string.h>

#include "facts/facts.h"
#include "facts/image_name.h"
#include "host/boot_tops.h"
#include "image/initrd.h"
#include "image/places.h"
#include "image/uki.h"
#include "status/former.h"
#include "status/image_judge.h"
#include "status/status.h"

struct images {
	struct status_list *list;
	struct inputs *in;
	struct loader_system system;
	const char *kernel;
	bool is_running;
	bool has_modules;
	unsigned n;		/* found for this kernel */
	bool is_replaced;	/* its package has an image, of another version */
};

/* 0 and the state, or -errno. `t` gets the words in both cases. */
static int judge_file(const struct status_list *list, struct inputs *in, const char *path,
		      struct initrd *initrd, enum state *ret_state, struct text *t)
{
	struct fault fault;
	int r = initrd_read(initrd, &in->root, path, &fault);

	if (r < 0)
		text_add(t, fault.words);
	else
		*ret_state = image_judge(list, in, initrd, t);
	return r;
}

/* Dracut's, whole, and of this kernel, unless the old one is of none either. */
static const char *why_not_new(const struct initrd *initrd, const struct initrd *old,
			       const char *kernel)
{
	if (image_maker_of(initrd->makers) != MAKER_DRACUT)
		return "nothing in it says that dracut made it";
	if (old->n_kernels > 0 && !initrd_has_kernel(initrd, kernel))
		return "it has no modules of this kernel, and the old one has modules";
	return NULL;
}

int status_judge_image(const struct status_list *list, struct inputs *in,
		       const struct status_line *old, const char *path, struct text *t)
{
	_cleanup_initrd_ struct initrd initrd = { .n_kernels = 0 };
	_cleanup_initrd_ struct initrd before = { .n_kernels = 0 };
	const char *why;
	enum state state;
	struct fault fault;
	int r = judge_file(list, in, path, &initrd, &state, t);

	if (r == 0 && !initrd.has_binder && !initrd.is_squashed)
		text_add(t, ": see what dracut says, and whether omit_dracutmodules or "
			 "dracutmodules of dracut.conf(5) leaves it out");
	if (r < 0 || state != STATE_OK)
		return r < 0 ? r : 0;
	/* of a damaged one, what is before the damage */
	initrd_read(&before, &in->root, old->name, &fault);
	why = why_not_new(&initrd, &before, old->kernel);
	if (why) {
		text_add(t, ", but ");
		text_add(t, why);
	}
	return !why;
}

/* What must be known before dracut is let loose on one of its own images; NULL: nothing
 * more. */
static const char *why_not_dracut(const struct initrd *initrd)
{
	if (initrd->is_squashed)
		return "leave that module out (omit_dracutmodules+=\" squash squash-lib "
		       "\" in a file of /etc/dracut.conf.d), and run dracut --force once";
	if (initrd->has_more)
		return "somebody has added an archive to dracut's, which a new image "
		       "would not have: let dracut add these files (install_items, "
		       "acpi_override), and run dracut --force once";
	if (initrd->is_torn)
		return "something is behind what dracut made, or it is damaged: if "
		       "nothing was added by hand, run dracut --force once";
	return NULL;
}

/* Of one that says that dracut made it: what dracut would not do again stays. */
static void add_remedy_of_dracut(const struct root *root, struct status_line *line,
				 const struct initrd *initrd)
{
	static struct image_options options;
	const char *why = why_not_dracut(initrd);
	struct fault fault;

	if (why) {
		status_remedy(line, why, "");
	} else if (image_options_read(&options, initrd_span(&initrd->parameters), root,
				      &fault) < 0) {
		status_remedy(line, fault.words, ": run dracut --force once, with those "
			      "that you want");
	} else if (!initrd->has_binder && image_options_omit(&options, "earlybind")) {
		line->state = STATE_WISH;
		status_remedy(line, "it was made with --omit earlybind, and stays so",
			      "");
	} else {
		line->is_others = false;
		status_remedy(line, "earlybind sync", "");
	}
}

static bool is_link(const struct root *root, const char *path)
{
	char to[PATH_SIZE];

	return sysfs_link(root, path, to, sizeof(to)) >= 0;
}

/* What to do about an image that is not right. Only one that says that dracut made it is
 * made again. */
static void add_remedy(struct images *images, struct status_line *line,
		       const struct initrd *initrd, enum image_place place, int r)
{
	const char *system = image_maker_of_system(&images->in->root);
	enum image_maker maker = image_maker_of(initrd->makers);

	line->is_others = true;
	if (r == -EACCES || r == -EPERM) {
		status_remedy(line, "run as root", "");
	} else if (!images->has_modules) {
		status_remedy(line, "the modules of this kernel are gone: boot another "
			      "one, or install it again", "");
	} else if (is_link(&images->in->root, line->name)) {
		status_remedy(line, "this is a link, and is not replaced: run dracut "
			      "--force for the file that it leads to", "");
	} else if (place == PLACE_UNIFIED || initrd->is_unified) {
		status_remedy(line, "make this unified kernel image anew, as your system "
			      "does (dracut --uefi, ukify, kernel-install)", "");
	} else if (system) {
		status_remedy(line, system, "");
	} else if (maker == MAKER_DRACUT || initrd->is_squashed) {
		add_remedy_of_dracut(&images->in->root, line, initrd);
	} else if (r < 0 && initrd->makers == 0) {
		status_remedy(line, "it does not say who made it: if that is dracut, run "
			      "dracut --force with this file and its kernel once", "");
	} else {
		status_remedy(line, image_maker_name(maker), " made it, and earlybind is "
			      "in images of dracut only: let dracut make the images of "
			      "this system, then run earlybind sync");
	}
}

/* An update has made the image of a package for another version, which is installed. */
static bool is_of_another(struct images *images, const struct initrd *initrd)
{
	char path[PATH_SIZE];
	unsigned i;

	if (initrd->n_kernels == 0 || initrd_has_kernel(initrd, images->kernel))
		return false;
	for (i = 0; i < initrd->n_kernels; i++)
		images->is_replaced |=
			sysfs_path(path, "/lib/modules", initrd->kernel[i],
				   "modules.dep") &&
			sysfs_exists(&images->in->root, path) == 1;
	return true;
}

/* Two versions of one package are never told apart by the name of the image. */
static bool refuse_second(struct images *images, const char *path)
{
	unsigned i;

	for (i = 0; i < images->list->n; i++) {
		struct status_line *line = &images->list->line[i];

		if (line->topic != TOPIC_IMAGE || strcmp(line->name, path) != 0)
			continue;
		line->is_others = true;
		status_remedy(line, "two versions in /lib/modules are of the package "
			      "that it is named for: remove the one that is left over",
			      "");
		images->n++;
		return true;
	}
	return false;
}

/* One that is right is right for either system. Without rules, what cannot be read is
 * nobody's concern; what has earlybind is. */
static void add_unsure(struct images *images, const char *path, enum state state,
		       const char *words)
{
	struct status_line *line;
	struct text t;

	if (state == STATE_UNKNOWN && !images->list->is_wanted)
		return;
	line = status_add(images->list, state == STATE_OK ? STATE_OK : STATE_UNKNOWN,
			  TOPIC_IMAGE, path, &t);
	text_add(&t, words);
	if (state == STATE_OK) {
		images->n++;
		return;
	}
	line->is_others = true;
	status_remedy(line, "its folder may be of another system on this disk: write "
		      "the folder's name into /etc/kernel/entry-token, if it is of this "
		      "one, else the machine-id", "");
}

static void add_image(const char *path, enum image_place place, void *with)
{
	struct images *images = with;
	_cleanup_initrd_ struct initrd initrd = { .n_kernels = 0 };
	enum state state = STATE_UNKNOWN;
	struct status_line *line;
	char words[FAULT_SIZE];
	struct text t = TEXT_IN(words);
	int r;

	if (sysfs_exists(&images->in->root, path) == 0)
		return;
	r = judge_file(images->list, images->in, path, &initrd, &state, &t);
	if (place == PLACE_PACKAGE && (is_of_another(images, &initrd) ||
				       refuse_second(images, path)))
		return;
	if (place == PLACE_UNSURE) {
		add_unsure(images, path, state, words);
		return;
	}
	images->n++;
	line = status_add(images->list, state, TOPIC_IMAGE, path, &t);
	text_add(&t, words);
	line->kernel = images->kernel;
	line->is_running = images->is_running;
	line->stat = initrd.stat;
	line->was_booted = r == 0 && !initrd.is_torn &&
		image_name_was_booted(&images->in->root,
				      initrd_span(&initrd.image));
	if (state == STATE_OK || state == STATE_WISH)
		images->list->needs_reboot_only |= images->is_running;
	if (state != STATE_OK)
		add_remedy(images, line, &initrd, place, r);
	former_status(images->list, &images->in->root, line);
}

/* What is said of no image that is there. */
static void add_none(struct status_list *list, enum state state, const char *name,
		     const char *words, const char *remedy)
{
	struct text t;
	struct status_line *line = status_add(list, state, TOPIC_IMAGE, name, &t);

	text_add(&t, words);
	line->is_others = true;
	status_remedy(line, remedy, "");
}

static void add_none_of_running(struct images *images)
{
	const char *system = image_maker_of_system(&images->in->root);

	if (images->is_replaced)
		add_none(images->list, STATE_WISH, images->kernel, "its image is of "
			 "another version by now, which is for the next boot", "reboot");
	else
		add_none(images->list, STATE_UNKNOWN, images->kernel, "no image of the "
			 "running kernel is where it is looked for (/boot)",
			 system ? system : "see FILES in earlybind(8)");
}

/* It may have none by intention, or one elsewhere. */
static void add_none_of_other(struct images *images)
{
	add_none(images->list, STATE_WISH, images->kernel, "no image of this kernel is "
		 "where images are looked for: it binds nothing, if it is booted without "
		 "one", "make one with dracut, or see FILES in earlybind(8)");
}

static void look(struct images *images, const char *kernel, bool has_modules)
{
	images->kernel = kernel;
	images->is_running = strcmp(images->system.release, kernel) == 0;
	images->has_modules = has_modules;
	images->n = 0;
	images->is_replaced = false;
	image_places(&images->in->root, &images->system, kernel, add_image, images);
	if (images->n > 0 || !images->list->is_wanted || !has_modules)
		return;
	if (images->is_running)
		add_none_of_running(images);
	else if (image_has_kernel(&images->in->root, kernel))
		add_none_of_other(images);
}

void status_of_images(struct status_list *list, struct inputs *in)
{
	static struct facts facts;
	static struct images images;
	bool has_running = false;
	unsigned k;

	if (boot_is_missing(&in->root)) {
		add_none(list, STATE_UNKNOWN, "/boot", "it is in /etc/fstab and not "
			 "mounted, so that no image is looked at", "mount it");
		return;
	}
	images.list = list;
	images.in = in;
	loader_system_read(&images.system, &in->root);
	facts_list_kernels(&facts, &in->root);
	for (k = 0; k < facts.n_kernels; k++) {
		look(&images, facts.kernel[k].name, true);
		has_running |= images.is_running;
	}
	/* in a chroot or a container it has none either, and no image */
	if (!has_running && images.system.release[0])
		look(&images, images.system.release, false);
	if (facts.lost_kernels && list->is_wanted)
		/* which ones were left out is chance */
		add_none(list, STATE_UNKNOWN, "/lib/modules", "it has more kernels than "
			 "are looked at, and an image of the others may be out of date",
			 "remove kernels that you do not need");
	former_status_orphans(list, &in->root);
}
