/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files must be loaded, in which order, for a kernel that need not be the running
 * one: libkmod with the module tree of that kernel. Options and blacklists of modprobe.d
 * are left out: an image must not depend on what else the host has configured.
 */
#include "facts/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define MODULES_DIR "/lib/modules/"

static int open_dir(struct modules *m, const struct root *root, struct fault *reterr)
{
	char path[PATH_SIZE] = MODULES_DIR;
	struct text t = TEXT_IN(path);

	text_add(&t, MODULES_DIR);
	text_add(&t, m->kernel);
	if (t.full || strchr(m->kernel, '/') || m->kernel[0] == '.')
		return fault_quote(reterr, EINVAL, "no kernel has the version ",
				   span_of(m->kernel),
				   ": take a name below /lib/modules");
	m->dir = root_open_file(root, path, O_PATH | O_DIRECTORY, 0);
	if (m->dir < 0)
		return fault_set(reterr, -m->dir, path,
				 ": the modules of this kernel cannot be opened: ",
				 strerror(-m->dir), ", is it installed?", NULL);
	return 0;
}

/* Where the file of one dependency is missing, libkmod says so here and returns none at
 * all, as if the module had none: libkmod/libkmod-module.c. */
static void note_error(void *data, int priority, const char *file, int line,
		       const char *function, const char *format, va_list args)
{
	struct modules *m = data;

	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
	if (priority <= LOG_ERR)
		m->is_broken = true;
}

int modules_open(struct modules *m, const struct root *root, const char *kernel,
		 struct fault *reterr)
{
	const char *no_config = NULL;
	char path[64];
	int r;

	*reterr = (struct fault){ .name = "earlybind" };
	m->kernel = kernel;
	m->kmod = NULL;
	m->n = 0;
	m->n_seen = 0;
	r = open_dir(m, root, reterr);
	if (r < 0)
		return r;
	/* through the fd: libkmod knows no root, and would follow links out of it */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", m->dir);
	m->kmod = kmod_new(path, &no_config);
	if (!m->kmod)
		return fault_set(reterr, ENOMEM, "libkmod cannot be started", NULL);
	kmod_set_log_fn(m->kmod, note_error, m);
	return 0;
}

void modules_close(struct modules *m)
{
	if (m->kmod)
		kmod_unref(m->kmod);
	close_fd(&m->dir);
}

const struct module *modules_find(const struct modules *m, struct span name)
{
	unsigned i;

	for (i = 0; i < m->n_seen; i++)
		if (span_same_name(name, span_of(m->seen[i].name)))
			return &m->seen[i];
	return NULL;
}

/* The file of a module, as a path below the root; empty for a built-in one. */
static int module_path(const struct modules *m, struct kmod_module *mod, struct text *t)
{
	const char *path = kmod_module_get_path(mod);
	const char *dir = kmod_get_dirname(m->kmod);

	/* only this answer is about the tree; the others are about the running kernel */
	if (!path)
		return kmod_module_get_initstate(mod) == KMOD_MODULE_BUILTIN ?
		       0 : -ENOENT;
	if (strncmp(path, dir, strlen(dir)) == 0) {
		text_add(t, MODULES_DIR);
		text_add(t, m->kernel);
		path += strlen(dir);
	}
	text_add(t, path);
	return t->full ? -ENAMETOOLONG : 0;
}

static int no_room(struct modules *m, struct fault *reterr)
{
	return fault_set(reterr, E2BIG, "kernel ", m->kernel,
			 " needs more modules than the limit LOADS_MAX, 32", NULL);
}

/* Notes it as the next one of m->seen. */
static int see(struct modules *m, struct kmod_module *mod, struct fault *reterr)
{
	struct module *seen = &m->seen[m->n_seen];
	struct text name, path;
	int r;

	if (m->n_seen == sizeof(m->seen) / sizeof(m->seen[0]))
		return no_room(m, reterr);
	text_init(&name, seen->name, sizeof(seen->name));
	text_init(&path, seen->path, sizeof(seen->path));
	text_add(&name, kmod_module_get_name(mod));
	r = name.full ? -ENAMETOOLONG : module_path(m, mod, &path);
	if (r < 0)
		return fault_set(reterr, -r, "kernel ", m->kernel, ": module \"",
				 seen->name, "\" has no usable file: run depmod ",
				 m->kernel, NULL);
	m->n_seen++;
	return 0;
}

static int add(struct modules *m, struct kmod_module *mod, struct fault *reterr);

/* Frees the list. */
static int add_list(struct modules *m, struct kmod_list *list, struct fault *reterr)
{
	struct kmod_list *item;
	int r = 0;

	kmod_list_foreach(item, list) {
		struct kmod_module *mod = kmod_module_get_module(item);

		r = add(m, mod, reterr);
		kmod_module_unref(mod);
		if (r < 0)
			break;
	}
	kmod_module_unref_list(list);
	return r;
}

/* Those that must come before it, itself, those that should follow. */
static int add(struct modules *m, struct kmod_module *mod, struct fault *reterr)
{
	struct kmod_list *before = NULL, *after = NULL;
	const struct module *seen = &m->seen[m->n_seen];
	int r;

	if (modules_find(m, span_of(kmod_module_get_name(mod))))
		return 0;
	r = see(m, mod, reterr);
	if (r < 0)
		return r;
	/* an error here is a kernel without modules.softdep */
	if (kmod_module_get_softdeps(mod, &before, &after) < 0)
		before = after = NULL;
	r = add_list(m, before, reterr);
	if (r == 0)
		r = add_list(m, kmod_module_get_dependencies(mod), reterr);
	if (r == 0 && seen->path[0] != '\0') {
		if (m->n == LOADS_MAX)
			r = no_room(m, reterr);
		else
			m->load[m->n++] = *seen;
	}
	if (r == 0)
		return add_list(m, after, reterr);
	kmod_module_unref_list(after);
	return r;
}

int modules_add(struct modules *m, struct span name, struct fault *reterr)
{
	struct kmod_list *list = NULL;
	char word[DRIVER_MAX];
	struct text t = TEXT_IN(word);
	int r;

	*reterr = (struct fault){ .name = "earlybind" };
	text_span(&t, name);
	m->is_broken = false;
	r = kmod_module_new_from_lookup(m->kmod, word, &list);
	if (r < 0 && r != -ENOENT && r != -ENOSYS)
		return fault_set(reterr, -r, "the modules of kernel ", m->kernel,
				 " cannot be searched: ", strerror(-r), NULL);
	if (list) {
		r = add_list(m, list, reterr);
		if (r == 0 && m->is_broken)
			r = fault_set(reterr, EIO, "kernel ", m->kernel, ": module \"",
				      word, "\" or one that it needs has no file: "
				      "install the kernel again, or run depmod ",
				      m->kernel, NULL);
		return r;
	}
	fault_set(reterr, ENOENT, "kernel ", m->kernel, " has no module \"", word,
		  "\": install what has it (on some systems a package "
		  "linux-modules-extra), or name another driver", NULL);
	return -ENOENT;
}

enum modules_driver modules_driver(const struct modules *m, const char *alias,
				   char name[DRIVER_MAX])
{
	struct kmod_list *list = NULL, *item;
	enum modules_driver ret = DRIVER_NONE;
	struct text t;

	text_init(&t, name, DRIVER_MAX);
	if (kmod_module_new_from_lookup(m->kmod, alias, &list) < 0)
		return DRIVER_NONE;
	kmod_list_foreach(item, list) {
		struct kmod_module *mod = kmod_module_get_module(item);

		ret = DRIVER_MODULE;
		if (!kmod_module_get_path(mod) &&
		    kmod_module_get_initstate(mod) == KMOD_MODULE_BUILTIN)
			ret = DRIVER_BUILT_IN;
		if (ret == DRIVER_BUILT_IN)
			text_add(&t, kmod_module_get_name(mod));
		kmod_module_unref(mod);
		if (ret == DRIVER_BUILT_IN)
			break;
	}
	kmod_module_unref_list(list);
	return ret;
}
