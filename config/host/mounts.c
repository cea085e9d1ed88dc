/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is mounted now. libmount reads the tables, from streams that were opened below the
 * root; which devices a mount stands on is found here: for many file systems the table
 * has a number, for btrfs, ZFS, network and overlay it has not.
 */
#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host/scan.h"

enum { OVERLAYS_MAX = 4 };	/* overlays on overlays; the kernel allows two */

/* libmount goes on behind the line. */
static int mark_odd(struct libmnt_table *table, const char *path, int line)
{
	bool *is_odd = mnt_table_get_userdata(table);

	(void)path;
	(void)line;
	if (is_odd)
		*is_odd = true;
	return 1;
}

struct libmnt_table *host_mounts_table(const struct root *root, const char *path,
				       bool *ret_is_odd)
{
	int fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK, 0);
	FILE *file = fd >= 0 ? fdopen(fd, "re") : NULL;
	struct libmnt_table *table = NULL;

	if (!file) {
		close_fd(&fd);
		return NULL;
	}
	table = mnt_new_table();
	if (table && (mnt_table_set_userdata(table, ret_is_odd) != 0 ||
		      mnt_table_set_parser_errcb(table, mark_odd) != 0 ||
		      mnt_table_parse_stream(table, file, path) != 0)) {
		mnt_unref_table(table);
		table = NULL;
	}
	fclose(file);
	return table;
}

void host_mounts_open(struct host_scan *s)
{
	s->mounts = host_mounts_table(s->root, "/proc/self/mountinfo", NULL);
	if (!s->mounts)
		s->mounts = host_mounts_table(s->root, "/proc/mounts", NULL);
}

void host_mounts_close(struct host_scan *s)
{
	if (s->mounts)
		mnt_unref_table(s->mounts);
	if (s->wanted)
		mnt_unref_table(s->wanted);
	s->mounts = s->wanted = NULL;
}

/* Without a cache no path is resolved: on the host's own tree it would lead elsewhere. */
struct libmnt_fs *host_mounts_at(struct host_scan *s, const char *target)
{
	return s->mounts ? mnt_table_find_target(s->mounts, target, MNT_ITER_BACKWARD) :
	       NULL;
}

/* Whether the path is the directory or below it. */
static bool is_below(struct span path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1)
		return true;
	return span_starts(path, dir) && (path.n == n || path.s[n] == '/');
}

/* The last mount with the longest directory wins. */
static struct libmnt_fs *mount_of(struct host_scan *s, struct span path)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs, *best = NULL;
	size_t longest = 0;

	while (iter && s->mounts && mnt_table_next_fs(s->mounts, iter, &fs) == 0) {
		const char *at = mnt_fs_get_target(fs);

		if (at && at[0] == '/' && strlen(at) >= longest && is_below(path, at)) {
			longest = strlen(at);
			best = fs;
		}
	}
	mnt_free_iter(iter);
	return best;
}

static struct span option(struct libmnt_fs *fs, const char *name)
{
	struct span value = { NULL, 0 };
	char *at;

	if (mnt_fs_get_option(fs, name, &at, &value.n) == 0 && at)
		value.s = at;
	else
		value.n = 0;
	return value;
}

static bool is_type(struct libmnt_fs *fs, const char *const types[])
{
	const char *type = mnt_fs_get_fstype(fs);
	unsigned i;

	for (i = 0; type && types[i]; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static bool find_fs(struct host_scan *s, struct libmnt_fs *fs, unsigned depth,
		    struct host_found *found);

static bool find_file(struct host_scan *s, struct span path, unsigned depth,
		      const struct libmnt_fs *but, struct host_found *found)
{
	struct libmnt_fs *fs = mount_of(s, path);

	return fs && fs != but && find_fs(s, fs, depth + 1, found);
}

static void add_found(struct host_scan *s, struct host_found *found,
		      const struct host_found *more)
{
	unsigned i;

	for (i = 0; i < more->n; i++)
		host_found_add(s, found, &s->blocks->block[more->block[i]]);
	if (more->is_net && !found->is_net)
		memcpy(found->server, more->server, sizeof(found->server));
	found->is_net = found->is_net || more->is_net;
	found->is_virtio = found->is_virtio || more->is_virtio;
}

/* Directories between `by`; with none, one directory, whatever letters are in it. */
static void add_layers(struct host_scan *s, struct libmnt_fs *fs, struct span dirs,
		       char by, unsigned depth, struct host_found *found)
{
	struct host_found one;

	while (dirs.s) {
		struct span dir = dirs;

		if (by)
			dir = span_cut(&dirs, by);
		else
			dirs = (struct span){ NULL, 0 };
		if (span_starts(dir, "/") && find_file(s, dir, depth, fs, &one))
			add_found(s, found, &one);
	}
}

static bool is_device(const struct host_found *found)
{
	return found->n > 0 || found->is_net || found->is_virtio;
}

/* All layers of an overlay: "lowerdir=/a:/b::/data", or one word each, as
 * Documentation/filesystems/overlayfs.rst has it. Layers that were mounted nowhere show
 * as "/": then the root of OSTree and bootc is what they have at /sysroot. */
static bool find_layers(struct host_scan *s, struct libmnt_fs *fs, unsigned depth,
			struct host_found *found)
{
	char *all = mnt_fs_strdup_options(fs);
	char *options = all, *name, *value;
	const char *target = mnt_fs_get_target(fs);
	struct libmnt_fs *below = NULL;
	size_t n, length;

	while (options && depth < OVERLAYS_MAX &&
	       mnt_optstr_next_option(&options, &name, &n, &value, &length) == 0) {
		struct span word = { name, n };
		struct span dirs = { value, value ? length : 0 };

		if (span_is(word, "upperdir") || span_is(word, "lowerdir+") ||
		    span_is(word, "datadir+"))
			add_layers(s, fs, dirs, '\0', depth, found);
		else if (span_is(word, "lowerdir"))
			add_layers(s, fs, dirs, ':', depth, found);
	}
	free(all);
	if (is_device(found))
		return true;
	if (target && strcmp(target, "/") == 0)
		below = host_mounts_at(s, "/sysroot");
	return below && find_fs(s, below, depth + 1, found) && is_device(found);
}

/* btrfs names one member, bcachefs all of them: "/dev/sda:/dev/sdb". */
static bool find_source(struct host_scan *s, const char *source, struct host_found *found)
{
	struct span rest = span_of(source);
	struct host_found *one = found;

	if (host_spec_find(s, rest, found))
		return true;
	while (rest.s) {
		struct span spec = span_cut(&rest, ':');

		if (span_starts(spec, "/dev/") && host_spec_find(s, spec, one))
			return true;	/* the walk finds the other members */
	}
	return false;
}

static bool find_fs(struct host_scan *s, struct libmnt_fs *fs, unsigned depth,
		    struct host_found *found)
{
	static const char *const pool[] = { "zfs", NULL };
	static const char *const hypervisor[] = { "virtiofs", NULL };
	static const char *const overlay[] = { "overlay", "aufs", NULL };
	dev_t number = mnt_fs_get_devno(fs);
	const char *source = mnt_fs_get_source(fs);
	const struct host_block *b = NULL;

	*found = (struct host_found){ .n = 0 };
	if (major(number) != 0)
		b = host_blocks_numbered(s->blocks, major(number), minor(number));
	if (b) {
		host_found_add(s, found, b);
		return true;
	}
	if (is_type(fs, overlay))
		return find_layers(s, fs, depth, found);
	found->is_virtio = is_type(fs, hypervisor) ||
			   span_is(option(fs, "trans"), "virtio");
	if (found->is_virtio)
		return true;
	if (host_entry_is_net(fs)) {
		struct span server = option(fs, "addr");

		if (!server.s)
			server = span_of(source ? source : "");
		host_found_server(found, server);
		return true;
	}
	if (source && is_type(fs, pool))
		return host_spec_pool(s, span_of(source), found);
	if (source && source[0] == '/' && find_source(s, source, found))
		return true;
	/* A program of a user's mounts without saying what: no disk. */
	if (source && strcmp(source, "/dev/fuse") == 0)
		return true;
	return major(number) == 0 && (!source || strncmp(source, "/dev/", 5) != 0);
}

bool host_mounts_file(struct host_scan *s, struct span path, struct host_found *found)
{
	return find_file(s, path, 0, NULL, found);
}

/* Adds a place to those where it is mounted; one that is there already is no second. */
static void add_mount(struct host_block *b, struct span target)
{
	struct span rest = span_of(b->mount);
	struct text t = TEXT_AFTER(b->mount);
	char place[sizeof(b->mount)];
	struct text p = TEXT_IN(place);

	text_quote(&p, target);
	while (b->mounts > 0 && rest.s) {
		struct span one = span_cut(&rest, ',');

		if (span_equal(one, text_is(&p)))
			return;
		if (rest.s && rest.n > 0)
			rest = (struct span){ rest.s + 1, rest.n - 1 };
	}
	b->mounts++;
	if (p.full || t.n + p.n + 3 > sizeof(b->mount)) {
		b->more_mounts++;
		return;
	}
	text_add(&t, t.n > 0 ? ", " : "");
	text_span(&t, text_is(&p));
}

static void mark(struct host_scan *s, const struct host_found *found, const char *target,
		 const char *type)
{
	unsigned i;

	for (i = 0; i < found->n; i++) {
		struct host_block *b = &s->blocks->block[found->block[i]];
		struct text t = TEXT_AFTER(b->type);

		add_mount(b, span_of(target));
		if (!b->type[0] && type)
			text_add(&t, type);
	}
}

/* The layers of a container are told by names that are its own. */
static void note_lost(struct host_scan *s, struct libmnt_fs *fs)
{
	static const char *const overlay[] = { "overlay", NULL };
	const char *target = mnt_fs_get_target(fs);
	bool is_root = host_need_at(target) == FOR_ROOT;

	if (strcmp(target, "/") != 0 && is_type(fs, overlay))
		return;
	host_note(s->host, "the device of ", span_of(target), is_root ?
		  " is not known: all network cards and USB controllers are kept" :
		  " is not known");
	if (!host_user_is(s, fs))
		s->host->is_unsure = true;
	if (is_root)
		host_lose_root(s);
}

static void scan_mount(struct host_scan *s, struct libmnt_fs *fs, bool is_ours)
{
	const char *target = mnt_fs_get_target(fs);
	const char *type = mnt_fs_get_fstype(fs);
	struct libmnt_fs *wanted;
	struct host_found found;

	if (!target || (type && strcmp(type, "rootfs") == 0))
		return;
	if (!find_fs(s, fs, 0, &found)) {
		note_lost(s, fs);
		return;
	}
	if (is_ours)
		mark(s, &found, target, type);
	if (host_user_is(s, fs))
		return;
	wanted = host_entry_at(s, target);
	found.is_optional = wanted && host_entry_is_optional(wanted) &&
			    host_need_at(target) == FOR_MOUNT;
	host_require(s, &found, host_need_at(target));
}

static void scan_table(struct host_scan *s, struct libmnt_table *table, bool is_ours)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (iter && table && mnt_table_next_fs(table, iter, &fs) == 0)
		scan_mount(s, fs, is_ours);
	mnt_free_iter(iter);
}

/* Image generators may run in a mount namespace of their own: process 1 sees the rest. */
void host_mounts_scan(struct host_scan *s)
{
	struct libmnt_table *first;

	first = host_mounts_table(s->root, "/proc/1/mountinfo", NULL);

	scan_table(s, s->mounts, true);
	scan_table(s, first, false);
	if (first)
		mnt_unref_table(first);
}
