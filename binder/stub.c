/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drivers that planned devices go to: which are there, what they are really called,
 * and loading those that are not there. Knows nothing of single devices.
 */
#include "stub.h"

#include <errno.h>
#include <string.h>

#include "params.h"
#include "poke.h"

struct stub *stub_of(struct boot *b, const struct rule *rule)
{
	unsigned i;

	for (i = 0; i < b->n_stubs; i++)
		if (span_equal(b->stub[i].name, rule->driver))
			return &b->stub[i];
	return NULL;
}

/* "pci:vfio-pci" in /sys/module/M/drivers: drivers/base/module.c:module_add_driver(). */
static int look_at_entry(const char *entry, void *with)
{
	struct stub *stub = with;
	struct span name = span_of(entry);
	bool is_same;

	if (!span_starts(name, "pci:") || name.n - 4 >= DRIVER_MAX)
		return 0;
	name = (struct span){ entry + 4, name.n - 4 };
	is_same = span_same_name(name, stub->name);
	if (is_same || !stub->driver[0])
		memcpy(stub->driver, name.s, name.n + 1);
	return is_same;
}

/* A module may register its driver under any name, most often with '-' in place of
 * '_'. */
static void look_in_module(struct boot *b, struct stub *stub)
{
	char path[PATH_SIZE], module[DRIVER_MAX];
	struct text t = TEXT_IN(module);
	size_t i;

	text_span(&t, stub->name);
	for (i = 0; i < t.n; i++)
		if (module[i] == '-')
			module[i] = '_';
	if (sysfs_path(path, "/sys/module", module, "drivers"))
		sysfs_list(&b->root, path, look_at_entry, stub);
}

static void look(struct boot *b, struct stub *stub)
{
	char path[PATH_SIZE], name[DRIVER_MAX];
	struct text t = TEXT_IN(name);

	if (stub->driver[0])
		return;
	text_span(&t, stub->name);
	if (sysfs_path(path, SYSFS_DRIVERS, name, NULL) &&
	    sysfs_exists(&b->root, path) == 1)
		memcpy(stub->driver, name, sizeof(name));
	else
		look_in_module(b, stub);
}

static void find_one(struct boot *b, const struct plan_step *step)
{
	const struct rule *rule = &b->rules.rule[step->rule];

	if (span_is(rule->driver, "none") || stub_of(b, rule))
		return;
	if (b->n_stubs == STUBS_MAX) {
		boot_say(b, LOG_ERROR, "more drivers than the limit STUBS_MAX, 16", NULL);
		return;
	}
	b->stub[b->n_stubs].name = rule->driver;
	look(b, &b->stub[b->n_stubs++]);
}

void stub_find_all(struct boot *b)
{
	boot_each_bind(b, find_one);
}

/* What to do about it, for the errors that finit_module(2) is known for. */
static const char *load_remedy(struct boot *b, const char *file, int err)
{
	switch (err) {
	case ENOENT:
		if (sysfs_exists(&b->root, file) != 1)
			return ", the file is not in this image: run earlybind sync";
		return ", a module that it needs is missing: run earlybind sync";
	case ENOEXEC:
		return ", it was built for another kernel: run earlybind sync";
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return ", this kernel does not accept its signature";
	case EPERM:
		return ", this kernel forbids it: look for module_blacklist=, lockdown "
		       "or modules_disabled";
	case EXDEV:
		return ", --root is not this machine";
	case EINVAL:
		return ", the kernel refuses it or one of its parameters";
	}
	return "";
}

static void load_one(struct boot *b, unsigned i)
{
	const struct load *load = &b->rules.load[i];
	char file[PATH_SIZE], params[PARAMS_SIZE], number[12];
	struct text f = TEXT_IN(file);
	struct text p = TEXT_IN(params);
	int r = -E2BIG;

	text_init(&f, file, sizeof(file));
	text_init(&p, params, sizeof(params));
	boot_doing(b, DOING_LOAD, NO_FUNCTION);
	b->now.load = (uint16_t)i;
	text_span(&f, load->file);
	params_for(b, load, &p);
	if (!f.full && !p.full)
		r = poke_module(&b->root, file, p.n > 0 ? params + 1 : params);
	if (r == -EEXIST) {
		params_set(b, load);
		r = 0;
	}
	b->load_err[i] = r;
	if (r < 0)
		boot_say(b, LOG_ERROR, file, " cannot be loaded: ",
			 errno_name(-r, number), load_remedy(b, file, -r), NULL);
}

/* "earlybind image" puts them there. */
static bool is_iommu(const struct boot *b, unsigned i)
{
	return span_has(b->rules.load[i].file, "/iommu/");
}

/* What they need comes before them. */
bool stub_load_iommu(struct boot *b)
{
	unsigned i, n = 0;

	for (i = 0; i < b->rules.n_loads; i++)
		if (is_iommu(b, i))
			n = i + 1;
	for (i = 0; i < n; i++)
		if (b->load_err[i] == 0)	/* the child before us hung there */
			load_one(b, i);
	return n > 0;
}

void stub_load_all(struct boot *b)
{
	unsigned i;

	if (!b->has_options) {
		b->has_options = true;
		boot_doing(b, DOING_OPTIONS, NO_FUNCTION);
		params_set_options(b);
	}
	/* where one hung, the next child goes on behind it: others need other modules */
	while (b->n_loaded < b->rules.n_loads) {
		i = b->n_loaded++;
		if (!is_iommu(b, i))
			load_one(b, i);
	}
	for (i = 0; i < b->n_stubs; i++)
		look(b, &b->stub[i]);
}

static void copy_name(char ret_who[DRIVER_MAX], struct span s)
{
	struct text t;

	text_init(&t, ret_who, DRIVER_MAX);
	text_quote(&t, s);
}

/* The load line that is to blame: the stub's own, unless that only lacks another one. */
int stub_why(const struct boot *b, const struct stub *stub, char ret_who[DRIVER_MAX])
{
	unsigned first = b->rules.n_loads;
	int err = ENOENT;
	unsigned i;

	copy_name(ret_who, stub->name);
	for (i = b->rules.n_loads; i-- > 0;) {
		struct span module = params_module(b->rules.load[i].file);

		if (span_same_name(module, stub->name))
			err = ENODEV;	/* loaded, and yet it registered no such driver */
		if (b->load_err[i] == 0)
			continue;
		first = i;
		if (b->load_err[i] != -ENOENT && span_same_name(module, stub->name))
			break;
	}
	if (first == b->rules.n_loads)
		return err;
	copy_name(ret_who, params_module(b->rules.load[first].file));
	return -b->load_err[first];
}

bool stub_is(struct span driver)
{
	return span_is(driver, "pci-stub") || span_has(driver, "vfio");
}
