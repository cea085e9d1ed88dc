/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The disks of imported ZFS pools. The kernel says which pools there are, and not what
 * they are made of: that is told by the labels on the disks. A cache and a spare have
 * none that names the pool.
 */
#include "host/use.h"

#include <string.h>

/* What a callback of a directory listing gets. */
struct pools {
	struct host_scan *s;
	bool is_claim_known;
	unsigned n;
};

static bool is_member(const struct host_block *b)
{
	return strcmp(b->type, "zfs_member") == 0;
}

static void use_member(struct host_scan *s, const struct host_block *b, const char *what,
		       struct span pool)
{
	char words[HOST_HOLD_SIZE];
	struct text by = TEXT_IN(words);

	text_add(&by, what);
	text_quote(&by, pool);
	if (!host_use_is_judged(b))
		host_use(s, b, &by);
}

static int skip(const char *name, void *with)
{
	(void)name;
	(void)with;
	return 0;
}

/* The files beside the directories are for all pools. */
static int add_pool(const char *name, void *with)
{
	struct pools *pools = with;
	struct host_scan *s = pools->s;
	struct host_found found;
	char path[PATH_SIZE];
	unsigned i;

	if (!sysfs_path(path, HOST_POOLS, name, NULL) ||
	    sysfs_list(s->root, path, skip, NULL) != 0)
		return 0;
	pools->n++;
	if (!host_spec_pool(s, span_of(name), &found) && !pools->is_claim_known) {
		host_note(s->host, "the disks of the ZFS pool ", span_of(name),
			  " are not known");
		s->host->is_unsure = true;
	}
	for (i = 0; i < found.n; i++)
		use_member(s, &s->blocks->block[found.block[i]],
			   "used by the ZFS pool ", span_of(name));
	return 0;
}

static bool has_volumes(const struct host_scan *s)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		if (strncmp(s->blocks->block[i].name, "zd", 2) == 0)
			return true;
	return false;
}

void host_zfs_scan(struct host_scan *s, bool is_claim_known)
{
	struct pools pools = { s, is_claim_known, 0 };
	bool is_any_pool;
	unsigned i;

	sysfs_list(s->root, HOST_POOLS, add_pool, &pools);
	is_any_pool = pools.n == 0 && has_volumes(s);
	for (i = 0; i < s->blocks->n && (pools.n > 0 || is_any_pool); i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (is_member(b) && (is_any_pool || !b->label[0]))
			use_member(s, b, "used by a ZFS pool", SPAN(""));
		else if (!b->type[0] && !is_claim_known && host_use_is_leaf(s, b) &&
			 host_use_is_free(s, b))
			use_member(s, b, "perhaps used by a ZFS pool", SPAN(""));
	}
}
