/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel's command lines are: the running one, those that the loader holds ready
 * for the next boot, and what dracut writes into an image to be read with them; and what
 * initramfs-tools keeps in place of them. Entries that os-prober wrote start other systems.
 */
#include <stdlib.h>
#include <string.h>

#include "host_scan.h"

/* In which lines of a file the words of a command line are. */
struct loader_file {
	const char *path;
	const char *start;	/* lines that start so; NULL: all */
};

#define DRACUT_LINE "kernel_cmdline"
#define OS_PROBER "### BEGIN /etc/grub.d/30_os-prober ###"

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
	{ "/boot/loader/entries", "options" },
	{ "/efi/loader/entries", "options" },
	{ "/boot/efi/loader/entries", "options" },
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

static void scan_file(struct host_scan *s, const char *path, const char *start)
{
	struct span text;
	char *buffer = host_read(s, path, &text);
	bool is_other = false, is_resume = start && strcmp(start, "RESUME=") == 0;
	bool is_dracut = start && strcmp(start, DRACUT_LINE) == 0, is_inside = false;

	while (text.s) {
		struct span line = trim(span_cut(&text, '\n'));

		if (span_starts(line, "### BEGIN") || span_starts(line, "### END"))
			is_other = span_is(line, OS_PROBER);
		if (is_other || (start && !is_inside && !span_starts(line, start)))
			continue;
		is_inside ^= is_dracut && has_odd_quotes(line);
		if (start && line.n > 11 && span_starts(line, "kernelopts="))
			line = (struct span){ line.s + 11, line.n - 11 };
		host_words_scan(s, line, is_resume ? path : "a kernel command line");
	}
	free(buffer);
}

struct entries {
	struct host_scan *s;
	const char *dir;
	const char *start;
};

static int scan_entry(const char *name, void *with)
{
	struct entries *entries = with;
	char path[PATH_SIZE];
	size_t n = strlen(name);

	if (n > 5 && strcmp(name + n - 5, ".conf") == 0 &&
	    sysfs_path(path, entries->dir, name, NULL))
		scan_file(entries->s, path, entries->start);
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
	struct entries tools = { s, "/etc/initramfs-tools/conf.d", start };

	scan_file(s, "/etc/initramfs-tools/initramfs.conf", start);
	sysfs_list(s->root, tools.dir, scan_setting, &tools);
}

void host_boot_scan(struct host_scan *s)
{
	size_t i;

	scan_file(s, "/proc/cmdline", NULL);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		scan_file(s, files[i].path, files[i].start);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		struct entries entries = { s, dirs[i].path, dirs[i].start };

		sysfs_list(s->root, entries.dir, scan_entry, &entries);
	}
	scan_tools(s, "RESUME=");
	scan_tools(s, "IP=");
}
