/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which boot loaders there are, by the files that they left, and what has to change in
 * them. More than one may be installed, and nobody but the firmware knows which will run:
 * all of them get the arguments.
 */
#include "loader/loader.h"

#include <errno.h>
#include <string.h>

#include "words/edit.h"

bool loader_has(const struct root *root, const char *path)
{
	return sysfs_exists(root, path) == 1;
}

/* Somebody's word with the same key stays; the kernel takes the last one. */
static void note_other(struct sync *sync, const struct sync_file *file, struct span line,
		       struct span want)
{
	while (want.n > 0) {
		struct span word = span_cut_word(&want);
		struct span other = edit_find_other(line, word);
		struct text t;

		if (word.n == 0 || !other.s)
			continue;
		t = sync_add_note(sync);
		text_add(&t, file->path);
		text_add(&t, ": it already sets ");
		text_quote(&t, other);
		text_add(&t, ", which earlybind did not add, but ");
		text_quote(&t, word);
		text_add(&t, " is needed: remove ");
		text_quote(&t, other);
	}
}

int loader_edit(struct sync *sync, struct sync_file *file, struct span line,
		struct span ours, struct span want, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	char words[SYNC_WORDS_SIZE];
	struct text added = TEXT_IN(words);
	struct text t;
	int r = sync_text(&t, text, want.n, reterr);

	if (r < 0)
		return r;
	edit_words(&t, text, line, ours, want, &added);
	note_other(sync, file, line, text_is(&added));
	r = sync_file_take(file, &t, text_is(&added), reterr);
	if (r == 0 && (t.full || added.full))
		r = fault_set(reterr, E2BIG, "more arguments than the limit "
			      "SYNC_WORDS_SIZE, 4096", NULL);
	return r;
}

/* Whether the line has these words next to each other. */
static bool has_run(struct span line, struct span words)
{
	size_t i;

	for (i = 0; words.n > 0 && i + words.n <= line.n; i++)
		if (memcmp(line.s + i, words.s, words.n) == 0 &&
		    (i == 0 || line.s[i - 1] == ' ') &&
		    (i + words.n == line.n || line.s[i + words.n] == ' '))
			return true;
	return false;
}

struct span loader_ours(const struct sync *sync, const struct sync_file *file,
			struct span line, char buffer[SYNC_WORDS_SIZE])
{
	const struct sync_added *added = sync_state_find(&sync->state, file->path);
	struct text t;

	text_init(&t, buffer, SYNC_WORDS_SIZE);
	if (!added) {
		added = sync_state_find(&sync->state, LOADER_CMDLINE);
		if (added && !has_run(line, span_of(added->words)))
			added = NULL;
	}
	if (added)
		text_add(&t, added->words);
	if (edit_has_word(line, SPAN(SYNC_TOKEN)) &&
	    !edit_has_word(text_is(&t), SPAN(SYNC_TOKEN))) {
		text_add(&t, t.n > 0 ? " " : "");
		text_add(&t, SYNC_TOKEN);
	}
	return text_is(&t);
}

static bool has_later(struct span text, struct span word)
{
	while (text.s)
		if (edit_has_word(edit_cut_line(&text), word))
			return true;
	return false;
}

/* Finds the first line of that key that has words of ours which do not come later as
 * well, and is not the last one. Gives these words. */
static struct span find_former(const struct sync *sync, const struct sync_file *file,
			       const char *key, struct text *t)
{
	static char buffer[SYNC_WORDS_SIZE];
	struct span rest = sync_file_text(file);

	while (edit_find_line(rest, key).s) {
		struct span line = edit_cut_line(&rest), first = line, ours;

		if (!span_is(span_cut_word(&first), key) ||
		    !edit_find_line(rest, key).s)
			continue;
		for (ours = loader_ours(sync, file, line, buffer); ours.n > 0;) {
			struct span word = span_cut_word(&ours);

			if (word.n == 0 || !edit_has_word(line, word) ||
			    has_later(rest, word))
				continue;
			text_char(t, ' ');
			text_span(t, word);
		}
		if (t->n > 0)
			return line;
	}
	return (struct span){ NULL, 0 };
}

int loader_strip(const struct sync *sync, struct sync_file *file, const char *key,
		 struct fault *reterr)
{
	int r = 0;

	while (r == 0) {
		static char words[SYNC_WORDS_SIZE];
		struct text gone = TEXT_IN(words), t;
		struct text none = { .s = NULL };
		struct span line = find_former(sync, file, key, &gone);

		if (!line.s)
			break;
		r = sync_text(&t, sync_file_text(file), 0, reterr);
		if (r < 0)
			break;
		edit_words(&t, sync_file_text(file), line, text_is(&gone), SPAN(""),
			   &none);
		r = sync_file_take(file, &t, SPAN(""), reterr);
	}
	return r;
}

struct span loader_wanted(const struct sync *sync, bool has_token)
{
	if (sync->is_undo)
		return SPAN("");
	return has_token ? SPAN(SYNC_TOKEN) : span_of(sync->args);
}

void loader_note_way_back(struct sync *sync, const char *evidence, const char *why)
{
	struct text t = sync_add_note(sync);

	text_add(&t, evidence);
	text_add(&t, ": " LOADER_WAY_BACK);
	text_add(&t, why);
	text_add(&t, ": to boot without, press e at an entry and add rd.earlybind=0");
}

static int judge_args(const struct sync *sync, struct fault *reterr)
{
	struct span word;

	*reterr = (struct fault){ .name = "kernel arguments" };
	if (edit_is_plain(span_of(sync->args), &word))
		return 0;
	return fault_quote(reterr, EINVAL, "boot loaders could misread ", word,
			   ", which may have letters, digits and -_.,:=/+@% only: "
			   "change the config, or write it into the boot loader by hand");
}

/* What was added where no loader is found any more. */
static int plan_rest(struct sync *sync, struct fault *reterr)
{
	unsigned i;

	for (i = 0; sync->is_undo && i < sync->state.n; i++) {
		const struct sync_added *added = &sync->state.file[i];
		struct sync_file *file;
		struct text t;

		if (added->is_directory)
			continue;
		file = sync_file(sync, added->path, reterr);
		if (!file)
			return -reterr->err;
		if (file->is_ours) {
			sync_file_drop(file);
		} else if (file->was_there && !sync_file_differs(file) &&
			   has_run(sync_file_text(file), span_of(added->words))) {
			t = sync_add_note(sync);
			text_add(&t, file->path);
			text_add(&t, ": remove by hand what was added: ");
			text_add(&t, added->words);
		}
	}
	return 0;
}

/* Where no entry is edited, the words are not there. */
static int plan_systemd(struct sync *sync, const char *evidence, struct fault *reterr)
{
	struct sync_loader *loader = sync_add_loader(sync, "systemd-boot", evidence);
	int r;

	sync->has_systemd = true;
	if (!sync->is_wanted && sync->state.n == 0)
		return 0;
	r = loader_plan_entries(sync, false, reterr);
	if (r == 0 && sync->n_entries == 0 && !sync->is_undo)
		sync_refuse(loader, LOADER_NO_ENTRY, LOADER_NO_ENTRY_REMEDY);
	else if (r == 0 && sync->is_wanted && !sync->is_undo)
		loader_note_way_back(sync, evidence, "systemd-boot cannot have one");
	return r;
}

int sync_plan(struct sync *sync, struct fault *reterr)
{
	enum loader_systemd systemd = SYSTEMD_NONE;
	char evidence[PATH_SIZE];
	int r = judge_args(sync, reterr);

	if (r == 0)
		r = sync_state_read(&sync->state, sync->root, reterr);
	if (r < 0)
		return r;
	if (!loader_find_others(sync)) {
		systemd = loader_find_systemd(sync->root, evidence);
		sync->has_systemd = systemd == SYSTEMD_THERE;
		r = loader_plan_grub(sync, reterr);
	}
	/* a GRUB that reads the entries is known to be there */
	if (r == 0 && (systemd == SYSTEMD_THERE ||
		       (systemd == SYSTEMD_PERHAPS && !sync->has_bls)))
		r = plan_systemd(sync, evidence, reterr);
	return r < 0 ? r : plan_rest(sync, reterr);
}
