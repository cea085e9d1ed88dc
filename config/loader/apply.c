/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carries a plan out. What will be added is noted before the first file changes, so that
 * nothing of ours is ever unknown, wherever this is stopped; each file is the old or the
 * new one. Where a step fails, those before it are undone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/place.h"
#include "loader/sync.h"
#include "words/edit.h"

/* For another one to end: more than its loader's part takes, less than its images. */
enum { PATIENCE_S = 10 };

struct apply {
	struct sync *sync;
	void (*say)(const char *words);
	struct fault *reterr;
};

/* Looks again for a while: the hooks of two packages come one after the other, and each
 * starts one. */
static int lock(int fd)
{
	static const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	unsigned left = 10 * PATIENCE_S;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK || left-- == 0)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int sync_lock(const struct root *root, struct fault *reterr)
{
	int r, fd = place_make_dir(root, SYNC_STATE_DIR, 0700);

	*reterr = (struct fault){ .name = SYNC_STATE_DIR };
	if (fd < 0)
		return fault_set(reterr, -fd, "the directory cannot be made: ",
				 strerror(-fd), fd == -EACCES || fd == -EPERM ?
				 ": run as root" : NULL, NULL);
	r = lock(fd);
	if (r == 0)
		return fd;
	fault_set(reterr, -r, r == -EWOULDBLOCK ? "another earlybind sync runs, "
		  "or dracut of one that was killed: wait for its end" :
		  "the directory cannot be locked", NULL);
	close(fd);
	return -reterr->err;
}

static void tell(const struct apply *apply, const char *what, const char *words)
{
	char line[PATH_SIZE + FAULT_SIZE];
	struct text t = TEXT_IN(line);

	text_add(&t, what);
	text_add(&t, words);
	apply->say(line);
}

/* /etc/default/grub.d may be missing. */
static int make_dir(struct sync *sync, const char *path, struct fault *reterr)
{
	static struct sync_added added;
	const char *slash = strrchr(path, '/');
	int fd;

	added = (struct sync_added){ .is_directory = true };
	memcpy(added.path, path, (size_t)(slash - path));
	if (sysfs_exists(sync->root, added.path) == 1)
		return 0;
	if (sync_state_put(&sync->state, &added, reterr) < 0)
		return -reterr->err;
	fd = place_make_dir(sync->root, added.path, 0755);
	if (fd < 0)
		return fault_set(reterr, -fd, "its directory cannot be made: ",
				 strerror(-fd), NULL);
	close(fd);
	return 0;
}

static bool is_so(const struct place *place, bool is_there, struct span text)
{
	return place->is_there == is_there &&
	       (!is_there || span_equal(place_text(place), text));
}

int sync_file_put(struct sync *sync, const struct sync_file *file, bool is_back,
		  struct fault *reterr)
{
	struct span old = { file->old, file->n_old };
	struct span from = is_back ? sync_file_text(file) : old;
	struct span to = is_back ? old : sync_file_text(file);
	bool shall_be = is_back ? file->was_there : file->shall_be;
	bool was_there = is_back ? file->shall_be : file->was_there;
	struct place place;
	int r = place_open(&place, sync->root, file->path, PLACE_FOLLOW, reterr);

	/* after a write that failed it is already as it was */
	if (r == 0 && !is_so(&place, shall_be, to)) {
		if (!is_so(&place, was_there, from))
			r = fault_set(reterr, EBUSY, "something else changed it just now:"
				      " run earlybind sync again", NULL);
		else if (shall_be)
			r = place_write(&place, to, 0644, reterr);
		else
			r = place_remove(&place, reterr);
	}
	place_close(&place);
	return r < 0 ? r : 0;
}

/* Undoes the files before this one. A second failure is reported, too: the first one
 * is what the caller has to know. */
static void put_back(const struct apply *apply, unsigned n)
{
	struct sync *sync = apply->sync;

	while (n-- > 0) {
		struct fault fault;
		char line[2 * FAULT_SIZE];
		struct text t = TEXT_IN(line);

		if (!sync_file_differs(&sync->file[n]) ||
		    sync_file_put(sync, &sync->file[n], true, &fault) == 0)
			continue;
		fault_text(&fault, &t);
		text_add(&t, ", so that it is not as it was before");
		apply->say(line);
	}
}

static int put_files(const struct apply *apply)
{
	struct sync *sync = apply->sync;
	unsigned i;
	int r = 0;

	for (i = 0; i < sync->n_files && r == 0; i++) {
		const struct sync_file *file = &sync->file[i];

		if (!sync_file_differs(file))
			continue;
		if (file->shall_be)
			r = make_dir(sync, file->path, apply->reterr);
		if (r == 0)
			r = sync_file_put(sync, file, false, apply->reterr);
		if (r == 0)
			tell(apply, file->path, file->shall_be ? " is written" :
			     " is removed");
		else
			put_back(apply, i + 1);
	}
	return r;
}

/* What is ours in a file, after this run; before it, also what was. */
static int note_file(struct sync_state *state, const struct sync_file *file,
		     bool is_before, struct fault *reterr)
{
	static struct sync_added added;
	const struct sync_added *old = sync_state_find(state, file->path);
	struct text path = TEXT_IN(added.path), words = TEXT_IN(added.words);
	struct span rest;

	if (!file->shall_be && is_before)
		return 0;
	added = (struct sync_added){ .is_created = file->is_ours && file->shall_be,
				     .is_directory = false };
	text_add(&path, file->path);
	text_add(&words, file->words);
	for (rest = span_of(old && is_before ? old->words : ""); rest.n > 0;) {
		struct span word = span_cut_word(&rest);

		if (word.n == 0 || edit_has_word(text_is(&words), word))
			continue;
		text_char(&words, ' ');
		text_span(&words, word);
	}
	if (!added.is_created && words.n == 0 && !old)
		return 0;
	added.hash = sync_state_hash(sync_file_text(file), text_is(&words));
	return sync_state_put(state, &added, reterr);
}

static bool is_needed(const struct sync *sync, const struct sync_added *added)
{
	return sysfs_exists(sync->root, added->path) == 1 &&
	       (added->is_created || added->is_directory || added->words[0]);
}

/* A directory that was made for a file of ours, once it is empty. */
static void remove_dir(const struct root *root, const char *path)
{
	struct place place;
	struct fault fault;

	if (place_find(&place, root, path, PLACE_NO_LINK, &fault) == -EISDIR)
		unlinkat(place.dir, place.name, AT_REMOVEDIR);
	place_close(&place);
}

static void remove_dirs(const struct sync *sync, const struct sync_state *but)
{
	unsigned i;

	for (i = 0; i < sync->state.n; i++)
		if (sync->state.file[i].is_directory &&
		    !sync_state_find(but, sync->state.file[i].path))
			remove_dir(sync->root, sync->state.file[i].path);
}

static void sweep(struct sync_state *state, const struct sync *sync)
{
	unsigned i, n = 0;

	for (i = 0; i < state->n; i++)
		if (is_needed(sync, &state->file[i]))
			state->file[n++] = state->file[i];
	state->n = n;
}

static int note(struct sync *sync, bool is_before, struct fault *reterr)
{
	static const struct sync_state none;
	unsigned i;
	int r = 0;

	for (i = 0; i < sync->n_files && r == 0; i++)
		r = note_file(&sync->state, &sync->file[i], is_before, reterr);
	if (r == 0 && sync->is_undo && !is_before)
		remove_dirs(sync, &none);
	if (r == 0 && !is_before)
		sweep(&sync->state, sync);
	return r < 0 ? r : sync_state_write(&sync->state, sync->root, reterr);
}

static int apply_all(const struct apply *apply)
{
	struct sync *sync = apply->sync;
	static struct sync_state before;
	int r;

	before = sync->state;
	r = note(sync, true, apply->reterr);
	if (r < 0)
		return r;
	r = put_files(apply);
	if (r == 0) {
		r = sync_make_cfgs(sync, apply->say, apply->reterr);
		if (r < 0)
			put_back(apply, sync->n_files);
	}
	if (r < 0) {
		struct fault fault;

		remove_dirs(sync, &before);
		sync->state = before;
		sync_state_write(&sync->state, sync->root, &fault);
		return r;
	}
	return note(sync, false, apply->reterr);
}

int sync_apply(struct sync *sync, void (*say)(const char *words), struct fault *reterr)
{
	struct apply apply = { sync, say, reterr };
	unsigned i;

	for (i = 0; i < sync->n_files; i++)
		place_sweep(sync->root, sync->file[i].path);
	return apply_all(&apply);
}
