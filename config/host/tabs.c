/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be mounted, unlocked or swapped to, whether it is now or not: /etc/fstab,
 * /etc/crypttab and /proc/swaps.
 */
#include <libmount/libmount.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

#define FSTAB "/etc/fstab"
#define CRYPTTAB "/etc/crypttab"

static void scan_entry(struct host_scan *s, struct libmnt_fs *fs)
{
	host_entry_scan(s, fs, FSTAB);
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

/* libmount leaves a line out whose last words are no numbers; the C library, with which
 * systemd reads the table, takes them for 0. What is said of a line twice counts once. */
static void scan_odd(struct host_scan *s)
{
	enum { SIZE = 65536 };	/* of the longest line */
	struct span text;
	char *buffer = host_read(s, FSTAB, &text), *words = malloc(SIZE);
	FILE *file = text.n > 0 ? fmemopen(buffer, text.n, "r") : NULL;
	struct mntent entry;

	while (file && words && getmntent_r(file, &entry, words, SIZE)) {
		bool is_swap = strcmp(entry.mnt_type, "swap") == 0;

		if (is_swap || entry.mnt_dir[0] == '/')
			host_entry_add(s, entry.mnt_fsname,
				       is_swap ? NULL : entry.mnt_dir, entry.mnt_type,
				       entry.mnt_opts, FSTAB);
	}
	if (file)
		fclose(file);
	free(words);
	free(buffer);
}

static void scan_table(struct host_scan *s, const char *path,
		       void (*scan)(struct host_scan *s, struct libmnt_fs *fs),
		       bool *ret_is_odd)
{
	struct libmnt_table *table = host_mounts_table(s->root, path, ret_is_odd);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (iter && table && mnt_table_next_fs(table, iter, &fs) == 0)
		scan(s, fs);
	mnt_free_iter(iter);
	if (table)
		mnt_unref_table(table);
}

struct span host_tabs_option(struct span options, const char *name)
{
	while (options.s) {
		struct span value = span_cut(&options, ',');

		if (span_is(span_cut(&value, '='), name))
			return value.s ? value : SPAN("");
	}
	return (struct span){ NULL, 0 };
}

/* crypttab(5); Debian's passdev has "/dev/…:/path:timeout". */
bool host_tabs_key(struct host_scan *s, struct span text, bool is_here,
		   struct host_found *found)
{
	struct span spec = text;
	struct span file = span_cut(&spec, ':');

	*found = (struct host_found){ .n = 0 };
	if (span_starts(file, "/dev/"))
		return span_is(file, "/dev/urandom") || span_is(file, "/dev/random") ||
		       host_spec_find(s, file, found) || host_spec_find(s, text, found);
	if (spec.s)
		return host_spec_find(s, spec, found) ||
		       host_spec_find(s, span_cut(&spec, ':'), found);
	if (is_here && span_starts(file, "/"))
		return host_mounts_file(s, file, found);
	return true;
}

static bool require_key(struct host_scan *s, struct span text)
{
	struct host_found found;

	if (!host_tabs_key(s, text, true, &found))
		return false;
	host_require(s, &found, FOR_MOUNT);
	return true;
}

static bool require_data(struct host_scan *s, struct span spec, enum rule_for need)
{
	struct host_found found;
	bool is_file = span_starts(spec, "/") && !span_starts(spec, "/dev/");

	if (is_file ? !host_mounts_file(s, spec, &found) :
		      !host_spec_find(s, spec, &found))
		return false;
	host_require(s, &found, need);
	return true;
}

static void note_absent(struct host_scan *s, struct span spec)
{
	host_note(s->host, CRYPTTAB " names ", spec, ", which is not here");
}

/* "_netdev": unlocked when the network is there, such as by clevis from a server. */
static void require_server(struct host_scan *s, struct span options)
{
	struct host_found found = { .is_net = true };

	if (host_tabs_option(options, "_netdev").s)
		host_require(s, &found, FOR_NET);
}

/* "NAME DEVICE [KEY [OPTIONS]]" */
static void scan_crypt(struct host_scan *s, struct span line)
{
	struct span name = span_cut_word(&line);
	struct span spec = span_cut_word(&line);
	struct span key = span_cut_word(&line);
	struct span options = span_cut_word(&line);
	struct span header = host_tabs_option(options, "header");
	bool is_optional = host_tabs_option(options, "noauto").s ||
			   host_tabs_option(options, "nofail").s;
	bool is_swap = host_tabs_option(options, "swap").s != NULL;

	if (name.n == 0 || name.s[0] == '#' || spec.n == 0)
		return;
	if (!is_optional)
		require_server(s, options);
	if (!host_tabs_option(options, "noauto").s) {
		host_names_note(s, spec, CRYPTTAB);
		host_names_note(s, key, CRYPTTAB);
		host_names_note(s, header, CRYPTTAB);
	}
	if (key.n > 0 && !require_key(s, key))
		note_absent(s, key);
	if (header.n > 0 && !require_key(s, header)) {
		note_absent(s, header);
		s->host->is_unsure = s->host->is_unsure || !is_optional;
	}
	if (require_data(s, spec, is_swap ? FOR_SWAP : FOR_MOUNT))
		return;
	note_absent(s, spec);
	s->host->is_unsure = s->host->is_unsure || !is_optional;
}

static void scan_crypttab(struct host_scan *s)
{
	struct span text;
	char *buffer = host_read(s, CRYPTTAB, &text);

	while (text.s)
		scan_crypt(s, span_cut(&text, '\n'));
	free(buffer);
}

void host_tabs_scan(struct host_scan *s)
{
	bool is_odd = false;

	scan_table(s, "/proc/swaps", scan_swap, NULL);
	scan_table(s, FSTAB, scan_entry, &is_odd);
	if (is_odd)
		scan_odd(s);
	scan_crypttab(s);
}
