/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The former image of the running kernel: it has booted, which nobody knows of a new one
 * until it has. So it stays beside that, under a name that only people and our menu entry
 * know. Here it is found; remake/keep.c makes and removes it. Which image this boot had,
 * facts/image_name.c knows.
 */
#include "image/former.h"

#include <string.h>

#include "base/place.h"

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

bool former_is_there(const struct root *root, const char *image, char path[PATH_SIZE])
{
	return strlen(image) + sizeof("." FORMER_END) <= PATH_SIZE &&
	       sysfs_exists(root, former_path(image, path)) == 1;
}

/* Where GRUB_FORMER printed it. */
bool former_is_in_menu(const struct root *root, const char *image)
{
	static const char *const menus[] = { "/boot/grub/grub.cfg",
					     "/boot/grub2/grub.cfg" };
	char path[PATH_SIZE];
	unsigned i;

	former_path(image, path);
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

struct search {
	const struct root *root;
	void (*found)(const char *path, void *with);
	void *with;
	const char *name;	/* of the former image that is looked at */
	bool has_kernel;
	bool has_any;		/* kernel at all: else nothing is sure */
};

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
	struct search *search = with;
	char path[PATH_SIZE], package[128];
	ssize_t n;

	if (!sysfs_path(path, "/lib/modules", kernel, "modules.dep") ||
	    sysfs_exists(search->root, path) == 0)
		return 0;
	search->has_any = true;
	sysfs_path(path, "/lib/modules", kernel, "pkgbase");
	n = sysfs_read(search->root, path, package, sizeof(package));
	package[sysfs_trim(package, n < 0 ? 0 : n).n] = '\0';
	search->has_kernel = strstr(search->name, kernel) ||
			     (package[0] && is_of_package(search->name, package));
	return search->has_kernel;
}

/* That its image is gone, and its kernel; both must be sure. */
static int judge_name(const char *name, void *with)
{
	struct search *search = with;
	char path[PATH_SIZE];

	if (name[0] != '.' || !span_ends(span_of(name), FORMER_END) ||
	    !sysfs_path(path, "/boot", name, NULL))
		return 0;
	search->name = name;
	search->has_kernel = search->has_any = false;
	if (sysfs_list(search->root, "/lib/modules", judge_kernel, search) == 0 &&
	    search->has_any && !has_image(search->root, name))
		search->found(path, search->with);
	return 0;
}

void former_orphans(const struct root *root, void (*found)(const char *path, void *with),
		    void *with)
{
	struct search search = { .root = root, .found = found, .with = with };

	sysfs_list(root, "/boot", judge_name, &search);
}
