/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what we see is the system that this machine will boot. In a chroot, a
 * container or an image builder the mounts are those of another system: no disk may be
 * called needed, and above all none free, by what they say.
 */
#include <errno.h>
#include <libmount/libmount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/cmdline.h"
#include "host/scan.h"

static bool say(struct host_scan *s, const char *a, struct span b, const char *c)
{
	struct text t = TEXT_IN(s->host->why);

	text_add(&t, a);
	text_quote(&t, b);
	text_add(&t, c);
	return false;
}

static bool is_on_disk(struct host_scan *s)
{
	struct libmnt_fs *fs = host_mounts_at(s, "/");

	return fs && major(mnt_fs_get_devno(fs)) != 0;
}

/* systemd and most container managers leave one of these: systemd's
 * CONTAINER_INTERFACE. */
static bool is_container(struct host_scan *s)
{
	static const char *const marks[] = {
		"/run/systemd/container", "/run/host/container-manager",
		"/run/.containerenv", NULL,
	};
	char buffer[32768];
	struct span text = { buffer, 0 };
	ssize_t n;
	unsigned i;

	for (i = 0; marks[i]; i++)
		if (sysfs_exists(s->root, marks[i]) == 1)
			return !say(s, "a container: there is ", span_of(marks[i]), "");
	/* Stays in the tree when somebody makes a disk of a container's image. */
	if (sysfs_exists(s->root, "/.dockerenv") == 1 && !is_on_disk(s))
		return !say(s, "a container: there is ", SPAN("/.dockerenv"), "");
	n = sysfs_read_head(s->root, "/proc/1/environ", buffer, sizeof(buffer));
	text.n = n > 0 ? (size_t)n : 0;
	while (text.s && n > 0) {
		struct span word = span_cut(&text, '\0');

		if (span_starts(word, "container=") && word.n > 10)
			return !say(s, "a container: process 1 has ", word, "");
	}
	return false;
}

/* What process 1 calls "/"; a link of /proc, so that only the real host can follow it. */
static bool is_chroot(struct host_scan *s)
{
	char link[PATH_SIZE];
	struct stat ours, its;

	if (s->root->is_host)
		return stat("/", &ours) == 0 && stat("/proc/1/root/.", &its) == 0 &&
		       (ours.st_dev != its.st_dev || ours.st_ino != its.st_ino);
	return sysfs_link(s->root, "/proc/1/root", link, sizeof(link)) > 0 &&
	       strcmp(link, "/") != 0;
}

/* Whether the two stand on disks that have nothing to do with each other. */
static bool are_apart(struct host_scan *s, const struct host_found *a,
		      const struct host_found *b)
{
	struct host_reach reach[2] = { { .is_net = false }, { .is_net = false } };
	unsigned i;

	for (i = 0; i < a->n; i++)
		host_walk(s, &s->blocks->block[a->block[i]], &reach[0]);
	for (i = 0; i < b->n; i++)
		host_walk(s, &s->blocks->block[b->block[i]], &reach[1]);
	for (i = 0; i < s->blocks->n; i++)
		if (reach[0].seen[i] && reach[1].seen[i])
			return false;
	return a->n > 0 && b->n > 0;
}

/* mkosi and its like mount a tree of their own on "/", in their own namespace. */
static bool is_other_root(struct host_scan *s, struct libmnt_fs *fs)
{
	dev_t number = mnt_fs_get_devno(fs);
	struct host_found here = { .n = 0 }, booted = { .n = 0 };
	const struct host_block *b;
	struct span root;

	b = host_blocks_numbered(s->blocks, major(number), minor(number));
	if (s->running.n == 0 || !b || major(number) == 0)
		return false;
	host_found_add(s, &here, b);
	root = cmdline_root(s->running);
	return host_spec_find(s, root, &booted) && are_apart(s, &here, &booted);
}

/* "/" as a directory of a file system. OSTree deploys that way; btrfs shows the directory
 * below its subvolume; for what is across the network it is the server's. */
static bool is_directory(struct libmnt_fs *fs)
{
	const char *type = mnt_fs_get_fstype(fs);
	const char *root = mnt_fs_get_root(fs);
	char *subvolume;
	size_t n;

	if (!root || !type || strcmp(root, "/") == 0 || strstr(root, "/ostree/deploy/"))
		return false;
	if (strcmp(type, "btrfs") == 0)
		return mnt_fs_get_option(fs, "subvol", &subvolume, &n) == 0 &&
		       subvolume && !span_is((struct span){ subvolume, n }, root);
	return major(mnt_fs_get_devno(fs)) != 0 || strcmp(type, "zfs") == 0 ||
	       strcmp(type, "tmpfs") == 0;
}

bool host_where(struct host_scan *s)
{
	struct libmnt_fs *fs;

	s->host->why[0] = '\0';
	if (is_container(s))
		return false;
	if (is_chroot(s))
		return say(s, "a chroot: process 1 has another root directory", SPAN(""),
			   "");
	if (!s->mounts)
		return say(s, "a chroot, an image builder or a copy of /sys: ",
			   SPAN("/proc/self/mountinfo"), " cannot be read");
	fs = host_mounts_at(s, "/");
	if (!fs)
		return say(s, "a chroot: nothing is mounted at /", SPAN(""), "");
	if (is_directory(fs))
		return say(s, "a container or an image builder: / is the directory ",
			   span_of(mnt_fs_get_root(fs)), " of another file system");
	if (is_other_root(s, fs))
		return say(s, "a chroot or an image builder: / is not what root= of "
			   "/proc/cmdline names", SPAN(""), "");
	return true;
}
