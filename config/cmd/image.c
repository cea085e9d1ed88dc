/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind image: the files of an initramfs image. Where the config is wrong, that is
 * said here, and the image is made all the same: it boots, and binds nothing. Where a
 * file cannot be made, nothing is left.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "facts/image_name.h"
#include "facts/modules.h"
#include "image/tree.h"

#define BINDER_FILE "/usr/lib/earlybind/earlybind-binder"
#define MODULE_DIR "/usr/lib/earlybind/modules/"

struct image {
	const struct request *request;
	struct inputs *in;
	struct modules modules;
	struct tree tree;
	enum exit_code status;	/* DONE or CONFIG */
};

static const char *config_name(const struct image *image)
{
	return image->request->config ? image->request->config : CONFIG_FILE;
}

/* The first bind rule that wants this driver. */
static const struct rule *find_wish(const struct image *image, struct span driver)
{
	const struct rules *rules = &image->in->rules;
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].verb == RULE_BIND &&
		    span_same_name(rules->rule[i].driver, driver))
			return &rules->rule[i];
	return NULL;
}

/* A driver that this kernel does not have is a wrong word of the config, if it is
 * there. */
static int add_driver(struct image *image, struct span driver, struct fault *reterr)
{
	const struct rule *rule = find_wish(image, driver);
	int r = modules_add(&image->modules, driver, reterr);

	if (r != -ENOENT)
		return r;
	if (rule) {
		reterr->name = config_name(image);
		reterr->line = rule->line;
		image->status = STATUS_CONFIG;
	}
	cmd_fail(STATUS_CONFIG, reterr);
	return 0;
}

/* Drivers of IOMMUs that distributions build as modules. A kernel has those of its own
 * processors. */
static const char *const iommus[] = {
	"virtio_iommu", "arm_smmu", "arm_smmu_v3", "apple_dart",
};

static bool is_iommu(const struct module *module)
{
	unsigned i;

	for (i = 0; i < sizeof(iommus) / sizeof(iommus[0]); i++)
		if (strcmp(module->name, iommus[i]) == 0)
			return true;
	return false;
}

static bool has_virtio_iommu(const struct machine *m)
{
	static const struct pci_id id = { 0x1af4, 0x1057 };
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (pci_id_equal(m->fn[i].id, id))
			return true;
	return false;
}

/* Before all others, for they may be loaded before them. That of virtio is for virtual
 * machines that have such a device, and for images that know no machine. Its device is
 * driven by virtio_pci, which takes all of its kind, and so is for the former alone. */
static int add_iommus(struct image *image, struct fault *reterr)
{
	const struct machine *m = &image->in->machine;
	bool is_virtual = has_virtio_iommu(m);
	unsigned i;
	int r = 0;

	if (is_virtual)
		r = modules_add(&image->modules, SPAN("virtio_pci"), reterr);
	for (i = is_virtual || m->n == 0 ? 0 : 1;
	     i < sizeof(iommus) / sizeof(iommus[0]) && (r == 0 || r == -ENOENT); i++)
		r = modules_add(&image->modules, span_of(iommus[i]), reterr);
	return r == -ENOENT ? 0 : r;
}

/* vfio-pci always, so that rd.earlybind.bind= works; then what the rules name. Nothing
 * but modprobe itself would load vfio_iommu_type1, which is a soft dependency and, in
 * newer kernels, may be left out. */
static int add_drivers(struct image *image, struct fault *reterr)
{
	const struct rules *rules = &image->in->rules;
	int r = add_iommus(image, reterr);
	unsigned i;

	if (r == 0)
		r = add_driver(image, SPAN("vfio-pci"), reterr);
	if (r == 0)
		r = modules_add(&image->modules, SPAN("vfio_iommu_type1"), reterr);
	if (r == -ENOENT)
		r = 0;
	for (i = 0; i < rules->n && r == 0; i++) {
		const struct rule *rule = &rules->rule[i];

		if (rule->verb == RULE_BIND && !span_is(rule->driver, "none") &&
		    !span_is(rule->driver, "vfio-pci") &&
		    find_wish(image, rule->driver) == rule)
			r = add_driver(image, rule->driver, reterr);
	}
	return r;
}

/* Options that reach no module would be lost without a word. */
static void judge_options(const struct image *image)
{
	static const char built_in[] = " is built into this kernel, so that the option "
		"has no effect: give it to the kernel at the boot loader";
	static const char foreign[] = " is no module that the rules need, so that the "
		"option has no effect: leave it out";
	const struct rules *rules = &image->in->rules;
	unsigned i;

	for (i = 0; i < rules->n_options; i++) {
		const struct module_option *option = &rules->option[i];
		const struct module *module;
		struct fault fault = { .name = config_name(image), .line = option->line };

		module = modules_find(&image->modules, option->module);
		if (module && module->path[0] != '\0')
			continue;
		fault_quote(&fault, EINVAL, "", option->module,
			    module ? built_in : foreign);
		cmd_fail(STATUS_CONFIG, &fault);
	}
}

/* "/usr/lib/earlybind/modules/vfio-pci.ko", and of an IOMMU modules/iommu/NAME.ko */
static void module_target(const struct module *module, struct text *t)
{
	struct span name = span_last(span_of(module->path), '/');

	text_add(t, MODULE_DIR);
	if (is_iommu(module))
		text_add(t, "iommu/");
	text_span(t, span_cut(&name, '.'));
	text_add(t, ".ko");
}

static void load_text(const struct image *image, const struct module *module,
		      struct text *t)
{
	const struct rules *rules = &image->in->rules;
	unsigned i;

	text_add(t, "load ");
	module_target(module, t);
	for (i = 0; i < rules->n_options; i++) {
		const struct module_option *option = &rules->option[i];

		if (!span_same_name(option->module, span_of(module->name)))
			continue;
		text_char(t, ' ');
		text_span(t, option->param);
		text_char(t, '=');
		text_span(t, option->value);
	}
	text_char(t, '\n');
}

static int write_modules(struct image *image, struct fault *reterr)
{
	unsigned i;

	for (i = 0; i < image->modules.n; i++) {
		const struct module *module = &image->modules.load[i];
		char path[PATH_SIZE];
		struct text t = TEXT_IN(path);
		int r;

		module_target(module, &t);
		r = tree_copy_module(&image->tree, path, &image->in->root, module->path,
				     reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The text goes through the parser that reads it at boot. */
static int write_image_conf(struct image *image, struct fault *reterr)
{
	struct source_text *own = &image->in->sources.image;
	struct text t;
	unsigned i;
	int r;

	text_init(&t, own->s, CONFIG_MAX);
	image_name_default();
	inputs_host_text(image->in, &t);
	for (i = 0; i < image->modules.n; i++)
		load_text(image, &image->modules.load[i], &t);
	text_add(&t, "end\n");
	*reterr = (struct fault){ .name = IMAGE_FILE };
	if (t.full)
		return fault_set(reterr, EFBIG, "it would be larger than the limit "
				 "CONFIG_MAX, 262144 bytes", NULL);
	r = rules_parse(&image->in->rules, SOURCE_IMAGE, IMAGE_FILE, text_is(&t), reterr);
	return r < 0 ? r : tree_write(&image->tree, IMAGE_FILE, text_is(&t), reterr);
}

static int write_config(struct image *image, struct fault *reterr)
{
	const struct source_text *config = &image->in->sources.config;

	if (!config->is_there)
		return 0;
	return tree_write(&image->tree, CONFIG_FILE,
			  (struct span){ config->s, config->n }, reterr);
}

/* The binder last: without it the rest is inert. */
static int write_all(struct image *image, struct fault *reterr)
{
	int r;

	tree_remove(&image->tree, BINDER_FILE);
	tree_remove(&image->tree, CONFIG_FILE);
	tree_remove(&image->tree, IMAGE_FILE);
	r = write_modules(image, reterr);

	if (r == 0)
		r = write_config(image, reterr);
	if (r == 0)
		r = write_image_conf(image, reterr);
	if (r == 0)
		r = tree_copy(&image->tree, BINDER_FILE, 0755, &image->in->root,
			      BINDER_FILE, reterr);
	if (r < 0)
		tree_undo(&image->tree);
	return r;
}

/* The tree is for an image: in the system itself an image.conf would pass for its own. */
static bool is_same_dir(const struct root *a, const struct root *b)
{
	struct stat x, y;

	return fstat(a->fd, &x) == 0 && fstat(b->fd, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* Whoever builds the image should know what will not be protected, or given away; unless
 * nothing is. */
static void print_host(const struct rules *rules, const struct host *host)
{
	unsigned i;

	if (!rules_have_bind(rules))
		return;
	for (i = 0; i < host->n_notes; i++)
		fprintf(stderr, "earlybind: %s\n", host->note[i]);
	if (!host->is_known)
		fprintf(stderr, "earlybind: this image takes no storage that the config "
			"does not name exactly, and no network card or USB controller by "
			"its class: the host's disks are not known in %s\n", host->why);
	else if (host->is_unsure)
		fprintf(stderr, "earlybind: this image takes no storage that the config "
			"does not name exactly: not all that the host needs was found\n");
}

/* What the host needs of its devices, now that the rules say which twins there are. */
static int find_host(struct image *image, struct fault *reterr)
{
	struct inputs *in = image->in;
	int r = inputs_machine(in, image->request, 0, reterr);

	if (r == 0)
		r = inputs_host(in, image->request, reterr);
	if (r == 0)
		print_host(&in->rules, &in->host);
	return r;
}

static int make_image(struct image *image, struct fault *reterr)
{
	int r;

	if (inputs_config(image->in, reterr) < 0) {
		image->status = (enum exit_code)cmd_fail(STATUS_CONFIG, reterr);
		rules_init(&image->in->rules);
	}
	r = find_host(image, reterr);
	if (r == 0)
		r = add_drivers(image, reterr);
	if (r < 0)
		return r;
	judge_options(image);
	return write_all(image, reterr);
}

int cmd_image(const struct request *request, struct inputs *in)
{
	struct image image = { .request = request, .in = in };
	struct fault fault;
	unsigned i;
	int r;

	image.modules.dir = -1;
	image.tree.root.fd = -1;
	r = inputs_open(in, request, &fault);
	if (r == 0)
		r = modules_open(&image.modules, &in->root, request->kernel, &fault);
	if (r == 0)
		r = tree_open(&image.tree, request->operand, &fault);
	if (r == 0 && is_same_dir(&image.tree.root, &in->root))
		r = fault_set(&fault, EINVAL,
			      "this is the root that is read: name an empty directory",
			      NULL);
	if (r == 0)
		r = make_image(&image, &fault);
	for (i = 0; i < image.tree.n; i++)
		puts(image.tree.path[i]);
	modules_close(&image.modules);
	tree_close(&image.tree);
	return r < 0 ? cmd_fail(STATUS_SYSTEM, &fault) : (int)image.status;
}
