/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be mounted, unlocked or swapped to, whether it is now or not: /etc/fstab,
 * /etc/crypttab and /proc/swaps.
 */
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>

#include "host_scan.h"

static void scan_entry(struct host_scan *s, struct libmnt_fs *fs)
{
	host_entry_scan(s, fs, "/etc/fstab");
}

static void scan_swap(struct host_scan *s, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	struct host_found found;
	unsigned i;

	if (!source || !host_entry_find(s, fs, span_of(source), &found))
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
