/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel's command lines are: the running one, those that the loader holds
 * ready for the next boot, what dracut writes into an image to be read with them; and
 * what initramfs-tools keeps in place of them. Entries that os-prober wrote, and those
 * with another machine-id, start other systems.
 */
#include <stdlib.h>
#include <string.h>

#include "base/machine_id.h"
#include "host/boot_tops.h"
#include "host/scan.h"

/* In which lines of a file the words of a command line are. */
struct loader_file {
	const char *path;
	const char *start;	/* lines that start so; NULL: all */
};

#define DRACUT_LINE "kernel_cmdline"
#define ENTRY_LINE "options"

static const struct loader_file files[] = {
	{ "/boot/grub/grub.cfg", "linux" },
	{ "/boot/grub2/grub.cfg", "linux" },
	{ "/boot/grub2/grubenv", "kernelopts=" },
	{ "/boot/grub/grubenv", "kernelopts=" },
	{ "/etc/default/grub", "GRUB_CMDLINE_LINUX" },
	{ "/etc/kernel/cmdline", NULL },
	{ "/etc/dracut.conf", DRACUT_LINE },
};

/* Of files that end in ".conf". dracut.conf(5): kernel_cmdline is for the image itself,
 * and the running command line does not show it. */
static const struct loader_file dirs[] = {
	{ "/boot/loader/entries", ENTRY_LINE },
	{ "/efi/loader/entries", ENTRY_LINE },
	{ "/boot/efi/loader/entries", ENTRY_LINE },
	{ "/etc/dracut.conf.d", DRACUT_LINE },
	{ "/usr/lib/dracut/dracut.conf.d", DRACUT_LINE },
	{ "/etc/cmdline.d", NULL },
};

static struct span trim(struct span line)
{
	while (line.n > 0 && (line.s[0] == ' ' || line.s[0] == '\t')) {
		line.s++;
		line.n--;
	}
	return line;
}

/* Whether a text of more than one line begins or ends here: dracut's files are shell. */
static bool has_odd_quotes(struct span line)
{
	bool is_odd = false;
	size_t i;

	for (i = 0; i < line.n; i++)
		is_odd ^= line.s[i] == '"';
	return is_odd;
}

static void scan_text(struct host_scan *s, const char *path, const char *start,
		      struct span text)
{
	bool is_other = false, is_resume = start && strcmp(start, "RESUME=") == 0;
	bool is_dracut = start && strcmp(start, DRACUT_LINE) == 0, is_inside = false;

	if (is_dracut)
		host_dracut_scan(s, text, path);
	while (text.s) {
		struct span line = trim(span_cut(&text, '\n'));

		if (span_starts(line, "### BEGIN") || span_starts(line, "### END"))
			is_other = span_is(line, GRUB_OS_PROBER);
		if (is_other || (start && !is_inside && !span_starts(line, start)))
			continue;
		is_inside ^= is_dracut && has_odd_quotes(line);
		if (start && line.n > 11 && span_starts(line, "kernelopts="))
			line = (struct span){ line.s + 11, line.n - 11 };
		host_words_scan(s, line, is_resume ? path : "a kernel command line");
	}
}

static void scan_file(struct host_scan *s, const char *path, const char *start)
{
	struct span text;
	char *buffer = host_read(s, path, &text);

	scan_text(s, path, start, text);
	free(buffer);
}

struct entries {
	struct host_scan *s;
	const char *dir;
	const char *start;
	struct span id;		/* of this machine; what is none is not compared */
};

/* Whether an entry starts another system, as its name ("ID-6.1.conf") or a line of it
 * says. Systems may share the partition. */
static bool is_others(struct span ours, const char *name, struct span text)
{
	struct span rest = span_of(name);
	bool is_other = machine_id_differs(ours, span_cut(&rest, '-'));

	while (text.s && !is_other) {
		struct span line = span_cut(&text, '\n');

		is_other = span_is(span_cut_word(&line), "machine-id") &&
			   machine_id_differs(ours, span_cut_word(&line));
	}
	return is_other;
}

static int scan_entry(const char *name, void *with)
{
	struct entries *entries = with;
	char path[PATH_SIZE], *buffer;
	size_t n = strlen(name);
	struct span text;

	if (n < 6 || strcmp(name + n - 5, ".conf") != 0 ||
	    !sysfs_path(path, entries->dir, name, NULL))
		return 0;
	buffer = host_read(entries->s, path, &text);
	if (!entries->start || strcmp(entries->start, ENTRY_LINE) != 0 ||
	    !is_others(entries->id, name, text))
		scan_text(entries->s, path, entries->start, text);
	free(buffer);
	return 0;
}

/* initramfs-tools takes the last RESUME= of all; "none" and "auto" name nothing. */
static int scan_setting(const char *name, void *with)
{
	struct entries *entries = with;
	char path[PATH_SIZE];

	if (sysfs_path(path, entries->dir, name, NULL))
		scan_file(entries->s, path, entries->start);
	return 0;
}

/* initramfs.conf(5) */
static void scan_tools(struct host_scan *s, const char *start)
{
	struct entries tools = { s, "/etc/initramfs-tools/conf.d", start, { NULL, 0 } };

	scan_file(s, "/etc/initramfs-tools/initramfs.conf", start);
	sysfs_list(s->root, tools.dir, scan_setting, &tools);
}

void host_boot_scan(struct host_scan *s)
{
	char id[MACHINE_ID_LENGTH + 1];
	size_t i;

	machine_id_read(s->root, id);
	if (s->running.n > 0)
		scan_text(s, NULL, NULL, s->running);
	else
		scan_file(s, "/proc/cmdline", NULL);	/* it may be there all the same */
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		scan_file(s, files[i].path, files[i].start);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		struct entries entries = { s, dirs[i].path, dirs[i].start,
					   span_of(id) };

		sysfs_list(s->root, entries.dir, scan_entry, &entries);
	}
	scan_tools(s, "RESUME=");
	scan_tools(s, "IP=");
	scan_tools(s, "DEVICE=");
}
