/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LOADER_H
#define EARLYBIND_LOADER_H

#include "loader/grub_cfg.h"
#include "loader/sync.h"

#define LOADER_CMDLINE "/etc/kernel/cmdline"

#define LOADER_NO_ENTRY "no entry is known to belong to this system"
#define LOADER_NO_ENTRY_REMEDY "add these arguments to the options of yours"

/* The parts of sync_plan(). Each returns 0 or -errno and a fault. */

/* GRUB with a grub.cfg that grub-mkconfig made: earlybind.cfg beside it, the token in its
 * sources and its BLS entries. grub.c */
int loader_plan_grub(struct sync *sync, struct fault *reterr);

/* Whether systemd-boot is there, and the file that says so. loader.conf alone may be what
 * is left of one. */
enum loader_systemd { SYSTEMD_NONE, SYSTEMD_PERHAPS, SYSTEMD_THERE };

enum loader_systemd loader_find_systemd(const struct root *root,
					char evidence[PATH_SIZE]);

/* The entries of loader/entries below /boot, /efi and /boot/efi, and then
 * /etc/kernel/cmdline: with the token, which only GRUB knows, or with the words.
 * entries.c */
int loader_plan_entries(struct sync *sync, bool has_token, struct fault *reterr);

/* The words of an entry, for entries to come. */
struct loader_source {
	char words[SYNC_WORDS_SIZE];
	const char *why;		/* there are none, or NULL */
};

/* /etc/kernel/cmdline, from which kernel-install makes new entries. Where it is missing
 * they would get the running command line; so it is made, from the words of an entry.
 * kernel_cmdline.c */
int loader_plan_cmdline(struct sync *sync, bool has_token,
			const struct loader_source *source, struct fault *reterr);

/* How many characters the line has with our words in place of their name. */
size_t loader_expanded(const struct sync *sync, struct span line);

/* Whether a command line of n characters is one that the kernel takes whole; -E2BIG and a
 * fault about that file. length.c */
int loader_judge_length(const struct sync *sync, const char *path, size_t n,
			struct fault *reterr);

/* As loader_judge_length(), for the longest line of a grub.cfg that has our words, or
 * will have them. */
int loader_judge_cfg(const struct sync *sync, const struct grub_cfg *cfg,
		     const char *path, struct fault *reterr);

/* Finds the loaders and tools that are left alone. Returns whether one of them owns the
 * files of the others, so that these are left alone too. others.c */
bool loader_find_others(struct sync *sync);

/* Puts what is wanted at the end of a line of the file, in place of what is ours there.
 * `line` is a part of sync_file_text(). */
int loader_edit(struct sync *sync, struct sync_file *file, struct span line,
		struct span ours, struct span want, struct fault *reterr);

/* What is ours in a line of the file: what was written there, what kernel-install took
 * over from /etc/kernel/cmdline, the token. */
struct span loader_ours(const struct sync *sync, const struct sync_file *file,
			struct span line, char buffer[SYNC_WORDS_SIZE]);

/* Takes what is ours out of the lines of that key but the last one: they are one text,
 * and a person may have put a line behind ours. */
int loader_strip(const struct sync *sync, struct sync_file *file, const char *key,
		 struct fault *reterr);

/* What the line has to have of ours. */
struct span loader_wanted(const struct sync *sync, bool has_token);

/* Says that a loader's menu has no way back, and what to do instead. */
#define LOADER_WAY_BACK "its menu has no entry \"Boot menu without PCI passthrough\": "

void loader_note_way_back(struct sync *sync, const char *evidence, const char *why);

/* Whether there is such a file below the root. */
bool loader_has(const struct root *root, const char *path);

#endif
