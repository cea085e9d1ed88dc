/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices the kernel's command lines name: the running one, and those that the
 * loader holds ready for the next boot. Entries that os-prober wrote start other
 * systems.
 */
#include <stdlib.h>
#include <string.h>

#include "host_scan.h"

/* How the value of a word names its device. */
enum form {
	FORM_SPEC,		/* as in fstab */
	FORM_HEAD,		/* a spec, then ":…" (cryptdevice=UUID=x:name) */
	FORM_LUKS,		/* the start of a LUKS device's UUID, "luks-" before it */
	FORM_VOLUME,		/* "vg/lv" */
	FORM_ARRAY,		/* UUID of an md array, in hex with any punctuation */
	FORM_NET,		/* anything means that the network is needed */
};

static const struct word {
	const char *start;
	enum form form;
	enum rule_for need;
	bool is_vital;		/* worth a note where it names nothing */
} words[] = {
	{ "root=", FORM_SPEC, FOR_ROOT, true },
	{ "real_root=", FORM_SPEC, FOR_ROOT, true },
	{ "usr=", FORM_SPEC, FOR_ROOT, false },
	{ "mount.usr=", FORM_SPEC, FOR_ROOT, false },
	{ "crypt_root=", FORM_SPEC, FOR_ROOT, false },
	{ "cryptdevice=", FORM_HEAD, FOR_ROOT, false },
	{ "cryptkey=", FORM_HEAD, FOR_ROOT, false },
	{ "zfs=", FORM_SPEC, FOR_ROOT, false },
	{ "boot=", FORM_SPEC, FOR_BOOT, false },
	{ "resume=", FORM_SPEC, FOR_RESUME, true },
	{ "rd.luks.uuid=", FORM_LUKS, FOR_ROOT, false },
	{ "luks.uuid=", FORM_LUKS, FOR_ROOT, false },
	{ "rd.luks.name=", FORM_LUKS, FOR_ROOT, false },
	{ "luks.name=", FORM_LUKS, FOR_ROOT, false },
	{ "rd.lvm.lv=", FORM_VOLUME, FOR_ROOT, false },
	{ "rd.md.uuid=", FORM_ARRAY, FOR_ROOT, false },
	{ "netroot=", FORM_NET, FOR_NET, false },
	{ "nfsroot=", FORM_NET, FOR_NET, false },
	{ "nbdroot=", FORM_NET, FOR_NET, false },
	{ "iscsi_target_ip=", FORM_NET, FOR_NET, false },
	{ "rd.iscsi.target.ip=", FORM_NET, FOR_NET, false },
	{ "rd.nvmf.discover=", FORM_NET, FOR_NET, false },
	{ "nvmf.discover=", FORM_NET, FOR_NET, false },
};

/* In which lines of a file the words of a command line are. */
struct loader_file {
	const char *path;
	const char *start;	/* lines that start so; NULL: all */
};

#define OS_PROBER "### BEGIN /etc/grub.d/30_os-prober ###"

static const struct loader_file files[] = {
	{ "/boot/grub/grub.cfg", "linux" },
	{ "/boot/grub2/grub.cfg", "linux" },
	{ "/boot/grub2/grubenv", "kernelopts=" },
	{ "/boot/grub/grubenv", "kernelopts=" },
	{ "/etc/default/grub", "GRUB_CMDLINE_LINUX" },
	{ "/etc/kernel/cmdline", NULL },
};

static const char *const entry_dirs[] = {
	"/boot/loader/entries", "/efi/loader/entries", "/boot/efi/loader/entries",
};

static void find_luks(struct host_scan *s, struct span value, struct host_found *found)
{
	unsigned i;

	value = span_cut(&value, '=');
	if (span_starts(value, "luks-"))
		value = (struct span){ value.s + 5, value.n - 5 };
	for (i = 0; i < s->blocks->n && value.n > 0; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (strcmp(b->type, "crypto_LUKS") == 0 &&
		    strlen(b->uuid) >= value.n &&
		    strncmp(b->uuid, value.s, value.n) == 0)
			host_found_add(s, found, b);
	}
}

/* "a1b2c3d4:…" and "a1b2c3d4-…" are the same array. */
static bool same_digits(struct span a, const char *b)
{
	size_t i = 0;

	for (;;) {
		while (i < a.n && strchr(":-", a.s[i]))
			i++;
		while (*b && strchr(":-", *b))
			b++;
		if (i == a.n || !*b)
			return i == a.n && !*b;
		if (a.s[i++] != *b++)
			return false;
	}
}

static void find_array(struct host_scan *s, struct span value, struct host_found *found)
{
	unsigned i;

	for (i = 0; i < s->blocks->n && value.n > 0; i++)
		if (strcmp(s->blocks->block[i].type, "linux_raid_member") == 0 &&
		    same_digits(value, s->blocks->block[i].uuid))
			host_found_add(s, found, &s->blocks->block[i]);
}

static bool find_volume(struct host_scan *s, struct span value, struct host_found *found)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);

	text_add(&t, "/dev/");
	text_span(&t, value);
	return !t.full && host_spec_find(s, text_is(&t), found);
}

static bool find_value(struct host_scan *s, enum form form, struct span value,
		       struct host_found *found)
{
	*found = (struct host_found){ .n = 0 };
	switch (form) {
	case FORM_SPEC:
		return host_spec_find(s, value, found);
	case FORM_HEAD:
		return host_spec_find(s, span_cut(&value, ':'), found);
	case FORM_LUKS:
		find_luks(s, value, found);
		break;
	case FORM_VOLUME:
		return find_volume(s, value, found);
	case FORM_ARRAY:
		find_array(s, value, found);
		break;
	case FORM_NET:
		host_found_server(found, value);
		break;
	}
	return true;
}

static void scan_word(struct host_scan *s, struct span word)
{
	struct host_found found;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct span value = word;

		if (!span_starts(word, words[i].start))
			continue;
		value.s += strlen(words[i].start);
		value.n -= strlen(words[i].start);
		if (value.n == 0 || memchr(value.s, '$', value.n))
			return;	/* a variable of the loader's */
		if (find_value(s, words[i].form, value, &found))
			host_require(s, &found, words[i].need);
		else if (words[i].is_vital)
			host_note(s->host, "a kernel command line has ", word,
				  ", which is not here");
		return;
	}
}

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '\r' || c == '\n';
}

/* Quotes part words too: a quoted spec loses its quotes by that ("root=\"LABEL=x\""), but
 * for a word that ends in '=': it goes on behind the quote. */
static void scan_words(struct host_scan *s, struct span line)
{
	char word[PATH_SIZE];
	struct text t = TEXT_IN(word);
	size_t i;

	for (i = 0; i <= line.n; i++) {
		if (i < line.n && !is_between(line.s[i])) {
			text_char(&t, line.s[i]);
			continue;
		}
		if (i < line.n && (line.s[i] == '"' || line.s[i] == '\'') && t.n > 0 &&
		    t.s[t.n - 1] == '=' && !span_starts(text_is(&t), "GRUB_"))
			continue;
		if (t.n > 0 && !t.full)
			scan_word(s, text_is(&t));
		text_init(&t, word, sizeof(word));
	}
}

static struct span trim(struct span line)
{
	while (line.n > 0 && (line.s[0] == ' ' || line.s[0] == '\t')) {
		line.s++;
		line.n--;
	}
	return line;
}

static void scan_file(struct host_scan *s, const char *path, const char *start)
{
	struct span text;
	char *buffer = host_read(s, path, &text);
	bool is_other = false;

	while (text.s) {
		struct span line = trim(span_cut(&text, '\n'));

		if (span_starts(line, "### BEGIN") || span_starts(line, "### END"))
			is_other = span_is(line, OS_PROBER);
		if (is_other || (start && !span_starts(line, start)))
			continue;
		if (start && line.n > 11 && span_starts(line, "kernelopts="))
			line = (struct span){ line.s + 11, line.n - 11 };
		scan_words(s, line);
	}
	free(buffer);
}

struct entries {
	struct host_scan *s;
	const char *dir;
};

/* One file of the Boot Loader Specification. */
static int scan_entry(const char *name, void *with)
{
	struct entries *entries = with;
	char path[PATH_SIZE];
	size_t n = strlen(name);

	if (n > 5 && strcmp(name + n - 5, ".conf") == 0 &&
	    sysfs_path(path, entries->dir, name, NULL))
		scan_file(entries->s, path, "options");
	return 0;
}

void host_boot_scan(struct host_scan *s)
{
	size_t i;

	scan_file(s, "/proc/cmdline", NULL);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		scan_file(s, files[i].path, files[i].start);
	for (i = 0; i < sizeof(entry_dirs) / sizeof(entry_dirs[0]); i++) {
		struct entries entries = { s, entry_dirs[i] };

		sysfs_list(s->root, entry_dirs[i], scan_entry, &entries);
	}
}
