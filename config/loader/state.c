/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What earlybind sync added, so that --undo takes away that and nothing else. One line a
 * file: "created HASH PATH WORDS" or "changed - PATH WORDS".
 */
#include "loader/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/place.h"
#include "words/edit.h"

static void set(struct sync_added *added, struct span path, struct span words)
{
	struct text t = TEXT_IN(added->path);
	struct text w = TEXT_IN(added->words);

	text_span(&t, path);
	text_span(&w, words);
}

static int read_line(struct sync_state *state, struct span line, struct fault *reterr)
{
	static struct sync_added added;
	struct span rest = line;
	struct span kind = span_cut_word(&rest);
	struct span number = span_cut_word(&rest);
	struct span path = span_cut_word(&rest);

	if (kind.n == 0 || kind.s[0] == '#')
		return 0;
	while (rest.n > 0 && rest.s[0] == ' ') {
		rest.s++;
		rest.n--;
	}
	added = (struct sync_added){ .is_created = span_is(kind, "created"),
				     .is_directory = span_is(kind, "directory") };
	set(&added, path, rest);
	if ((!added.is_created && !added.is_directory && !span_is(kind, "changed")) ||
	    path.n == 0 || path.s[0] != '/' || path.n >= PATH_SIZE ||
	    (added.is_created &&
	     span_number(number, 16, 16, UINT64_MAX, &added.hash) < 0))
		return fault_quote(reterr, EINVAL, "this line is damaged: ", line,
				   ": correct it, or remove the file and what it names");
	return sync_state_put(state, &added, reterr);
}

int sync_state_read(struct sync_state *state, const struct root *root,
		    struct fault *reterr)
{
	struct place place;
	struct span rest;
	int r = place_open(&place, root, SYNC_STATE_FILE, PLACE_NO_LINK, reterr);

	state->n = 0;
	rest = place_text(&place);
	while (r == 0 && rest.s) {
		reterr->line++;
		r = read_line(state, span_cut(&rest, '\n'), reterr);
	}
	place_close(&place);
	return r;
}

const struct sync_added *sync_state_find(const struct sync_state *state, const char *path)
{
	unsigned i;

	for (i = 0; i < state->n; i++)
		if (strcmp(state->file[i].path, path) == 0)
			return &state->file[i];
	return NULL;
}

int sync_state_put(struct sync_state *state, const struct sync_added *added,
		   struct fault *reterr)
{
	const struct sync_added *old = sync_state_find(state, added->path);
	unsigned at = old ? (unsigned)(old - state->file) : state->n;

	if (!old && state->n == SYNC_STATES_MAX)
		return fault_set(reterr, E2BIG, "more files than the limit "
				 "SYNC_STATES_MAX, 256", NULL);
	state->file[at] = *added;
	state->n += !old;
	return 0;
}

static void write_text(const struct sync_state *state, struct text *t)
{
	unsigned i;

	text_add(t, "# What earlybind sync added; earlybind sync --undo takes it "
		 "away.\n");
	for (i = 0; i < state->n; i++) {
		const struct sync_added *added = &state->file[i];

		text_add(t, added->is_created ? "created " : added->is_directory ?
			 "directory -" : "changed -");
		if (added->is_created)
			text_hex(t, added->hash, 16);
		text_char(t, ' ');
		text_add(t, added->path);
		text_char(t, ' ');
		text_add(t, added->words);
		text_char(t, '\n');
	}
}

int sync_state_write(const struct sync_state *state, const struct root *root,
		     struct fault *reterr)
{
	size_t size = 128 + state->n * (PATH_SIZE + SYNC_WORDS_SIZE + 32);
	char *buffer = malloc(size);
	struct place place;
	struct text t;
	int r;

	*reterr = (struct fault){ .name = SYNC_STATE_FILE };
	if (!buffer)
		return fault_set(reterr, ENOMEM, "there is no memory for it", NULL);
	text_init(&t, buffer, size);
	write_text(state, &t);
	r = place_open(&place, root, SYNC_STATE_FILE, PLACE_NO_LINK, reterr);
	if (r == 0 && state->n > 0)
		r = place_write(&place, text_is(&t), 0644, reterr);
	else if (r == 0 && place.is_there)
		r = place_remove(&place, reterr);
	place_close(&place);
	free(buffer);
	return r < 0 ? r : 0;
}

uint64_t sync_state_hash(struct span text, struct span words)
{
	uint64_t hash = 0xcbf29ce484222325;
	size_t i;

	while (text.s) {
		struct span line = span_cut(&text, '\n');

		while (line.n > 0) {
			struct span word = span_cut_word(&line);

			if (edit_has_word(words, word))
				continue;
			for (i = 0; i < word.n; i++)
				hash = (hash ^ (unsigned char)word.s[i]) * 0x100000001b3;
			hash = (hash ^ ' ') * 0x100000001b3;
		}
	}
	return hash;
}
