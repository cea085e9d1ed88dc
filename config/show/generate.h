/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GENERATE_H
#define EARLYBIND_GENERATE_H

#include "show/list.h"

enum {
	GENERATE_NOTES_MAX = 256,	/* sentences about what was chosen */
	GENERATE_NOTE_SIZE = 1000,
};

/* What must be said of a function that the config takes, and what to do about it. */
struct generate_note {
	uint16_t fn;
	char text[GENERATE_NOTE_SIZE];
};

/*
 * A config in the making: what was asked for, what goes with it, what is to be said, and
 * the text. It adds to the config that is there, in->sources.config, or is one of its
 * own. The list is the caller's.
 */
struct generate {
	struct list *list;
	const struct machine *m;
	bool has_dsn;				/* rules shall have dsn= */
	bool adds;
	bool is_last_display;			/* the plan refuses the last display */
	uint8_t is_chosen[FUNCTIONS_MAX];	/* bool: by the user */
	uint8_t is_taken[FUNCTIONS_MAX];	/* bool: chosen, or goes with one */
	uint32_t there[FUNCTIONS_MAX];	/* the line that takes it already, or 0 */
	unsigned n_notes;
	struct generate_note note[GENERATE_NOTES_MAX];
	unsigned lines;			/* of the config that is there */
	size_t from;			/* where in the text the new lines begin */
	bool is_import;			/* what older recipes left is told of elsewhere */
	char settings[1024];		/* "MODULE.NAME=VALUE" that it shall set */
	size_t n;
	char text[CONFIG_MAX];
};

/* Finds out which functions the config that is there takes: fills g->there. Returns as
 * generate_judge(). generate_judge.c */
int generate_read_there(struct generate *g, const struct request *request,
			struct fault *reterr);

/* The config that is there; empty where it is not added to. generate_text.c */
struct span generate_there(const struct generate *g);

/* Whether function i gets a rule now; and whether a rule takes it, this one or one that
 * was there. generate.c */
bool generate_is_new(const struct generate *g, unsigned i);
bool generate_is_given(const struct generate *g, unsigned i);

/* Chooses what an address, an id or words of a name mean. Returns 0; -ENOENT (nothing),
 * -ENOTUNIQ (several devices; is_chosen has them all) or -EINVAL (a bridge) and a
 * fault. */
int generate_choose(struct generate *g, struct span device, struct fault *reterr);

/* Takes what goes with the chosen functions: the rest of a graphics card, and functions
 * of the same card in the same IOMMU group. */
void generate_expand(struct generate *g);

/* Whether functions i and j are parts of one graphics card. */
bool generate_is_graphics(const struct machine *m, unsigned i, unsigned j);

/* Writes the text of the config, with the notes that there are. Returns 0, or -EFBIG and
 * a fault. generate_text.c */
int generate_write_text(struct generate *g, struct fault *reterr);

/* Whether a text is as generate_write_text() left it. */
bool generate_is_ours(struct span text);

/* Makes the plan of the text in g->list->in and compares it with what is taken. Returns
 * 0; -EPERM (the plan takes something else) or what rules_parse() and plan_make() return,
 * and a fault. generate_judge.c */
int generate_judge(struct generate *g, const struct request *request,
		   struct fault *reterr);

/* Adds the notes: from the machine, the host, and the plan that was made. */
void generate_add_notes(struct generate *g);

/* Where the config that was there before is kept. */
#define BACKUP_DIR "/var/lib/earlybind"

struct generate_file {
	bool is_same;			/* nothing had to be done */
	char backup[PATH_SIZE];		/* empty: there was none before */
};

/* Puts the text into place as CONFIG_FILE below the root: a file that was there is kept,
 * and must be the one that was added to; without that, ours, or is_forced. Returns 0;
 * -EEXIST (it is not ours) or -errno, and a fault. generate_file.c */
int generate_put(const struct generate *g, const struct root *root, bool is_forced,
		 struct generate_file *ret_file, struct fault *reterr);

#endif
