/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_STATE_H
#define EARLYBIND_SYNC_STATE_H

#include "core/fault.h"
#include "core/sysfs.h"

enum {
	SYNC_WORDS_SIZE = 4096,		/* arguments: what a kernel takes at most */
	SYNC_STATES_MAX = 256,
};

#define SYNC_STATE_DIR "/var/lib/earlybind"
#define SYNC_STATE_FILE SYNC_STATE_DIR "/sync"

/* What was added to one file. */
struct sync_added {
	char path[PATH_SIZE];
	bool is_created;		/* the file was not there before */
	bool is_directory;		/* and is a directory */
	uint64_t hash;			/* of what was written, but for the words */
	char words[SYNC_WORDS_SIZE];
};

/* What was added to this system, and not taken away yet. */
struct sync_state {
	unsigned n;
	struct sync_added file[SYNC_STATES_MAX];
};

/* Reads it from below the root; no file is an empty state. Returns 0 or -errno and a
 * fault. */
int sync_state_read(struct sync_state *state, const struct root *root,
		    struct fault *reterr);

/* What was added to that file, or NULL. */
const struct sync_added *sync_state_find(const struct sync_state *state,
					 const char *path);

/* Adds a row, or changes the one of that path. Returns 0, or -E2BIG and a fault. */
int sync_state_put(struct sync_state *state, const struct sync_added *added,
		   struct fault *reterr);

/* Writes it below the root; an empty one is no file. Returns 0 or -errno and a fault. */
int sync_state_write(const struct sync_state *state, const struct root *root,
		     struct fault *reterr);

/* A number that tells texts apart by their words, but for those: FNV-1a. So a file that
 * was made is known again when the words in it were changed. */
uint64_t sync_state_hash(struct span text, struct span words);

#endif
