/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices that programs have open: the disks of virtual machines, of Ceph, of
 * servers. Only root may see what the programs of others have open.
 */
#include "host/use.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What a callback of a directory listing gets. */
struct program {
	struct host_scan *s;
	const char *pid;
	const char *dir;		/* "/proc/7/fd" */
	struct span name;
};

/* udev looks at every disk for a moment, and at ours while we do. */
static bool is_passing(struct span name)
{
	return span_starts(name, "(udev-worker") || span_is(name, "systemd-udevd") ||
	       span_is(name, "udevd");
}

/* "/dev/sg1": the disk of the same SCSI device, "…/0:0:0:0/block/sda". */
static const struct host_block *find_scsi(struct host_scan *s, const char *name)
{
	char path[PATH_SIZE], link[PATH_SIZE], disk[PATH_SIZE];
	struct text t = TEXT_IN(disk);
	const char *at = link;
	unsigned i;

	if (!sysfs_path(path, "/sys/class/scsi_generic", name, NULL) ||
	    sysfs_link(s->root, path, link, sizeof(link)) < 0 ||
	    !strstr(link, "/scsi_generic/"))
		return NULL;
	*strstr(link, "/scsi_generic/") = '\0';
	while (strncmp(at, "../", 3) == 0)
		at += 3;
	text_add(&t, at);
	text_add(&t, "/block/");
	for (i = 0; i < s->blocks->n && !t.full; i++)
		if (strstr(s->blocks->block[i].path, disk))
			return &s->blocks->block[i];
	return NULL;
}

/* Devices that take the commands of a disk as they are. */
static const struct host_block *find_generic(struct host_scan *s, const char *link)
{
	char name[HOST_BLOCK_NAME];
	struct text t = TEXT_IN(name);

	if (strncmp(link, "/dev/sg", 7) == 0)
		return find_scsi(s, link + 5);
	if (strncmp(link, "/dev/ng", 7) != 0)
		return NULL;
	text_add(&t, "nvme");
	text_add(&t, link + 7);
	return t.full ? NULL : host_blocks_named(s->blocks, text_is(&t));
}

/* The link of the kernel leads to the open device itself, whatever its name is where the
 * program lives: in a jail or a container a disk is "/disk". In a tree there are names
 * only. */
static bool find(struct host_scan *s, const char *path, const char *link,
		 struct host_found *found)
{
	const struct host_block *b = find_generic(s, link);

	*found = (struct host_found){ .n = 0 };
	if (b)
		host_found_add(s, found, b);
	return b || host_spec_node(s, span_of(path), found) ||
	       (!s->root->is_host && strncmp(link, "/dev/", 5) == 0 &&
		host_spec_find(s, span_of(link), found));
}

static int scan_file(const char *name, void *with)
{
	struct program *program = with;
	struct host_scan *s = program->s;
	char path[PATH_SIZE], link[PATH_SIZE], words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);
	struct host_found found;
	unsigned i;

	if (!sysfs_path(path, program->dir, name, NULL) ||
	    sysfs_link(s->root, path, link, sizeof(link)) < 0 ||
	    link[0] != '/' || !find(s, path, link, &found))
		return 0;
	text_add(&by, "open by ");
	text_quote(&by, program->name);
	text_add(&by, " (pid ");
	text_add(&by, program->pid);
	text_char(&by, ')');
	for (i = 0; i < found.n; i++)
		if (!host_use_is_judged(&s->blocks->block[found.block[i]]))
			host_use(s, &s->blocks->block[found.block[i]], &by);
	return 0;
}

static int scan_program(const char *pid, void *with)
{
	struct host_scan *s = with;
	char path[PATH_SIZE], dir[PATH_SIZE], name[64];
	struct program program = { s, pid, dir, SPAN("a program") };
	uint64_t n;
	ssize_t got;

	if (span_number(span_of(pid), 10, 10, UINT32_MAX, &n) < 0 ||
	    (s->root->is_host && n == (uint64_t)getpid()) ||
	    !sysfs_path(dir, "/proc", pid, "fd") ||
	    !sysfs_path(path, "/proc", pid, "comm"))
		return 0;
	got = sysfs_read_head(s->root, path, name, sizeof(name));
	if (got > 0)
		program.name = sysfs_trim(name, got);
	if (is_passing(program.name))
		return 0;
	if (sysfs_list(s->root, dir, scan_file, &program) == -EACCES)
		host_note(s->host, "what the programs of other users have open is not "
			  "known: only root may see it", SPAN(""), "");
	return 0;
}

void host_open_scan(struct host_scan *s)
{
	sysfs_list(s->root, "/proc", scan_program, s);
}
