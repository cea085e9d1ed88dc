/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about what older recipes left: lines of modprobe.d(5) and dracut.conf(5), and
 * kernel arguments, that bind devices to a stub by id or load it early.
 */
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "facts.h"

struct reader {
	struct facts *facts;
	const struct root *root;
	const char *dir;
	const char *end;		/* of the names of files that count */
	void (*read)(struct reader *reader, struct span line);
	const char *file;		/* the present one */
	unsigned line;
};

static void add(struct reader *reader, enum leftover_kind kind, struct span words)
{
	struct facts *facts = reader->facts;
	struct leftover *old = &facts->leftover[facts->n_leftovers];
	struct text t;

	if (facts->n_leftovers == LEFTOVERS_MAX) {
		facts->lost_leftovers = true;
		return;
	}
	facts->n_leftovers++;
	old->kind = (uint8_t)kind;
	old->line = reader->line;
	text_init(&t, old->file, sizeof(old->file));
	text_add(&t, reader->file);
	text_init(&t, old->text, sizeof(old->text));
	text_span(&t, sysfs_trim(words.s, (ssize_t)words.n));
}

static bool is_stub(struct span name)
{
	return span_same_name(name, SPAN("vfio-pci")) ||
	       span_same_name(name, SPAN("pci-stub"));
}

static void read_options(struct reader *reader, struct span line, struct span rest)
{
	bool is_other = false;

	while (rest.n > 0) {
		struct span word = facts_word(&rest);

		if (span_starts(word, "ids=")) {
			add(reader, LEFTOVER_IDS, line);
			return;
		}
		is_other |= word.n > 0;
	}
	if (is_other)
		add(reader, LEFTOVER_OPTIONS, line);
}

static void read_modprobe(struct reader *reader, struct span line)
{
	struct span rest = line;
	struct span command = facts_word(&rest);
	struct span module = facts_word(&rest);

	if (span_is(command, "softdep") && span_has(rest, "vfio"))
		add(reader, LEFTOVER_SOFTDEP, line);
	else if (span_is(command, "options") && is_stub(module))
		read_options(reader, line, rest);
	else if (span_is(command, "install") &&
		 (is_stub(module) || span_has(rest, "vfio")))
		add(reader, LEFTOVER_INSTALL, line);
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
			add(reader, LEFTOVER_ARGUMENT, word);
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

static void read_file(struct reader *reader, const char *path)
{
	struct span text;
	char *buffer = facts_read_file(reader->root, path, &text);

	reader->file = path;
	reader->line = 0;
	while (text.s) {
		reader->line++;
		reader->read(reader, span_cut(&text, '\n'));
	}
	free(buffer);
}

static int read_entry(const char *name, void *with)
{
	struct reader *reader = with;
	size_t n = strlen(name), end = strlen(reader->end);
	char path[PATH_SIZE];

	if (n > end && strcmp(name + n - end, reader->end) == 0 &&
	    sysfs_path(path, reader->dir, name, NULL))
		read_file(reader, path);
	return 0;
}

struct place {
	const char *path;
	const char *end;	/* of a file's name, where the path is a directory */
	void (*read)(struct reader *reader, struct span line);
};

/* Where what a package installed is not for the user to change, the words are notes all
 * the same: it is for the user to know. */
static const struct place places[] = {
	{ "/etc/modprobe.d", ".conf", read_modprobe },
	{ "/run/modprobe.d", ".conf", read_modprobe },
	{ "/usr/local/lib/modprobe.d", ".conf", read_modprobe },
	{ "/usr/lib/modprobe.d", ".conf", read_modprobe },
	{ "/etc/modprobe.conf", NULL, read_modprobe },
	{ "/etc/dracut.conf", NULL, read_dracut },
	{ "/etc/dracut.conf.d", ".conf", read_dracut },
	{ "/proc/cmdline", NULL, read_arguments },
	{ "/etc/default/grub", NULL, read_arguments },
	{ "/etc/default/grub.d", ".cfg", read_arguments },
	{ "/etc/kernel/cmdline", NULL, read_arguments },
	{ "/boot/loader/entries", ".conf", read_arguments },
	{ "/efi/loader/entries", ".conf", read_arguments },
	{ "/boot/efi/loader/entries", ".conf", read_arguments },
};

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

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct reader reader = { .facts = facts, .root = root,
					 .dir = places[i].path, .end = places[i].end,
					 .read = places[i].read };

		if (places[i].end)
			sysfs_list(root, places[i].path, read_entry, &reader);
		else
			read_file(&reader, places[i].path);
	}
	qsort(facts->leftover, facts->n_leftovers, sizeof(facts->leftover[0]), compare);
}
