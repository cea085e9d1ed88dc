/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a block device is called: UUIDs, labels, names. From udev's database, which
 * needs no rights and wakes no disk; from sysfs; and from the device itself with
 * libblkid, on the real host only: libblkid opens what it is told, but knows no root.
 */
#include "host/block.h"

#include <blkid/blkid.h>
#include <string.h>

enum { UDEV_SIZE = 65536 };	/* of one device; a LUN with many links takes some 8 KB */

void host_decode(struct span value, struct text *t)
{
	while (value.n > 0) {
		size_t n = 1;
		uint64_t c = (unsigned char)value.s[0];

		if (value.n >= 4 && value.s[0] == '\\' && value.s[1] == 'x' &&
		    span_number((struct span){ value.s + 2, 2 }, 16, 2, 255, &c) == 0)
			n = 4;
		text_char(t, (char)c);
		value.s += n;
		value.n -= n;
	}
}

/* Half a name would name something else. */
static void decode(char *to, size_t size, struct span from)
{
	struct text t;

	text_init(&t, to, size);
	host_decode(from, &t);
	if (t.full)
		to[0] = '\0';
}

static void take(struct host_block *b, struct span key, struct span value)
{
	const struct {
		const char *key;
		char *to;
		size_t size;
	} known[] = {
		{ "ID_FS_TYPE", b->type, sizeof(b->type) },
		{ "ID_FS_UUID_ENC", b->uuid, sizeof(b->uuid) },
		{ "ID_FS_LABEL_ENC", b->label, sizeof(b->label) },
		{ "ID_PART_ENTRY_UUID", b->part_uuid, sizeof(b->part_uuid) },
		{ "ID_PART_ENTRY_NAME", b->part_label, sizeof(b->part_label) },
		{ "DM_NAME", b->dm_name, sizeof(b->dm_name) },
		/* of the uevent file */
		{ "PARTUUID", b->part_uuid, sizeof(b->part_uuid) },
		{ "PARTNAME", b->part_label, sizeof(b->part_label) },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(key, known[i].key))
			decode(known[i].to, known[i].size, value);
	/* Older and smaller udevs write only the plain ones. */
	if (span_is(key, "ID_FS_UUID") && !b->uuid[0])
		decode(b->uuid, sizeof(b->uuid), value);
	if (span_is(key, "ID_FS_LABEL") && !b->label[0])
		decode(b->label, sizeof(b->label), value);
}

static void take_lines(struct host_block *b, struct span text, const char *prefix)
{
	while (text.s) {
		struct span line = span_cut(&text, '\n');
		struct span key;

		if (!span_starts(line, prefix))
			continue;
		line.s += strlen(prefix);
		line.n -= strlen(prefix);
		key = span_cut(&line, '=');
		if (line.s)
			take(b, key, line);
	}
}

/* The file of a device in udev's database, see systemd's sd-device/device-private.c. */
static struct span read_udev(const struct host_blocks *blocks, const struct host_block *b,
			     char *buffer)
{
	char path[64];
	struct text t = TEXT_IN(path);
	ssize_t n;

	text_add(&t, "/run/udev/data/b");
	text_decimal(&t, b->major);
	text_char(&t, ':');
	text_decimal(&t, b->minor);
	n = sysfs_read_head(blocks->root, path, buffer, UDEV_SIZE);
	return n > 0 ? (struct span){ buffer, (size_t)n } : (struct span){ NULL, 0 };
}

static void take_value(struct host_block *b, blkid_probe probe, const char *name,
		       const char *key)
{
	const char *value;
	size_t n;

	if (blkid_probe_lookup_value(probe, name, &value, &n) == 0 && n > 0)
		take(b, span_of(key), (struct span){ value, strnlen(value, n) });
}

/* A device that udev knows nothing of. Needs the right to read it. */
static void probe_device(struct host_block *b)
{
	char path[HOST_BLOCK_NAME + 8];
	struct text t = TEXT_IN(path);
	blkid_probe probe;
	char *at;

	text_add(&t, "/dev/");
	text_add(&t, b->name);
	for (at = path; *at; at++)
		if (*at == '!')
			*at = '/';
	probe = blkid_new_probe_from_filename(path);
	if (!probe)
		return;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_enable_partitions(probe, 1);
	blkid_probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS);
	if (blkid_do_safeprobe(probe) == 0) {
		take_value(b, probe, "TYPE", "ID_FS_TYPE");
		take_value(b, probe, "UUID", "ID_FS_UUID");
		take_value(b, probe, "LABEL", "ID_FS_LABEL");
		take_value(b, probe, "PART_ENTRY_UUID", "ID_PART_ENTRY_UUID");
		take_value(b, probe, "PART_ENTRY_NAME", "ID_PART_ENTRY_NAME");
	}
	blkid_free_probe(probe);
}

void host_block_identify(const struct host_blocks *blocks, struct host_block *b)
{
	char buffer[UDEV_SIZE];
	struct span s = read_udev(blocks, b, buffer);
	bool is_blank = !s.s;

	take_lines(b, s, "E:");
	s = host_block_read(blocks, b, "dm/name", buffer, 256);
	if (s.n > 0)
		take(b, SPAN("DM_NAME"), s);
	if (!b->part_uuid[0])
		take_lines(b, host_block_read(blocks, b, "uevent", buffer, 4096), "");
	if (is_blank && blocks->root->is_host && b->sectors > 0)
		probe_device(b);
}

struct host_block *host_blocks_linked(struct host_blocks *blocks, struct span link)
{
	char buffer[UDEV_SIZE];
	unsigned i;

	for (i = 0; i < blocks->n; i++) {
		struct span text = read_udev(blocks, &blocks->block[i], buffer);

		while (text.s) {
			struct span line = span_cut(&text, '\n');

			if (span_starts(line, "S:") &&
			    span_equal((struct span){ line.s + 2, line.n - 2 }, link))
				return &blocks->block[i];
		}
	}
	return NULL;
}
