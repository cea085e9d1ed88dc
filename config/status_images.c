/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The installed initramfs images against the present config and host, by their content.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "status.h"
#include "status_initrd.h"
#include "status_uki.h"

struct images {
	struct status_list *list;
	struct inputs *in;
	const char *kernel;
	bool is_running;
	unsigned n;		/* found for this kernel */
};

static bool has_line(struct span text, struct span wanted)
{
	while (text.s)
		if (span_equal(span_cut(&text, '\n'), wanted))
			return true;
	return false;
}

/* The plan of a boot from this image. */
static const struct plan *plan_of(const struct inputs *in, const struct initrd *initrd)
{
	static struct rules rules;
	static struct plan plan;
	struct fault fault;
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, SOURCE_CONF, CONFIG_FILE,
			(struct span){ in->config.s, in->config.n }, &fault);
	if (r == 0)
		r = rules_parse(&rules, SOURCE_IMAGE, "image.conf",
				(struct span){ initrd->image, initrd->n_image }, &fault);
	if (r == 0)
		r = plan_make(&plan, &rules, &in->machine, &fault);
	return r < 0 ? NULL : &plan;
}

/* What the host needs changes all the time, a mounted stick is enough. It matters where
 * another device would be bound. Says so, and returns whether it is so. */
static bool judge_plan(const struct inputs *in, const struct plan *plan, struct text *t)
{
	unsigned i;

	for (i = 0; i < in->machine.n; i++) {
		bool is_bound = plan_binds(plan, i);

		if (is_bound == !!plan_binds(&in->plan, i))
			continue;
		text_add(t, is_bound ? "it would bind " : "it would not bind ");
		pci_addr_text(in->machine.fn[i].addr, t);
		text_add(t, ", for what it knows of the host is out of date");
		return true;
	}
	return false;
}

static bool has_version(struct span image)
{
	return has_line(image, SPAN("version " VERSION));
}

/* Says what is wrong with an image that was read; returns whether something is. */
static bool judge(const struct status_list *list, struct inputs *in,
		  const struct initrd *initrd, struct text *t)
{
	const struct input *config = &in->config;
	struct span image = { initrd->image, initrd->n_image };
	const struct plan *plan;

	if (!initrd->has_binder || !initrd->has_image) {
		text_add(t, "it has no earlybind");
		return list->is_wanted;
	}
	if (initrd->n_config != config->n ||
	    memcmp(initrd->config, config->s, config->n) != 0) {
		text_add(t, "its config is not the present one");
		return true;
	}
	if (!has_version(image)) {
		text_add(t, "it is of another version of earlybind, and binds nothing");
		return true;
	}
	plan = list->is_right ? plan_of(in, initrd) : NULL;
	if (!plan && list->is_right) {
		text_add(t, "its image.conf is damaged");
		return true;
	}
	if (plan && in->host.is_known && judge_plan(in, plan, t))
		return true;
	text_add(t, "it has the present config");
	return false;
}

int status_judge_image(const struct status_list *list, struct inputs *in,
		       const char *path, struct text *t)
{
	static struct initrd initrd;
	struct fault fault;
	int r = initrd_read(&initrd, &in->root, path, &fault);

	if (r < 0)
		text_add(t, fault.words);
	return r < 0 ? r : !judge(list, in, &initrd, t);
}

static void add_image(struct images *images, const char *path, bool is_unified)
{
	struct status_line *line;
	struct text t;
	int r;

	if (sysfs_exists(&images->in->root, path) == 0)
		return;
	images->n++;
	line = status_add(images->list, STATE_OK, TOPIC_IMAGE, path, &t);
	line->kernel = images->kernel;
	r = status_judge_image(images->list, images->in, path, &t);
	if (r == 1) {
		images->list->needs_reboot_only |= images->is_running;
		return;
	}
	line->state = r < 0 ? STATE_UNKNOWN : STATE_DIFFERS;
	if (r == -EACCES || r == -EPERM)
		status_remedy(line, "run as root", "");
	else if (is_unified)
		status_remedy(line, "make this unified kernel image anew, as your system "
			      "does (dracut --uefi, ukify, kernel-install)", "");
	else
		status_remedy(line, "earlybind sync", "");
}

struct top {
	struct images *images;
	const char *dir;
};

/* "/boot/TOKEN/VERSION/initrd" of kernel-install(8), or with the name that the image has
 * in /boot: Debian. */
static int add_token(const char *name, void *with)
{
	struct top *top = with;
	const char *kernel = top->images->kernel;
	char path[PATH_SIZE];
	int n = snprintf(path, sizeof(path), "%s/%s/%s/initrd", top->dir, name, kernel);

	if (n > 0 && (size_t)n < sizeof(path))
		add_image(top->images, path, false);
	n = snprintf(path, sizeof(path), "%s/%s/%s/initrd.img-%s", top->dir, name, kernel,
		     kernel);
	if (n > 0 && (size_t)n < sizeof(path))
		add_image(top->images, path, false);
	return 0;
}

/* "/efi/EFI/Linux/NAME.efi" of the UAPI group's boot loader specification. */
static int add_unified(const char *name, void *with)
{
	struct top *top = with;
	size_t n = strlen(name);
	char path[PATH_SIZE];

	if (n > 4 && strcasecmp(name + n - 4, ".efi") == 0 &&
	    sysfs_path(path, top->dir, name, NULL) &&
	    uki_is_of(&top->images->in->root, path, top->images->kernel))
		add_image(top->images, path, true);
	return 0;
}

/* Where the generators of the distributions put them. */
static void find_images(struct images *images)
{
	static const char *const forms[] = {
		"/boot/initramfs-%s.img", "/boot/initrd.img-%s", "/boot/initrd-%s",
		"/boot/initrd-%s.img", "/boot/initramfs-%s",
	};
	static const char *const tops[] = { "/boot", "/efi", "/boot/efi" };
	static const char *const unified[] = {
		"/boot/EFI/Linux", "/efi/EFI/Linux", "/boot/efi/EFI/Linux",
	};
	char path[PATH_SIZE];
	unsigned i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct span form = span_of(forms[i]);
		struct text t = TEXT_IN(path);

		text_span(&t, span_cut(&form, '%'));
		text_add(&t, images->kernel);
		text_span(&t, (struct span){ form.s + 1, form.n - 1 });
		if (!t.full)
			add_image(images, path, false);
	}
	for (i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		struct top top = { images, tops[i] };

		sysfs_list(&images->in->root, tops[i], add_token, &top);
		top.dir = unified[i];
		sysfs_list(&images->in->root, unified[i], add_unified, &top);
	}
}

static void add_none(struct images *images)
{
	struct status_line *line;
	struct text t;

	line = status_add(images->list, STATE_UNKNOWN, TOPIC_IMAGE, images->kernel, &t);
	text_add(&t, "no image of the running kernel is where it is looked for (/boot)");
	status_remedy(line, "see FILES in earlybind(8)", "");
}

void status_of_images(struct status_list *list, struct inputs *in)
{
	static struct facts facts;
	static struct images images;
	char release[128];
	ssize_t n = sysfs_read_head(&in->root, "/proc/sys/kernel/osrelease", release,
				    sizeof(release));
	struct span running = sysfs_trim(release, n);
	unsigned k;

	images.list = list;
	images.in = in;
	facts_list_kernels(&facts, &in->root);
	for (k = 0; k < facts.n_kernels; k++) {
		images.kernel = facts.kernel[k].name;
		images.is_running = n > 0 && span_is(running, images.kernel);
		images.n = 0;
		find_images(&images);
		if (images.n == 0 && images.is_running && list->is_wanted)
			add_none(&images);
	}
}
