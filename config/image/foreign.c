/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images that another system on the same /boot has as its own: where both have a kernel
 * of one version, a flat name is one file, and what one of them makes there may not boot
 * the other.
 */
#include <string.h>

#include "base/place.h"
#include "host/boot_tops.h"
#include "image/images.h"
#include "words/edit.h"

struct search {
	struct images *images;
	const struct loader_system *system;
	const char *top;
	const char *dir;
};

/* The path of an entry begins where its file system does: at /boot, or at "/" where that
 * is a directory. */
static void mark(const struct search *search, struct span initrd)
{
	char path[PATH_SIZE], whole[PATH_SIZE];
	struct text t = TEXT_IN(path), below = TEXT_IN(whole);
	unsigned i;

	text_span(&t, initrd);
	text_add(&below, search->top);
	text_span(&below, initrd);
	for (i = 0; i < search->images->n; i++) {
		struct image *image = &search->images->image[i];

		image->has_other_entry |= strcmp(image->path, path) == 0 ||
					  strcmp(image->path, whole) == 0;
	}
}

static void mark_all(const struct search *search, struct span text)
{
	while (text.s) {
		struct span line = edit_cut_line(&text);

		if (!span_is(span_cut_word(&line), "initrd"))
			continue;
		while (line.n > 0)
			mark(search, span_cut_word(&line));
	}
}

/* What cannot be read is no entry, for the loaders' part as well. */
static int visit(const char *name, void *with)
{
	static struct loader_entry entry;
	const struct search *search = with;
	char path[PATH_SIZE];
	struct fault fault;
	struct place place;

	if (name[0] == '.' || !span_ends(span_of(name), ".conf") ||
	    !sysfs_path(path, search->dir, name, NULL))
		return 0;
	if (place_open(&place, search->system->root, path, PLACE_FOLLOW, &fault) == 0 &&
	    place.is_there) {
		loader_entry_read(&entry, name, place_text(&place));
		if (loader_system_is_other(search->system, &entry))
			mark_all(search, place_text(&place));
	}
	place_close(&place);
	return 0;
}

/* dracut's module systemd takes /etc/machine-id along. One that has booted here is ours:
 * a copied system has got another number since. */
static void judge_id(struct image *image, const struct loader_system *system)
{
	struct span text = initrd_span(&image->initrd.machine_id);
	struct span id = span_cut(&text, '\n');

	image->has_other_id = !image->was_booted && system->machine_id[0] &&
			      id.n == strlen(system->machine_id) &&
			      loader_system_token(system, id) == LIKE_OTHER;
}

void images_find_foreign(struct images *images, const struct loader_system *system)
{
	struct search search = { images, system, NULL, NULL };
	char dir[PATH_SIZE];
	unsigned i;

	for (i = 0; i < images->n; i++)
		judge_id(&images->image[i], system);
	for (i = 0; i < BOOT_TOPS; i++) {
		search.top = boot_tops[i];
		search.dir = dir;
		if (sysfs_path(dir, boot_tops[i], "loader", "entries") &&
		    !boot_top_is_second(system->root, i, "loader/entries"))
			sysfs_list(system->root, dir, visit, &search);
	}
}
