/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether two kernel command lines start one root file system: by their words, and where
 * these differ by the device that they mean here and now.
 */
#include "loader/root.h"

#include <string.h>

#include "core/cmdline.h"

struct span root_word(struct span line, const char *name)
{
	struct span found = { NULL, 0 };
	struct cmdline_word word;

	while (cmdline_next(&line, &word))
		if (span_is(word.name, name) && word.value.s)
			found = word.value;
	return found;
}

/* Of rootflags=, without the slash that one of two may have before it. */
static struct span find_subvolume(struct span line)
{
	struct span flags = root_word(line, "rootflags");

	while (flags.s) {
		struct span flag = span_cut(&flags, ',');

		if (span_starts(flag, "subvolid="))
			return flag;
		if (!span_starts(flag, "subvol="))
			continue;
		span_cut(&flag, '=');
		if (flag.n > 0 && flag.s[0] == '/')
			flag = (struct span){ flag.s + 1, flag.n - 1 };
		return flag;
	}
	return (struct span){ NULL, 0 };
}

/* The name of the device that root= means here and now; empty: it is not known. */
static struct span device_of(const struct root *root, struct span value,
			     char buffer[PATH_SIZE])
{
	static const char *const tags[][2] = {
		{ "UUID=", "/dev/disk/by-uuid/" },
		{ "LABEL=", "/dev/disk/by-label/" },
		{ "PARTUUID=", "/dev/disk/by-partuuid/" },
		{ "PARTLABEL=", "/dev/disk/by-partlabel/" },
	};
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);
	unsigned i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (span_starts(value, tags[i][0])) {
			text_add(&t, tags[i][1]);
			span_cut(&value, '=');
		}
	text_span(&t, value);
	if (!t.full && sysfs_link(root, path, buffer, PATH_SIZE) > 0)
		return span_last(span_of(buffer), '/');
	if (!span_starts(value, "/dev/") || memchr(value.s + 5, '/', value.n - 5))
		return (struct span){ NULL, 0 };
	t = text_start(buffer, PATH_SIZE);
	text_span(&t, span_last(value, '/'));
	return text_is(&t);
}

static bool is_device(const struct root *root, struct span a, struct span b)
{
	char first[PATH_SIZE], second[PATH_SIZE];
	struct span name = device_of(root, a, first);

	return name.n > 0 && span_equal(name, device_of(root, b, second));
}

enum likeness root_compare(const struct root *root, struct span a, struct span b)
{
	/* what else says which root it is */
	static const char *const more[] = { "nfsroot", "loop" };
	struct span one = root_word(a, "root"), other = root_word(b, "root");
	unsigned i;

	if (!one.s || !other.s)
		return LIKE_UNKNOWN;
	if (!span_equal(one, other) && !is_device(root, one, other))
		return LIKE_OTHER;
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (!span_equal(root_word(a, more[i]), root_word(b, more[i])))
			return LIKE_OTHER;
	return span_equal(find_subvolume(a), find_subvolume(b)) ? LIKE_SAME : LIKE_OTHER;
}
