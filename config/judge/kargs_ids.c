/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which ids a stub that is a part of the kernel needs among its arguments, to be before
 * other drivers that are, and before those of devices that appear late. Pure.
 */
#include <string.h>

#include "core/ids.h"
#include "judge/kargs.h"

/* With the NUL: static char ids[1024] in drivers/vfio/pci/vfio_pci.c and
 * drivers/pci/pci-stub.c. */
enum { IDS_SIZE = 1024 };

/* Whether that stub's init comes before that of a driver in this file: both are device
 * initcalls, in the order of drivers/Makefile. Drivers in directories that are left out
 * are linked earlier, or some of them have an earlier initcall. */
static bool starts_first(const char *stub, const char *path)
{
	static const char *const after_vfio[] = {
		"kernel/drivers/usb/", "kernel/drivers/mmc/", "kernel/sound/", NULL,
	};
	static const char *const before_stub[] = {
		"kernel/drivers/bus/", "kernel/drivers/phy/", "kernel/drivers/pinctrl/",
		"kernel/drivers/gpio/", "kernel/drivers/pwm/", "kernel/drivers/pci/",
		"kernel/drivers/thunderbolt/", "kernel/drivers/i2c/", NULL,
	};
	bool is_vfio = strcmp(stub, "vfio-pci") == 0;
	const char *const *dir = is_vfio ? after_vfio : before_stub;
	struct span file = span_of(path);

	for (; *dir; dir++)
		if (span_starts(file, *dir))
			return is_vfio;
	return !is_vfio && (span_starts(file, "kernel/drivers/") ||
			    span_starts(file, "kernel/sound/"));
}

static const struct built_in *find_built_in(const struct situation *of,
					    const char *stub, unsigned fn)
{
	unsigned i;

	for (i = 0; i < of->facts->n_built_ins; i++) {
		const struct built_in *own = &of->facts->built_in[i];
		const struct kernel *kernel = &of->facts->kernel[own->kernel];

		if (own->fn == fn && starts_first(stub, own->path) &&
		    (strcmp(stub, "vfio-pci") == 0 ? kernel->has_vfio_pci :
						     kernel->has_pci_stub))
			return own;
	}
	return NULL;
}

/* Whether the stub should have this function's id; then the sentence says why. */
static bool wants_id(const struct situation *of, const char *stub, unsigned fn,
		     struct text *why)
{
	const struct built_in *own = find_built_in(of, stub, fn);

	if (of->rules->ids == IDS_NEVER)
		return false;
	if (of->rules->ids == IDS_ALWAYS) {
		text_add(why, "set ids=always");
	} else if (own) {
		text_add(why, "its driver ");
		text_add(why, own->driver);
		text_add(why, " is built into kernel ");
		text_add(why, of->facts->kernel[own->kernel].name);
		text_add(why, ", and so is ");
		text_add(why, stub);
		text_add(why, ", which starts earlier");
	} else if (findings_why_late(of, fn) && of->facts->has_module[fn]) {
		text_add(why, "it may appear when its driver is there already");
	} else {
		return false;
	}
	return true;
}

static void entry_text(const struct function *f, bool has_subsystem, struct text *t)
{
	pci_id_text(f->id, t);
	if (!has_subsystem)
		return;
	text_char(t, ':');
	pci_id_text(f->subsystem, t);
}

/* Writes the shortest entry that takes no function but bound ones. Returns NO_FUNCTION,
 * or the one that every entry would take. */
static unsigned choose_entry(const struct situation *of, unsigned fn, struct text *t)
{
	unsigned harmed = NO_FUNCTION;
	unsigned long_form;

	for (long_form = 0; long_form < 2; long_form++) {
		struct ids_entry entry;

		t->n = 0;
		entry_text(&of->machine->fn[fn], long_form, t);
		if (ids_entry_parse(text_is(t), &entry) < 0)
			return fn;
		harmed = ids_entry_harms(&entry, of->plan, of->machine);
		if (harmed == NO_FUNCTION)
			break;
	}
	return harmed;
}

static bool has_entry(struct span list, struct span entry)
{
	while (list.s)
		if (span_equal(span_cut(&list, ','), entry))
			return true;
	return false;
}

static void note_left_out(struct kargs *kargs, const struct situation *of,
			  const char *stub, unsigned fn, const char *why)
{
	struct text t = kargs_note(kargs);

	pci_addr_text(of->machine->fn[fn].addr, &t);
	text_add(&t, " is not in ");
	text_add(&t, stub);
	text_add(&t, ".ids=: ");
	text_add(&t, why);
}

/* Adds the entry of one function to a list that begins at `start` of the word. Whether it
 * is in the list now. */
static bool add_entry(struct kargs *kargs, const struct situation *of, const char *stub,
		      unsigned fn, struct text *word, size_t start)
{
	struct span list = { word->s + start, word->n - start };
	char entry[24], why[80];
	struct text e = TEXT_IN(entry), y = TEXT_IN(why);
	unsigned harmed;

	if (function_is_storage(&of->machine->fn[fn])) {
		note_left_out(kargs, of, stub, fn, "storage is never taken by its id");
		return false;
	}
	harmed = choose_entry(of, fn, &e);
	if (harmed != NO_FUNCTION) {
		pci_addr_text(of->machine->fn[harmed].addr, &y);
		text_add(&y, " has the same ids and stays with the host");
		note_left_out(kargs, of, stub, fn, why);
		return false;
	}
	if (has_entry(list, text_is(&e)))
		return true;
	if (list.n + e.n + 2 > IDS_SIZE) {
		note_left_out(kargs, of, stub, fn, "the kernel takes 1023 bytes at most");
		return false;
	}
	if (list.n > 0)
		text_char(word, ',');
	text_span(word, text_is(&e));
	return true;
}

void kargs_add_ids(struct kargs *kargs, const struct situation *of, const char *stub)
{
	char reason[FAULT_SIZE];
	struct text word, why;
	unsigned i, n = 0;
	size_t start;

	kargs_next(kargs, &word, &why);
	text_add(&word, stub);
	text_add(&word, ".ids=");
	start = word.n;
	for (i = 0; i < of->plan->n; i++) {
		const struct plan_step *step = &of->plan->step[i];
		struct text t = TEXT_IN(reason);

		if (step->verb != PLAN_BIND ||
		    !span_same_name(of->rules->rule[step->rule].driver, span_of(stub)) ||
		    !wants_id(of, stub, step->fn, &t) ||
		    !add_entry(kargs, of, stub, step->fn, &word, start) || n++ > 0)
			continue;
		pci_addr_text(of->machine->fn[step->fn].addr, &why);
		text_add(&why, ": ");
		text_span(&why, text_is(&t));
	}
	if (n == 0)
		return;
	if (n > 1) {
		text_add(&why, "; and ");
		text_decimal(&why, n - 1);
		text_add(&why, " more");
	}
	kargs->n++;
}
