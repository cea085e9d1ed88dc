/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the config into place: whole or not at all, with the owner and the mode of the
 * file that was there, which is kept where no program looks for configs. Nothing that a
 * person wrote is replaced unless that was asked for; what is added to, must still be
 * what was read and judged.
 */
#include "show/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/place.h"

#define CONFIG_NAME "earlybind.conf"

/* Looks what is there. */
static int open_place(struct place *place, const struct root *root, struct fault *reterr)
{
	int r = place_open(place, root, CONFIG_FILE, PLACE_NO_LINK, reterr);

	if (r == -ELOOP)
		return fault_set(reterr, ELOOP, "this is a link: write the file that it "
				 "leads to, with earlybind generate DEVICE >>FILE", NULL);
	if (r == 0 && place->dir < 0)
		return place_cannot("the directory cannot be opened: ", ENOENT, reterr);
	return r;
}

/* Names a copy after the time; two within one second are "-2". */
static int create_copy(int dir, char *ret_name, size_t size)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	unsigned n;
	int fd = -1;

	if (!gmtime_r(&now, &tm))
		return -EOVERFLOW;
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	for (n = 1; n < 10 && fd < 0; n++) {
		if (n == 1)
			snprintf(ret_name, size, CONFIG_NAME ".%s", when);
		else
			snprintf(ret_name, size, CONFIG_NAME ".%s-%u", when, n);
		fd = openat(dir, ret_name,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static int back_up(const struct place *place, const struct root *root,
		   struct generate_file *file, struct fault *reterr)
{
	_cleanup_close_ int dir = place_make_dir(root, BACKUP_DIR, 0700);
	_cleanup_close_ int fd = -1;
	char name[64];
	int r;

	*reterr = (struct fault){ .name = BACKUP_DIR };
	if (dir < 0)
		return place_cannot("the former config cannot be kept there: ", -dir,
				    reterr);
	fd = create_copy(dir, name, sizeof(name));
	r = fd < 0 ? fd : place_write_whole(fd, place_text(place));
	if (r == 0 && fsync(dir) < 0)
		r = -errno;
	if (r < 0)
		return place_cannot("the former config cannot be kept there: ", -r,
				    reterr);
	snprintf(file->backup, sizeof(file->backup), BACKUP_DIR "/%s", name);
	return 0;
}

static int put(struct place *place, const struct generate *g, const struct root *root,
	       bool is_forced, struct generate_file *file, struct fault *reterr)
{
	int r = open_place(place, root, reterr);
	struct span there = place_text(place);

	if (r < 0)
		return r;
	if (place->is_there && span_equal(there, (struct span){ g->text, g->n })) {
		file->is_same = true;
		return 0;
	}
	if (g->adds && !span_equal(there, generate_there(g)))
		return fault_set(reterr, EBUSY, "something else changed it just now: run "
				 "earlybind generate again", NULL);
	if (!g->adds && there.n > 0 && !is_forced && !generate_is_ours(there))
		return fault_set(reterr, EEXIST, "this file was written or changed by "
				 "hand: leave --only out to add to it, or replace it "
				 "with --force, which keeps a copy in " BACKUP_DIR, NULL);
	if (there.n > 0)
		r = back_up(place, root, file, reterr);
	*reterr = r < 0 ? *reterr : (struct fault){ .name = CONFIG_FILE };
	if (r == 0)
		r = place_write(place, (struct span){ g->text, g->n }, 0644, reterr);
	return r < 0 ? r : 0;
}

int generate_put(const struct generate *g, const struct root *root, bool is_forced,
		 struct generate_file *ret_file, struct fault *reterr)
{
	struct place place = { .dir = -1 };
	struct generate_file file = { .is_same = false };
	int r = put(&place, g, root, is_forced, &file, reterr);

	place_close(&place);
	if (r == 0)
		*ret_file = file;
	return r;
}
