/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be mounted, unlocked or swapped to, whether it is now or not: /etc/fstab,
 * /etc/crypttab and /proc/swaps.
 */
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>

#include "host_scan.h"

static bool has_option(struct libmnt_fs *fs, const char *name)
{
	return mnt_fs_get_option(fs, name, NULL, NULL) == 0;
}

/* Whether the boot goes on without it. */
static bool is_optional(struct libmnt_fs *fs)
{
	return has_option(fs, "noauto") || has_option(fs, "nofail") ||
	       has_option(fs, "x-systemd.automount");
}

static enum rule_for need_of(struct libmnt_fs *fs)
{
	const char *target = mnt_fs_get_target(fs);

	if (mnt_fs_is_swaparea(fs))
		return FOR_SWAP;
	if (!target)
		return FOR_MOUNT;
	if (strcmp(target, "/") == 0 || strcmp(target, "/usr") == 0)
		return FOR_ROOT;
	if (strncmp(target, "/boot", 5) == 0 || strcmp(target, "/efi") == 0)
		return FOR_BOOT;
	return FOR_MOUNT;
}

static bool find(struct host_scan *s, struct libmnt_fs *fs, struct span spec,
		 struct host_found *found)
{
	const char *type = mnt_fs_get_fstype(fs);

	if (type && strcmp(type, "zfs") == 0)
		return host_spec_pool(s, spec, found);
	if (type && strcmp(type, "virtiofs") == 0) {
		*found = (struct host_found){ .is_virtio = true };
		return true;
	}
	if (mnt_fs_is_netfs(fs)) {
		*found = (struct host_found){ .n = 0 };
		host_found_server(found, spec);
		return true;
	}
	if (span_starts(spec, "/") && !span_starts(spec, "/dev/"))
		return host_mounts_file(s, spec, found);	/* a swap file */
	return host_spec_find(s, spec, found);
}

/* A drive for a medium that is put in by hand: installers write such lines. */
static bool is_drive(struct libmnt_fs *fs, const char *source)
{
	return has_option(fs, "noauto") &&
	       (strncmp(source, "/dev/sr", 7) == 0 ||
		strncmp(source, "/dev/fd", 7) == 0 ||
		strncmp(source, "/dev/cdrom", 10) == 0);
}

static void scan_entry(struct host_scan *s, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	struct host_found found;

	if (!source || has_option(fs, "bind") || has_option(fs, "rbind") ||
	    (mnt_fs_is_pseudofs(fs) && !mnt_fs_is_swaparea(fs)))
		return;
	if ((mnt_fs_is_netfs(fs) && has_option(fs, "noauto")) || is_drive(fs, source))
		return;
	if (find(s, fs, span_of(source), &found)) {
		host_require(s, &found, need_of(fs));
		return;
	}
	host_note(s->host, "/etc/fstab names ", span_of(source), ", which is not here");
	s->host->is_unsure = s->host->is_unsure || !is_optional(fs);
}

static void scan_swap(struct host_scan *s, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	struct host_found found;
	unsigned i;

	if (!source || !find(s, fs, span_of(source), &found))
		return;
	host_require(s, &found, FOR_SWAP);
	for (i = 0; i < found.n && strncmp(source, "/dev/", 5) == 0; i++)
		s->blocks->block[found.block[i]].is_swap = true;
}

static void scan_table(struct host_scan *s, const char *path,
		       void (*scan)(struct host_scan *s, struct libmnt_fs *fs))
{
	struct libmnt_table *table = host_mounts_table(s->root, path);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (iter && table && mnt_table_next_fs(table, iter, &fs) == 0)
		scan(s, fs);
	mnt_free_iter(iter);
	if (table)
		mnt_unref_table(table);
}

/* Whether a list "a,b=c" has a word, or one that starts with it and '='. */
static bool lists(struct span options, const char *name)
{
	while (options.s) {
		struct span word = span_cut(&options, ',');

		if (span_is(span_cut(&word, '='), name))
			return true;
	}
	return false;
}

/* "/key:UUID=…" and "header=/file:UUID=…" name a second device: crypttab(5). */
static void require_key(struct host_scan *s, struct span text)
{
	struct host_found found;
	struct span file = span_cut(&text, ':');

	if (span_starts(file, "/dev/"))
		text = file;
	if (text.s && host_spec_find(s, text, &found))
		host_require(s, &found, FOR_MOUNT);
}

/* "NAME DEVICE [KEY [OPTIONS]]" */
static void scan_crypt(struct host_scan *s, struct span line)
{
	struct span name = span_cut_word(&line);
	struct span spec = span_cut_word(&line);
	struct span key = span_cut_word(&line);
	struct span options = span_cut_word(&line);
	struct host_found found;

	if (name.n == 0 || name.s[0] == '#' || spec.n == 0)
		return;
	if (!span_is(key, "/dev/urandom") && !span_is(key, "/dev/random"))
		require_key(s, key);
	if (span_starts(spec, "/") && !span_starts(spec, "/dev/")) {
		if (host_mounts_file(s, spec, &found))
			host_require(s, &found, FOR_MOUNT);
	} else if (host_spec_find(s, spec, &found)) {
		host_require(s, &found, lists(options, "swap") ? FOR_SWAP : FOR_MOUNT);
	} else {
		host_note(s->host, "/etc/crypttab names ", spec, ", which is not here");
		if (!lists(options, "noauto") && !lists(options, "nofail"))
			s->host->is_unsure = true;
	}
}

static void scan_crypttab(struct host_scan *s)
{
	struct span text;
	char *buffer = host_read(s, "/etc/crypttab", &text);

	while (text.s)
		scan_crypt(s, span_cut(&text, '\n'));
	free(buffer);
}

void host_tabs_scan(struct host_scan *s)
{
	scan_table(s, "/proc/swaps", scan_swap);
	scan_table(s, "/etc/fstab", scan_entry);
	scan_crypttab(s);
}
