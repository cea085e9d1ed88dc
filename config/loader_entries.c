/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of the Boot Loader Specification, for systemd-boot and for GRUB's blscfg.
 * systemd-boot passes words on as they are; GRUB expands our variable. Rescue entries
 * stay as they are, so that one way into the system never changes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edit.h"
#include "loader.h"

#define END ".conf"

enum { ENTRIES_MAX = 128, ENTRY_NAME = 128, TOPS = 3 };

static const char *const tops[TOPS] = { "/boot", "/efi", "/boot/efi" };

struct entries {
	struct sync *sync;
	bool has_token;
	char machine_id[64];
	const char *dir;
	unsigned n;
	char name[ENTRIES_MAX][ENTRY_NAME];
	char ours[SYNC_WORDS_SIZE];	/* of the present entry */
	char source[SYNC_WORDS_SIZE];	/* what a new kernel's entry has to have */
};

static int add_name(const char *name, void *with)
{
	struct entries *entries = with;
	size_t n = strlen(name), end = sizeof(END) - 1;

	if (entries->n == ENTRIES_MAX || name[0] == '.' || n <= end || n >= ENTRY_NAME ||
	    strcmp(name + n - end, END) != 0)
		return 0;
	memcpy(entries->name[entries->n++], name, n + 1);
	return 0;
}

/* By version: the last one is the newest. */
static int compare(const void *a, const void *b)
{
	return strverscmp(a, b);
}

static struct span value_of(struct span text, const char *key)
{
	struct span line = edit_find_line(text, key);

	if (line.s)
		span_cut_word(&line);
	while (line.n > 0 && (line.s[0] == ' ' || line.s[0] == '\t')) {
		line.s++;
		line.n--;
	}
	return line;
}

/* An entry of a kernel of this system, which is not the one for rescue. */
static bool is_meant(const struct entries *entries, const char *name, struct span text)
{
	struct span id = value_of(text, "machine-id");

	return value_of(text, "linux").n > 0 && !strstr(name, "rescue") &&
	       (id.n == 0 || entries->machine_id[0] == '\0' ||
		span_is(id, entries->machine_id));
}

/* An entry without a line of options gets one, and loses it again. */
static int plan_bare(const struct entries *entries, struct sync_file *file,
		     struct span want, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct text t;
	int r;

	if (want.n == 0)
		return 0;
	r = sync_text(&t, text, want.n, reterr);
	if (r < 0)
		return r;
	edit_add_line(&t, text, SPAN("options"));
	r = sync_file_take(file, &t, SPAN(""), reterr);
	if (r < 0)
		return r;
	return loader_edit(entries->sync, file,
			   edit_find_line(sync_file_text(file), "options"), SPAN(""),
			   want, reterr);
}

static int drop_bare(struct sync_file *file, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct span line = edit_find_exact(text, SPAN("options"));
	struct text t;
	int r;

	if (!line.s)
		return 0;
	r = sync_text(&t, text, 0, reterr);
	if (r < 0)
		return r;
	edit_remove_line(&t, text, line);
	return sync_file_take(file, &t, SPAN(""), reterr);
}

/* What of an entry's options its successor shall have: no words that GRUB or
 * kernel-install add by themselves, nor ours. */
static void keep_source(struct entries *entries, struct span options, struct span ours)
{
	struct text t = TEXT_IN(entries->source);

	while (options.n > 0) {
		struct span word = span_cut_word(&options);

		if (word.n == 0 || edit_has_word(ours, word) ||
		    span_is(word, "$tuned_params") ||
		    span_starts(word, "systemd.machine_id="))
			continue;
		if (t.n > 0)
			text_char(&t, ' ');
		text_span(&t, word);
	}
}

static int plan_entry(struct entries *entries, const char *name, struct fault *reterr)
{
	char path[PATH_SIZE];
	struct span line, ours, want = loader_wanted(entries->sync, entries->has_token);
	struct sync_file *file;
	int r;

	if (!sysfs_path(path, entries->dir, name, NULL))
		return 0;
	file = sync_file(entries->sync, path, reterr);
	if (!file)
		return -reterr->err;
	if (!is_meant(entries, name, sync_file_text(file)))
		return 0;
	line = edit_find_line(sync_file_text(file), "options");
	if (!line.s)
		return plan_bare(entries, file, want, reterr);
	ours = loader_ours(entries->sync, file, line, entries->ours);
	keep_source(entries, value_of(sync_file_text(file), "options"), ours);
	r = loader_edit(entries->sync, file, line, ours, want, reterr);
	if (r == 0 && want.n == 0 && ours.n > 0)
		r = drop_bare(file, reterr);
	return r;
}

static bool identify(const struct root *root, unsigned top, struct stat *ret)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_SIZE];

	if (sysfs_path(path, tops[top], "loader", "entries"))
		fd = root_open_file(root, path, O_PATH, 0);
	return fd >= 0 && fstat(fd, ret) == 0;
}

/* The same directory may be mounted or linked at two places. */
static bool is_second(const struct root *root, unsigned top)
{
	struct stat this, other;
	unsigned i;

	if (!identify(root, top, &this))
		return false;
	for (i = 0; i < top; i++)
		if (identify(root, i, &other) && other.st_dev == this.st_dev &&
		    other.st_ino == this.st_ino)
			return true;
	return false;
}

static int plan_top(struct entries *entries, unsigned top, struct fault *reterr)
{
	char dir[PATH_SIZE];
	unsigned i;
	int r;

	if (!sysfs_path(dir, tops[top], "loader", "entries") ||
	    is_second(entries->sync->root, top))
		return 0;
	entries->dir = dir;
	entries->n = 0;
	r = sysfs_list(entries->sync->root, dir, add_name, entries);
	if (r < 0 && r != -ENOENT && r != -ENOTDIR) {
		*reterr = (struct fault){ .name = tops[top] };
		return fault_set(reterr, -r, "loader/entries cannot be read: ",
				 strerror(-r), r == -EACCES ? ": run as root" : "", NULL);
	}
	qsort(entries->name, entries->n, sizeof(entries->name[0]), compare);
	for (i = 0, r = 0; i < entries->n && r == 0; i++)
		r = plan_entry(entries, entries->name[i], reterr);
	return r;
}

static void read_machine_id(struct entries *entries)
{
	ssize_t n = sysfs_read_head(entries->sync->root, "/etc/machine-id",
				    entries->machine_id, sizeof(entries->machine_id));

	entries->machine_id[n > 0 ? sysfs_trim(entries->machine_id, n).n : 0] = '\0';
}

int loader_plan_entries(struct sync *sync, bool has_token, struct fault *reterr)
{
	static struct entries entries;
	unsigned i;
	int r = 0;

	entries = (struct entries){ .sync = sync, .has_token = has_token };
	read_machine_id(&entries);
	for (i = 0; i < TOPS && r == 0; i++)
		r = plan_top(&entries, i, reterr);
	return r < 0 ? r : loader_plan_cmdline(sync, has_token, span_of(entries.source),
					       reterr);
}

bool loader_has_systemd(const struct root *root, char evidence[PATH_SIZE])
{
	static const char *const files[] = {
		"EFI/systemd/systemd-bootx64.efi", "EFI/systemd/systemd-bootaa64.efi",
		"loader/loader.conf",
	};
	unsigned i, k;

	for (k = 0; k < sizeof(files) / sizeof(files[0]); k++)
		for (i = 0; i < TOPS; i++)
			if (sysfs_path(evidence, tops[i], files[k], NULL) &&
			    loader_has(root, evidence))
				return true;
	return false;
}
