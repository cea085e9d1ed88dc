/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces and disks by name: people know eno1 and nvme0n1, and not an address. For
 * searching only: what the host needs is found in host/, by other ways.
 */
#include "show/nodes.h"

#include <string.h>

struct reader {
	struct nodes *nodes;
	const struct root *root;
	const struct machine *m;
	const char *class;
	unsigned fn;			/* of the controller that is read */
};

static void add(struct reader *reader, unsigned fn, struct span name, bool is_part)
{
	struct nodes *nodes = reader->nodes;
	struct node *node = &nodes->node[nodes->n];
	struct text t;

	if (fn == NO_FUNCTION || nodes->n == NODES_MAX || name.n >= NODE_SIZE ||
	    nodes_has(nodes, fn, name))
		return;
	nodes->n++;
	node->fn = (uint16_t)fn;
	node->is_part = is_part;
	text_init(&t, node->name, NODE_SIZE);
	text_quote(&t, name);
}

/* The last address of a path is that of the function whose driver made the device. */
static unsigned last_function(const struct machine *m, struct span path)
{
	unsigned fn = NO_FUNCTION;

	while (path.s) {
		struct span word = span_cut(&path, '/');
		struct pci_addr addr;

		if (pci_addr_parse(word, &addr) == 0)
			fn = machine_at(m, addr);
	}
	return fn;
}

/* A partition lies in the directory of its disk. */
static bool is_part(const char *link, const char *name)
{
	struct span disk = span_of(link);

	disk.n -= disk.n > strlen(name) ? strlen(name) + 1 : 0;
	disk = span_last(disk, '/');
	return disk.n > 0 && strncmp(disk.s, name, disk.n) == 0;
}

static int read_entry(const char *name, void *with)
{
	struct reader *reader = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (sysfs_path(path, reader->class, name, NULL) &&
	    sysfs_link(reader->root, path, link, sizeof(link)) > 0)
		add(reader, last_function(reader->m, span_of(link)), span_of(name),
		    is_part(link, name));
	return 0;
}

/* "nvme0c0n1": one way to nvme0n1, which several controllers may have, so that its own
 * path has none of them (drivers/nvme/host/multipath.c). */
static int read_way(const char *name, void *with)
{
	struct reader *reader = with;
	struct span rest = span_of(name), disk = span_cut(&rest, 'c');
	char word[NODE_SIZE];
	struct text t = TEXT_IN(word);

	if (!span_starts(disk, "nvme") || !rest.s)
		return 0;
	span_cut(&rest, 'n');
	if (!rest.s)
		return 0;
	text_span(&t, disk);
	text_char(&t, 'n');
	text_span(&t, rest);
	add(reader, reader->fn, text_is(&t), false);
	return 0;
}

static int read_controller(const char *name, void *with)
{
	struct reader *reader = with;
	char path[PATH_SIZE], link[PATH_SIZE];

	if (!sysfs_path(path, reader->class, name, NULL) ||
	    sysfs_link(reader->root, path, link, sizeof(link)) < 0)
		return 0;
	reader->fn = last_function(reader->m, span_of(link));
	add(reader, reader->fn, span_of(name), true);
	sysfs_list(reader->root, path, read_way, reader);
	return 0;
}

void nodes_read(struct nodes *nodes, const struct root *root, const struct machine *m)
{
	struct reader reader = { .nodes = nodes, .root = root, .m = m };

	nodes->n = 0;
	reader.class = "/sys/class/net";
	sysfs_list(root, reader.class, read_entry, &reader);
	reader.class = "/sys/class/block";
	sysfs_list(root, reader.class, read_entry, &reader);
	reader.class = "/sys/class/nvme";
	sysfs_list(root, reader.class, read_controller, &reader);
}

bool nodes_has(const struct nodes *nodes, unsigned i, struct span name)
{
	unsigned k;

	if (span_starts(name, "/dev/"))
		name = (struct span){ name.s + 5, name.n - 5 };
	for (k = 0; k < nodes->n; k++)
		if (nodes->node[k].fn == i && span_is(name, nodes->node[k].name))
			return true;
	return false;
}

void nodes_text(const struct nodes *nodes, unsigned i, struct text *t)
{
	unsigned k;

	for (k = 0; k < nodes->n; k++) {
		if (nodes->node[k].fn != i || nodes->node[k].is_part)
			continue;
		text_add(t, ", ");
		text_add(t, nodes->node[k].name);
	}
}
