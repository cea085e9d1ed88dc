/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The former image of the running kernel: it has booted, which nobody knows of a new one
 * until it has. So it stays beside that, under a name that only people and our menu entry
 * know; one that is there is never given up for one that has not booted. Which image this
 * boot had, facts/image_name.c knows.
 */
#include "status/former.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "image/initrd.h"
#include "loader/grub_cfg.h"
#include "status/rebuild.h"

/* A name that is too long is one that the kernel refuses. */
const char *former_path(const char *image, char path[PATH_SIZE])
{
	struct text t;

	text_init(&t, path, PATH_SIZE);
	text_span(&t, (struct span){ image, (size_t)(place_base(image) - image) });
	text_char(&t, '.');
	text_add(&t, place_base(image));
	text_add(&t, FORMER_END);
	return path;
}

static bool has_former(const struct root *root, const char *image, char path[PATH_SIZE])
{
	return strlen(image) + sizeof("." FORMER_END) <= PATH_SIZE &&
	       sysfs_exists(root, former_path(image, path)) == 1;
}

/* On FAT no file has two names. */
static bool is_no_link(int err)
{
	return err == EPERM || err == EOPNOTSUPP || err == ENOSYS || err == EMLINK ||
	       err == EXDEV;
}

static int copy(const struct root *root, const char *image, struct place *to,
		struct fault *reterr)
{
	_cleanup_close_ int fd = -1;
	int r = sync_image_room(to, 1, true, reterr);

	if (r < 0)
		return r;
	fd = place_open_part(to);
	r = fd < 0 ? fd : sync_copy_file(root, image, fd);
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

bool former_takes_room(const struct root *root, const struct status_line *image,
		       const struct place *place)
{
	char path[PATH_SIZE];

	/* what costs least is asked first: is_of_use() unpacks a whole image */
	return !can_link(place) && !(has_former(root, image->name, path) &&
				     is_of_use(root, path, image->kernel));
}

int former_keep(const struct root *root, const struct status_line *image,
		const struct place *place, bool *ret_is_new, struct fault *reterr)
{
	static char path[PATH_SIZE];
	struct place to;
	int r = place_find(&to, root, former_path(image->name, path), PLACE_NO_LINK,
			   reterr);

	*ret_is_new = false;
	if (r == 0 && to.is_there && is_of_use(root, path, image->kernel)) {
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
		r = is_no_link(errno) ? copy(root, image->name, &to, reterr) : -errno;
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

void former_drop(const struct root *root, const char *image)
{
	char path[PATH_SIZE];

	remove_former(root, former_path(image, path));
}

/* Whether GRUB's menu has an entry with it: what GRUB_WAY_BACK printed. */
static bool is_in_menu(const struct root *root, const char *path)
{
	static const char *const menus[] = { "/boot/grub/grub.cfg",
					     "/boot/grub2/grub.cfg" };
	unsigned i;

	for (i = 0; i < sizeof(menus) / sizeof(menus[0]); i++) {
		struct place place;
		struct fault fault;
		bool is_found = place_open(&place, root, menus[i], PLACE_FOLLOW,
					   &fault) == 0 &&
				span_has(place_text(&place), place_base(path));

		place_close(&place);
		if (is_found)
			return true;
	}
	return false;
}

void former_text(const struct root *root, const char *image, struct text *t)
{
	char path[PATH_SIZE];

	if (is_in_menu(root, former_path(image, path))) {
		text_add(t, "GRUB's menu has it, as \"Linux ... with the former "
			 "initramfs image\"");
		return;
	}
	text_add(t, "to boot it, put its name in place of ");
	text_add(t, place_base(image));
	text_add(t, " in the entry's initrd line; systemd-boot lets nobody edit that: "
		 "rename it, from another kernel or system");
}

struct sweep {
	const struct root *root;
	void (*say)(const char *words);	/* when they are removed */
	struct status_list *list;	/* when they are only told of */
	const char *name;	/* of the image, of which the former one is looked at */
	bool has_kernel;
	bool has_any;	/* kernel at all: else nothing is sure */
};

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

static void sweep_image(const struct root *root, const struct status_line *image,
			void (*say)(const char *words), void (*keep)(const char *words))
{
	char path[PATH_SIZE], words[PATH_SIZE];
	struct text t = TEXT_IN(words);

	if (!has_former(root, image->name, path))
		return;
	text_add(&t, image->name);
	if (image->was_booted && remove_former(root, path) == 0) {
		text_add(&t, " was seen");
		say_three(say, path, " is removed: a boot with ", words);
	} else if (keep) {
		text_add(&t, " was seen: remove it once that has booted");
		say_three(keep, path, " is kept: no boot with ", words);
	}
}

/* ".initramfs-linux.img.earlybind-former" is of "linux", and not of "linux-lts". */
static bool is_of_package(const char *name, const char *package)
{
	struct span rest = span_of(name);

	if (!span_starts(rest, ".initramfs-"))
		return false;
	rest.s += sizeof(".initramfs-") - 1;
	rest.n -= sizeof(".initramfs-") - 1;
	return span_starts(rest, package) && rest.n > strlen(package) &&
	       rest.s[strlen(package)] == '.';
}

/* Whether the image is there of which this is the former one: another system may have its
 * kernels on the same /boot. */
static bool has_image(const struct root *root, const char *name)
{
	char path[PATH_SIZE], image[PATH_SIZE];
	struct text t = TEXT_IN(image);

	text_span(&t, (struct span){ name + 1, strlen(name) - sizeof(FORMER_END) });
	return !sysfs_path(path, "/boot", image, NULL) || sysfs_exists(root, path) != 0;
}

/* Whether the image is of that kernel, by its name: it has the version, or on Arch the
 * package's name. */
static int judge_kernel(const char *kernel, void *with)
{
	struct sweep *sweep = with;
	char path[PATH_SIZE], package[128];
	ssize_t n;

	if (!sysfs_path(path, "/lib/modules", kernel, "modules.dep") ||
	    sysfs_exists(sweep->root, path) == 0)
		return 0;
	sweep->has_any = true;
	sysfs_path(path, "/lib/modules", kernel, "pkgbase");
	n = sysfs_read(sweep->root, path, package, sizeof(package));
	package[sysfs_trim(package, n < 0 ? 0 : n).n] = '\0';
	sweep->has_kernel = strstr(sweep->name, kernel) ||
			    (package[0] && is_of_package(sweep->name, package));
	return sweep->has_kernel;
}

/* One in /boot whose image is gone, and its kernel; both must be sure. */
static bool is_orphan(struct sweep *sweep, const char *name, char path[PATH_SIZE])
{
	if (name[0] != '.' || !span_ends(span_of(name), FORMER_END) ||
	    !sysfs_path(path, "/boot", name, NULL))
		return false;
	sweep->name = name;
	sweep->has_kernel = sweep->has_any = false;
	return sysfs_list(sweep->root, "/lib/modules", judge_kernel, sweep) == 0 &&
	       sweep->has_any && !has_image(sweep->root, name);
}

static int sweep_name(const char *name, void *with)
{
	struct sweep *sweep = with;
	char path[PATH_SIZE];

	if (is_orphan(sweep, name, path) && remove_former(sweep->root, path) == 0)
		say_three(sweep->say, path, " is removed: its kernel is gone", "");
	return 0;
}

static int status_of_name(const char *name, void *with)
{
	struct sweep *sweep = with;
	char path[PATH_SIZE];
	struct text t;

	if (!is_orphan(sweep, name, path))
		return 0;
	status_add(sweep->list, STATE_OK, TOPIC_IMAGE, path, &t);
	text_add(&t, "the former image of a kernel that is gone: the next earlybind sync "
		 "removes it");
	return 0;
}

/* Those of kernel-install lie in the kernel's own directory, which goes with it. */
void former_sweep(const struct status_list *list, const struct root *root,
		  void (*say)(const char *words), void (*keep)(const char *words))
{
	struct sweep sweep = { .root = root, .say = say };
	unsigned i;

	for (i = 0; i < list->n; i++)
		if (list->line[i].topic == TOPIC_IMAGE && list->line[i].kernel)
			sweep_image(root, &list->line[i], say, keep);
	sysfs_list(root, "/boot", sweep_name, &sweep);
}

void former_status_orphans(struct status_list *list, const struct root *root)
{
	struct sweep sweep = { .root = root, .list = list };

	sysfs_list(root, "/boot", status_of_name, &sweep);
}

void former_status(struct status_list *list, const struct root *root,
		   const struct status_line *image)
{
	char path[PATH_SIZE];
	struct text t;

	if (!has_former(root, image->name, path))
		return;
	status_add(list, STATE_OK, TOPIC_IMAGE, path, &t);
	if (image->was_booted) {
		text_add(&t, "the former image, and this boot had the new one: the next "
			 "earlybind sync removes it");
		return;
	}
	text_add(&t, "the former image, for no boot with ");
	text_add(&t, image->name);
	text_add(&t, " was seen yet: ");
	former_text(root, image->name, &t);
}
