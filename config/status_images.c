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

/* An image of another version brings its own binder, which knows its image.conf. */
static bool is_other_version(struct span image, struct text *t)
{
	static const char word[] = "version ";
	struct span line = span_cut(&image, '\n');

	if (span_is(line, "version " VERSION) || !span_starts(line, word))
		return false;
	text_add(t, "it has the present config, and its own earlybind ");
	text_quote(t, (struct span){ line.s + sizeof(word) - 1,
				     line.n - sizeof(word) + 1 });
	return true;
}

/* Says what is wrong with an image that was read. */
static enum state judge(const struct status_list *list, struct inputs *in,
			const struct initrd *initrd, struct text *t)
{
	const struct input *config = &in->config;
	struct span image = { initrd->image, initrd->n_image };
	const struct plan *plan;

	if (!initrd->has_binder || !initrd->has_image) {
		text_add(t, "it has no earlybind");
		return list->is_wanted ? STATE_DIFFERS : STATE_OK;
	}
	if (initrd->n_config != config->n ||
	    memcmp(initrd->config, config->s, config->n) != 0) {
		text_add(t, "its config is not the present one");
		return STATE_DIFFERS;
	}
	if (is_other_version(image, t))
		return STATE_WISH;
	plan = list->is_right ? plan_of(in, initrd) : NULL;
	if (!plan && list->is_right) {
		text_add(t, "its image.conf is damaged");
		return STATE_DIFFERS;
	}
	if (plan && in->host.is_known && judge_plan(in, plan, t))
		return STATE_DIFFERS;
	text_add(t, "it has the present config");
	return STATE_OK;
}

/* 0 and the state, or -errno. `t` gets the words in both cases. */
static int judge_file(const struct status_list *list, struct inputs *in, const char *path,
		      struct initrd *initrd, enum state *ret_state, struct text *t)
{
	struct fault fault;
	int r = initrd_read(initrd, &in->root, path, &fault);

	if (r < 0)
		text_add(t, fault.words);
	else
		*ret_state = judge(list, in, initrd, t);
	return r;
}

int status_judge_image(const struct status_list *list, struct inputs *in,
		       const char *path, struct text *t)
{
	static struct initrd initrd;
	enum state state;
	int r = judge_file(list, in, path, &initrd, &state, t);

	return r < 0 ? r : state == STATE_OK;
}

/* What to do about an image that is not right. One that cannot be read does not tell who
 * made it: then it is dracut's where there is nothing else. */
static void add_remedy(struct images *images, struct status_line *line,
		       const struct initrd *initrd, bool is_unified, int r)
{
	const char *system = image_maker_of_system(&images->in->root);
	enum image_maker maker = image_maker_of(initrd->makers);

	line->is_others = true;
	if (r == -EACCES || r == -EPERM) {
		status_remedy(line, "run as root", "");
	} else if (is_unified || initrd->is_unified) {
		status_remedy(line, "make this unified kernel image anew, as your system "
			      "does (dracut --uefi, ukify, kernel-install)", "");
	} else if (system) {
		status_remedy(line, system, "");
	} else if (maker == MAKER_DRACUT ||
		   (r < 0 && initrd->makers == 0 &&
		    !image_maker_has_other(&images->in->root))) {
		line->is_others = false;
		status_remedy(line, "earlybind sync", "");
	} else {
		status_remedy(line, image_maker_name(maker), " made it, and earlybind is "
			      "in images of dracut only: let dracut make the images of "
			      "this system, then run earlybind sync");
	}
}

static void add_image(struct images *images, const char *path, bool is_unified)
{
	static struct initrd initrd;
	enum state state = STATE_UNKNOWN;
	struct status_line *line;
	struct text t;
	int r;

	if (sysfs_exists(&images->in->root, path) == 0)
		return;
	images->n++;
	line = status_add(images->list, STATE_OK, TOPIC_IMAGE, path, &t);
	line->kernel = images->kernel;
	line->is_running = images->is_running;
	r = judge_file(images->list, images->in, path, &initrd, &state, &t);
	line->state = state;
	if (state == STATE_OK || state == STATE_WISH)
		images->list->needs_reboot_only |= images->is_running;
	if (state != STATE_OK)
		add_remedy(images, line, &initrd, is_unified, r);
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

/* Arch names an image for the package of the kernel: "/boot/initramfs-linux.img". */
static void find_arch(struct images *images)
{
	char path[PATH_SIZE], base[128];
	struct text t;
	ssize_t n;

	if (!sysfs_path(path, "/lib/modules", images->kernel, "pkgbase"))
		return;
	n = sysfs_read(&images->in->root, path, base, sizeof(base));
	if (n <= 0 || memchr(base, '/', (size_t)n))
		return;
	t = TEXT_IN(path);
	text_add(&t, "/boot/initramfs-");
	text_span(&t, sysfs_trim(base, n));
	text_add(&t, ".img");
	if (!t.full)
		add_image(images, path, false);
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
	find_arch(images);
	for (i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		struct top top = { images, tops[i] };

		sysfs_list(&images->in->root, tops[i], add_token, &top);
		top.dir = unified[i];
		sysfs_list(&images->in->root, unified[i], add_unified, &top);
	}
}

static void add_none(struct images *images)
{
	const char *system = image_maker_of_system(&images->in->root);
	struct status_line *line;
	struct text t;

	line = status_add(images->list, STATE_UNKNOWN, TOPIC_IMAGE, images->kernel, &t);
	text_add(&t, "no image of the running kernel is where it is looked for (/boot)");
	line->is_others = true;
	status_remedy(line, system ? system : "see FILES in earlybind(8)", "");
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
