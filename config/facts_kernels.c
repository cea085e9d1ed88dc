/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the installed kernels: whether each has the drivers that the rules name,
 * and whether it has the devices' own drivers built in.
 */
#include <errno.h>
#include <stdio.h>

#include "facts.h"
#include "modules.h"

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
	struct text t = TEXT_IN(kernel->name);

	if (facts->n_kernels == KERNELS_MAX ||
	    !sysfs_path(path, MODULES_DIR, name, "modules.dep") ||
	    sysfs_exists(kernels->root, path) != 1)
		return 0;
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

static void add_built_in(struct facts *facts, struct modules *modules,
			 const struct findings_of *of, unsigned fn, unsigned kernel)
{
	struct built_in *built_in = &facts->built_in[facts->n_built_ins];
	char alias[128];

	if (facts->n_built_ins == BUILT_INS_MAX)
		return;
	write_modalias(&of->machine->fn[fn], alias, sizeof(alias));
	*built_in = (struct built_in){ .fn = (uint16_t)fn, .kernel = (uint8_t)kernel };
	if (modules_built_in(modules, alias, built_in->driver))
		facts->n_built_ins++;
}

static void read_kernel(struct facts *facts, const struct root *root,
			const struct findings_of *of, unsigned k)
{
	static struct modules modules;
	struct kernel *kernel = &facts->kernel[k];
	struct fault fault;
	unsigned i;

	kernel->lacks = NO_RULE;
	modules.dir = -1;
	if (modules_open(&modules, root, kernel->name, &fault) < 0)
		return;
	for (i = 0; i < of->rules->n && kernel->lacks == NO_RULE; i++) {
		const struct rule *rule = &of->rules->rule[i];

		if (rule->verb == RULE_BIND && !span_is(rule->driver, "none") &&
		    modules_add(&modules, rule->driver, &fault) == -ENOENT)
			kernel->lacks = (uint16_t)i;
	}
	for (i = 0; i < of->machine->n; i++)
		if (plan_binds(of->plan, i))
			add_built_in(facts, &modules, of, i, k);
	modules_close(&modules);
}

void facts_list_kernels(struct facts *facts, const struct root *root)
{
	struct kernels kernels = { facts, root };

	sysfs_list(root, MODULES_DIR, add_kernel, &kernels);
}

void facts_read_kernels(struct facts *facts, const struct root *root,
			const struct findings_of *of)
{
	unsigned k;

	facts_list_kernels(facts, root);
	for (k = 0; k < facts->n_kernels; k++)
		read_kernel(facts, root, of, k);
}
