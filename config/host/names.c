/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks that a command line, a table or a filter names by a name of the kernel's
 * (/dev/nvme1n1p2, /dev/sdb2). The kernel counts disks as it finds them: without one that
 * was counted before, the name is another disk's or nobody's. So that one stays with the
 * host, and what was seen when the image was made holds at boot. One that is counted
 * later, and one that vfio-pci has at this time, changes nothing.
 *
 * The files of LVM and mdadm go into the image, and what they take or leave is found by
 * name there: the disk that is so named stays as well, so that no other has its name.
 */
#include "host/use.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *start;
	bool has_letters;	/* "sdb", and not "nvme1" */
} kinds[HOST_COUNTED] = {
	{ "nvme", false }, { "sd", true }, { "vd", true }, { "mmcblk", false },
};

static bool count_letters(struct span name, unsigned *ret_index)
{
	unsigned index = 0;
	size_t i;

	for (i = 0; i < name.n && name.s[i] >= 'a' && name.s[i] <= 'z'; i++)
		index = index * 26 + (unsigned)(name.s[i] - 'a') + 1;
	*ret_index = index - 1;
	return i > 0 && i < 5;
}

static bool count_digits(struct span name, unsigned *ret_index)
{
	unsigned index = 0;
	size_t i;

	for (i = 0; i < name.n && name.s[i] >= '0' && name.s[i] <= '9'; i++)
		index = index * 10 + (unsigned)(name.s[i] - '0');
	*ret_index = index;
	return i > 0 && i < 8;
}

/* The last of "[b-d]", in a pattern. One that takes all names none. */
static bool count_class(struct span class, const char *all, unsigned *ret_index)
{
	const char *last = NULL;
	size_t i;

	for (i = 1; i < class.n && class.s[i] != ']'; i++) {
		const char *c = memchr(all, class.s[i], strlen(all));

		if (c && (!last || c > last))
			last = c;
	}
	*ret_index = last ? (unsigned)(last - all) : 0;
	return last && last[1];
}

/* Which in its kind the disk is, of which this is the name, or that of a partition. */
static bool parse(struct span name, unsigned *ret_kind, unsigned *ret_index)
{
	unsigned i;

	for (i = 0; i < HOST_COUNTED; i++) {
		size_t n = strlen(kinds[i].start);
		struct span rest;

		if (!span_starts(name, kinds[i].start))
			continue;
		rest = (struct span){ name.s + n, name.n - n };
		*ret_kind = i;
		if (span_starts(rest, "["))
			return count_class(rest, kinds[i].has_letters ?
					   "abcdefghijklmnopqrstuvwxyz" : "0123456789",
					   ret_index);
		return kinds[i].has_letters ? count_letters(rest, ret_index) :
					      count_digits(rest, ret_index);
	}
	return false;
}

static void note_name(struct host_scan *s, struct span name, const char *from,
		      bool is_filter)
{
	struct host_counted *counted;
	unsigned kind, index;
	struct text t;

	if (!parse(name, &kind, &index))
		return;
	index += is_filter;
	counted = &s->counted[kind];
	if (counted->text[0] && counted->index >= index)
		return;
	counted->index = index;
	counted->is_filter = is_filter;
	t = TEXT_IN(counted->text);
	text_add(&t, "/dev/");
	text_quote(&t, name);
	text_add(&t, " in ");
	text_quote(&t, span_of(from));
}

void host_names_note(struct host_scan *s, struct span text, const char *from)
{
	while (text.n > 5) {
		struct span name = { text.s + 5, 0 };

		if (!span_starts(text, "/dev/")) {
			text = (struct span){ text.s + 1, text.n - 1 };
			continue;
		}
		while (name.n < text.n - 5 && !strchr(":,/", name.s[name.n]))
			name.n++;
		note_name(s, name, from, false);
		text = (struct span){ name.s + name.n, text.n - 5 - name.n };
	}
}

/* Names, and patterns of names: "a|^/dev/sd[bc]|", /dev/(sda|sdb), "DEVICE /dev/sdb1". */
static void note_line(struct host_scan *s, struct span line, const char *path)
{
	bool is_quoted = false;
	size_t i;

	for (i = 0; i < line.n && (is_quoted || line.s[i] != '#'); i++) {
		struct span name = { line.s + i, 0 };

		is_quoted ^= line.s[i] == '"';
		if (i > 0 && isalnum((unsigned char)line.s[i - 1]))
			continue;
		while (name.n < line.n - i && !strchr(" \t\r,/|\"()", name.s[name.n]))
			name.n++;
		note_name(s, name, path, true);
	}
}

static void scan_filter(struct host_scan *s, const char *path)
{
	struct span text;
	char *buffer = host_read(s, path, &text);

	while (text.s)
		note_line(s, span_cut(&text, '\n'), path);
	free(buffer);
}

/* A directory of filters. */
struct filters {
	struct host_scan *s;
	const char *dir;
};

static int add_filter(const char *name, void *with)
{
	const struct filters *filters = with;
	char path[PATH_SIZE];

	if (span_ends(span_of(name), ".conf") &&
	    sysfs_path(path, filters->dir, name, NULL))
		scan_filter(filters->s, path);
	return 0;
}

/* lvm.conf(5), mdadm.conf(5) */
static void scan_filters(struct host_scan *s)
{
	static const char *const files[] = {
		"/etc/lvm/lvm.conf", "/etc/lvm/lvmlocal.conf", "/etc/mdadm.conf",
		"/etc/mdadm/mdadm.conf",
	};
	static const char *const dirs[] = {
		"/etc/mdadm.conf.d", "/etc/mdadm/mdadm.conf.d",
	};
	unsigned i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		scan_filter(s, files[i]);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		struct filters filters = { s, dirs[i] };

		sysfs_list(s->root, dirs[i], add_filter, &filters);
	}
}

static void keep(struct host_scan *s, const struct host_block *b,
		 const struct host_counted *counted)
{
	struct host_reach reach = { .is_net = false };
	struct host_found found = { .n = 0 };
	char words[HOST_HOLD_SIZE];
	struct text t = TEXT_IN(words);

	host_found_add(s, &found, b);
	host_require(s, &found, FOR_USE);
	text_quote(&t, span_of(b->name));
	text_add(&t, ", without which ");
	text_add(&t, counted->text);
	text_add(&t, " is another disk");
	host_walk(s, b, &reach);
	host_hold_add(s, reach.functions, counted->is_filter ? HOST_FILTER : HOST_NAME,
		      &t);
}

void host_names_scan(struct host_scan *s)
{
	unsigned i, kind, index;

	scan_filters(s);
	for (i = 0; i < s->blocks->n; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (b->is_part || !parse(span_of(b->name), &kind, &index) ||
		    !s->counted[kind].text[0] || index >= s->counted[kind].index)
			continue;
		if (host_use_is_free(s, b))
			keep(s, b, &s->counted[kind]);
	}
}
