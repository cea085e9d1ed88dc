/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot loaders' files and the running command line against the arguments that the
 * config wants: what earlybind sync would change, and what a reboot would.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "loader/sync.h"
#include "status/status.h"

/* A second plan, without what only helps where the IOMMU is on: what differs from this
 * one too is more than a wish. NULL where the IOMMU is off. The caller closes and frees
 * it. */
static struct sync *plan_without_wishes(const struct sync *sync, const struct machine *m)
{
	struct fault fault;
	struct sync *without = machine_has_iommu(m) ?
			       memory_new(sizeof(*without), &fault) : NULL;

	if (!without)
		return NULL;
	without->root = sync->root;
	without->system = sync->system;
	memcpy(without->args, sync->args, sizeof(without->args));
	sync_drop_wishes(without);
	without->is_wanted = without->args[0];
	if (sync_plan(without, &fault) == 0)
		return without;
	sync_close(without);
	free(without);
	return NULL;
}

static enum state state_of_file(const struct sync_file *file, const struct sync *without)
{
	unsigned i;

	for (i = 0; without && i < without->n_files; i++)
		if (strcmp(without->file[i].path, file->path) == 0 &&
		    sync_file_differs(&without->file[i]))
			return STATE_DIFFERS;
	return without ? STATE_WISH : STATE_DIFFERS;
}

static void add_files(struct findings *findings, const struct sync *sync,
		      const struct sync *without)
{
	struct finding *finding;
	struct text t;
	unsigned i;

	for (i = 0; i < sync->n_files; i++) {
		const struct sync_file *file = &sync->file[i];

		if (!sync_file_differs(file))
			continue;
		finding = findings_say(findings, state_of_file(file, without),
				       TOPIC_LOADER, file->path, &t);
		text_add(&t, file->was_there ? "its arguments are not those that the "
			 "config wants" : "it is missing, and arguments with it");
		findings_remedy(finding, "earlybind sync");
	}
}

static void add_loaders(struct findings *findings, const struct sync *sync,
			const struct sync *without)
{
	bool is_wish = without && !sync_has_work(without);
	bool is_good = !sync_has_work(sync);
	struct finding *finding;
	struct text t;
	unsigned i;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];

		if (loader->refusal[0] || (!is_good && !loader->program[0]))
			continue;
		finding = findings_say(findings, is_good ? STATE_OK :
				       is_wish ? STATE_WISH : STATE_DIFFERS,
				       TOPIC_LOADER, loader->evidence, &t);
		text_add(&t, loader->name);
		text_add(&t, is_good ? " has the present arguments" :
			 " does not know the arguments yet");
		if (!is_good)
			findings_remedy(finding, "earlybind sync");
	}
}

/* Only a loader that we do not write, and so do not know. */
static void add_refused(struct findings *findings, const struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];
		struct finding *finding;
		struct text t;

		if (loader->refusal[0] == '\0')
			continue;
		finding = findings_say(findings, STATE_UNKNOWN, TOPIC_LOADER,
				       loader->evidence, &t);
		text_add(&t, "not kept in step: ");
		text_add(&t, loader->name);
		findings_remedy(finding, "earlybind sync --dry-run");
	}
}

static void add_missing(struct findings *findings, const struct sync *sync,
			enum state state, const char *words)
{
	struct finding *finding;
	struct text t;

	if (words[0] == '\0')
		return;
	finding = findings_say(findings, state, TOPIC_ARGUMENTS, "", &t);
	text_add(&t, "the running kernel was started without");
	text_add(&t, words);
	if (state == STATE_WISH)
		text_add(&t, ", and its IOMMU is on");
	if (!sync_has_loader(sync) && (state == STATE_WISH || !sync_has_work(sync)))
		findings_remedy(finding, "earlybind sync --dry-run");
	else
		findings_remedy(finding, sync_has_work(sync) ?
				"earlybind sync && reboot" : "reboot");
}

/* Returns whether all are there that are needed. */
static bool add_running(struct findings *findings, const struct sync *sync, bool is_on)
{
	char missing[SYNC_WORDS_SIZE], wished[SYNC_WORDS_SIZE];
	struct text words = TEXT_IN(missing), wishes = TEXT_IN(wished);

	sync_missing(sync, &words, is_on ? &wishes : &words);
	add_missing(findings, sync, STATE_DIFFERS, missing);
	add_missing(findings, sync, STATE_WISH, wished);
	return words.n == 0;
}

void status_of_loader(struct findings *findings, struct inputs *in, struct sync *sync,
		      int r, struct fault *fault)
{
	struct sync *without;
	struct text t;

	if (r == 0)
		r = sync_plan(sync, fault);
	if (r < 0) {
		findings_say(findings, STATE_UNKNOWN, TOPIC_LOADER,
			     fault->name ? fault->name : "", &t);
		text_add(&t, fault->words);
	} else if (sync->n_loaders > 0 && (sync->is_wanted || sync->state.n > 0)) {
		without = plan_without_wishes(sync, &in->machine);
		add_files(findings, sync, without);
		add_loaders(findings, sync, without);
		if (!add_running(findings, sync, without) && sync->args[0])
			add_refused(findings, sync);
		if (without)
			sync_close(without);
		free(without);
	}
	sync_close(sync);
}
