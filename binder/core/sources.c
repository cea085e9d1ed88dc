/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what a plan is made of: the rules, in the order of a boot, and the machine that
 * they are about. The same for the boot and for the host tool, which would else reason
 * about other rules than the boot has.
 */
#include "sources.h"

#include <errno.h>

#include "home.h"
#include "match.h"

/* Returns 0, or -errno and a fault with the name of the file. */
static int read_text(const struct sources *sources, const char *given, const char *usual,
		     struct source_text *text, struct fault *reterr)
{
	char number[12];
	ssize_t n;

	*reterr = (struct fault){ .name = given ? given : usual };
	n = given ? sources->read(given, text->s, CONFIG_MAX) :
	    sysfs_read(sources->root, usual, text->s, CONFIG_MAX);
	if (n == -ENOENT && !given)
		return 0;
	if (n < 0 && n != -EFBIG)
		return fault_set(reterr, (int)-n, "the file cannot be read: ",
				 errno_name((int)-n, number), NULL);
	text->is_there = true;
	text->n = n < 0 ? CONFIG_MAX : (size_t)n;
	return n < 0 ? fault_set(reterr, EFBIG, CONFIG_TOO_LONG, NULL) : 0;
}

static int parse(const struct source_text *text, enum source source, struct rules *rules,
		 struct fault *reterr)
{
	return rules_parse(rules, source, reterr->name,
			   (struct span){ text->s, text->n }, reterr);
}

int sources_config(struct sources *sources, struct rules *rules, struct fault *reterr)
{
	struct source_text *text = &sources->config;
	int r = read_text(sources, sources->config_name, CONFIG_FILE, text, reterr);

	return r < 0 || !text->is_there ? r : parse(text, SOURCE_CONF, rules, reterr);
}

static int read_image(struct sources *sources, struct rules *rules, struct fault *reterr)
{
	struct source_text *text = &sources->image;
	int r = read_text(sources, sources->image_name, IMAGE_FILE, text, reterr);

	if (r < 0 || !text->is_there)
		return r;
	r = parse(text, SOURCE_IMAGE, rules, reterr);
	/* where the versions differ, an unknown word is no wonder */
	if (r < 0 && (!rules->version.s || span_is(rules->version, VERSION)))
		return r;
	return rules_check_version(rules, reterr->name, VERSION, reterr);
}

int sources_read(struct sources *sources, const struct cmdline *cmdline,
		 struct rules *rules, struct fault *reterr)
{
	int r = cmdline_rules(cmdline, rules, reterr);

	if (r == 0)
		r = sources_config(sources, rules, reterr);
	return r < 0 ? r : read_image(sources, rules, reterr);
}

int sources_machine(const struct rules *rules, const struct root *root,
		    struct span running, unsigned want, struct machine *m,
		    struct fault *reterr)
{
	int r = machine_scan(m, root, want, reterr);
	unsigned i;

	if (r < 0)
		return r;
	m->home = home_read(root, running);
	match_want_dsn(rules, m);
	for (i = 0; i < m->n; i++)
		if (m->fn[i].wants_dsn && !(want & MACHINE_DSN))
			machine_read_dsn(m, i, root);
	return 0;
}
