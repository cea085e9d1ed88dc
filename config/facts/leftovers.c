/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about what older recipes left, and what else fights for the devices: lines of
 * configuration files, scripts and kernel arguments that bind devices to a stub or load
 * it early, and whether anybody reads them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/leftover_devices.h"
#include "words/edit.h"

struct reader;

struct place {
	const char *path;
	const char *end;	/* of a file's name, where the path is a directory */
	void (*read)(struct reader *reader, struct span line);
	enum { FLAT, LAYER, TREE } kind;	/* LAYER: a file of that name in one of
						 * those before, with the same reader,
						 * stands for it; TREE: one deeper */
	const char *(*is_dead)(const struct root *root);	/* says why, or NULL */
};

struct reader {
	struct facts *facts;
	const struct root *root;
	const struct place *place;
	const char *dir;
	const char *file;		/* the present one */
	unsigned line;
	bool is_inside;			/* an array of several lines */
	bool is_over;			/* no more is to be said of this file */
};

static struct leftover *add(struct reader *reader, enum leftover_kind kind,
			    struct span words)
{
	struct facts *facts = reader->facts;
	static struct leftover lost;
	struct leftover *old = &lost;
	struct text t;

	if (facts->n_leftovers < LEFTOVERS_MAX)
		old = &facts->leftover[facts->n_leftovers++];
	else
		facts->lost_leftovers = true;
	*old = (struct leftover){ .file = "" };
	old->kind = (uint8_t)kind;
	old->line = reader->line;
	old->dead = reader->place->is_dead ? reader->place->is_dead(reader->root) : NULL;
	text_init(&t, old->file, sizeof(old->file));
	text_add(&t, reader->file);
	while (words.n > 0 && (words.s[0] == ' ' || words.s[0] == '\t')) {
		words.s++;
		words.n--;
	}
	text_init(&t, old->text, sizeof(old->text));
	text_span(&t, sysfs_trim(words.s, (ssize_t)words.n));
	return old;
}

/* What earlybind loads by itself, without modprobe and what that reads. */
static bool is_stub(struct span name)
{
	return span_has(name, "vfio") || span_same_name(name, SPAN("iommufd")) ||
	       span_same_name(name, SPAN("pci-stub"));
}

static bool is_comment(struct span line)
{
	struct span word = facts_word(&line);

	return word.n == 0 || word.s[0] == '#' || word.s[0] == ';';
}

static void read_options(struct reader *reader, struct span line, struct span module,
			 struct span rest)
{
	struct span words = rest;
	bool has_ids = false, is_other = false;
	struct leftover *old;

	while (words.n > 0) {
		struct span word = facts_word(&words);

		has_ids |= span_starts(word, "ids=");
		is_other |= word.n > 0;
	}
	if (!is_other)
		return;
	old = add(reader, has_ids ? LEFTOVER_IDS : LEFTOVER_OPTIONS, line);
	leftover_of_options(old, module, rest);
}

static void read_modprobe(struct reader *reader, struct span line)
{
	struct span rest = line;
	struct span command = facts_word(&rest);
	struct span module = facts_word(&rest);

	if (span_is(command, "softdep") && span_has(rest, "vfio"))
		add(reader, LEFTOVER_SOFTDEP, line);
	else if (span_is(command, "options") && is_stub(module))
		read_options(reader, line, module, rest);
	else if (span_is(command, "install") &&
		 (is_stub(module) || span_has(rest, "vfio")))
		leftover_of_command(add(reader, LEFTOVER_INSTALL, line), reader->root,
				    rest);
}

static bool is_video_off(struct span word)
{
	return span_is(word, "video=efifb:off") || span_is(word, "video=vesafb:off") ||
	       span_is(word, "video=efifb:off,vesafb:off") ||
	       span_is(word, "video=vesafb:off,efifb:off");
}

/* A comment ends the line; in /proc/cmdline there are none. */
static void read_arguments(struct reader *reader, struct span line)
{
	while (line.n > 0) {
		struct span word = facts_word(&line);
		struct span name = word;

		/* GRUB_CMDLINE_LINUX=vfio-pci.ids=…, without quotes */
		if (span_starts(word, "GRUB_CMDLINE_LINUX")) {
			span_cut(&name, '=');
			word = name;
		}
		if (word.s && word.n > 0 && word.s[0] == '#')
			return;
		if (edit_has_word(span_of(reader->facts->args), word))
			continue;	/* earlybind sync wrote it */
		if (span_starts(word, "vfio-pci.ids=") ||
		    span_starts(word, "vfio_pci.ids=") ||
		    span_starts(word, "pci-stub.ids=") ||
		    span_starts(word, "pci_stub.ids="))
			leftover_of_ids(add(reader, LEFTOVER_ARGUMENT, word), word);
		else if (span_starts(word, "rd.driver.pre=") && span_has(word, "vfio"))
			add(reader, LEFTOVER_PRELOAD, word);
		else if (span_is(word, "amd_iommu=on"))
			add(reader, LEFTOVER_NOTHING, word);
		else if (is_video_off(word))
			add(reader, LEFTOVER_VIDEO, word);
	}
}

static void read_dracut(struct reader *reader, struct span line)
{
	struct span rest = line;
	struct span word = facts_word(&rest);

	if ((span_starts(word, "force_drivers") || span_starts(word, "add_drivers")) &&
	    span_has(line, "vfio"))
		add(reader, LEFTOVER_FORCE, line);
	if (span_starts(word, "kernel_cmdline"))
		read_arguments(reader, rest);
}

/* "MODULE [OPTION...]": modules-load.d(5), initramfs-tools(7). */
static void read_modules(struct reader *reader, struct span line)
{
	struct span rest = line;

	if (is_comment(line) || !is_stub(facts_word(&rest)))
		return;
	leftover_of_ids(add(reader, span_has(rest, "ids=") ? LEFTOVER_IDS :
			    LEFTOVER_MODULES, line), rest);
}

static bool is_bind(struct span line)
{
	return !is_comment(line) &&
	       (span_has(line, "driver_override") || span_has(line, "vfio-pci/"));
}

static void read_udev(struct reader *reader, struct span line)
{
	if (is_bind(line))
		leftover_of_line(add(reader, LEFTOVER_UDEV, line), line);
}

/* One line of it says enough. */
static void read_script(struct reader *reader, struct span line)
{
	if (!is_bind(line) && (is_comment(line) || !span_has(line, "vfio")))
		return;
	leftover_of_script(add(reader, reader->place->kind == TREE ? LEFTOVER_SCRIPT :
			       LEFTOVER_HOOK, line), reader->root, reader->file);
	reader->is_over = true;
}

/* A shell's array MODULES=(...), or the text that it was once. */
static void read_mkinitcpio(struct reader *reader, struct span line)
{
	if (is_comment(line))
		return;
	if (span_starts(line, "MODULES"))
		reader->is_inside = true;
	if (!reader->is_inside)
		return;
	if (span_has(line, "vfio") || span_has(line, "iommufd"))
		add(reader, LEFTOVER_ARRAY, line);
	if (span_has(line, ")") || !(span_has(line, "(") || !span_has(line, "=")))
		reader->is_inside = false;
}

/* "pci-0000:01:00.0": the rule of driverctl for udev asks for that name; people who write
 * the file by hand leave out the bus. */
int facts_driverctl_addr(const char *file, struct pci_addr *ret_addr)
{
	struct span name = span_last(span_of(file), '/');

	if (span_starts(name, "pci-")) {
		name.s += 4;
		name.n -= 4;
	}
	return pci_addr_parse(name, ret_addr);
}

/* The device is in the name of the file, the driver in its first line. */
static void read_driverctl(struct reader *reader, struct span line)
{
	struct span driver = facts_word(&line);
	struct pci_addr addr;

	if (facts_driverctl_addr(reader->file, &addr) == 0 && driver.n > 0) {
		struct leftover *old = add(reader, LEFTOVER_DRIVERCTL, driver);

		if (is_stub(driver))
			leftover_of_line(old, span_of(reader->file));
	}
	reader->is_over = true;
}

static void read_file(struct reader *reader, const char *path)
{
	/* what the kernel was told is known */
	bool is_read = strcmp(path, "/proc/cmdline") == 0;
	struct span text = span_of(reader->facts->cmdline);
	char *buffer = is_read ? NULL : text_file_read(reader->root, path, &text);

	reader->file = path;
	reader->line = 0;
	reader->is_inside = false;
	reader->is_over = false;
	while (text.s && !reader->is_over) {
		reader->line++;
		reader->place->read(reader, span_cut(&text, '\n'));
	}
	free(buffer);
}

static bool is_covered(const struct reader *reader, const char *name);

/* Debian has /etc/modules once more, as a link. */
static bool is_link(const struct reader *reader, const char *path)
{
	char target[PATH_SIZE];

	return reader->place->read == read_modules &&
	       sysfs_link(reader->root, path, target, sizeof(target)) > 0;
}

static int read_entry(const char *name, void *with)
{
	struct reader *reader = with;
	char path[PATH_SIZE];

	if (span_ends(span_of(name), reader->place->end) && !is_covered(reader, name) &&
	    sysfs_path(path, reader->dir, name, NULL) && !is_link(reader, path))
		read_file(reader, path);
	return 0;
}

static int read_below(const char *name, void *with)
{
	struct reader *reader = with;
	char path[PATH_SIZE];

	reader->dir = sysfs_path(path, reader->place->path, name, NULL);
	if (reader->dir)
		sysfs_list(reader->root, path, read_entry, reader);
	return 0;
}

static bool has_program(const struct root *root, const char *name)
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };
	char path[PATH_SIZE];
	unsigned i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (sysfs_path(path, dirs[i], name, NULL) &&
		    sysfs_exists(root, path) == 1)
			return true;
	return false;
}

/* Its core may be left where dracut has taken over; then the package dracut has its hook
 * for new kernels there, which dracut-core alone has not. */
static const char *no_initramfs_tools(const struct root *root)
{
	bool is_dracut = sysfs_exists(root, "/etc/kernel/postinst.d/dracut") == 1 &&
			 has_program(root, "dracut");

	return !is_dracut && has_program(root, "mkinitramfs") ? NULL :
	       "initramfs-tools makes no images here";
}

static const char *no_mkinitcpio(const struct root *root)
{
	return has_program(root, "mkinitcpio") ? NULL : "mkinitcpio is not installed";
}

static const char *no_driverctl(const struct root *root)
{
	return has_program(root, "driverctl") ? NULL : "driverctl is not installed";
}

/* Where what a package installed is not for the user to change, the words are notes all
 * the same: it is for the user to know. */
static const struct place places[] = {
	{ "/etc/modprobe.d", ".conf", read_modprobe, LAYER, NULL },
	{ "/run/modprobe.d", ".conf", read_modprobe, LAYER, NULL },
	{ "/usr/local/lib/modprobe.d", ".conf", read_modprobe, LAYER, NULL },
	{ "/usr/lib/modprobe.d", ".conf", read_modprobe, LAYER, NULL },
	{ "/etc/modprobe.conf", NULL, read_modprobe, FLAT, NULL },
	{ "/etc/modules", NULL, read_modules, FLAT, NULL },
	{ "/etc/modules-load.d", ".conf", read_modules, LAYER, NULL },
	{ "/run/modules-load.d", ".conf", read_modules, LAYER, NULL },
	{ "/usr/local/lib/modules-load.d", ".conf", read_modules, LAYER, NULL },
	{ "/usr/lib/modules-load.d", ".conf", read_modules, LAYER, NULL },
	{ "/etc/udev/rules.d", ".rules", read_udev, LAYER, NULL },
	{ "/run/udev/rules.d", ".rules", read_udev, LAYER, NULL },
	{ "/usr/local/lib/udev/rules.d", ".rules", read_udev, LAYER, NULL },
	{ "/usr/lib/udev/rules.d", ".rules", read_udev, LAYER, NULL },
	{ "/etc/driverctl.d", "", read_driverctl, FLAT, no_driverctl },
	{ "/etc/initramfs-tools/modules", NULL, read_modules, FLAT, no_initramfs_tools },
	{ "/etc/initramfs-tools/scripts", "", read_script, TREE, no_initramfs_tools },
	{ "/etc/initcpio/hooks", "", read_script, FLAT, no_mkinitcpio },
	{ "/etc/mkinitcpio.conf", NULL, read_mkinitcpio, FLAT, no_mkinitcpio },
	{ "/etc/mkinitcpio.conf.d", ".conf", read_mkinitcpio, FLAT, no_mkinitcpio },
	{ "/etc/dracut.conf", NULL, read_dracut, FLAT, NULL },
	{ "/etc/dracut.conf.d", ".conf", read_dracut, FLAT, NULL },
	{ "/proc/cmdline", NULL, read_arguments, FLAT, NULL },
	{ "/etc/default/grub", NULL, read_arguments, FLAT, NULL },
	{ "/etc/default/grub.d", ".cfg", read_arguments, FLAT, NULL },
	{ "/etc/kernel/cmdline", NULL, read_arguments, FLAT, NULL },
	{ "/boot/loader/entries", ".conf", read_arguments, FLAT, NULL },
	{ "/efi/loader/entries", ".conf", read_arguments, FLAT, NULL },
	{ "/boot/efi/loader/entries", ".conf", read_arguments, FLAT, NULL },
};

static bool is_covered(const struct reader *reader, const char *name)
{
	const struct place *place, *here = reader->place;
	char path[PATH_SIZE], link[PATH_SIZE];

	for (place = places; here->kind == LAYER && place < here; place++)
		if (place->kind == LAYER && place->read == here->read &&
		    sysfs_path(path, place->path, name, NULL) &&
		    (sysfs_exists(reader->root, path) == 1 ||
		     /* to /dev/null, which no tree has */
		     sysfs_link(reader->root, path, link, sizeof(link)) > 0))
			return true;
	return false;
}

/* Directories are listed in no order; people want the same text each time. */
static int compare(const void *a, const void *b)
{
	const struct leftover *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	return r ? r : x->line < y->line ? -1 : x->line > y->line;
}

void facts_read_leftovers(struct facts *facts, const struct root *root)
{
	size_t i;

	facts->n_leftovers = 0;
	facts->lost_leftovers = false;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct place *place = &places[i];
		struct reader reader = { .facts = facts, .root = root, .place = place,
					 .dir = place->path };

		if (place->end)
			sysfs_list(root, place->path, place->kind == TREE ? read_below :
				   read_entry, &reader);
		else
			read_file(&reader, place->path);
	}
	qsort(facts->leftover, facts->n_leftovers, sizeof(facts->leftover[0]), compare);
}
