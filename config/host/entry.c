/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rule for all that is to be mounted or swapped to, whoever says so: /etc/fstab,
 * units of systemd, words of a command line. What is mounted now follows the same rule.
 */
#include <libmount/libmount.h>
#include <string.h>

#include "host/scan.h"

enum rule_for host_need_at(const char *target)
{
	static const struct {
		const char *dir;
		bool is_alone;		/* and not what is below it */
		enum rule_for need;
	} places[] = {
		{ "/", true, FOR_ROOT },
		{ "/usr", true, FOR_ROOT },
		{ "/sysroot", true, FOR_ROOT },		/* OSTree's */
		{ "/sysusr/usr", true, FOR_ROOT },	/* systemd's, in the initramfs */
		{ "/boot", false, FOR_BOOT },
		{ "/efi", false, FOR_BOOT },
		{ "/esp", false, FOR_BOOT },
	};
	size_t i;

	/* Where the initramfs has the root to be. */
	if (strncmp(target, "/sysroot/", 9) == 0)
		target += 8;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t n = strlen(places[i].dir);
		const char *rest = target + n;

		if (strncmp(target, places[i].dir, n) == 0 &&
		    (rest[strspn(rest, "/")] == '\0' ||
		     (rest[0] == '/' && !places[i].is_alone)))
			return places[i].need;
	}
	return FOR_MOUNT;
}

static bool has_option(struct libmnt_fs *fs, const char *name)
{
	return mnt_fs_get_option(fs, name, NULL, NULL) == 0;
}

bool host_entry_is_optional(struct libmnt_fs *fs)
{
	return has_option(fs, "noauto") || has_option(fs, "nofail") ||
	       has_option(fs, "x-systemd.automount");
}

bool host_entry_is_net(struct libmnt_fs *fs)
{
	static const char *const more[] = {
		"ceph", "glusterfs", "fuse.glusterfs", "lustre", "beegfs", "smb3", "afs",
		"fuse.ceph", "fuse.s3fs", "fuse.rclone", NULL,
	};
	const char *type = mnt_fs_get_fstype(fs);
	unsigned i;

	for (i = 0; type && more[i]; i++)
		if (strcmp(type, more[i]) == 0)
			return true;
	return mnt_fs_is_netfs(fs);
}

static enum rule_for need_of(struct libmnt_fs *fs)
{
	const char *target = mnt_fs_get_target(fs);

	if (mnt_fs_is_swaparea(fs))
		return FOR_SWAP;
	return target ? host_need_at(target) : FOR_MOUNT;
}

bool host_entry_find(struct host_scan *s, struct libmnt_fs *fs, struct span spec,
		     struct host_found *found)
{
	const char *type = mnt_fs_get_fstype(fs);

	if (type && strcmp(type, "zfs") == 0)
		return host_spec_pool(s, spec, found);
	if (type && strcmp(type, "virtiofs") == 0) {
		*found = (struct host_found){ .is_virtio = true };
		return true;
	}
	if (host_entry_is_net(fs)) {
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

/* A copy, because a line can be in one table only. */
static void remember(struct host_scan *s, struct libmnt_fs *fs)
{
	struct libmnt_fs *copy = mnt_copy_fs(NULL, fs);

	if (!s->wanted)
		s->wanted = mnt_new_table();
	if (copy && s->wanted)
		mnt_table_add_fs(s->wanted, copy);
	mnt_unref_fs(copy);
}

static void note_absent(struct host_scan *s, const char *from, const char *source)
{
	char what[HOST_NOTE_SIZE];
	struct text t = TEXT_IN(what);

	text_quote(&t, span_of(from));
	text_add(&t, " names ");
	host_note(s->host, what, span_of(source), ", which is not here");
}

void host_entry_scan(struct host_scan *s, struct libmnt_fs *fs, const char *from)
{
	const char *source = mnt_fs_get_source(fs);
	bool is_optional = host_entry_is_optional(fs);
	struct host_found found;

	remember(s, fs);
	if (!source || has_option(fs, "bind") || has_option(fs, "rbind") ||
	    (mnt_fs_is_pseudofs(fs) && !mnt_fs_is_swaparea(fs)) || is_drive(fs, source))
		return;
	if (!has_option(fs, "noauto"))
		host_names_note(s, span_of(source), from);
	if (host_entry_find(s, fs, span_of(source), &found)) {
		found.is_optional = is_optional && need_of(fs) == FOR_MOUNT;
		host_require(s, &found, need_of(fs));
		return;
	}
	note_absent(s, from, source);
	s->host->is_unsure = s->host->is_unsure || !is_optional;
}

void host_entry_add(struct host_scan *s, const char *source, const char *target,
		    const char *type, const char *options, const char *from)
{
	struct libmnt_fs *fs = mnt_new_fs();

	if (fs && mnt_fs_set_source(fs, source) == 0 &&
	    mnt_fs_set_target(fs, target ? target : "none") == 0 &&
	    mnt_fs_set_fstype(fs, target ? type : "swap") == 0 &&
	    mnt_fs_set_options(fs, options) == 0)
		host_entry_scan(s, fs, from);
	mnt_unref_fs(fs);
}

struct libmnt_fs *host_entry_at(struct host_scan *s, const char *target)
{
	return s->wanted ? mnt_table_find_target(s->wanted, target, MNT_ITER_BACKWARD) :
	       NULL;
}
