/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts for findings: whether ZFS asks for a passphrase at boot. The kernel does not tell
 * which file systems are encrypted; the lists that zfs-mount-generator(8) reads do, where
 * somebody keeps them. Without a list, a root on ZFS may ask.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "facts/facts.h"

#define LISTS "/etc/zfs/zfs-list.cache"

/* A line of a list, cut at its tabs. */
struct dataset {
	struct span name;
	struct span canmount;
	struct span encroot;	/* "-": not encrypted */
	struct span keylocation;
};

struct reader {
	struct facts *facts;
	const struct root *root;
	struct span boot;	/* the file system of / */
	bool has_boot;		/* a list has it */
};

static bool read_line(struct span line, struct dataset *dataset)
{
	struct span column[12];
	unsigned i;

	for (i = 0; i < 12; i++)
		column[i] = span_cut(&line, '\t');
	*dataset = (struct dataset){ column[0], column[2], column[10], column[11] };
	return dataset->keylocation.n > 0;
}

/* Only the line of the root of the encryption has the place of the key. */
static enum fact asks(struct span list, const struct dataset *dataset)
{
	struct dataset root;

	if (span_is(dataset->encroot, "-"))
		return FACT_NO;
	while (list.s)
		if (read_line(span_cut(&list, '\n'), &root) &&
		    span_equal(root.name, dataset->encroot))
			return span_is(root.keylocation, "prompt") ? FACT_YES :
			       span_is(root.keylocation, "none") ? FACT_UNKNOWN : FACT_NO;
	return FACT_UNKNOWN;
}

static int read_list(const char *name, void *with)
{
	struct reader *reader = with;
	struct span list, rest;
	char path[PATH_SIZE], *buffer;
	struct dataset dataset;

	if (!sysfs_path(path, LISTS, name, NULL))
		return 0;
	buffer = text_file_read(reader->root, path, &list);
	rest = list;
	while (rest.s) {
		bool is_boot;

		if (!read_line(span_cut(&rest, '\n'), &dataset))
			continue;
		is_boot = span_equal(dataset.name, reader->boot);
		reader->has_boot |= is_boot;
		if (is_boot || span_is(dataset.canmount, "on"))
			facts_note_passphrase(reader->facts, asks(list, &dataset),
					      "ZFS: ", dataset.name);
	}
	free(buffer);
	return 0;
}

/* The source of the last mount at /, if it is of ZFS: proc_pid_mountinfo(5). */
static struct span find_boot(struct span text)
{
	struct span boot = { NULL, 0 };

	while (text.s) {
		struct span line = span_cut(&text, '\n');
		struct span target = { NULL, 0 };
		unsigned i;

		for (i = 0; i < 5; i++)
			target = span_cut_word(&line);
		if (!span_is(target, "/"))
			continue;
		while (line.n > 0 && !span_is(span_cut_word(&line), "-"))
			;
		boot = (struct span){ NULL, 0 };
		if (span_is(span_cut_word(&line), "zfs"))
			boot = span_cut_word(&line);
	}
	return boot;
}

void facts_read_zfs(struct facts *facts, const struct root *root)
{
	struct reader reader = { .facts = facts, .root = root };
	struct span mounts;
	char *buffer = text_file_read(root, "/proc/self/mountinfo", &mounts);

	reader.boot = find_boot(mounts);
	sysfs_list(root, LISTS, read_list, &reader);
	if (reader.boot.n > 0 && !reader.has_boot)
		facts_note_passphrase(facts, FACT_UNKNOWN, "ZFS: ", reader.boot);
	free(buffer);
}
