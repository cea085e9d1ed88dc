/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The images that were read against the present config, and what they know of the host.
 * sync goes by the verdicts; status and check have the sentences.
 */
#include "judge/images.h"

#include <errno.h>
#include <string.h>

/* The plan of a boot from this image. */
static const struct plan *plan_of(const struct image_measure *measure,
				  const struct initrd *initrd)
{
	static struct rules rules;
	static struct plan plan;
	struct fault fault;
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, SOURCE_CONF, "earlybind.conf", measure->config, &fault);
	if (r == 0)
		r = rules_parse(&rules, SOURCE_IMAGE, "image.conf",
				initrd_span(&initrd->image), &fault);
	if (r == 0 && !rules.has_end)
		r = -EINVAL;
	/* only root may read the machine's number */
	if (measure->machine->home == 0)
		rules.home = 0;
	if (r == 0)
		r = plan_make(&plan, &rules, measure->machine, &fault);
	return r < 0 ? NULL : &plan;
}

/* What the host needs changes all the time, a mounted stick is enough. It matters where
 * another device would be bound. */
static bool has_other_plan(struct image *image, const struct image_measure *measure,
			   const struct plan *plan)
{
	const struct machine *m = measure->machine;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		image->would_bind = plan_binds(plan, i);
		image->addr = m->fn[i].addr;
		if (image->would_bind != !!plan_binds(measure->plan, i))
			return true;
	}
	return false;
}

/* An image of another version brings its own binder, which knows its image.conf. */
static bool is_other_version(const struct initrd *initrd)
{
	struct span image = initrd_span(&initrd->image);
	struct span line = span_cut(&image, '\n');

	return !span_is(line, "version " VERSION) && span_starts(line, "version ");
}

static enum image_verdict find_verdict(struct image *image,
				       const struct image_measure *measure)
{
	const struct initrd *initrd = &image->initrd;
	const struct plan *plan;

	if (image->err < 0)
		return IMAGE_UNREAD;
	if (initrd->is_squashed && !initrd->has_binder)
		return IMAGE_HIDDEN;
	if (!initrd->has_binder || !initrd->has_image)
		return IMAGE_BARE;
	if (!span_equal(initrd_span(&initrd->config), measure->config))
		return IMAGE_OLD_CONFIG;
	if (initrd->is_torn)
		return IMAGE_TORN;
	if (is_other_version(initrd))
		return IMAGE_OTHER_VERSION;
	if (!measure->is_right)
		return IMAGE_RIGHT;
	plan = plan_of(measure, initrd);
	if (!plan)
		return IMAGE_DAMAGED;
	return measure->host->is_known && has_other_plan(image, measure, plan) ?
	       IMAGE_OLD_HOST : IMAGE_RIGHT;
}

void image_judge(struct image *image, const struct image_measure *measure)
{
	static const uint8_t states[] = {
		[IMAGE_RIGHT] = STATE_OK, [IMAGE_UNREAD] = STATE_UNKNOWN,
		[IMAGE_HIDDEN] = STATE_UNKNOWN, [IMAGE_BARE] = STATE_DIFFERS,
		[IMAGE_OLD_CONFIG] = STATE_DIFFERS, [IMAGE_TORN] = STATE_DIFFERS,
		[IMAGE_OTHER_VERSION] = STATE_WISH, [IMAGE_DAMAGED] = STATE_DIFFERS,
		[IMAGE_OLD_HOST] = STATE_DIFFERS,
	};

	image->verdict = (uint8_t)find_verdict(image, measure);
	image->state = states[image->verdict];
	if (!measure->is_wanted &&
	    (image->verdict == IMAGE_HIDDEN || image->verdict == IMAGE_BARE))
		image->state = STATE_OK;
}

/* Of one that says that dracut made it: what dracut would not do again stays. */
static enum image_obstacle find_obstacle_of_dracut(const struct image *image)
{
	const struct initrd *initrd = &image->initrd;

	return initrd->is_squashed ? OBSTACLE_SQUASH :
	       initrd->has_more ? OBSTACLE_ADDED :
	       initrd->is_torn ? OBSTACLE_TORN :
	       !image->has_options ? OBSTACLE_OPTIONS :
	       !initrd->has_binder && image_options_omit(&image->options, "earlybind") ?
	       OBSTACLE_OMITTED : OBSTACLE_NONE;
}

/* Only an image that says that dracut made it is made again. */
static enum image_obstacle find_obstacle(const struct images *images,
					 const struct image *image)
{
	const struct initrd *initrd = &image->initrd;
	enum image_maker maker = image_maker_of(initrd->makers);

	if (image->err == -EACCES || image->err == -EPERM)
		return OBSTACLE_NOT_ROOT;
	if (image->has_other_entry)
		return OBSTACLE_OTHER_ENTRY;
	if (image->has_other_id)
		return OBSTACLE_OTHER_ID;
	if (!image->kernel->has_modules)
		return OBSTACLE_NO_MODULES;
	if (image->is_link)
		return OBSTACLE_LINK;
	if (image->place == PLACE_UNIFIED || initrd->is_unified)
		return OBSTACLE_UNIFIED;
	if (images->system)
		return OBSTACLE_SYSTEM;
	if (maker == MAKER_DRACUT || initrd->is_squashed)
		return find_obstacle_of_dracut(image);
	return image->err < 0 && initrd->makers == 0 ? OBSTACLE_NO_MAKER :
	       OBSTACLE_OTHER_MAKER;
}

/* One that is right is right for either system. Without rules, what cannot be read is
 * nobody's concern; what has earlybind is. */
static void judge_unsure(struct image *image, const struct image_measure *measure)
{
	if (image->state == STATE_OK)
		return;
	image->obstacle = image->state == STATE_UNKNOWN && !measure->is_wanted ?
			  OBSTACLE_NOBODYS : OBSTACLE_FOLDER;
	image->state = STATE_UNKNOWN;
}

static void judge_one(const struct images *images, struct image *image,
		      const struct image_measure *measure)
{
	image_judge(image, measure);
	if (!image->is_ours) {
		judge_unsure(image, measure);
		return;
	}
	/* without earlybind it is a way back, as a rescue image is */
	if (image_is_fallback(image->path) && image->verdict == IMAGE_BARE) {
		image->obstacle = OBSTACLE_NOBODYS;
		image->state = STATE_OK;
	}
	if (image->state != STATE_OK)
		image->obstacle = (uint8_t)find_obstacle(images, image);
	if (image->obstacle == OBSTACLE_OMITTED)
		image->state = STATE_WISH;
	if (image->is_second)
		image->obstacle = OBSTACLE_TWO_VERSIONS;
}

void images_judge(struct images *images, const struct image_measure *measure)
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		judge_one(images, &images->image[i], measure);
}

bool image_is_stale(const struct image *image)
{
	return image->state != STATE_OK && image->obstacle == OBSTACLE_NONE;
}

bool image_is_left(const struct image *image)
{
	return image->obstacle != OBSTACLE_NONE && image->obstacle != OBSTACLE_NOBODYS;
}

static void old_host_text(const struct image *image, struct text *t)
{
	text_add(t, image->would_bind ? "it would bind " : "it would not bind ");
	pci_addr_text(image->addr, t);
	text_add(t, ", because what it knows of the host is out of date");
}

static void other_version_text(const struct image *image, struct text *t)
{
	struct span rest = initrd_span(&image->initrd.image);

	text_add(t, "it has the present config, and its own earlybind ");
	span_cut(&rest, ' ');
	text_quote(t, span_cut(&rest, '\n'));
}

void image_text(const struct image *image, struct text *t)
{
	static const char *const words[] = {
		[IMAGE_RIGHT] = "it has the present config",
		[IMAGE_HIDDEN] = "its contents cannot be read, because dracut's squash "
				 "module hides its files",
		[IMAGE_BARE] = "it has no earlybind",
		[IMAGE_OLD_CONFIG] = "its config is not the present one",
		[IMAGE_TORN] = "it has the present config, but its compressed part ends "
			       "in an error",
		[IMAGE_DAMAGED] = "its image.conf is damaged",
	};

	if (image->verdict == IMAGE_UNREAD)
		text_add(t, image->fault);
	else if (image->verdict == IMAGE_OLD_HOST)
		old_host_text(image, t);
	else if (image->verdict == IMAGE_OTHER_VERSION)
		other_version_text(image, t);
	else
		text_add(t, words[image->verdict]);
}

static const char *const remedies[] = {
	[OBSTACLE_NONE] = "earlybind sync",
	[OBSTACLE_NOT_ROOT] = "run as root",
	[OBSTACLE_OTHER_ENTRY] = "an entry of another system in loader/entries starts it "
		"as well, and may not boot with one that is made here: give each system "
		"a /boot, or a folder below it (kernel-install), of its own",
	[OBSTACLE_OTHER_ID] = "it has the machine-id of another system, which may not "
		"boot with one that is made here: if it is of this system, run dracut "
		"--force for it once",
	[OBSTACLE_NO_MODULES] = "the modules of this kernel are gone: boot another one, "
		"or install it again",
	[OBSTACLE_LINK] = "this is a link, and is not replaced: run dracut --force for "
		"the file that it leads to",
	[OBSTACLE_UNIFIED] = "make this unified kernel image again, as your system does "
		"(dracut --uefi, ukify, kernel-install)",
	[OBSTACLE_SQUASH] = "leave that module out (omit_dracutmodules+=\" squash "
		"squash-lib \" in a file of /etc/dracut.conf.d), and run dracut --force "
		"once",
	[OBSTACLE_ADDED] = "somebody has added an archive to dracut's, which a new image "
		"would not have: let dracut add these files (install_items, "
		"acpi_override), and run dracut --force once",
	[OBSTACLE_TORN] = "something is behind what dracut made, or it is damaged: if "
		"nothing was added by hand, run dracut --force once",
	[OBSTACLE_OPTIONS] = ": run dracut --force once, with those that you want",
	[OBSTACLE_OMITTED] = "it was made with --omit earlybind, and stays so",
	[OBSTACLE_NO_MAKER] = "it does not say who made it: if that is dracut, run "
		"dracut --force with this file and its kernel once",
	[OBSTACLE_OTHER_MAKER] = " made it, and earlybind is in images of dracut only: "
		"let dracut make the images of this system, then run earlybind sync",
	[OBSTACLE_TWO_VERSIONS] = "two versions in /lib/modules are of the package that "
		"it is named for: remove the one that is left over",
	[OBSTACLE_FOLDER] = "its folder may be of another system on this disk: write the "
		"folder's name into /etc/kernel/entry-token, if it is of this one, else "
		"the machine-id",
	[OBSTACLE_NOBODYS] = "",
};

void image_remedy(const struct images *images, const struct image *image, struct text *t)
{
	if (image->state == STATE_OK && image->obstacle == OBSTACLE_NONE)
		return;
	if (image->obstacle == OBSTACLE_SYSTEM) {
		text_add(t, images->system);
		return;
	}
	if (image->obstacle == OBSTACLE_OPTIONS)
		text_add(t, image->options_fault);
	if (image->obstacle == OBSTACLE_OTHER_MAKER)
		text_add(t, image_maker_name(image_maker_of(image->initrd.makers)));
	text_add(t, remedies[image->obstacle]);
}

void former_text(const char *image, bool is_in_menu, struct text *t)
{
	if (is_in_menu) {
		text_add(t, "GRUB's menu has it, as \"Linux ... with the former "
			 "initramfs image\"");
		return;
	}
	text_add(t, "to boot it, put its name in place of ");
	text_span(t, span_last(span_of(image), '/'));
	text_add(t, " in the entry's initrd line; systemd-boot lets nobody edit that: "
		 "rename it, from another kernel or system");
}
