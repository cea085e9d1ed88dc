/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices that are given to others: by the kernel's SCSI and NVMe targets, which
 * say so in configfs; by DRBD and nbd-server, which have them in their configs; by Ceph,
 * which has a link to each.
 */
#include "host/use.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A directory that is listed, and what is done with each entry. */
struct place {
	struct host_scan *s;
	const char *dir;
	const char *name;	/* of what is exported */
	const char *words;
};

static int visit(struct place *place, const char *dir,
		 int (*each)(const char *name, void *with))
{
	place->dir = dir;
	sysfs_list(place->s->root, dir, each, place);
	return 0;
}

static void note_absent(struct host_scan *s, struct span device)
{
	host_note(s->host, "a target of the kernel names ", device,
		  ", which is not here");
	s->host->is_unsure = true;
}

/* A file of configfs that names what the target gives away. */
static void use_target(struct place *place, const char *path)
{
	struct host_scan *s = place->s;
	char buffer[PATH_SIZE], words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);
	ssize_t n = sysfs_read_head(s->root, path, buffer, sizeof(buffer));
	struct span device;

	if (n <= 0)
		return;
	device = sysfs_trim(buffer, n);
	text_add(&by, place->words);
	text_quote(&by, span_of(place->name));
	if (!span_starts(device, "/dev/") || host_use_path(s, device, &by))
		return;		/* else: a file, whose file system is mounted */
	note_absent(s, device);
}

/* /sys/kernel/config/target/core/HBA/NAME/udev_path */
static int add_lio(const char *name, void *with)
{
	struct place *place = with;
	char path[PATH_SIZE];

	place->name = name;
	place->words = "exported by LIO as ";
	if (sysfs_path(path, place->dir, name, "udev_path"))
		use_target(place, path);
	return 0;
}

static int add_hba(const char *name, void *with)
{
	struct place place = *(struct place *)with;
	char path[PATH_SIZE];

	return sysfs_path(path, place.dir, name, NULL) ? visit(&place, path, add_lio) : 0;
}

/* /sys/kernel/config/nvmet/subsystems/NAME/namespaces/1/device_path */
static int add_namespace(const char *name, void *with)
{
	struct place *place = with;
	char path[PATH_SIZE];

	place->words = "exported over NVMe as ";
	if (sysfs_path(path, place->dir, name, "device_path"))
		use_target(place, path);
	return 0;
}

/* "/dev/nvme1", of a whole controller, which may have no disk here: drivers/nvme/target/
 * configfs.c, passthru/device_path. It is there, and empty, for every target. */
static void use_controller(struct place *place, const char *path)
{
	struct host_scan *s = place->s;
	uint8_t functions[FUNCTIONS_MAX] = { 0 };
	char buffer[PATH_SIZE], name[PATH_SIZE], link[PATH_SIZE], words[HOST_HOLD_SIZE];
	ssize_t n = sysfs_read_head(s->root, path, buffer, sizeof(buffer));
	struct text by = TEXT_IN(words), t = TEXT_IN(name);
	struct span device;

	if (n <= 0 || !span_starts(sysfs_trim(buffer, n), "/dev/"))
		return;
	device = sysfs_trim(buffer, n);
	text_add(&t, "/sys/class/nvme/");
	text_span(&t, span_last(device, '/'));
	if (t.full || sysfs_link(s->root, name, link, sizeof(link)) < 0 ||
	    !host_walk_path(s, span_of(link), functions)) {
		note_absent(s, device);
		return;
	}
	text_quote(&by, span_last(device, '/'));
	text_add(&by, ", exported over NVMe as ");
	text_quote(&by, span_of(place->name));
	host_need_functions(s, functions, FOR_USE);
	host_hold_add(s, functions, HOST_USE, &by);
}

static int add_subsystem(const char *name, void *with)
{
	struct place place = *(struct place *)with;
	char path[PATH_SIZE];

	place.name = name;
	if (sysfs_path(path, place.dir, name, "passthru/device_path"))
		use_controller(&place, path);
	return sysfs_path(path, place.dir, name, "namespaces") ?
	       visit(&place, path, add_namespace) : 0;
}

/* All devices that a config names; those of other computers, too, in doubt. */
static void scan_config(struct host_scan *s, const char *path)
{
	char words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);
	struct span text;
	char *buffer = host_read(s, path, &text);

	text_add(&by, "named by ");
	text_quote(&by, span_of(path));
	while (text.s) {
		struct span line = span_cut(&text, '\n');
		struct span left = span_cut(&line, '#');
		size_t n;

		for (; left.n > 0; left.s += n, left.n -= n) {
			n = 0;
			while (n < left.n && !strchr(" \t\r;\"'=", left.s[n]))
				n++;
			if (span_starts((struct span){ left.s, n }, "/dev/"))
				host_use_path(s, (struct span){ left.s, n }, &by);
			n += n == 0;
		}
	}
	free(buffer);
}

static int add_config(const char *name, void *with)
{
	struct place *place = with;
	char path[PATH_SIZE];

	if (sysfs_path(path, place->dir, name, NULL))
		scan_config(place->s, path);
	return 0;
}

/* /var/lib/ceph/osd/ceph-0/block, /var/lib/ceph/UUID/osd.0/block */
static int add_osd(const char *name, void *with)
{
	static const char *const links[] = {
		"block", "block.db", "block.wal", "journal",
	};
	struct place *place = with;
	char path[PATH_SIZE], link[PATH_SIZE], words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);
	unsigned i;

	text_add(&by, "used by Ceph as ");
	text_quote(&by, span_of(name));
	for (i = 0; i < 4; i++) {
		char dir[PATH_SIZE];

		if (sysfs_path(dir, place->dir, name, NULL) &&
		    sysfs_path(path, dir, links[i], NULL) &&
		    sysfs_link(place->s->root, path, link, sizeof(link)) > 0)
			host_use_path(place->s, span_of(link), &by);
	}
	return 0;
}

static int add_cluster(const char *name, void *with)
{
	struct place place = *(struct place *)with;
	char path[PATH_SIZE];

	return sysfs_path(path, place.dir, name, NULL) ? visit(&place, path, add_osd) : 0;
}

/* Disks that say themselves that they are of Ceph, on a computer that has Ceph. */
static void scan_ceph(struct host_scan *s)
{
	char words[] = "used by Ceph";
	const struct text by = { words, sizeof(words), sizeof(words) - 1, false };
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		if (strncmp(s->blocks->block[i].type, "ceph_", 5) == 0 &&
		    sysfs_exists(s->root, "/var/lib/ceph") == 1)
			host_use(s, &s->blocks->block[i], &by);
}

void host_export_scan(struct host_scan *s)
{
	struct place place = { .s = s };

	visit(&place, "/sys/kernel/config/target/core", add_hba);
	visit(&place, "/sys/kernel/config/nvmet/subsystems", add_subsystem);
	scan_config(s, "/etc/drbd.conf");
	visit(&place, "/etc/drbd.d", add_config);
	scan_config(s, "/etc/nbd-server/config");
	visit(&place, "/etc/nbd-server/conf.d", add_config);
	visit(&place, "/var/lib/ceph", add_cluster);
	scan_ceph(s);
}
