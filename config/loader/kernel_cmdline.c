/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/kernel/cmdline: where kernel-install finds the command line of a new kernel. It
 * has no comments: systemd knows them, Fedora's 20-grub.install takes them for arguments.
 */
#include <errno.h>
#include <string.h>

#include "loader/loader.h"
#include "words/edit.h"

#define CMDLINE_USR "/usr/lib/kernel/cmdline"

static bool has_kernel_install(const struct root *root)
{
	return loader_has(root, "/usr/bin/kernel-install") ||
	       loader_has(root, "/bin/kernel-install");
}

/* The first line with words: Fedora reads one, systemd joins them all. Where there is
 * none, an empty one at the end; s == NULL: there is none either. */
static struct span find_line(struct span text)
{
	struct span rest = text;

	while (rest.s) {
		struct span line = edit_cut_line(&rest);
		struct span words = line;
		struct span word = span_cut_word(&words);

		if (word.n > 0 && word.s[0] != '#')
			return line;
	}
	if (text.n > 0 && text.s[text.n - 1] != '\n')
		return (struct span){ NULL, 0 };
	return (struct span){ text.s + text.n, 0 };
}

static void note_missing(struct sync *sync, const char *why)
{
	struct text t = sync_add_note(sync);

	text_add(&t, LOADER_CMDLINE " is missing, and ");
	text_add(&t, why);
	text_add(&t, ": write the options of this system's entry into it, and run "
		 "earlybind sync again");
}

/* What a package brought there counts for new kernels; else what an entry has. */
static int make_text(struct sync *sync, struct sync_file *file, bool has_token,
		     const struct loader_source *source, struct fault *reterr)
{
	struct sync_file *usr = sync_file(sync, CMDLINE_USR, reterr);
	const char *why = NULL;
	struct span line, rest;
	struct text t;
	int r;

	if (!usr)
		return -reterr->err;
	line = find_line(sync_file_text(usr));
	if (line.n == 0) {
		line = span_of(source->words);
		why = source->why;
	} else {
		rest = sync_file_text(usr);
		rest.n -= (size_t)(line.s + line.n - rest.s);
		rest.s = line.s + line.n;
		if (find_line(rest).n > 0)
			why = CMDLINE_USR " has more than one line of words";
	}
	if (!why && memchr(line.s, '$', line.n) && !has_token)
		why = "the words for it have a variable that only GRUB knows";
	if (why) {
		note_missing(sync, why);
		return 0;
	}
	r = sync_text(&t, line, 1, reterr);
	if (r < 0)
		return r;
	text_span(&t, line);
	text_char(&t, '\n');
	return sync_file_take(file, &t, SPAN(""), reterr);
}

/* kernel-install adds this, and the loader the name of a kernel. */
static int judge_length(const struct sync *sync, const struct sync_file *file,
			struct fault *reterr)
{
	struct span line = find_line(sync_file_text(file));
	size_t more = sizeof(" systemd.machine_id=0123456789abcdef0123456789abcdef "
			     "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.1.0-50-amd64") - 1;

	return loader_judge_length(sync, file->path, loader_expanded(sync, line) + more,
				   reterr);
}

int loader_plan_cmdline(struct sync *sync, bool has_token,
			const struct loader_source *source, struct fault *reterr)
{
	struct span line, want = loader_wanted(sync, has_token);
	struct sync_file *file = sync_file(sync, LOADER_CMDLINE, reterr);
	char ours[SYNC_WORDS_SIZE];
	int r = 0;

	if (!file)
		return -reterr->err;
	if (sync->is_undo && file->is_ours) {
		sync_file_drop(file);
		return 0;
	}
	if (!file->was_there && (want.n == 0 || !has_kernel_install(sync->root)))
		return 0;
	if (!file->was_there)
		r = make_text(sync, file, has_token, source, reterr);
	if (r < 0 || !file->shall_be)
		return r;
	line = find_line(sync_file_text(file));
	if (!line.s)
		return fault_set(reterr, EINVAL, "it ends in a comment without a newline"
				 ", so that nothing can be added: end that line", NULL);
	r = loader_edit(sync, file, line, loader_ours(sync, file, line, ours), want,
			reterr);
	return r < 0 || want.n == 0 ? r : judge_length(sync, file, reterr);
}
