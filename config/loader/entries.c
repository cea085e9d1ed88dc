/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of the Boot Loader Specification, for systemd-boot and for GRUB's blscfg.
 * systemd-boot passes words on as they are; GRUB expands our variable. Rescue entries
 * stay as they are, so that one way into the system never changes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/place.h"
#include "host/boot_tops.h"
#include "loader/loader.h"
#include "loader/system.h"
#include "words/edit.h"

#define END ".conf"

enum { ENTRIES_MAX = 512, ENTRY_NAME = 256 };

struct entries {
	struct sync *sync;
	bool has_token;
	struct loader_system system;	/* with what it has learned */
	unsigned n_learned;
	bool is_known;			/* an entry of its own was booted */
	const char *dir;
	unsigned n;
	char name[ENTRIES_MAX][ENTRY_NAME];
	struct loader_entry entry;	/* the present one */
	char ours[SYNC_WORDS_SIZE];	/* of it */
	struct loader_source source;	/* what a new kernel's entry has to have */
	bool is_booted;			/* that comes from the entry that was */
};

static int add_name(const char *name, void *with)
{
	struct entries *entries = with;
	size_t n = strlen(name), end = sizeof(END) - 1;

	if (name[0] == '.' || n <= end || n >= ENTRY_NAME ||
	    strcmp(name + n - end, END) != 0)
		return 0;
	if (entries->n == ENTRIES_MAX)
		return -E2BIG;
	memcpy(entries->name[entries->n++], name, n + 1);
	return 0;
}

/* By version: the last one is the newest. */
static int compare(const void *a, const void *b)
{
	return strverscmp(a, b);
}

/* An entry without a line of options gets one, and loses it again. */
static int plan_bare(const struct entries *entries, struct sync_file *file,
		     struct span want, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct text t;
	int r;

	if (want.n == 0)
		return 0;
	r = sync_text(&t, text, want.n, reterr);
	if (r < 0)
		return r;
	edit_add_line(&t, text, SPAN("options"));
	r = sync_file_take(file, &t, SPAN(""), reterr);
	if (r < 0)
		return r;
	return loader_edit(entries->sync, file,
			   edit_find_line(sync_file_text(file), "options"), SPAN(""),
			   want, reterr);
}

static int drop_bare(struct sync_file *file, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct span line = edit_find_exact(text, SPAN("options"));
	struct text t;
	int r;

	if (!line.s)
		return 0;
	r = sync_text(&t, text, 0, reterr);
	if (r < 0)
		return r;
	edit_remove_line(&t, text, line);
	return sync_file_take(file, &t, SPAN(""), reterr);
}

/* What of an entry's options its successor should have: no words that GRUB or
 * kernel-install add by themselves, nor ours. */
static int write_source(struct text *t, const char *path, struct span options,
			struct span ours, struct fault *reterr)
{
	while (options.n > 0) {
		struct span word = span_cut_word(&options);

		if (word.n == 0 || edit_has_word(ours, word) ||
		    span_is(word, "$tuned_params") ||
		    span_starts(word, "systemd.machine_id="))
			continue;
		if (t->n > 0)
			text_char(t, ' ');
		text_span(t, word);
	}
	*reterr = (struct fault){ .name = path };
	return !t->full ? 0 : fault_set(reterr, E2BIG, "its options are longer than the "
					"limit SYNC_WORDS_SIZE, 4096: shorten them",
					NULL);
}

/* The entry that was booted comes first; where several could serve, they must agree. */
static int keep_source(struct entries *entries, const char *path, struct span ours,
		       struct fault *reterr)
{
	struct loader_source *source = &entries->source;
	bool is_booted = loader_system_booted(&entries->system, &entries->entry);
	static char words[SYNC_WORDS_SIZE];
	struct text t = TEXT_IN(words), to;
	int r;

	if (!loader_system_runs(&entries->system, &entries->entry) ||
	    (entries->is_booted && !is_booted))
		return 0;
	r = write_source(&t, path, span_of(entries->entry.options), ours, reterr);
	if (r < 0)
		return r;
	if (source->words[0] && is_booted == entries->is_booted) {
		if (strcmp(source->words, words) != 0)
			source->why = "the entries of this system differ, and which one "
				      "was booted is not known";
		return 0;
	}
	to = TEXT_IN(source->words);
	text_add(&to, words);
	source->why = NULL;
	entries->is_booted = is_booted;
	return 0;
}

/* Says why an entry is left as it is, if it should have something. */
static void note_left(const struct entries *entries, const char *path, const char *why)
{
	struct span want = loader_wanted(entries->sync, entries->has_token);
	struct text t;

	if (want.n == 0)
		return;
	t = sync_add_note(entries->sync);
	text_quote(&t, span_of(path));
	text_add(&t, ": left as it is: ");
	text_add(&t, why);
	text_add(&t, ": if it is of this system, add to its options: ");
	text_span(&t, want);
}

/* Whether the entry is one to edit: of this system, or with words of ours to take. */
static bool is_meant(struct entries *entries, const char *path)
{
	const char *why = "";
	enum entry_owner owner = loader_system_judge(&entries->system, &entries->entry,
						     &why);

	if (entries->sync->is_undo && sync_state_find(&entries->sync->state, path))
		return true;
	if (owner == ENTRY_OURS && !sync_can_name(path)) {
		owner = ENTRY_UNSURE;
		why = "its name has a blank or a letter that is not ASCII in it";
	}
	if (owner == ENTRY_UNSURE)
		note_left(entries, path, why);
	return owner == ENTRY_OURS;
}

/* With what the words of their name are, and what the loader adds. */
static int judge_length(struct entries *entries, const struct sync_file *file,
			struct fault *reterr)
{
	struct loader_entry *entry = &entries->entry;

	loader_entry_read(entry, entry->name, sync_file_text(file));
	return loader_judge_length(entries->sync, file->path, entry->n_more +
				   loader_expanded(entries->sync,
						   span_of(entry->options)), reterr);
}

static int edit_entry(struct entries *entries, struct sync_file *file,
		      struct fault *reterr)
{
	struct span ours, line, want = loader_wanted(entries->sync, entries->has_token);
	int r = loader_strip(entries->sync, file, "options", reterr);

	if (r < 0)
		return r;
	line = edit_find_line(sync_file_text(file), "options");
	if (!line.s)
		return plan_bare(entries, file, want, reterr);
	ours = loader_ours(entries->sync, file, line, entries->ours);
	r = keep_source(entries, file->path, ours, reterr);
	if (r == 0)
		r = loader_edit(entries->sync, file, line, ours, want, reterr);
	if (r == 0 && want.n == 0 && ours.n > 0)
		r = drop_bare(file, reterr);
	return r;
}

static int plan_entry(struct entries *entries, const char *path, struct fault *reterr)
{
	struct span want = loader_wanted(entries->sync, entries->has_token);
	struct sync_file *file;
	int r;

	if (!is_meant(entries, path))
		return 0;
	file = sync_file(entries->sync, path, reterr);
	if (!file)
		return -reterr->err;
	entries->sync->n_entries++;
	r = edit_entry(entries, file, reterr);
	return r < 0 || want.n == 0 ? r : judge_length(entries, file, reterr);
}

/* Looks which entries say that they are of this system. */
static int learn_entry(struct entries *entries, const char *path, struct fault *reterr)
{
	const struct loader_system *first = entries->sync->system;
	const char *why;

	(void)path;
	(void)reterr;
	entries->n_learned += loader_system_learn(&entries->system, &entries->entry);
	entries->is_known |= loader_system_booted(first, &entries->entry) &&
			     loader_system_judge(first, &entries->entry, &why) ==
			     ENTRY_OURS;
	return 0;
}

/* Reads one, and hands it on. What no loader takes for an entry is none. */
static int visit(struct entries *entries, const char *name,
		 int (*each)(struct entries *, const char *, struct fault *),
		 struct fault *reterr)
{
	char path[PATH_SIZE];
	struct place place;
	int r;

	if (!sysfs_path(path, entries->dir, name, NULL))
		return 0;
	r = place_open(&place, entries->sync->root, path, PLACE_FOLLOW, reterr);
	if (r == 0 && place.is_there) {
		loader_entry_read(&entries->entry, name, place_text(&place));
		r = each(entries, path, reterr);
	} else if (r == -EISDIR || r == -ELOOP || r == -EFBIG) {
		r = 0;
	}
	place_close(&place);
	return r;
}

static int visit_top(struct entries *entries, unsigned top,
		     int (*each)(struct entries *, const char *, struct fault *),
		     struct fault *reterr)
{
	char dir[PATH_SIZE];
	unsigned i;
	int r;

	if (!sysfs_path(dir, boot_tops[top], "loader", "entries") ||
	    boot_top_is_second(entries->sync->root, top, "loader/entries"))
		return 0;
	entries->dir = dir;
	entries->n = 0;
	r = sysfs_list(entries->sync->root, dir, add_name, entries);
	if (r < 0 && r != -ENOENT && r != -ENOTDIR) {
		*reterr = (struct fault){ .name = boot_tops[top] };
		return fault_set(reterr, -r, "loader/entries cannot be read: ",
				 r == -E2BIG ? "more than the limit ENTRIES_MAX, 512" :
				 strerror(-r), r == -EACCES ? ": run as root" : "", NULL);
	}
	qsort(entries->name, entries->n, sizeof(entries->name[0]), compare);
	for (i = 0, r = 0; i < entries->n && r == 0; i++)
		r = visit(entries, entries->name[i], each, reterr);
	return r;
}

/* The names of two other systems, or one beside ours, teach nothing. */
static int learn(struct entries *entries, struct fault *reterr)
{
	unsigned i;
	int r = 0;

	for (i = 0; i < BOOT_TOPS && r == 0; i++)
		r = visit_top(entries, i, learn_entry, reterr);
	if (entries->n_learned > 1 || entries->is_known)
		entries->system = *entries->sync->system;
	return r;
}

int loader_plan_entries(struct sync *sync, bool has_token, struct fault *reterr)
{
	static struct entries entries;
	unsigned i;
	int r;

	entries = (struct entries){ .sync = sync, .has_token = has_token };
	entries.source.why = "no entry starts the root that runs";
	entries.system = *sync->system;
	r = learn(&entries, reterr);
	for (i = 0; i < BOOT_TOPS && r == 0; i++)
		r = visit_top(&entries, i, plan_entry, reterr);
	return r < 0 ? r : loader_plan_cmdline(sync, has_token, &entries.source, reterr);
}

/* The program of any architecture. */
static int find_program(const char *name, void *with)
{
	struct text *t = with;

	if (!span_starts(span_of(name), "systemd-boot") ||
	    !span_ends(span_of(name), ".efi"))
		return 0;
	text_char(t, '/');
	text_add(t, name);
	return 1;
}

enum loader_systemd loader_find_systemd(const struct root *root, char evidence[PATH_SIZE])
{
	char info[64];
	unsigned i;

	for (i = 0; i < BOOT_TOPS; i++) {
		struct text t = text_start(evidence, PATH_SIZE);

		text_add(&t, boot_tops[i]);
		text_add(&t, "/EFI/systemd");
		if (sysfs_list(root, evidence, find_program, &t) == 1)
			return SYSTEMD_THERE;
	}
	for (i = 0; i < BOOT_TOPS; i++)
		if (sysfs_path(evidence, boot_tops[i], "loader/loader.conf", NULL) &&
		    loader_has(root, evidence))
			return loader_variable(root, "LoaderInfo", info, sizeof(info)) &&
			       span_starts(span_of(info), "systemd-boot") ?
			       SYSTEMD_THERE : SYSTEMD_PERHAPS;
	return SYSTEMD_NONE;
}
