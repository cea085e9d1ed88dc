/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB. The words are in earlybind.cfg beside grub.cfg, so that other words need no new
 * grub.cfg; grub.d/09_earlybind makes a variable of them. The variable's name stands in
 * the entries once: by way of the sources of grub.cfg, and in BLS entries. GRUB puts the
 * words there at boot, in blscfg too (grub-core/commands/blscfg.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "loader/grub_cfg.h"
#include "loader/loader.h"
#include "words/edit.h"

#define CFG_NAME "/earlybind.cfg"
#define CFG_HEAD "# Written by earlybind sync, from /etc/earlybind.conf; GRUB reads it.\n"
#define DEFAULT_FILE "/etc/default/grub"
#define DROP_IN "/etc/default/grub.d/earlybind.cfg"
#define TOKEN_LINE \
	"GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT \\$earlybind_args\""
#define DROP_IN_TEXT \
	"# Written by earlybind sync; earlybind sync --undo removes it. GRUB puts the\n" \
	"# words of earlybind.cfg, beside grub.cfg, in place of the name.\n" \
	TOKEN_LINE "\n"

/* The file of a part of grub's tools, which Fedora calls grub2. */
static bool find_program(const struct sync *sync, char path[PATH_SIZE])
{
	static const char *const paths[] = {
		"/usr/sbin/grub-mkconfig", "/usr/sbin/grub2-mkconfig",
		"/usr/bin/grub-mkconfig", "/usr/bin/grub2-mkconfig",
	};
	unsigned i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (loader_has(sync->root, paths[i])) {
			snprintf(path, PATH_SIZE, "%s", paths[i]);
			return true;
		}
	return false;
}

static bool file_has(const struct sync *sync, const char *path, const char *words)
{
	static char text[65536];
	ssize_t n = sysfs_read_head(sync->root, path, text, sizeof(text));

	return n > 0 && strstr(text, words);
}

/* That entries of BLS have the variable, 42_earlybind has to know. */
static int plan_cfg(struct sync *sync, const char *dir, bool has_bls,
		    struct fault *reterr)
{
	char path[PATH_SIZE + sizeof(CFG_NAME)], text[SYNC_WORDS_SIZE + 256];
	struct text t = TEXT_IN(text);
	struct sync_file *file;

	snprintf(path, sizeof(path), "%s" CFG_NAME, dir);
	file = sync_file(sync, path, reterr);
	if (!file)
		return -reterr->err;
	if (sync->is_undo) {
		sync_file_drop(file);
		return 0;
	}
	text_add(&t, CFG_HEAD "set earlybind_args=\"");
	text_add(&t, sync->args);
	text_add(&t, has_bls ? "\"\nset earlybind_bls=1\n" : "\"\n");
	return sync_file_set(file, text_is(&t), SPAN(""), reterr);
}

/* Takes our line away and leaves what a person made of the file. */
static int remove_line(struct sync_file *file, struct span line, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct text t;
	int r = sync_text(&t, text, 0, reterr);

	if (r < 0)
		return r;
	edit_remove_line(&t, text, line);
	return sync_file_take(file, &t, SPAN(""), reterr);
}

/* The shell that reads the file takes a carriage return as part of a value, and a
 * backslash at the end as the start of our line. */
static int judge_default(const struct sync_file *file, struct span text,
			 struct fault *reterr)
{
	struct span last = { NULL, 0 };

	*reterr = (struct fault){ .name = file->path };
	while (text.s) {
		struct span line = span_cut(&text, '\n');

		reterr->line++;
		if (line.n > 0 && line.s[line.n - 1] == '\r')
			return fault_set(reterr, EINVAL, "this line ends in a carriage "
					 "return, which becomes part of its value: "
					 "remove it from all lines, as with sed -i "
					 "'s/\\r$//'", NULL);
		last = text.s || line.n > 0 ? line : last;
	}
	if (last.n > 0 && last.s[last.n - 1] == '\\')
		return fault_set(reterr, EINVAL, "the last line ends in a backslash, so "
				 "that a line after it would be part of it: remove that",
				 NULL);
	return 0;
}

static int add_line(struct sync_file *file, struct fault *reterr)
{
	struct span text = sync_file_text(file);
	struct text t;
	int r = judge_default(file, text, reterr);

	if (r == 0)
		r = sync_text(&t, text, sizeof(TOKEN_LINE), reterr);
	if (r < 0)
		return r;
	edit_add_line(&t, text, SPAN(TOKEN_LINE));
	return sync_file_take(file, &t, SPAN(""), reterr);
}

/* Debian's grub-mkconfig reads a directory of settings as well. What a person wrote into
 * our file stays. */
static int plan_drop_in(struct sync *sync, struct fault *reterr)
{
	struct sync_file *file = sync_file(sync, DROP_IN, reterr);
	struct span text, line;

	if (!file)
		return -reterr->err;
	text = sync_file_text(file);
	line = edit_find_exact(text, SPAN(TOKEN_LINE));
	if (!sync->is_undo)
		return line.s ? 0 : text.n > 0 ? add_line(file, reterr) :
		       sync_file_set(file, SPAN(DROP_IN_TEXT), SPAN(""), reterr);
	if (span_is(text, DROP_IN_TEXT))
		sync_file_drop(file);
	else if (line.s)
		return remove_line(file, line, reterr);
	return 0;
}

static int plan_default(struct sync *sync, struct fault *reterr)
{
	struct sync_file *file = sync_file(sync, DEFAULT_FILE, reterr);
	struct span line;

	if (!file)
		return -reterr->err;
	line = edit_find_exact(sync_file_text(file), SPAN(TOKEN_LINE));
	if (sync->is_undo && file->is_ours)
		sync_file_drop(file);
	else if (sync->is_undo && line.s)
		return remove_line(file, line, reterr);
	else if (!sync->is_undo && !line.s)
		return add_line(file, reterr);
	return 0;
}

/* Whether there is something of ours already, that a config without rules empties. */
static bool is_placed(const struct sync *sync, const char *dir)
{
	char path[PATH_SIZE + sizeof(CFG_NAME)];

	snprintf(path, sizeof(path), "%s" CFG_NAME, dir);
	return loader_has(sync->root, path) || loader_has(sync->root, DROP_IN) ||
	       file_has(sync, DEFAULT_FILE, TOKEN_LINE) ||
	       sync_state_find(&sync->state, path);
}

/* systemd-boot reads the same entries, and knows no variable. */
static int plan_bls(struct sync *sync, struct sync_loader *loader, const char *dir,
		    const struct grub_cfg *cfg, struct fault *reterr)
{
	int r = 0;

	if (!sync->has_bls && !sync->has_systemd)
		r = loader_plan_entries(sync, true, reterr);
	sync->has_bls = true;
	if (r < 0 || sync->is_undo)
		return r;
	if (!sync->has_systemd && !cfg->has_classic && sync->n_entries == 0)
		sync_refuse(loader, LOADER_NO_ENTRY, LOADER_NO_ENTRY_REMEDY);
	return plan_cfg(sync, dir, !sync->has_systemd && sync->n_entries > 0, reterr);
}

/* An older one was there also where it did not work. */
static bool has_old_way_back(const struct grub_cfg *cfg)
{
	return cfg->has_way_back && cfg->has_bls && !cfg->has_question;
}

/* A menu of before that script, or of before it was allowed to run. */
static bool lacks_former(const struct sync *sync, const struct grub_cfg *cfg)
{
	_cleanup_close_ int fd = -1;
	struct stat now;

	if (!cfg->has_classic || cfg->has_former)
		return false;
	fd = root_open_file(sync->root, GRUB_FORMER, O_RDONLY | O_NONBLOCK, 0);
	return fd >= 0 && fstat(fd, &now) == 0 && (now.st_mode & 0111);
}

static bool needs_making(const struct sync *sync, const struct grub_cfg *cfg)
{
	if (sync->is_undo)
		return cfg->has_token || has_old_way_back(cfg);
	return !cfg->has_script || !grub_cfg_has_arguments(cfg) ||
	       has_old_way_back(cfg) || lacks_former(sync, cfg);
}

static void note_way_back(struct sync *sync, const struct sync_loader *loader,
			  const struct grub_cfg *cfg)
{
	if (sync->is_undo || !sync->is_wanted || loader->refusal[0])
		return;
	if (cfg->has_bls && sync->has_systemd)
		loader_note_way_back(sync, loader->evidence, "systemd-boot reads the "
				     "same entries, and knows no variable");
	else if (!loader_has(sync->root, GRUB_WAY_BACK))
		loader_note_way_back(sync, loader->evidence, GRUB_WAY_BACK
				     " is missing");
	else if (loader->program[0] == '\0' && !cfg->has_way_back)
		loader_note_way_back(sync, loader->evidence, "it was made without, and "
				     "grub-mkconfig has to make it again");
}

static int plan_parts(struct sync *sync, struct sync_loader *loader, const char *dir,
		      const struct grub_cfg *cfg, struct fault *reterr)
{
	bool has_drop_ins = file_has(sync, loader->program, "default/grub.d");
	int r = plan_cfg(sync, dir, false, reterr);

	if (r == 0)
		r = has_drop_ins ? plan_drop_in(sync, reterr) :
		    plan_default(sync, reterr);
	if (r == 0 && cfg->has_bls)
		r = plan_bls(sync, loader, dir, cfg, reterr);
	if (r == 0)
		r = loader_judge_cfg(sync, cfg, loader->evidence, reterr);
	loader->keeps_entries = file_has(sync, loader->program, "--no-grubenv-update");
	if (!needs_making(sync, cfg))
		loader->program[0] = '\0';
	note_way_back(sync, loader, cfg);
	return r;
}

/* What is missing for the arguments to reach an entry. */
static const char *judge_tools(const struct sync *sync, struct sync_loader *loader)
{
	if (!find_program(sync, loader->program))
		return "there is no grub-mkconfig, nor grub2-mkconfig, to make it again: "
		       "install it";
	if (!sync->is_undo && !loader_has(sync->root, GRUB_SCRIPT))
		return GRUB_SCRIPT " is missing, which gives $earlybind_args its words: "
		       "install all of earlybind";
	return NULL;
}

/* On the EFI system partition each system may have a menu. It is ours if it starts our
 * root; where it does not say, as with BLS, only if there is none in /boot. */
static bool is_of_other(const struct sync *sync, const struct grub_cfg *cfg,
			struct span text)
{
	enum likeness roots = grub_cfg_compare(text, sync->root,
					       span_of(sync->system->cmdline));
	unsigned i;

	if (!cfg->is_made || roots != LIKE_UNKNOWN)
		return cfg->is_made && roots == LIKE_OTHER;
	for (i = 0; i < sync->n_loaders; i++)
		if (span_starts(span_of(sync->loader[i].evidence), "/boot/grub"))
			return true;
	return false;
}

/* One directory that may have a grub.cfg. */
static int plan_dir(struct sync *sync, const char *dir, struct fault *reterr)
{
	char path[PATH_SIZE];
	struct span text;
	struct sync_file *file;
	struct sync_loader *loader;
	struct grub_cfg cfg;
	const char *why;

	if (!sysfs_path(path, dir, "grub.cfg", NULL) ||
	    !loader_has(sync->root, path) || !sync_can_name(path))
		return 0;	/* no installer of ours makes a directory with blanks */
	file = sync_file(sync, path, reterr);
	if (!file)
		return -reterr->err;
	text = sync_file_text(file);
	cfg = grub_cfg_read(text);
	if (!cfg.is_made && !cfg.has_entry)
		return 0;	/* it only leads to another one */
	if (!span_starts(span_of(dir), "/boot/grub") && is_of_other(sync, &cfg, text))
		return 0;
	loader = sync_add_loader(sync, "GRUB", path);
	if (!cfg.is_made) {
		sync_refuse(loader, "grub-mkconfig did not make this file",
			    "add these arguments to its linux lines");
		return 0;
	}
	if (!sync->is_wanted && !is_placed(sync, dir))
		return 0;
	why = judge_tools(sync, loader);
	if (why) {
		sync_refuse(loader, why, "or add these arguments to "
			    "GRUB_CMDLINE_LINUX_DEFAULT in " DEFAULT_FILE);
		loader->program[0] = '\0';
		return 0;
	}
	return plan_parts(sync, loader, dir, &cfg, reterr);
}

struct dirs {
	struct sync *sync;
	const char *top;
	struct fault *reterr;
};

/* "/boot/efi/EFI/redhat" of Red Hat Enterprise Linux 8. */
static int plan_vendor(const char *name, void *with)
{
	struct dirs *dirs = with;
	char path[PATH_SIZE];

	return sysfs_path(path, dirs->top, name, NULL) ?
	       plan_dir(dirs->sync, path, dirs->reterr) : 0;
}

int loader_plan_grub(struct sync *sync, struct fault *reterr)
{
	static const char *const tops[] = { "/boot/efi/EFI", "/efi/EFI" };
	char link[PATH_SIZE];
	int r = plan_dir(sync, "/boot/grub", reterr);
	unsigned i;

	/* where one is a link to the other they are one */
	if (r == 0 && sysfs_link(sync->root, "/boot/grub2", link, sizeof(link)) < 0 &&
	    sysfs_link(sync->root, "/boot/grub", link, sizeof(link)) < 0)
		r = plan_dir(sync, "/boot/grub2", reterr);
	for (i = 0; i < 2 && r == 0; i++) {
		struct dirs dirs = { sync, tops[i], reterr };
		int listed = sysfs_list(sync->root, tops[i], plan_vendor, &dirs);

		/* that there is no such directory is no failure of ours */
		r = listed < 0 && reterr->err == -listed ? listed : 0;
	}
	return r;
}
