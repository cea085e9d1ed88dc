/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said of the installed initramfs images, and of kernels without one.
 */
#include "image/former.h"
#include "judge/images.h"

/* What is said of no image that is there. */
static void add_none(struct findings *findings, enum state state, const char *name,
		     const char *words, const char *remedy)
{
	struct text t;
	struct finding *finding = findings_say(findings, state, TOPIC_IMAGE, name, &t);

	text_add(&t, words);
	finding->is_left = true;
	findings_remedy(finding, remedy);
}

/* It may have none by intention, or one elsewhere. */
static void add_kernel(struct findings *findings, const struct images *images,
		       const struct image_kernel *kernel)
{
	if (kernel->is_running && kernel->is_replaced)
		add_none(findings, STATE_WISH, kernel->name, "its image is of another "
			 "version by now, which is for the next boot", "reboot");
	else if (kernel->is_running)
		add_none(findings, STATE_UNKNOWN, kernel->name, "no image of the running "
			 "kernel is where it is looked for (/boot)",
			 images->system ? images->system : "see FILES in earlybind(8)");
	else if (kernel->can_boot)
		add_none(findings, STATE_WISH, kernel->name, "no image of this kernel is "
			 "where images are looked for: it binds nothing, if it is booted "
			 "without one", "make one with dracut, or see FILES in "
			 "earlybind(8)");
}

static void add_former(struct findings *findings, const struct image *image)
{
	char path[PATH_SIZE];
	struct text t;

	findings_say(findings, STATE_OK, TOPIC_IMAGE, former_path(image->path, path), &t);
	if (image->was_booted) {
		text_add(&t, "the former image, and this boot had the new one: the next "
			 "earlybind sync removes it");
		return;
	}
	text_add(&t, "the former image, kept because no boot with ");
	text_add(&t, image->path);
	text_add(&t, " has been seen yet: ");
	former_text(image->path, image->is_former_in_menu, &t);
}

static void add_image(struct findings *findings, const struct images *images,
		      const struct image *image)
{
	struct finding *finding;
	struct text t;

	if (image->obstacle == OBSTACLE_NOBODYS)
		return;
	finding = findings_say(findings, (enum state)image->state, TOPIC_IMAGE,
			       image->path, &t);
	image_text(image, &t);
	t = TEXT_IN(finding->remedy);
	image_remedy(images, image, &t);
	finding->is_left = image_is_left(image);
	if (image->has_former)
		add_former(findings, image);
}

/* Whether an image of the kernel is there: of one that may be another system's, only
 * where it is right. */
static bool has_image(const struct images *images, const struct image_kernel *kernel)
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		if (images->image[i].kernel == kernel &&
		    (images->image[i].is_ours || images->image[i].state == STATE_OK))
			return true;
	return false;
}

bool images_need_reboot_only(const struct images *images)
{
	unsigned i;

	for (i = 0; i < images->n; i++) {
		const struct image *image = &images->image[i];

		if (image->is_ours && image->kernel->is_running &&
		    !image_is_fallback(image->path) &&
		    (image->state == STATE_OK || image->verdict == IMAGE_OTHER_VERSION))
			return true;
	}
	return false;
}

void findings_of_images(struct findings *findings, const struct images *images,
			bool is_wanted)
{
	unsigned i, k;
	struct text t;

	if (images->missing)
		add_none(findings, STATE_UNKNOWN, images->missing, "it is in /etc/fstab "
			 "and not mounted, so that no image is looked at", "mount it");
	for (k = 0; k < images->n_kernels; k++) {
		const struct image_kernel *kernel = &images->kernel[k];

		for (i = 0; i < images->n; i++)
			if (images->image[i].kernel == kernel)
				add_image(findings, images, &images->image[i]);
		if (is_wanted && kernel->has_modules && !has_image(images, kernel))
			add_kernel(findings, images, kernel);
	}
	if (images->lost_kernels && is_wanted)
		/* which ones were left out is chance */
		add_none(findings, STATE_UNKNOWN, "/lib/modules", "it has more kernels "
			 "than are looked at, and an image of the others may be out of "
			 "date", "remove kernels that you do not need");
	for (i = 0; i < images->n_orphans; i++) {
		findings_say(findings, STATE_OK, TOPIC_IMAGE, images->orphan[i], &t);
		text_add(&t, "the former image of a kernel that is gone: the next "
			 "earlybind sync removes it");
	}
	findings->n_lost += images->n_lost;
}
