/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes grub.cfg again by the distribution's grub-mkconfig: into another file, which is
 * judged and then put into place. Whether that is needed, grub.c knows.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/place.h"
#include "loader/loader.h"

/* No pattern of a shell finds it, and GRUB does not look for it. */
#define MADE "/.earlybind-grub.cfg"

static void write_argv(const struct sync_loader *loader, const char *to,
		       const char *argv[5])
{
	unsigned n = 0;

	argv[n++] = loader->program;
	if (loader->keeps_entries)	/* Fedora's writes all BLS entries anew */
		argv[n++] = "--no-grubenv-update";
	argv[n++] = "-o";
	argv[n++] = to;
	argv[n] = NULL;
}

void sync_command_text(const struct sync_loader *loader, struct text *t)
{
	const char *argv[5];

	write_argv(loader, loader->evidence, argv);
	command_text(argv, t);
}

/* Whether the new grub.cfg is what it was made for. */
static int judge_made(const struct sync *sync, const struct sync_loader *loader,
		      struct span text, struct fault *reterr)
{
	struct grub_cfg cfg = grub_cfg_read(text);

	if (!cfg.is_whole)
		return fault_set(reterr, EBADMSG, "what was made is not a complete "
				 "grub.cfg", NULL);
	if (!sync->is_undo && !grub_cfg_has_arguments(&cfg))
		return fault_set(reterr, ENODATA, "no entry got $earlybind_args: look "
				 "what sets GRUB_CMDLINE_LINUX_DEFAULT last in "
				 "/etc/default/grub and /etc/default/grub.d", NULL);
	return loader_judge_cfg(sync, &cfg, loader->evidence, reterr);
}

/* The one that was read when the plan was made is replaced, and no other: a package's
 * hook may have made it for a new kernel while ours worked. */
static int put_cfg(struct sync *sync, const struct sync_loader *loader, struct span text,
		   struct fault *reterr)
{
	struct sync_file *file = sync_file(sync, loader->evidence, reterr);
	struct fault fault;
	int r = file ? sync_file_set(file, text, SPAN(""), reterr) : -reterr->err;

	if (r == 0)
		r = sync_file_put(sync, file, false, reterr);
	if (r == -EBUSY)	/* then nothing of ours is to be put back */
		sync_file_set(file, (struct span){ file->old, file->n_old }, SPAN(""),
			      &fault);
	return r;
}

static void name_made(const struct sync_loader *loader, char path[PATH_SIZE],
		      const char *end)
{
	struct span dir = span_of(loader->evidence);
	struct text t;

	dir.n = (size_t)(strrchr(loader->evidence, '/') - loader->evidence);
	text_init(&t, path, PATH_SIZE);
	text_span(&t, dir);
	text_add(&t, MADE);
	text_add(&t, end);
}

/* grub-mkconfig has a second file beside the one that it is given. */
static void remove_made(const struct sync_loader *loader)
{
	char path[PATH_SIZE];

	name_made(loader, path, "");
	unlink(path);
	name_made(loader, path, ".new");
	unlink(path);
}

/* grub-mkconfig writes over the file that it is given (util/grub-mkconfig.in: cat), so
 * it gets another one, which becomes grub.cfg by rename. */
static int make_cfg(struct sync *sync, const struct sync_loader *loader,
		    void (*say)(const char *words), struct fault *reterr)
{
	char made[PATH_SIZE], words[PATH_SIZE + 16];
	struct place from;
	const char *argv[5];
	bool has_way_back;
	int r;

	name_made(loader, made, "");
	write_argv(loader, made, argv);
	snprintf(words, sizeof(words), "running %s", loader->program);
	say(words);
	*reterr = (struct fault){ .name = loader->evidence };
	r = command_run(argv, reterr);
	if (r == 0)
		r = place_open(&from, sync->root, made, PLACE_NO_LINK, reterr);
	else
		from = (struct place){ .dir = -1 };
	reterr->name = loader->evidence;
	if (r == 0)
		r = judge_made(sync, loader, place_text(&from), reterr);
	if (r == 0)
		r = put_cfg(sync, loader, place_text(&from), reterr);
	has_way_back = r == 0 && grub_cfg_read(place_text(&from)).has_way_back;
	place_close(&from);
	remove_made(loader);
	if (r < 0)
		return r;
	snprintf(words, sizeof(words), "%s is made", loader->evidence);
	say(words);
	if (!sync->is_undo && !has_way_back)
		say(LOADER_WAY_BACK GRUB_WAY_BACK " made none");
	return 0;
}

int sync_make_cfgs(struct sync *sync, void (*say)(const char *words),
		   struct fault *reterr)
{
	unsigned i;
	int r = 0;

	for (i = 0; i < sync->n_loaders && r == 0; i++) {
		const struct sync_loader *loader = &sync->loader[i];

		if (loader->refusal[0] || !sync->root->is_host)
			continue;
		remove_made(loader);	/* of a run that was killed */
		if (loader->program[0])
			r = make_cfg(sync, loader, say, reterr);
	}
	return r;
}
