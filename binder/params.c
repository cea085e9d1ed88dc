/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters of the modules that we load. The kernel applies "vfio-pci.x=1" of its
 * command line to built-in modules only (init/main.c:unknown_bootoption) and leaves the
 * others to modprobe, which does not run here.
 */
#include "params.h"

#include <errno.h>
#include <string.h>

#include "core/ids.h"
#include "poke.h"

#define MODULES "/sys/module"

/* For the callbacks of each parameter. */
struct use {
	struct boot *b;
	struct span module;
	struct text *t;
	const char *remedy;
};

struct span params_module(struct span file)
{
	struct span name = span_last(file, '/');

	return span_cut(&name, '.');
}

static void each_param(struct boot *b, const struct load *load,
		       void (*each)(struct span param, struct span value, void *with),
		       struct text *t)
{
	struct use use = { b, params_module(load->file), t,
			   ": somebody loaded the module before us" };
	struct span rest = load->params;

	while (rest.s) {
		struct span value = span_cut(&rest, ' ');
		struct span param = span_cut(&value, '=');

		if (param.n > 0)
			each(param, value, &use);
	}
	cmdline_params(&b->cmdline, use.module, each, &use);
}

static void say_left_out(struct boot *b, struct span entry, unsigned harmed)
{
	char addr[24], word[96];
	struct text t = TEXT_IN(word);

	text_quote(&t, entry);
	if (harmed == NO_FUNCTION)
		boot_say(b, LOG_ERROR, "ids=", word, " is left out: it is no "
			 "vendor:device[:subvendor[:subdevice[:class[:mask]]]]", NULL);
	else
		boot_say(b, LOG_INFO, "ids=", word, " is left out: it would take ",
			 boot_address(b, harmed, addr), ", which stays with the host",
			 NULL);
}

/* Adds the harmless entries; what cannot be read might mean anything and is no such. */
static void add_ids(struct use *use, struct span value)
{
	const char *lead = " ids=";

	while (value.s) {
		struct span word = span_cut(&value, ',');
		struct ids_entry entry;
		unsigned harmed = NO_FUNCTION;

		word = span_strip(span_strip(word, '"'), ' ');
		if (word.n == 0)
			continue;
		if (ids_entry_parse(word, &entry) == 0) {
			harmed = ids_entry_harms(&entry, &use->b->plan, &use->b->machine);
			if (harmed == NO_FUNCTION) {
				text_add(use->t, lead);
				text_span(use->t, word);
				lead = ",";
				continue;
			}
		}
		say_left_out(use->b, word, harmed);
	}
}

static void add_param(struct span param, struct span value, void *with)
{
	struct use *use = with;
	bool is_quoted = value.s && span_has(value, " ");

	if (span_is(param, "ids")) {
		add_ids(use, value);
		return;
	}
	text_char(use->t, ' ');
	text_span(use->t, param);
	if (!value.s)
		return;
	text_add(use->t, is_quoted ? "=\"" : "=");
	text_span(use->t, value);
	if (is_quoted)
		text_char(use->t, '"');
}

void params_for(struct boot *b, const struct load *load, struct text *t)
{
	each_param(b, load, add_param, t);
}

/* Adds a name of module or parameter as sysfs has it; false for what is no name: such a
 * word of the command line must not choose a path. */
static bool add_name(struct text *t, struct span name)
{
	size_t i;

	for (i = 0; i < name.n; i++) {
		char c = name.s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
		text_char(t, c == '-' ? '_' : c);
	}
	return name.n > 0;
}

/* A bool reads "Y" where "1" was written: kernel/params.c:param_get_bool(). */
static bool has_value(const struct root *root, const char *path, struct span value)
{
	char buffer[256];
	struct span now = sysfs_trim(buffer, sysfs_read_head(root, path, buffer,
							     sizeof(buffer)));

	if (span_is(now, "Y"))
		return !value.s || span_is(value, "1") || span_is(value, "y") ||
		       span_is(value, "Y") || span_is(value, "on");
	if (span_is(now, "N"))
		return span_is(value, "0") || span_is(value, "n") ||
		       span_is(value, "N") || span_is(value, "off");
	return value.s && span_equal(now, value);
}

static void set_param(struct span param, struct span value, void *with)
{
	struct use *use = with;
	char path[PATH_SIZE], word[256], number[12];
	struct text t = TEXT_IN(path);
	struct text w = TEXT_IN(word);
	int r;

	if (span_is(param, "ids"))
		return;		/* not in sysfs; what it took against a rule is rescued */
	text_add(&t, MODULES "/");
	if (!add_name(&t, use->module))
		return;
	text_add(&t, "/parameters/");
	if (!add_name(&t, param))
		return;
	text_span(&w, value.s ? value : SPAN("1"));
	r = t.full || w.full ? -ENAMETOOLONG : poke_write(&use->b->root, path, word);
	if (r == 0 || (!t.full && has_value(&use->b->root, path, value)))
		return;
	boot_say(use->b, LOG_ERROR, path + sizeof(MODULES), " could not be set to ", word,
		 ": ", errno_name(-r, number), use->remedy, NULL);
}

void params_set(struct boot *b, const struct load *load)
{
	each_param(b, load, set_param, NULL);
}

static bool is_in_load_list(const struct rules *rules, struct span module)
{
	unsigned i;

	for (i = 0; i < rules->n_loads; i++)
		if (span_same_name(params_module(rules->load[i].file), module))
			return true;
	return false;
}

void params_set_options(struct boot *b)
{
	unsigned i;

	for (i = 0; i < b->rules.n_options; i++) {
		const struct module_option *option = &b->rules.option[i];
		struct use use = { b, option->module, NULL,
				   ": say it on the kernel command line" };

		if (!is_in_load_list(&b->rules, option->module))
			set_param(option->param, option->value, &use);
	}
}
