/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the installed initramfs images: what is there, read once. What that is
 * against the present config, judge/images.c says; what is made again, remake/.
 */
#include "image/images.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "facts/image_name.h"
#include "host/boot_tops.h"
#include "image/former.h"

struct reader {
	struct images *images;
	const struct root *root;
	const struct loader_system *system;
};

static struct image_kernel *last_kernel(struct images *images)
{
	return &images->kernel[images->n_kernels - 1];
}

void image_read(struct image *image, const struct root *root, const char *path)
{
	struct text t = TEXT_IN(image->path);
	struct fault fault;

	text_add(&t, path);
	image->err = initrd_read(&image->initrd, root, path, &fault);
	t = TEXT_IN(image->fault);
	if (image->err < 0)
		text_add(&t, fault.words);
}

/* An update has made the image of a package for another version, which is installed. */
static bool is_of_another(struct reader *reader, const struct initrd *initrd)
{
	struct image_kernel *kernel = last_kernel(reader->images);
	char path[PATH_SIZE];
	unsigned i;

	if (initrd->n_kernels == 0 || initrd_has_kernel(initrd, kernel->name))
		return false;
	for (i = 0; i < initrd->n_kernels; i++)
		kernel->is_replaced |=
			sysfs_path(path, "/lib/modules", initrd->kernel[i],
				   "modules.dep") &&
			sysfs_exists(reader->root, path) == 1;
	return true;
}

/* Two versions of one package are never told apart by the name of the image. */
static bool is_second(struct images *images, const char *path)
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		if (strcmp(images->image[i].path, path) == 0) {
			images->image[i].is_second = true;
			return true;
		}
	return false;
}

/* What counts of an image that is surely of this system. */
static void look_closer(struct image *image, const struct root *root)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(image->options_fault);
	struct fault fault;

	image->is_link = sysfs_link(root, image->path, path, sizeof(path)) >= 0;
	image->was_booted = image->err == 0 && !image->initrd.is_torn &&
		image_name_was_booted(root, initrd_span(&image->initrd.image));
	image->has_former = former_is_there(root, image->path, path);
	image->is_former_in_menu = image->has_former && !image->was_booted &&
				   former_is_in_menu(root, image->path);
	/* of a damaged one, what is before the damage: dracut's note made it dracut's */
	image->has_options = image_options_read(&image->options,
						initrd_span(&image->initrd.parameters),
						root, &fault) == 0;
	if (!image->has_options)
		text_add(&t, fault.words);
}

static void add_image(const char *path, enum image_place place, void *with)
{
	struct reader *reader = with;
	struct images *images = reader->images;
	struct image *image = &images->image[images->n];

	if (sysfs_exists(reader->root, path) == 0)
		return;
	if (images->n == IMAGES_MAX) {
		images->n_lost++;
		return;
	}
	*image = (struct image){ .place = (uint8_t)place,
				 .is_ours = place != PLACE_UNSURE,
				 .kernel = last_kernel(images) };
	image_read(image, reader->root, path);
	if (place == PLACE_PACKAGE && (is_of_another(reader, &image->initrd) ||
				       is_second(images, path))) {
		initrd_free(&image->initrd);
		return;
	}
	if (image->is_ours)
		look_closer(image, reader->root);
	images->n++;
}

static bool has_image(const struct images *images, const struct image_kernel *kernel)
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		if (images->image[i].kernel == kernel && images->image[i].is_ours)
			return true;
	return false;
}

static void look(struct reader *reader, const char *name, bool has_modules)
{
	struct images *images = reader->images;
	struct image_kernel *kernel = &images->kernel[images->n_kernels++];
	struct text t = TEXT_IN(kernel->name);

	text_add(&t, name);
	kernel->is_running = strcmp(reader->system->release, name) == 0;
	kernel->has_modules = has_modules;
	image_places(reader->root, reader->system, kernel->name, add_image, reader);
	kernel->can_boot = !kernel->is_running && has_modules &&
			   !has_image(images, kernel) &&
			   image_has_kernel(reader->root, kernel->name);
}

static void add_orphan(const char *path, void *with)
{
	struct images *images = with;
	struct text t;

	if (images->n_orphans == IMAGE_ORPHANS_MAX)
		return;
	t = TEXT_IN(images->orphan[images->n_orphans]);
	text_add(&t, path);
	images->n_orphans++;
}

static void look_all(struct reader *reader, struct facts *facts)
{
	bool has_running = false;
	unsigned k;

	facts_list_kernels(facts, reader->root);
	for (k = 0; k < facts->n_kernels; k++) {
		look(reader, facts->kernel[k].name, true);
		has_running |= last_kernel(reader->images)->is_running;
	}
	/* in a chroot or a container it has none either, and no image */
	if (!has_running && reader->system->release[0])
		look(reader, reader->system->release, false);
	reader->images->lost_kernels = facts->lost_kernels;
}

struct images *images_read(const struct loader_system *system, struct fault *reterr)
{
	_cleanup_free_ struct facts *facts = memory_new(sizeof(*facts), reterr);
	struct images *images = facts ? memory_new(sizeof(*images), reterr) : NULL;
	struct reader reader = { images, system->root, system };

	if (!images)
		return NULL;
	images->missing = boot_missing(system->root);
	if (images->missing)
		return images;
	images->system = image_maker_of_system(system->root);
	look_all(&reader, facts);
	images_find_foreign(images, system);
	former_orphans(system->root, add_orphan, images);
	return images;
}

void images_free(struct images *images)
{
	unsigned i;

	for (i = 0; images && i < images->n; i++)
		initrd_free(&images->image[i].initrd);
	free(images);
}

void images_free_at(struct images **images)
{
	images_free(*images);
}
