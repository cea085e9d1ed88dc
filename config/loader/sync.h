/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_H
#define EARLYBIND_SYNC_H

#include "core/fault.h"
#include "core/sysfs.h"
#include "loader/state.h"
#include "loader/system.h"

enum {
	SYNC_FILES_MAX = 256,	/* three kernels and a few loaders have some 20 */
	SYNC_LOADERS_MAX = 16,
	SYNC_NOTES_MAX = 64,
};

/* What stands for the arguments in entries that GRUB reads. */
#define SYNC_TOKEN "$earlybind_args"

/* A file of a boot loader: as it is, and as it should be. */
struct sync_file {
	char path[PATH_SIZE];
	bool was_there;
	bool shall_be;
	char *old;
	size_t n_old;
	char *new;
	size_t n_new;
	bool is_ours;			/* it was made by us, and by nobody else since */
	char words[SYNC_WORDS_SIZE];	/* of ours that it shall have */
};

/* A boot loader that was found. */
struct sync_loader {
	const char *name;
	char evidence[PATH_SIZE];	/* the file that says so */
	char refusal[2 * FAULT_SIZE];	/* why it is left alone, what to do; or empty */
	char program[PATH_SIZE];	/* what makes grub.cfg; empty: no need to */
	bool keeps_entries;		/* the program takes --no-grubenv-update */
};

/*
 * What there is to do so that the boot loaders' arguments are those that the config
 * wants. Planned once, then shown, compared or done.
 */
struct sync {
	const struct root *root;
	const struct loader_system *system;	/* of that root */
	char args[SYNC_WORDS_SIZE];	/* the words that are wanted */
	bool is_wanted;			/* the config has a bind rule */
	bool is_undo;			/* all that is ours shall go */
	bool has_systemd;		/* systemd-boot is there */
	bool has_bls;			/* a GRUB reads its entries */
	struct sync_state state;	/* what was added before */
	unsigned n_loaders;
	struct sync_loader loader[SYNC_LOADERS_MAX];
	unsigned n_files;
	struct sync_file file[SYNC_FILES_MAX];
	unsigned n_entries;		/* of the Boot Loader Specification, of ours */
	unsigned n_notes;
	char note[SYNC_NOTES_MAX][FAULT_SIZE];
};

/* Adds those of the arguments that the running kernel was started without, each after a
 * blank: those that only help where the IOMMU is on to `wishes`, the others to `t`. */
void sync_missing(const struct sync *sync, struct text *t, struct text *wishes);

/* Takes those that only help where the IOMMU is on out of the wanted arguments. */
void sync_drop_wishes(struct sync *sync);

/* Finds the loaders below sync->root and what is to be changed; root, system, args,
 * is_wanted and is_undo are set, all else is zero. Changes nothing. Returns 0 or -errno
 * and a fault. loader.c */
int sync_plan(struct sync *sync, struct fault *reterr);

/* Whether the file is to be changed. */
bool sync_file_differs(const struct sync_file *file);

/* Whether a file is to be changed or made. */
bool sync_has_work(const struct sync *sync);

/* Whether there is a loader that is kept in step. */
bool sync_has_loader(const struct sync *sync);

/* Keeps others from doing the same at once, until the fd is closed. Returns the fd, or
 * -errno and a fault. */
int sync_lock(const struct root *root, struct fault *reterr);

/* Does what was planned, and says each step with `say`. Where a step fails, all is as it
 * was before, or the fault says what is not. Below another root than "/" no program is
 * run. Returns 0 or -errno and a fault. */
int sync_apply(struct sync *sync, void (*say)(const char *words), struct fault *reterr);

/* Makes each grub.cfg that the plan wants to be made; each is a file that differs then.
 * Returns 0 or -errno and a fault: the caller puts them back. mkconfig.c */
int sync_make_cfgs(struct sync *sync, void (*say)(const char *words),
		   struct fault *reterr);

/* Adds the command that makes grub.cfg, as for a shell. */
void sync_command_text(const struct sync_loader *loader, struct text *t);

void sync_close(struct sync *sync);

/* For the parts of the plan. */

/* The file of that path, read when it is asked for the first time; as it should be, it is
 * as it is. NULL, and a fault. */
struct sync_file *sync_file(struct sync *sync, const char *path, struct fault *reterr);

/* Whether the path of a file is one that can be noted: without blanks. */
bool sync_can_name(const char *path);

struct span sync_file_text(const struct sync_file *file);

/* Says what the file should be, with those words of ours. Returns 0, or -ENOMEM and a
 * fault. */
int sync_file_set(struct sync_file *file, struct span text, struct span words,
		  struct fault *reterr);

/* As sync_file_set(), with the text that sync_text() started, which is freed. */
int sync_file_take(struct sync_file *file, struct text *t, struct span words,
		   struct fault *reterr);

/* Makes the file one or the other: what it should be, or what it was; where it is
 * neither, somebody else's, that stays (-EBUSY). Returns 0 or -errno and a fault.
 * apply.c */
int sync_file_put(struct sync *sync, const struct sync_file *file, bool is_back,
		  struct fault *reterr);

/* Says that there should be no file. */
void sync_file_drop(struct sync_file *file);

/* A text to write the new content of a file to, with room for `more` bytes; the caller
 * frees t->s. */
int sync_text(struct text *t, struct span old, size_t more, struct fault *reterr);

struct sync_loader *sync_add_loader(struct sync *sync, const char *name,
				    const char *evidence);
void sync_refuse(struct sync_loader *loader, const char *why, const char *remedy);
struct text sync_add_note(struct sync *sync);

#endif
