/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mount and swap units of systemd that an administrator or a package wrote, and what is
 * put over them: systemd.mount(5), systemd.swap(5), systemd.unit(5). Those that systemd
 * makes of fstab are in fstab.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

enum {
	VALUE_SIZE = 1024,
	DROPINS_MAX = 32,	/* files that change one unit */
};

/* A file in one of them hides those of its name in the later ones. */
static const char *const dirs[] = {
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system", NULL,
};

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
	const char *dir;
	const char *unit;
	bool is_enabled;
};

/* Names of files that change a unit, in the order in which systemd reads them. */
struct dropins {
	unsigned n;
	bool is_full;
	char name[DROPINS_MAX][NAME_MAX + 1];
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
	    sysfs_path(path, listing->dir, name, NULL) &&
	    sysfs_list(listing->s->root, path, is_same, listing) == 1)
		listing->is_enabled = true;
	return listing->is_enabled;
}

static bool is_enabled(struct host_scan *s, const char *unit)
{
	struct listing listing = { .s = s, .unit = unit };
	unsigned i;

	for (i = 0; dirs[i] && !listing.is_enabled; i++) {
		listing.dir = dirs[i];
		sysfs_list(s->root, dirs[i], look_in, &listing);
	}
	return listing.is_enabled;
}

/* A link counts wherever it leads to: to /dev/null, it masks the unit. */
static bool is_there(struct host_scan *s, const char *dir, const char *name)
{
	char path[PATH_SIZE], link[PATH_SIZE];

	return sysfs_path(path, dir, name, NULL) &&
	       (sysfs_link(s->root, path, link, sizeof(link)) > 0 ||
		sysfs_exists(s->root, path) == 1);
}

/* The first directory that has the name, or NULL. */
static const char *dir_of(struct host_scan *s, const char *name)
{
	unsigned i;

	for (i = 0; dirs[i]; i++)
		if (is_there(s, dirs[i], name))
			return dirs[i];
	return NULL;
}

/* Sorted by name, whichever directory it is in; a name is read once. */
static int add_dropin(const char *name, void *with)
{
	struct dropins *dropins = with;
	struct text t;
	char (*at)[NAME_MAX + 1] = dropins->name;
	char (*end)[NAME_MAX + 1] = dropins->name + dropins->n;

	if (!span_ends(span_of(name), ".conf"))
		return 0;
	while (at < end && strcmp(*at, name) < 0)
		at++;
	if (at < end && strcmp(*at, name) == 0)
		return 0;
	if (dropins->n == DROPINS_MAX) {
		dropins->is_full = true;
		return 0;
	}
	memmove(at + 1, at, (size_t)(end - at) * sizeof(*at));
	dropins->n++;
	text_init(&t, *at, sizeof(*at));
	text_add(&t, name);
	return 0;
}

static void parse_file(struct host_scan *s, struct unit *unit, const char *path)
{
	struct span text;
	char *buffer = host_read(s, path, &text);

	parse(unit, text);
	free(buffer);
}

/* "srv.mount.d", in any of the directories. */
static void parse_dropins(struct host_scan *s, struct unit *unit, const char *dropin_dir)
{
	struct dropins dropins = { .n = 0 };
	char path[PATH_SIZE];
	unsigned i, j;

	for (i = 0; dirs[i]; i++)
		if (sysfs_path(path, dirs[i], dropin_dir, NULL))
			sysfs_list(s->root, path, add_dropin, &dropins);
	for (i = 0; i < dropins.n; i++) {
		for (j = 0; dirs[j]; j++)
			if (sysfs_path(path, dirs[j], dropin_dir, NULL) &&
			    is_there(s, path, dropins.name[i]))
				break;
		if (dirs[j] && sysfs_path(path, dirs[j], dropin_dir, dropins.name[i]))
			parse_file(s, unit, path);
	}
	unit->is_full = unit->is_full || dropins.is_full;
}

/* What packages bring are file systems of the kernel's ("sunrpc", "xenfs"), and files
 * that need not be there (/var/lib/machines.raw). */
static bool may_be_device(const char *dir, const char *what)
{
	return (strcmp(dir, "/usr/lib/systemd/system") != 0 &&
		strcmp(dir, "/lib/systemd/system") != 0) ||
	       strncmp(what, "/dev/", 5) == 0 || strpbrk(what, "=:");
}

static void add(struct host_scan *s, const struct unit *unit, bool is_swap,
		const char *dir, const char *path)
{
	if (unit->is_full) {
		host_note(s->host, path, SPAN(" has a line that is too long, or too many "
			  "files beside it"), "");
		s->host->is_unsure = true;
	} else if (unit->what[0] && (is_swap || unit->where[0]) &&
		   may_be_device(dir, unit->what)) {
		host_entry_add(s, unit->what, is_swap ? NULL : unit->where, unit->type,
			       unit->options, path);
	}
}

/* What is not enabled is started by hand, or by an automount unit. */
static void scan_unit(struct host_scan *s, const char *dir, const char *name,
		      const char *path)
{
	struct unit unit = { .is_full = false };
	char dropin_dir[NAME_MAX + 3];
	struct text t = TEXT_IN(dropin_dir);

	text_add(&t, name);
	text_add(&t, ".d");
	parse_file(s, &unit, path);
	parse_dropins(s, &unit, dropin_dir);
	t = TEXT_AFTER(unit.options);
	if (!is_enabled(s, name))
		text_add(&t, t.n > 0 ? ",noauto" : "noauto");
	unit.is_full = unit.is_full || t.full;
	add(s, &unit, span_ends(span_of(name), ".swap"), dir, path);
}

/* systemd-escape(1): "srv-my\x2ddata" is "/srv/my-data", "-" is "/". */
static void path_of(struct span name, struct text *t)
{
	char slashes[NAME_MAX + 1];
	struct text raw = TEXT_IN(slashes);
	size_t i;

	text_char(&raw, '/');
	for (i = 0; i < name.n && !span_is(name, "-"); i++)
		text_char(&raw, name.s[i] == '-' ? '/' : name.s[i]);
	host_decode(text_is(&raw), t);
}

/* A change of a unit that is made of fstab: the line itself has been read. */
static void scan_change(struct host_scan *s, const char *dir, const char *name,
			const char *path)
{
	struct unit unit = { .is_full = false };
	struct span of = { name, strlen(name) - 2 };
	bool is_swap = span_ends(of, ".swap");
	struct text t;

	parse_dropins(s, &unit, name);
	t = TEXT_IN(unit.where);
	path_of((struct span){ name, of.n - (is_swap ? 5 : 6) }, &t);
	add(s, &unit, is_swap, dir, path);
}

static int add_unit(const char *name, void *with)
{
	struct listing *listing = with;
	struct span rest = span_of(name);
	char path[PATH_SIZE], unit[NAME_MAX + 1];
	struct text t = TEXT_IN(unit);
	const char *dir = dir_of(listing->s, name);

	if (!dir || strcmp(dir, listing->dir) != 0 ||
	    !sysfs_path(path, dir, name, NULL))
		return 0;
	if (span_ends(rest, ".mount") || span_ends(rest, ".swap"))
		scan_unit(listing->s, dir, name, path);
	if (!span_ends(rest, ".mount.d") && !span_ends(rest, ".swap.d"))
		return 0;
	rest.n -= 2;
	text_span(&t, rest);
	if (!dir_of(listing->s, unit))
		scan_change(listing->s, dir, name, path);
	return 0;
}

void host_units_scan(struct host_scan *s)
{
	struct listing listing = { .s = s };
	unsigned i;

	for (i = 0; dirs[i]; i++) {
		listing.dir = dirs[i];
		sysfs_list(s->root, dirs[i], add_unit, &listing);
	}
}
