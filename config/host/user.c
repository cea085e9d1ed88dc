/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is mounted now because somebody who is logged in wanted it, and what is mounted
 * when it is used: the boot does not wait for it, and its controller or network card may
 * well be meant for a guest. What fstab or a unit asks for is never that, unless it is
 * across the network and may be missing.
 */
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

static bool is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' && path[n + 1];
}

static bool is_below_any(const char *path, const char *const dirs[])
{
	unsigned i;

	for (i = 0; dirs[i]; i++)
		if (is_below(path, dirs[i]))
			return true;
	return false;
}

/* "\040" is a blank: libmount writes the table that way. */
static void decode(struct span s, struct text *t)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		const char *c = s.s + i;

		if (c[0] == '\\' && i + 3 < s.n && strchr("01", c[1]) &&
		    c[2] >= '0' && c[2] <= '7' && c[3] >= '0' && c[3] <= '7') {
			text_char(t, (char)((c[1] - '0') * 64 + (c[2] - '0') * 8 +
					    (c[3] - '0')));
			i += 3;
			continue;
		}
		text_char(t, *c);
	}
}

/* "SRC=/dev/sdb1 TARGET=/mnt/x ROOT=/ OPTS=uhelper=udisks2": who mounted it, where that
 * is no business of root's. */
static bool is_line(struct span line, const char *target)
{
	char at[PATH_SIZE];
	struct text t = TEXT_IN(at);
	struct span options = { NULL, 0 };
	bool is_user = false;

	while (line.n > 0) {
		struct span value = span_cut_word(&line);
		struct span name = span_cut(&value, '=');

		if (value.s && span_is(name, "TARGET"))
			decode(value, &t);
		else if (value.s && span_is(name, "OPTS"))
			options = value;
	}
	while (options.s) {
		struct span word = span_cut(&options, ',');

		is_user = is_user || span_starts(word, "uhelper=") ||
			  span_starts(word, "x-udisks");
	}
	return is_user && !t.full && span_is(text_is(&t), target);
}

static bool has_helper(struct host_scan *s, const char *target)
{
	struct span text;
	char *buffer = host_read(s, "/run/mount/utab", &text);
	bool is_found = false;

	while (text.s && !is_found)
		is_found = is_line(span_cut(&text, '\n'), target);
	free(buffer);
	return is_found;
}

/* At or below a mount of autofs, be it systemd's. */
static bool is_automounted(struct host_scan *s, const char *target)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool is_found = false;

	while (iter && s->mounts && !is_found &&
	       mnt_table_next_fs(s->mounts, iter, &fs) == 0) {
		const char *type = mnt_fs_get_fstype(fs);
		const char *at = mnt_fs_get_target(fs);

		is_found = type && at && strcmp(type, "autofs") == 0 &&
			   (strcmp(at, target) == 0 || is_below(target, at));
	}
	mnt_free_iter(iter);
	return is_found;
}

/* sshfs and all other programs; but those of clusters stand for a disk of the system. */
static bool is_program(const char *type)
{
	return strncmp(type, "fuse.", 5) == 0 && strcmp(type, "fuse.glusterfs") != 0 &&
	       strcmp(type, "fuse.ceph") != 0;
}

bool host_user_is(struct host_scan *s, struct libmnt_fs *fs)
{
	static const char *const places[] = {
		"/run/media", "/media", "/run/user", NULL,
	};
	static const char *const homes[] = { "/home", "/root", "/var/home", NULL };
	const char *target = mnt_fs_get_target(fs);
	const char *type = mnt_fs_get_fstype(fs);
	struct libmnt_fs *wanted = host_entry_at(s, target);
	bool is_net = host_entry_is_net(fs);

	if (host_need_at(target) != FOR_MOUNT || !type)
		return false;
	if (wanted)
		return is_net && host_entry_is_optional(wanted);
	if (is_net && (is_below_any(target, homes) || is_automounted(s, target)))
		return true;
	if (strcmp(type, "zfs") == 0)
		return false;	/* the system imports pools, whatever their place */
	return is_program(type) || is_below_any(target, places) || has_helper(s, target);
}
