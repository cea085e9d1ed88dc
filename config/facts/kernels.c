/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the installed kernels: whether each has the drivers that the rules name,
 * and whether it has the devices' own drivers built in.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/modules.h"

#define MODULES_DIR "/lib/modules"

struct kernels {
	struct facts *facts;
	const struct root *root;
};

/* A directory without modules.dep is what a removed kernel left. */
static int add_kernel(const char *name, void *with)
{
	struct kernels *kernels = with;
	struct facts *facts = kernels->facts;
	struct kernel *kernel = &facts->kernel[facts->n_kernels];
	char path[PATH_SIZE];
	struct text t;

	if (!sysfs_path(path, MODULES_DIR, name, "modules.dep") ||
	    sysfs_exists(kernels->root, path) != 1)
		return 0;
	if (facts->n_kernels == KERNELS_MAX) {
		facts->lost_kernels = true;
		return 0;
	}
	t = TEXT_IN(kernel->name);
	text_add(&t, name);
	if (!t.full)
		facts->n_kernels++;
	return 0;
}

/* drivers/pci/pci-sysfs.c:modalias_show */
static void write_modalias(const struct function *f, char *buffer, size_t size)
{
	snprintf(buffer, size, "pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02x",
		 f->id.vendor, f->id.device, f->subsystem.vendor, f->subsystem.device,
		 f->class >> 16, f->class >> 8 & 0xff, f->class & 0xff);
}

/* The line of modules.builtin about that module: "kernel/drivers/usb/host/xhci-pci.ko".
 * The directory says when the driver starts: Documentation/kbuild/kbuild.rst. */
static void find_path(struct span list, const char *name, char *path, size_t size)
{
	struct text t;

	text_init(&t, path, size);
	while (list.s) {
		struct span line = span_cut(&list, '\n');
		struct span file = span_last(line, '/');

		if (!span_same_name(span_cut(&file, '.'), span_of(name)))
			continue;
		text_span(&t, line);
		break;
	}
	if (t.full)
		text_init(&t, path, size);
}

static void add_driver(struct facts *facts, struct modules *modules, struct span list,
		       const struct situation *of, unsigned fn, unsigned kernel)
{
	struct built_in *built_in = &facts->built_in[facts->n_built_ins];
	char alias[128], driver[DRIVER_MAX];
	enum modules_driver kind;
	struct text t;

	write_modalias(&of->machine->fn[fn], alias, sizeof(alias));
	kind = modules_driver(modules, alias, driver);
	if (kind == DRIVER_MODULE)
		facts->has_module[fn] = true;
	if (kind != DRIVER_BUILT_IN || facts->n_built_ins == BUILT_INS_MAX)
		return;
	*built_in = (struct built_in){ .fn = (uint16_t)fn, .kernel = (uint8_t)kernel };
	text_init(&t, built_in->driver, sizeof(built_in->driver));
	text_add(&t, driver);
	find_path(list, driver, built_in->path, sizeof(built_in->path));
	facts->n_built_ins++;
}

/* Whether the kernel has that module as a part of itself. */
static bool builds_in(struct modules *modules, struct span name)
{
	const struct module *module = modules_find(modules, name);
	struct fault fault;

	if (!module && modules_add(modules, name, &fault) == 0)
		module = modules_find(modules, name);
	return module && module->path[0] == '\0';
}

static void read_stubs(struct kernel *kernel, struct modules *modules,
		       const struct rules *rules)
{
	unsigned i;

	kernel->has_vfio_pci = builds_in(modules, SPAN("vfio-pci"));
	kernel->has_pci_stub = builds_in(modules, SPAN("pci-stub"));
	for (i = 0; i < rules->n_options; i++)
		kernel->has_option[i] = builds_in(modules, rules->option[i].module);
}

static int read_kernel(struct facts *facts, const struct root *root,
		       const struct situation *of, unsigned k, struct fault *reterr)
{
	static struct modules modules;
	struct kernel *kernel = &facts->kernel[k];
	struct fault fault;
	char path[PATH_SIZE];
	struct span list;
	char *buffer = NULL;
	unsigned i;
	int r;

	kernel->lacks = NO_RULE;
	modules.dir = -1;
	r = modules_open(&modules, root, kernel->name, reterr);
	if (r < 0)
		return r;
	for (i = 0; i < of->rules->n && kernel->lacks == NO_RULE; i++) {
		const struct rule *rule = &of->rules->rule[i];

		if (rule->verb == RULE_BIND && !span_is(rule->driver, "none") &&
		    modules_add(&modules, rule->driver, &fault) == -ENOENT)
			kernel->lacks = (uint16_t)i;
	}
	read_stubs(kernel, &modules, of->rules);
	facts_read_config(kernel, root, of->machine);
	if (sysfs_path(path, MODULES_DIR, kernel->name, "modules.builtin"))
		buffer = text_file_read(root, path, &list);
	for (i = 0; i < of->machine->n; i++)
		if (facts_is_bound(of, i))
			add_driver(facts, &modules, buffer ? list : SPAN(""), of, i, k);
	free(buffer);
	modules_close(&modules);
	return 0;
}

void facts_list_kernels(struct facts *facts, const struct root *root)
{
	struct kernels kernels = { facts, root };

	sysfs_list(root, MODULES_DIR, add_kernel, &kernels);
}

void facts_read_kernels(struct facts *facts, const struct root *root,
			const struct situation *of)
{
	struct fault fault;
	unsigned k;

	facts_list_kernels(facts, root);
	for (k = 0; k < facts->n_kernels; k++)
		read_kernel(facts, root, of, k, &fault);
}

int facts_read_kernel(struct facts *facts, const struct root *root,
		      const struct situation *of, const char *version,
		      struct fault *reterr)
{
	struct text t = TEXT_IN(facts->kernel[0].name);

	*reterr = (struct fault){ .name = "earlybind" };
	text_add(&t, version);
	if (t.full)
		return fault_quote(reterr, ENAMETOOLONG, "no kernel has the version ",
				   span_of(version), "");
	facts->n_kernels = 1;
	return read_kernel(facts, root, of, 0, reterr);
}
