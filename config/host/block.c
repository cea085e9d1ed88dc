/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of block devices: which there are, where in sysfs they sit, how they are
 * found. What their content is called is identity.c's, what they stand on
 * walk.c's.
 */
#include "host/block.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* What host_blocks_scan() hands to the listing. */
struct listing {
	struct host_blocks *blocks;
	struct fault *fault;
};

static void copy(char *to, size_t size, struct span from)
{
	struct text t;

	text_init(&t, to, size);
	text_span(&t, from);
	if (t.full)
		to[0] = '\0';	/* half a name names something else */
}

static struct span last_part(struct span path)
{
	struct span last = { NULL, 0 };

	while (path.s) {
		struct span part = span_cut(&path, '/');

		if (part.n > 0)
			last = part;
	}
	return last;
}

/* "8:1" */
static int parse_number(struct span s, struct host_block *b)
{
	struct span rest = s;
	struct span first = span_cut(&rest, ':');
	uint64_t major, minor;

	if (span_number(first, 10, 9, UINT32_MAX, &major) < 0 ||
	    span_number(rest, 10, 9, UINT32_MAX, &minor) < 0)
		return -EINVAL;
	b->major = (uint32_t)major;
	b->minor = (uint32_t)minor;
	return 0;
}

/* Turns the link "../../devices/…" into "/sys/devices/…". */
static void place(struct host_block *b, struct span link)
{
	struct text t;

	while (span_starts(link, "../")) {
		link.s += 3;
		link.n -= 3;
	}
	text_init(&t, b->path, sizeof(b->path));
	if (!span_starts(link, "/"))
		text_add(&t, "/sys/");
	text_span(&t, link);
}

const char *host_block_path(const struct host_blocks *blocks, const struct host_block *b,
			    const char *attribute, char buffer[PATH_SIZE])
{
	char number[32];
	struct text t = TEXT_IN(number);

	if (strcmp(blocks->dir, "/sys/dev/block") != 0)
		return sysfs_path(buffer, blocks->dir, b->name, attribute);
	text_decimal(&t, b->major);
	text_char(&t, ':');
	text_decimal(&t, b->minor);
	return sysfs_path(buffer, blocks->dir, number, attribute);
}

struct span host_block_read(const struct host_blocks *blocks, const struct host_block *b,
			    const char *attribute, char *buffer, size_t size)
{
	char path[PATH_SIZE];
	ssize_t n = -ENAMETOOLONG;

	if (host_block_path(blocks, b, attribute, path))
		n = sysfs_read_head(blocks->root, path, buffer, size);
	if (n <= 0)
		return (struct span){ NULL, 0 };
	return sysfs_trim(buffer, n);
}

static int stop(const char *name, void *with)
{
	(void)name;
	(void)with;
	return 1;
}

bool host_block_is_held(const struct host_blocks *blocks, const struct host_block *b)
{
	char path[PATH_SIZE];

	return host_block_path(blocks, b, "holders", path) &&
	       sysfs_list(blocks->root, path, stop, NULL) == 1;
}

static void read_facts(struct host_blocks *blocks, struct host_block *b)
{
	char buffer[64];
	struct span s;

	s = host_block_read(blocks, b, "dev", buffer, sizeof(buffer));
	if (s.n > 0)
		parse_number(s, b);
	s = host_block_read(blocks, b, "size", buffer, sizeof(buffer));
	if (span_number(s, 10, 20, UINT64_MAX, &b->sectors) < 0)
		b->sectors = 0;
	s = host_block_read(blocks, b, "partition", buffer, sizeof(buffer));
	b->is_part = s.n > 0;
	host_block_identify(blocks, b);
}

static int add_block(const char *name, void *with)
{
	struct listing *l = with;
	struct host_blocks *blocks = l->blocks;
	struct host_block *b = &blocks->block[blocks->n];
	char path[PATH_SIZE], link[PATH_SIZE];
	ssize_t n = -ENAMETOOLONG;

	if (blocks->n == HOST_BLOCKS_MAX)
		return fault_set(l->fault, E2BIG, "more block devices than the limit "
				 "HOST_BLOCKS_MAX, 8192", NULL);
	if (sysfs_path(path, blocks->dir, name, NULL))
		n = sysfs_link(blocks->root, path, link, sizeof(link));
	if (n < 0)
		return 0;
	memset(b, 0, sizeof(*b));
	parse_number(span_of(name), b);
	copy(b->name, sizeof(b->name), last_part((struct span){ link, (size_t)n }));
	place(b, (struct span){ link, (size_t)n });
	if (!b->name[0])
		return 0;
	blocks->n++;
	read_facts(blocks, b);
	return 0;
}

int host_blocks_scan(struct host_blocks *blocks, const struct root *root,
		     struct fault *reterr)
{
	static const char *const dirs[] = { "/sys/class/block", "/sys/dev/block" };
	struct listing l = { blocks, reterr };
	unsigned i;

	*reterr = (struct fault){ .name = "block devices" };
	blocks->root = root;
	blocks->n = 0;
	for (i = 0; i < 2 && blocks->n == 0; i++) {
		int r;

		blocks->dir = dirs[i];
		r = sysfs_list(root, blocks->dir, add_block, &l);
		if (r == -E2BIG)
			return r;
	}
	return 0;
}

struct host_block *host_blocks_named(struct host_blocks *blocks, struct span name)
{
	unsigned i;

	for (i = 0; i < blocks->n && name.n > 0; i++)
		if (span_is(name, blocks->block[i].name))
			return &blocks->block[i];
	return NULL;
}

struct host_block *host_blocks_numbered(struct host_blocks *blocks, unsigned major,
					unsigned minor)
{
	unsigned i;

	for (i = 0; i < blocks->n; i++)
		if (blocks->block[i].major == major && blocks->block[i].minor == minor)
			return &blocks->block[i];
	return NULL;
}

struct host_block *host_blocks_mapped(struct host_blocks *blocks, struct span dm_name)
{
	unsigned i;

	for (i = 0; i < blocks->n && dm_name.n > 0; i++)
		if (span_is(dm_name, blocks->block[i].dm_name))
			return &blocks->block[i];
	return NULL;
}

/* UUIDs of file systems and partitions are written in either case. */
static bool same_uuid(struct span a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.s, b, a.n) == 0;
}

bool host_block_has(const struct host_block *b, enum host_tag tag, struct span value)
{
	if (value.n == 0)
		return false;
	switch (tag) {
	case HOST_UUID:
		return same_uuid(value, b->uuid);
	case HOST_LABEL:
		return span_is(value, b->label);
	case HOST_PART_UUID:
		return same_uuid(value, b->part_uuid);
	case HOST_PART_LABEL:
		return span_is(value, b->part_label);
	}
	return false;
}
