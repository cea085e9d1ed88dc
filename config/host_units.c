/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mount and swap units of systemd that an administrator wrote: systemd.mount(5),
 * systemd.swap(5). Those that systemd makes of fstab are in fstab.
 */
#include <stdlib.h>
#include <string.h>

#include "host_scan.h"

#define UNITS "/etc/systemd/system"

enum { VALUE_SIZE = 1024 };

struct unit {
	char what[VALUE_SIZE];
	char where[VALUE_SIZE];
	char type[VALUE_SIZE];
	char options[VALUE_SIZE];
	bool is_full;
};

/* What a callback of a directory listing gets. */
struct listing {
	struct host_scan *s;
	const char *unit;
	bool is_enabled;
};

static struct span trim(struct span s)
{
	while (s.n > 0 && strchr(" \t", s.s[0])) {
		s.s++;
		s.n--;
	}
	return sysfs_trim(s.s, (ssize_t)s.n);
}

/* The last assignment counts. */
static void assign(struct unit *unit, struct span line)
{
	struct {
		const char *name;
		char *value;
	} keys[] = {
		{ "What", unit->what }, { "Where", unit->where },
		{ "Type", unit->type }, { "Options", unit->options },
	};
	struct span value = line;
	struct span name = trim(span_cut(&value, '='));
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]) && value.s; i++) {
		struct text t;

		if (!span_is(name, keys[i].name))
			continue;
		text_init(&t, keys[i].value, VALUE_SIZE);
		text_span(&t, trim(value));
		unit->is_full = unit->is_full || t.full;
	}
}

/* A line that ends in a backslash goes on: systemd.syntax(7). */
static void parse(struct unit *unit, struct span text)
{
	char joined[4 * VALUE_SIZE];
	struct text t = TEXT_IN(joined);
	bool is_ours = false;

	while (text.s) {
		struct span line = trim(span_cut(&text, '\n'));

		if (line.n > 0 && strchr("#;", line.s[0]))
			continue;
		if (line.n > 0 && line.s[line.n - 1] == '\\') {
			line.n--;
			text_span(&t, trim(line));
			continue;
		}
		text_span(&t, line);
		line = text_is(&t);
		unit->is_full = unit->is_full || t.full;
		if (span_starts(line, "["))
			is_ours = span_is(line, "[Mount]") || span_is(line, "[Swap]");
		else if (is_ours)
			assign(unit, line);
		text_init(&t, joined, sizeof(joined));
	}
}

static int is_same(const char *name, void *with)
{
	return strcmp(name, ((struct listing *)with)->unit) == 0;
}

/* "local-fs.target.wants" and its like have a link to what is enabled. */
static int look_in(const char *name, void *with)
{
	struct listing *listing = with;
	char path[PATH_SIZE];

	if ((span_ends(span_of(name), ".wants") ||
	     span_ends(span_of(name), ".requires")) &&
	    sysfs_path(path, UNITS, name, NULL) &&
	    sysfs_list(listing->s->root, path, is_same, listing) == 1)
		listing->is_enabled = true;
	return listing->is_enabled;
}

static bool is_enabled(struct host_scan *s, const char *unit)
{
	struct listing listing = { s, unit, false };

	sysfs_list(s->root, UNITS, look_in, &listing);
	return listing.is_enabled;
}

/* What is not enabled is started by hand, or by an automount unit. */
static void scan_unit(struct host_scan *s, const char *name, const char *path,
		      struct span text)
{
	struct unit unit = { .is_full = false };
	bool is_swap = span_ends(span_of(name), ".swap");
	struct text t;

	parse(&unit, text);
	t = TEXT_AFTER(unit.options);
	if (!is_enabled(s, name))
		text_add(&t, t.n > 0 ? ",noauto" : "noauto");
	if (unit.is_full || t.full) {
		host_note(s->host, path, SPAN(" has a line that is too long"), "");
		s->host->is_unsure = true;
	} else if (unit.what[0] && (is_swap || unit.where[0])) {
		host_entry_add(s, unit.what, is_swap ? NULL : unit.where, unit.type,
			       unit.options, path);
	}
}

static int add_unit(const char *name, void *with)
{
	struct listing *listing = with;
	char path[PATH_SIZE], *buffer;
	struct span text;

	if (!span_ends(span_of(name), ".mount") && !span_ends(span_of(name), ".swap"))
		return 0;
	if (!sysfs_path(path, UNITS, name, NULL))
		return 0;
	buffer = host_read(listing->s, path, &text);
	scan_unit(listing->s, name, path, text);
	free(buffer);
	return 0;
}

void host_units_scan(struct host_scan *s)
{
	struct listing listing = { .s = s };

	sysfs_list(s->root, UNITS, add_unit, &listing);
}
