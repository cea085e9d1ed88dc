/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words after the program's name. earlybind-binder(8) describes them. No
 * getopt_long(): it brings stdio with it.
 */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

const char options_help[] =
	"usage: earlybind-binder --dry-run | --boot | --give-back [--root DIR]\n"
	"                        [--config FILE] [--image FILE] [--report DIR]\n"
	"       earlybind-binder --help | --version\n"
	"\n"
	"The initramfs runs it with --boot. See earlybind-binder(8).\n";

static const struct {
	const char *name;
	size_t value;		/* offset of the string that it sets, or 0 */
	enum options_verb verb;
} names[] = {
	{ "--root", offsetof(struct options, root), OPTIONS_NONE },
	{ "--config", offsetof(struct options, config), OPTIONS_NONE },
	{ "--image", offsetof(struct options, image), OPTIONS_NONE },
	{ "--report", offsetof(struct options, report), OPTIONS_NONE },
	{ "--boot", 0, OPTIONS_BOOT },
	{ "--give-back", 0, OPTIONS_GIVE_BACK },
	{ "--dry-run", 0, OPTIONS_DRY_RUN },
	{ "--help", 0, OPTIONS_HELP },
	{ "--version", 0, OPTIONS_VERSION },
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static unsigned find_name(struct span name)
{
	unsigned i;

	for (i = 0; i < NAMES; i++)
		if (span_is(name, names[i].name))
			break;
	return i;
}

/* Takes the option at *argv and its value; leaves *argv at the last word that it took. */
static int take_option(struct options *options, char ***argv, struct fault *reterr)
{
	struct span rest = span_of(**argv);
	struct span name = span_cut(&rest, '=');
	const char *value = rest.s;
	unsigned i = find_name(name);

	if (i == NAMES)
		return fault_quote(reterr, EINVAL, "unknown option ", name,
				   ", see --help");
	if (!names[i].value && value)
		return fault_set(reterr, EINVAL, names[i].name, " takes no value", NULL);
	if (!names[i].value) {
		if (names[i].verb > options->verb)
			options->verb = names[i].verb;
		return 0;
	}
	if (!value && (*argv)[1])
		value = *++*argv;
	if (!value || value[0] == '\0')
		return fault_set(reterr, EINVAL, names[i].name,
				 " needs a value, see --help", NULL);
	memcpy((char *)options + names[i].value, &value, sizeof(value));
	return 0;
}

int options_parse(struct options *options, char **argv, struct fault *reterr)
{
	*reterr = (struct fault){ .name = "earlybind-binder" };
	*options = (struct options){ .root = "/", .report = "/run/earlybind" };
	if (*argv)
		argv++;
	for (; *argv; argv++) {
		int r = take_option(options, &argv, reterr);

		if (r < 0)
			return r;
	}
	if (options->verb == OPTIONS_NONE)	/* somebody tries it out */
		return fault_set(reterr, EINVAL, "without --boot nothing is done: see "
				 "--dry-run, --help", NULL);
	return 0;
}
