/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second half of earlybind sync: the arguments in the boot loaders' files, shown or
 * written.
 */
#include "cmd/sync_loaders.h"

#include <stdio.h>

#include "base/diff.h"
#include "base/memory.h"
#include "cmd/cmd.h"
#include "loader/sync.h"
#include "survey.h"

void sync_say(const char *words)
{
	puts(words);
	fflush(stdout);	/* before what a program prints */
}

void sync_say_two(const char *a, const char *b)
{
	printf("%s%s\n", a, b);
	fflush(stdout);
}

bool sync_is_acting(const struct request *request, const struct inputs *in)
{
	return !(request->given & OPTION_DRY_RUN) && in->root.is_host;
}

static void print_diffs(const struct sync *sync)
{
	unsigned i;

	for (i = 0; i < sync->n_files; i++) {
		const struct sync_file *file = &sync->file[i];
		struct span none = { NULL, 0 }, old = { file->old, file->n_old };

		if (sync_file_differs(file))
			diff_print(stdout, file->path, file->was_there ? old : none,
				   file->shall_be ? sync_file_text(file) : none);
	}
}

/* Tells of the loaders; returns how many are refused. */
static unsigned print_loaders(const struct sync *sync)
{
	unsigned i, n = 0;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];

		if (loader->refusal[0] == '\0') {
			printf("loader: %s, by %s\n", loader->name, loader->evidence);
		} else if (sync->args[0] && !sync->is_undo) {
			fprintf(stderr, "%s: %s: %s: %s\n", loader->evidence,
				loader->name, loader->refusal, sync->args);
			n++;
		}
	}
	if (sync->n_loaders == 0 && sync->args[0] && !sync->is_undo) {
		fprintf(stderr, "earlybind: no supported boot loader was found: "
			"add these arguments to the kernel command line of yours: %s\n",
			sync->args);
		n++;
	}
	for (i = 0; i < sync->n_notes; i++)
		fprintf(stderr, "note: %s\n", sync->note[i]);
	return n;
}

/* Tells of the programs that are not run; returns how many. */
static unsigned print_commands(const struct sync *sync)
{
	unsigned i, n = 0;

	for (i = 0; i < sync->n_loaders; i++) {
		const struct sync_loader *loader = &sync->loader[i];
		char words[3 * PATH_SIZE];
		struct text t = TEXT_IN(words);

		if (loader->program[0] == '\0' || loader->refusal[0])
			continue;
		sync_command_text(loader, &t);
		sync_say_two("to be run: ", words);
		n++;
	}
	return n;
}

static int do_loaders(const struct request *request, struct inputs *in, struct sync *sync)
{
	unsigned n_left = print_loaders(sync);
	char missing[SYNC_WORDS_SIZE];
	struct text t = TEXT_IN(missing);
	struct fault fault;

	if (request->given & OPTION_DRY_RUN) {
		print_diffs(sync);
		print_commands(sync);
	} else if (sync_apply(sync, sync_say, &fault) < 0) {
		cmd_fail(STATUS_FINDING, &fault);
		fprintf(stderr, "earlybind: the boot loader's files are as they were\n");
		return STATUS_FINDING;
	} else if (!in->root.is_host) {
		n_left += print_commands(sync);
	}
	if (!sync_has_work(sync) && sync_has_loader(sync))
		sync_say(sync->is_undo ? "loader: nothing from earlybind is there" :
		    "loader: all files have the present arguments");
	/* what is refused may have been done by hand */
	sync_missing(sync, &t, &t);
	return n_left > 0 && t.n > 0 ? STATUS_FINDING : STATUS_DONE;
}

int sync_loaders(const struct request *request, struct inputs *in,
		 const struct loader_system *system, bool *ret_is_changed)
{
	struct fault fault;
	_cleanup_free_ struct sync *sync = memory_new(sizeof(*sync), &fault);
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);
	int status;

	if (!sync || !s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	sync->root = &in->root;
	sync->system = system;
	sync->is_undo = request->given & OPTION_UNDO;
	if (!sync->is_undo && survey_sync(s, sync, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (sync_plan(sync, &fault) < 0) {
		status = cmd_fail(STATUS_FINDING, &fault);
		fprintf(stderr, "earlybind: no file of a boot loader was changed\n");
	} else {
		*ret_is_changed |= sync_has_work(sync);
		status = do_loaders(request, in, sync);
	}
	sync_close(sync);
	return status;
}
