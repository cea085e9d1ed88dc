/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot loaders' files and the running command line against the arguments that the
 * config wants: what earlybind sync would change, and what a reboot would.
 */
#include <errno.h>

#include "status.h"
#include "sync.h"

static void add_files(struct status_list *list, const struct sync *sync)
{
	struct status_line *line;
	struct text t;
	unsigned i;

	for (i = 0; i < sync->n_files; i++) {
		const struct sync_file *file = &sync->file[i];

		if (!sync_file_differs(file))
			continue;
		line = status_add(list, STATE_DIFFERS, TOPIC_LOADER, file->path, &t);
		text_add(&t, file->was_there ? "its arguments are not those that the "
			 "config wants" : "it is missing, and arguments with it");
		status_remedy(line, "earlybind sync", "");
	}
}

static void add_loaders(struct status_list *list, const struct sync *sync)
{
	bool is_good = !sync_has_work(sync);
	struct status_line *line;
	struct text t;
	unsigned i;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];

		if (loader->refusal[0] || (!is_good && !loader->program[0]))
			continue;
		line = status_add(list, is_good ? STATE_OK : STATE_DIFFERS, TOPIC_LOADER,
				  loader->evidence, &t);
		text_add(&t, loader->name);
		text_add(&t, is_good ? " has the present arguments" :
			 " does not know the arguments yet");
		if (!is_good)
			status_remedy(line, "earlybind sync", "");
	}
}

/* Only a loader that we do not write, and so do not know. */
static void add_refused(struct status_list *list, const struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];
		struct status_line *line;
		struct text t;

		if (loader->refusal[0] == '\0')
			continue;
		line = status_add(list, STATE_UNKNOWN, TOPIC_LOADER, loader->evidence,
				  &t);
		text_add(&t, "not kept in step: ");
		text_add(&t, loader->name);
		status_remedy(line, "earlybind sync --dry-run", "");
	}
}

/* Returns whether all are there. */
static bool add_running(struct status_list *list, const struct sync *sync)
{
	char missing[SYNC_WORDS_SIZE];
	struct text words = TEXT_IN(missing);
	struct status_line *line;
	struct text t;

	sync_missing(sync, &words);
	if (words.n == 0)
		return true;
	line = status_add(list, STATE_DIFFERS, TOPIC_ARGUMENTS, "", &t);
	text_add(&t, "the running kernel was started without");
	text_add(&t, missing);
	status_remedy(line, sync_has_work(sync) ? "earlybind sync && reboot" : "reboot",
		      "");
	return false;
}

void status_of_sync(struct status_list *list, struct inputs *in, struct sync *sync, int r,
		    struct fault *fault)
{
	struct text t;

	sync->root = &in->root;
	if (r == 0)
		r = sync_plan(sync, fault);
	if (r < 0) {
		status_add(list, STATE_UNKNOWN, TOPIC_LOADER,
			   fault->name ? fault->name : "", &t);
		text_add(&t, fault->words);
	} else if (sync->n_loaders > 0 && (sync->is_wanted || sync->state.n > 0)) {
		add_files(list, sync);
		add_loaders(list, sync);
		if (!add_running(list, sync) && sync->args[0])
			add_refused(list, sync);
	}
	sync_close(sync);
}

void status_of_loader(struct status_list *list, struct inputs *in,
		      const struct request *request)
{
	static struct sync sync;
	struct fault fault;

	if (list->is_right)
		status_of_sync(list, in, &sync, sync_read_args(&sync, request, &fault),
			       &fault);
}
