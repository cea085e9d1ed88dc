/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that an image was made with, by dracut's own note in it: dracut.sh writes
 * PARMS_TO_STORE into build-parameter.txt, each option after getopt(1) has given it its
 * whole name, a value between single quotes, and quotes in it as they are. So it is from
 * 059 to 112. What is not in these tables, or looks otherwise, we do not guess.
 */
#include "image/options.h"

#include <errno.h>
#include <string.h>

#include "words/edit.h"

/* What an option has behind it. */
enum kind {
	KIND_FLAG,	/* nothing */
	KIND_VALUE,
	KIND_FILE,	/* a file or a directory of the host */
	KIND_PAIR,	/* a file of the host, and one of the image */
	KIND_CALL,	/* whatever: it was for that call alone */
	KINDS,
};

static const char *const names[KINDS] = {
	[KIND_FLAG] = "-H --hostonly --host-only -N --no-hostonly --no-host-only "
		"--hostonly-cmdline --no-hostonly-cmdline --hostonly-i18n "
		"--no-hostonly-i18n --no-hostonly-default-device --no-machineid "
		"--kernel-only --no-kernel --early-microcode --no-early-microcode "
		"--strip --aggressive-strip --nostrip --hardlink --nohardlink "
		"--noprefix --mdadmconf --nomdadmconf --lvmconf --nolvmconf --fstab "
		"--nofscks --ro-mnt --bzip2 --lzma --xz --lzo --lz4 --zstd --gzip "
		"--no-compress --enhanced-cpio --reproducible --no-reproducible "
		"--no-uefi --no-ukify",
	[KIND_VALUE] = "-a --add --force-add -m --modules -o --omit -d --drivers "
		"--add-drivers --force-drivers --omit-drivers --filesystems -I --install "
		"--install-optional --remove --libdirs --fwdir --fscks --mount --device "
		"--add-device --kernel-cmdline --compress --compress-level "
		"--squash-compressor --prefix --hostonly-mode --hostonly-nics "
		"--persistent-policy",
	[KIND_FILE] = "-k --kmoddir -c --conf --confdir --add-confdir --sshkey "
		"--add-fstab",
	[KIND_PAIR] = "--include",
	[KIND_CALL] = "-f --force --kver --tmpdir -L --stdlog --logfile --loginstall -q "
		"--quiet -v --verbose --debug --profile --printsize --keep -p --parallel "
		"--regenerate-all --noimageifnotneeded --kernel-image --uefi-stub "
		"--uefi-splash-image --sbat",
};

struct reader {
	struct image_options *options;
	const struct root *root;
	struct span rest;
	struct text t;		/* options->s */
	struct text left_out;
	bool has_list;		/* of modules, without earlybind */
	struct fault *reterr;
};

static enum kind kind_of(struct span name)
{
	unsigned kind;

	for (kind = 0; kind < KINDS; kind++)
		if (edit_has_word(span_of(names[kind]), name))
			break;
	return (enum kind)kind;
}

static void skip_blanks(struct reader *r)
{
	while (r->rest.n > 0 && r->rest.s[0] == ' ') {
		r->rest.s++;
		r->rest.n--;
	}
}

static bool add_word(struct reader *r, struct span word)
{
	struct image_options *options = r->options;

	if (options->n == IMAGE_OPTIONS_MAX - 1)
		return false;
	options->word[options->n++] = r->t.s + r->t.n;
	text_span(&r->t, word);
	text_char(&r->t, '\0');
	return !r->t.full;
}

/* A value that is there: "'one two'", and then a blank or the end. */
static bool take_value(struct reader *r, struct span *ret_value)
{
	const char *end;

	skip_blanks(r);
	if (r->rest.n < 2 || r->rest.s[0] != '\'')
		return false;
	end = memchr(r->rest.s + 1, '\'', r->rest.n - 1);
	if (!end)
		return false;
	*ret_value = (struct span){ r->rest.s + 1, (size_t)(end - r->rest.s) - 1 };
	r->rest.n -= (size_t)(end + 1 - r->rest.s);
	r->rest.s = end + 1;
	return r->rest.n == 0 || r->rest.s[0] == ' ';
}

static bool is_there(const struct reader *r, struct span file)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);

	text_span(&t, file);
	return !t.full && path[0] == '/' && sysfs_exists(r->root, path) != 0;
}

static void leave_out(struct reader *r, struct span name, const struct span value[2])
{
	unsigned i;

	text_add(&r->left_out, r->left_out.n > 0 ? ", " : "");
	text_quote(&r->left_out, name);
	for (i = 0; i < 2 && value[i].s; i++) {
		text_char(&r->left_out, ' ');
		text_quote(&r->left_out, value[i]);
	}
}

/* One option with what is behind it. */
static bool read_option(struct reader *r, struct span name)
{
	enum kind kind = kind_of(name);
	unsigned i, n = kind == KIND_FLAG ? 0 : kind == KIND_PAIR ? 2 : 1;
	struct span value[2] = { { NULL, 0 }, { NULL, 0 } };

	if (kind == KINDS)
		return false;
	skip_blanks(r);
	if (kind == KIND_CALL && (r->rest.n == 0 || r->rest.s[0] != '\''))
		return true;
	for (i = 0; i < n; i++)
		if (!take_value(r, &value[i]))
			return false;
	if (kind == KIND_CALL)
		return true;
	/* from where it was called, nobody knows */
	if ((kind == KIND_FILE || kind == KIND_PAIR) &&
	    (value[0].n == 0 || value[0].s[0] != '/'))
		return false;
	if ((kind == KIND_FILE || kind == KIND_PAIR) && !is_there(r, value[0])) {
		leave_out(r, name, value);
		return true;
	}
	if (span_is(name, "-m") || span_is(name, "--modules"))
		r->has_list = !edit_has_word(value[0], SPAN("earlybind"));
	return add_word(r, name) && (n < 1 || add_word(r, value[0])) &&
	       (n < 2 || add_word(r, value[1]));
}

static bool is_plain(struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if ((unsigned char)text.s[i] < ' ' || text.s[i] == '\x7f')
			return false;
	return true;
}

static int refuse(struct reader *r, struct span where)
{
	r->options->n = 0;
	return fault_quote(r->reterr, EINVAL, "dracut's note of the options that it was "
			   "made with has ", where,
			   ", which is not understood");
}

int image_options_read(struct image_options *options, struct span text,
		       const struct root *root, struct fault *reterr)
{
	struct reader r = { .options = options, .root = root, .reterr = reterr };

	options->n = 0;
	r.t = TEXT_IN(options->s);
	r.left_out = TEXT_IN(options->left_out);
	r.rest = sysfs_trim(text.s, (ssize_t)text.n);
	if (text.n >= IMAGE_OPTIONS_SIZE || !is_plain(r.rest))
		return refuse(&r, SPAN("a line end or more than 8191 characters"));
	for (skip_blanks(&r); r.rest.n > 0; skip_blanks(&r)) {
		struct span all = r.rest, name = span_cut_word(&r.rest);

		if (!read_option(&r, name))
			return refuse(&r, all);
	}
	if (r.has_list && !(add_word(&r, SPAN("--add")) &&
			    add_word(&r, SPAN("earlybind"))))
		return refuse(&r, SPAN("too many words"));
	return 0;
}

bool image_options_omit(const struct image_options *options, const char *module)
{
	unsigned i;

	for (i = 0; i + 1 < options->n; i++)
		if ((strcmp(options->word[i], "-o") == 0 ||
		     strcmp(options->word[i], "--omit") == 0) &&
		    edit_has_word(span_of(options->word[i + 1]), span_of(module)))
			return true;
	return false;
}
