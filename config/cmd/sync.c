/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind sync: makes images and boot loaders agree with the config. A config with an
 * error changes nothing.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/command.h"
#include "base/place.h"
#include "cmd/cmd.h"
#include "cmd/sync_loaders.h"
#include "host/boot_tops.h"
#include "image/former.h"
#include "loader/sync.h"
#include "remake/keep.h"
#include "remake/remake.h"
#include "survey.h"

static void say_former(const struct root *root, const char *image)
{
	char path[PATH_SIZE], words[FAULT_SIZE + PATH_SIZE];
	struct text t = TEXT_IN(words);

	text_add(&t, former_path(image, path));
	text_add(&t, " until a boot with the new one is seen: ");
	former_text(image, former_is_in_menu(root, image), &t);
	sync_say_two("the former image is kept as ", words);
}

static void say_note(const char *words)
{
	fprintf(stderr, "note: %s\n", words);
}

/* Former images go with the boot loader's words, where it is sure that they may. */
static void undo_images(const struct inputs *in, const struct loader_system *system)
{
	struct fault fault;
	_cleanup_images_ struct images *images = images_read(system, &fault);

	if (images)
		keep_sweep(images, &in->root, sync_say, say_note);
	else
		cmd_fail(STATUS_SYSTEM, &fault);
}

static int make_image(const struct remakes *remakes, unsigned i, bool is_done)
{
	const struct remake *remake = &remakes->remake[i];
	const struct image *image = remake->image;
	char words[IMAGE_OPTIONS_SIZE + 3 * PATH_SIZE];
	struct text t = TEXT_IN(words);
	struct fault fault;

	image_text(image, &t);
	printf("image %u of %u: %s\n", i + 1, remakes->n, image->kernel->name);
	printf("%s: %s\n", image->path, words);
	if (image->options.left_out[0] && !remake->source)
		fprintf(stderr, "note: %s: left out of the options that it was made "
			"with, because there is no such file: %s\n", image->path,
			image->options.left_out);
	t = TEXT_IN(words);
	remake_text(remake, &t);
	sync_say_two(is_done ? "running " : "to be run: ", words);
	if (!is_done)
		return STATUS_DONE;
	if (remake_image(remakes, remake, &fault) < 0) {
		command_tell();
		return cmd_fail(STATUS_FINDING, &fault);
	}
	sync_say_two(image->path, " is made");
	if (remake_may_have_booted(remakes, image))
		say_former(remakes->root, image->path);
	return STATUS_DONE;
}

static int make_images(const struct remakes *remakes, bool is_done)
{
	int status = STATUS_DONE;
	struct fault fault;
	unsigned i;

	if (remakes->n > 0 && !remake_can(remakes->root, &fault))
		return cmd_fail(STATUS_FINDING, &fault);
	for (i = 0; i < remakes->n && status == STATUS_DONE && !command_is_stopped(); i++)
		status = make_image(remakes, i, is_done);
	return status;
}

/* Images that are not right and that sync does not make. Returns how many, wishes not
 * counted. */
static unsigned print_others(const struct findings *findings)
{
	unsigned i, n = 0;

	for (i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->finding[i];

		if (!finding->is_left)
			continue;
		fprintf(stderr, "%s%s: %s: %s\n",
			finding->state == STATE_WISH ? "note: " : "", finding->name,
			finding->text, finding->remedy);
		n += finding->state != STATE_WISH;
	}
	return n;
}

static bool has_image(const struct images *images)
{
	unsigned i;

	for (i = 0; i < images->n; i++)
		if (images->image[i].is_ours || images->image[i].state == STATE_OK)
			return true;
	return false;
}

/* What was left beside an image; in /boot also of a kernel that is gone. */
static void sweep(const struct images *images, const struct root *root)
{
	unsigned i;

	place_sweep(root, "/boot/initrd");
	for (i = 0; i < images->n; i++)
		if (images->image[i].obstacle != OBSTACLE_NOBODYS)
			place_sweep(root, images->image[i].path);
	keep_sweep(images, root, sync_say, NULL);
}

static int remake(const struct remakes *remakes, const struct findings *findings,
		  bool is_done)
{
	int status = make_images(remakes, is_done);

	if (print_others(findings) > 0)
		return STATUS_FINDING;
	if (remakes->n == 0 && remakes->measure->is_wanted &&
	    !has_image(remakes->images)) {
		fprintf(stderr, "earlybind: no image of an installed kernel was "
			"found: see FILES in earlybind(8)\n");
		return STATUS_FINDING;
	}
	if (remakes->n == 0)
		sync_say("images: none is out of date");
	return status;
}

/* In the minutes that dracut takes a disk may be mounted, or a virtual machine start. */
static void judge_now(struct image *image, const void *with)
{
	struct fault fault;
	_cleanup_free_ struct inputs *in = memory_new(sizeof(*in), &fault);
	const struct request *request = with;

	if (!in)
		return;
	in->root.fd = -1;
	if (inputs_open(in, request, &fault) == 0 &&
	    inputs_config(in, &fault) == 0 &&
	    inputs_plan(in, request, &fault) == 0) {
		struct image_measure measure = survey_measure(in, true);

		image_judge(image, &measure);
	}
	close_fd(&in->root.fd);
}

/* Each installed kernel's image, judged by what is in it. */
static int sync_images(const struct request *request, struct inputs *in,
		       const struct loader_system *system, int lock,
		       bool *is_changed)
{
	struct fault fault;
	_cleanup_free_ struct findings *findings = memory_new(sizeof(*findings), &fault);
	_cleanup_images_ struct images *images = images_read(system, &fault);
	struct image_measure measure = survey_measure(in, true);
	static struct remakes remakes;
	bool is_done = sync_is_acting(request, in);
	int status;

	if (!findings || !images)
		return cmd_fail(STATUS_SYSTEM, &fault);
	images_judge(images, &measure);
	findings_of_images(findings, images, measure.is_wanted);
	remakes.images = images;
	remakes.measure = &measure;
	remakes.root = &in->root;
	remakes.lock = lock;
	remakes.judge_now = judge_now;
	remakes.with = request;
	if (is_done)
		sweep(images, &in->root);
	remake_plan(&remakes);
	status = remake(&remakes, findings, is_done);
	*is_changed |= remakes.n > 0;
	if (status == STATUS_DONE && remakes.n > 0 && !is_done &&
	    !(request->given & OPTION_DRY_RUN))
		return STATUS_FINDING;	/* left to be done */
	return status;
}

static int sync_all(const struct request *request, struct inputs *in, int lock,
		    bool *is_changed)
{
	bool is_loader = request->given & (OPTION_LOADER | OPTION_UNDO);
	int status = STATUS_DONE, loaders = STATUS_DONE;
	struct loader_system system;

	loader_system_read(&system, &in->root, in->running);
	if (!is_loader || request->given & OPTION_IMAGES)
		status = sync_images(request, in, &system, lock, is_changed);
	else if (request->given & OPTION_UNDO && sync_is_acting(request, in))
		undo_images(in, &system);
	if (command_is_stopped())
		return status;
	/* a loader that turns the IOMMU on does no harm with an old image */
	if (is_loader || !(request->given & OPTION_IMAGES))
		loaders = sync_loaders(request, in, &system, is_changed);
	return loaders != STATUS_DONE ? loaders : status;
}

static time_t seconds_now(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_MONOTONIC, &now) < 0 ? 0 : now.tv_sec;
}

/* Nothing of it counts before. */
static void say_next(const struct request *request, const struct inputs *in,
		     time_t seconds)
{
	bool is_wanted = !(request->given & OPTION_UNDO) && rules_have_bind(&in->rules);

	if (in->root.is_host)
		printf("done in %lld s: reboot to %s\n", (long long)seconds, is_wanted ?
		       "give the devices away, then run earlybind status" :
		       "have all devices back with the host");
}

/* Nobody else does the same meanwhile, and a signal comes between two files. */
static int sync_locked(const struct request *request, struct inputs *in)
{
	struct fault fault;
	_cleanup_close_ int lock = sync_lock(&in->root, &fault);
	bool is_changed = false;
	time_t start = seconds_now();
	sigset_t before;
	int status;

	if (lock < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	command_hold_stops(&before);
	command_show(request->given & OPTION_VERBOSE);
	status = sync_all(request, in, lock, &is_changed);
	if (status == STATUS_DONE && is_changed && !command_is_stopped())
		say_next(request, in, seconds_now() - start);
	command_let_stops(&before);
	return status;
}

int cmd_sync(const struct request *request, struct inputs *in)
{
	bool is_undo = request->given & OPTION_UNDO, is_changed = false;
	const char *missing;
	struct fault fault;

	if (is_undo && request->given & OPTION_IMAGES) {
		fprintf(stderr, "earlybind: --undo is for the boot loader only: without "
			"rules in the config, an image binds nothing\n");
		return STATUS_USAGE;
	}
	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (!is_undo && inputs_config(in, &fault) < 0) {
		cmd_fail(STATUS_CONFIG, &fault);
		fprintf(stderr, "earlybind: nothing was changed, see earlybind check\n");
		return STATUS_CONFIG;
	}
	if (!is_undo && inputs_plan(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	missing = boot_missing(&in->root);
	if (missing) {
		fprintf(stderr, "earlybind: %s is in /etc/fstab and not mounted: mount "
			"it, then run earlybind sync; nothing was changed\n", missing);
		return STATUS_FINDING;
	}
	if (request->given & OPTION_DRY_RUN)
		return sync_all(request, in, -1, &is_changed);
	return sync_locked(request, in);
}
