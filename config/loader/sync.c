/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a plan that apply.c carries out: each with its text as it is and as
 * it should be. What that is, loader*.c knows.
 */
#include "loader/sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/place.h"

static int no_memory(struct fault *reterr)
{
	return fault_set(reterr, ENOMEM, "there is no memory for it", NULL);
}

static char *copy(struct span text)
{
	char *s = malloc(text.n + 1);

	if (!s)
		return NULL;
	memcpy(s, text.s, text.n);
	s[text.n] = '\0';
	return s;
}

static void keep_words(struct sync_file *file, const struct sync_added *added)
{
	struct text t = TEXT_IN(file->words);

	if (added)
		text_add(&t, added->words);
}

static int read_file(struct sync *sync, struct sync_file *file, struct fault *reterr)
{
	const struct sync_added *added;
	struct place place;
	int r = place_open(&place, sync->root, file->path, PLACE_FOLLOW, reterr);

	if (r == 0) {
		added = sync_state_find(&sync->state, file->path);
		file->was_there = file->shall_be = place.is_there;
		file->is_ours = place.is_there && added && added->is_created &&
				added->hash == sync_state_hash(place_text(&place),
							       span_of(added->words));
		keep_words(file, added);
		file->n_old = file->n_new = place.n;
		file->old = copy(place_text(&place));
		file->new = copy(place_text(&place));
		if (!file->old || !file->new)
			r = no_memory(reterr);
	}
	place_close(&place);
	return r;
}

/* The state has a line for it: blanks would part it. */
bool sync_can_name(const char *path)
{
	for (; *path; path++)
		if (*path <= ' ' || *path > '~')
			return false;
	return true;
}

struct sync_file *sync_file(struct sync *sync, const char *path, struct fault *reterr)
{
	struct sync_file *file = &sync->file[sync->n_files];
	struct text t;
	unsigned i;

	for (i = 0; i < sync->n_files; i++)
		if (strcmp(sync->file[i].path, path) == 0)
			return &sync->file[i];
	*reterr = (struct fault){ .name = path };
	if (sync->n_files == SYNC_FILES_MAX) {
		fault_set(reterr, E2BIG, "more files than the limit SYNC_FILES_MAX, 256",
			  NULL);
		return NULL;
	}
	if (!sync_can_name(path)) {
		fault_set(reterr, EINVAL, "this name has a blank or a letter that is not "
			  "ASCII in it: rename the file", NULL);
		return NULL;
	}
	*file = (struct sync_file){ .was_there = false };
	text_init(&t, file->path, sizeof(file->path));
	text_add(&t, path);
	sync->n_files++;
	return read_file(sync, file, reterr) < 0 ? NULL : file;
}

struct span sync_file_text(const struct sync_file *file)
{
	return (struct span){ file->new, file->n_new };
}

int sync_file_set(struct sync_file *file, struct span text, struct span words,
		  struct fault *reterr)
{
	char *s = copy(text);
	struct text t;

	*reterr = (struct fault){ .name = file->path };
	if (!s)
		return no_memory(reterr);
	free(file->new);
	file->new = s;
	file->n_new = text.n;
	file->shall_be = true;
	file->is_ours |= !file->was_there;
	text_init(&t, file->words, sizeof(file->words));
	text_span(&t, words);
	return 0;
}

int sync_file_take(struct sync_file *file, struct text *t, struct span words,
		   struct fault *reterr)
{
	int r = sync_file_set(file, text_is(t), words, reterr);

	free(t->s);
	t->s = NULL;
	return r;
}

void sync_file_drop(struct sync_file *file)
{
	file->shall_be = false;
	file->n_new = 0;
	file->words[0] = '\0';
	file->is_ours = false;
}

int sync_text(struct text *t, struct span old, size_t more, struct fault *reterr)
{
	size_t size = old.n + more + SYNC_WORDS_SIZE + 16;
	char *s = malloc(size);

	if (!s)
		return no_memory(reterr);
	text_init(t, s, size);
	return 0;
}

struct sync_loader *sync_add_loader(struct sync *sync, const char *name,
				    const char *evidence)
{
	/* what does not fit is written over the last one */
	struct sync_loader *loader = &sync->loader[sync->n_loaders];
	struct text t;

	if (sync->n_loaders < SYNC_LOADERS_MAX - 1)
		sync->n_loaders++;
	*loader = (struct sync_loader){ .name = name };
	text_init(&t, loader->evidence, sizeof(loader->evidence));
	text_add(&t, evidence);
	return loader;
}

void sync_refuse(struct sync_loader *loader, const char *why, const char *remedy)
{
	struct text t;

	text_init(&t, loader->refusal, sizeof(loader->refusal));
	text_add(&t, why);
	text_add(&t, ": ");
	text_add(&t, remedy);
}

struct text sync_add_note(struct sync *sync)
{
	struct text t;

	text_init(&t, sync->note[sync->n_notes], FAULT_SIZE);
	if (sync->n_notes < SYNC_NOTES_MAX - 1)
		sync->n_notes++;
	return t;
}

bool sync_file_differs(const struct sync_file *file)
{
	struct span old = { file->old, file->n_old };

	return file->was_there != file->shall_be ||
	       (file->shall_be && !span_equal(old, sync_file_text(file)));
}

bool sync_has_work(const struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_files; i++)
		if (sync_file_differs(&sync->file[i]))
			return true;
	for (i = 0; i < sync->n_loaders; i++)
		if (sync->loader[i].program[0] && !sync->loader[i].refusal[0])
			return true;
	return false;
}

bool sync_has_loader(const struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_loaders; i++)
		if (sync->loader[i].refusal[0] == '\0')
			return true;
	return false;
}

void sync_close(struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_files; i++) {
		free(sync->file[i].old);
		free(sync->file[i].new);
	}
	sync->n_files = 0;
}
