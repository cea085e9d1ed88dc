/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words after the program's name, and the help about them: both from the table of
 * verbs, which main.c has, and the table of options. earlybind(8) describes them.
 */
#include "request.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "core/words.h"

static const struct option_row options[] = {
	{ "--root", OPTION_ROOT, "DIR", offsetof(struct request, root),
	  "read everything below DIR, not /" },
	{ "--config", OPTION_CONFIG, "FILE", offsetof(struct request, config),
	  "read the rules from FILE, not /etc/earlybind.conf" },
	{ "--image", OPTION_IMAGE, "FILE", offsetof(struct request, image),
	  "read FILE, not /usr/lib/earlybind/image.conf" },
	{ "--machine", OPTION_MACHINE, "FILE", offsetof(struct request, machine),
	  "read the machine from FILE, not /sys; - is standard input" },
	{ "--cmdline", OPTION_CMDLINE, "FILE", offsetof(struct request, cmdline),
	  "add the rules of the kernel command line in FILE" },
	{ "--kernel", OPTION_KERNEL, "VERSION", offsetof(struct request, kernel),
	  "the kernel that it is for" },
	{ "--wait-for", OPTION_WAIT_FOR, "WORDS", offsetof(struct request, wait_for),
	  "what dracut was told to wait for, besides the root" },
	{ "--dsn", OPTION_DSN, NULL, 0, "with the Device Serial Numbers" },
	{ "--class", OPTION_CLASS, "CLASS", offsetof(struct request, class),
	  "only devices of this class, as in a rule: usb, 03, 0300" },
	{ "--group", OPTION_GROUP, "GROUP", offsetof(struct request, group),
	  "only devices of this IOMMU group, or none" },
	{ "--all", OPTION_ALL, NULL, 0, "all devices, bridges and the like too" },
	{ "--tree", OPTION_TREE, NULL, 0, "draw which device is behind which" },
	{ "--json", OPTION_JSON, NULL, 0, "print one JSON object" },
	{ "--color", OPTION_COLOR, "auto|always|never", offsetof(struct request, color),
	  "colors: auto, only at a terminal; always; never" },
	{ "--write", OPTION_WRITE, NULL, 0, "put it into place, /etc/earlybind.conf" },
	{ "--ask", OPTION_ASK, NULL, 0,
	  "show it with its plan, and ask before it is written" },
	{ "--yes", OPTION_YES, NULL, 0, "write and sync without a question" },
	{ "--no-sync", OPTION_NO_SYNC, NULL, 0,
	  "end with the config: make no images, touch no boot loader" },
	{ "--only", OPTION_ONLY, NULL, 0, "in place of what the config takes now" },
	{ "--force", OPTION_FORCE, NULL, 0,
	  "also what the host uses; replace a file that you wrote" },
	{ "--quiet", OPTION_QUIET, NULL, 0, "only what is not as planned" },
	{ "--dry-run", OPTION_DRY_RUN, NULL, 0,
	  "change nothing, print what would change" },
	{ "--verbose", OPTION_VERBOSE, NULL, 0,
	  "show what dracut and other programs print" },
	{ "--loader", OPTION_LOADER, NULL, 0, "only the boot loader's arguments" },
	{ "--images", OPTION_IMAGES, NULL, 0, "only the initramfs images" },
	{ "--undo", OPTION_UNDO, NULL, 0, "remove what was added to the boot loader" },
	{ "--new-domain", OPTION_NEW_DOMAIN, "NAME", offsetof(struct request, new_domain),
	  "a whole guest of this name, not its devices alone" },
	{ "--cpus", OPTION_CPUS, "N", offsetof(struct request, cpus),
	  "its processors, threads counted" },
	{ "--memory", OPTION_MEMORY, "SIZE", offsetof(struct request, memory),
	  "its memory, as 8G or 8192M" },
	{ "--disk", OPTION_DISK, "FILE", offsetof(struct request, disk),
	  "its disk: a file, raw or .qcow2, or a block device" },
	{ "--firmware", OPTION_FIRMWARE, "FILE", offsetof(struct request, firmware),
	  "its UEFI firmware, with CODE in the name" },
	{ "--hugepages", OPTION_HUGEPAGES, NULL, 0, "its memory in huge pages" },
	{ "--iommufd", OPTION_IOMMUFD, NULL, 0,
	  "with IOMMUFD: Linux 6.8 and QEMU 9.0, or later" },
	{ "--guest", OPTION_GUEST, NULL, 0,
	  "whether a guest could use the bound devices now" },
	{ "--help", OPTION_HELP, NULL, 0, "print this help" },
	{ "--version", OPTION_VERSION, NULL, 0, "print the version" },
};

enum {
	OPTIONS = sizeof(options) / sizeof(options[0]),
	COLUMN = 14,		/* of the help */
	VERBS_MAX = 16,
	ALWAYS = OPTION_HELP | OPTION_VERSION,
	FIRST_OPTION = 256,	/* above all letters, for getopt_long() */
};

static int unknown_option(struct span name, uint64_t allowed, struct fault *reterr)
{
	const char *known[OPTIONS + 1];
	unsigned i, n = 0;

	for (i = 0; i < OPTIONS; i++)
		if ((allowed | ALWAYS) & options[i].bit)
			known[n++] = options[i].name;
	known[n] = NULL;
	return words_unknown(reterr, "unknown option ", name, known);
}

static int find_verb(struct request *request, const struct verb *verbs, struct span word,
		     struct fault *reterr)
{
	const char *known[VERBS_MAX + 1];
	unsigned i;

	/* "help", "help sync" */
	if (span_is(word, "help") && !(request->given & OPTION_HELP)) {
		request->given |= OPTION_HELP;
		return 0;
	}
	for (i = 0; i < VERBS_MAX && verbs[i].name; i++) {
		if (span_is(word, verbs[i].name)) {
			request->verb = &verbs[i];
			return 0;
		}
		known[i] = verbs[i].name;
	}
	known[i] = NULL;
	return words_unknown(reterr, "unknown verb ", word, known);
}

/* Of "auto|always|never" only these words will do; all else is judged by its reader. */
static int check_value(const struct option_row *option, const char *value,
		       struct fault *reterr)
{
	struct span rest = span_of(option->value);
	struct span word = span_cut(&rest, '|');

	if (!rest.s)
		return 0;
	for (; word.s; word = span_cut(&rest, '|'))
		if (span_equal(word, span_of(value)))
			return 0;
	return fault_set(reterr, EINVAL, option->name, " is one of ", option->value,
			 NULL);
}

static int take_option(struct request *request, const struct option_row *option,
		       const char *value, struct fault *reterr)
{
	if (request->given & option->bit)
		return fault_set(reterr, EINVAL, option->name,
				 " is given more than once", NULL);
	request->given |= option->bit;
	if (!option->value)
		return 0;
	if (!value || value[0] == '\0')
		return fault_set(reterr, EINVAL, option->name, " needs a value: ",
				 option->name, " ", option->value, NULL);
	memcpy((char *)request + option->at, &value, sizeof(value));
	return check_value(option, value, reterr);
}

/* "[WORD...]": any number, and none will do; "WORD [WORD...]": one at least. */
static bool takes_many(const struct verb *verb)
{
	return verb->operand && span_ends(span_of(verb->operand), "...]");
}

static int take_word(struct request *request, const struct verb *verbs, const char *word,
		     struct fault *reterr)
{
	if (!request->verb)
		return find_verb(request, verbs, span_of(word), reterr);
	if (!request->verb->operand ||
	    (request->n_operands > 0 && !takes_many(request->verb)))
		return fault_quote(reterr, EINVAL, "unexpected argument ",
				   span_of(word), request->verb->operand ?
				   ": one is enough" : "");
	if (request->n_operands == OPERANDS_MAX)
		return fault_set(reterr, E2BIG, "more words than the limit OPERANDS_MAX, "
				 "64", NULL);
	if (request->n_operands == 0)
		request->operand = word;
	request->operands[request->n_operands++] = word;
	return 0;
}

/* What can be judged only when the whole line is read. */
static int check_whole(const struct request *request, struct fault *reterr)
{
	const struct verb *verb = request->verb;
	unsigned i;

	if (request->given & ALWAYS)
		return 0;
	if (!verb)
		return fault_set(reterr, EINVAL,
				 "a verb is missing, see earlybind --help", NULL);
	for (i = 0; i < OPTIONS; i++) {
		if (request->given & ~verb->options & options[i].bit)
			return fault_set(reterr, EINVAL, options[i].name,
					 " is not an option of ", verb->name,
					 ", see earlybind ", verb->name, " --help", NULL);
		if (verb->needs & ~request->given & options[i].bit)
			return fault_set(reterr, EINVAL, verb->name, " needs ",
					 options[i].name, " ", options[i].value, NULL);
	}
	if (verb->operand && verb->operand[0] != '[' && request->n_operands == 0)
		return fault_set(reterr, EINVAL, verb->name, " needs ", verb->operand,
				 ", see earlybind ", verb->name, " --help", NULL);
	return 0;
}

/* What getopt_long() made of a word. An abbreviation is none of ours: it would mean
 * something else once there is another option. */
static int take_found(struct request *request, const char *word, int found,
		      struct fault *reterr)
{
	int at = (found == '?' || found == ':' ? optopt : found) - FIRST_OPTION;
	struct span name = span_of(word);

	if (found == 'h' || found == 'V') {
		request->given |= found == 'h' ? OPTION_HELP : OPTION_VERSION;
		return 0;
	}
	name = span_cut(&name, '=');
	if (at < 0 || !span_is(name, options[at].name))
		return unknown_option(name, ~0u, reterr);
	if (found == '?')
		return fault_set(reterr, EINVAL, options[at].name, " takes no value",
				 NULL);
	return take_option(request, &options[at], optarg, reterr);
}

int request_parse(struct request *request, const struct verb *verbs, int argc,
		  char **argv, struct fault *reterr)
{
	struct option list[OPTIONS + 1] = { { .name = NULL } };
	int i, r = 0;

	*reterr = (struct fault){ .name = "earlybind" };
	*request = (struct request){ .root = "/", .verbs = verbs };
	for (i = 0; i < OPTIONS; i++)
		list[i] = (struct option){ options[i].name + 2, options[i].value ?
					   required_argument : no_argument, NULL,
					   FIRST_OPTION + i };
	opterr = 0;
	while (r == 0) {
		const char *word = argv[optind];
		int found = getopt_long(argc, argv, "-:hV", list, NULL);

		if (found == -1)
			break;
		r = found == 1 ? take_word(request, verbs, optarg, reterr) :
		    take_found(request, word, found, reterr);
	}
	while (r == 0 && optind < argc)
		r = take_word(request, verbs, argv[optind++], reterr);
	return r < 0 ? r : check_whole(request, reterr);
}

const struct option_row *request_next_option(const struct verb *verb, unsigned *at)
{
	while (*at < OPTIONS)
		if ((verb->options | ALWAYS) & options[(*at)++].bit)
			return &options[*at - 1];
	return NULL;
}

static void options_usage(uint64_t allowed, struct text *t)
{
	unsigned i;

	text_add(t, "\nOptions:\n");
	for (i = 0; i < OPTIONS; i++) {
		size_t start = t->n;

		if (!((allowed | ALWAYS) & options[i].bit))
			continue;
		text_add(t, "  ");
		text_add(t, options[i].name);
		if (options[i].value) {
			text_char(t, ' ');
			text_add(t, options[i].value);
		}
		if (t->n > start + 20) {
			text_char(t, '\n');
			start = t->n;
		}
		while (t->n < start + 20 && !t->full)
			text_char(t, ' ');
		text_add(t, options[i].help);
		text_char(t, '\n');
	}
}

static void verb_usage(const struct verb *verb, struct text *t)
{
	unsigned i;

	text_add(t, "usage: earlybind ");
	text_add(t, verb->name);
	for (i = 0; i < OPTIONS; i++)
		if (verb->needs & options[i].bit) {
			text_char(t, ' ');
			text_add(t, options[i].name);
			text_char(t, ' ');
			text_add(t, options[i].value);
		}
	text_add(t, " [OPTION...]");
	if (verb->operand) {
		text_char(t, ' ');
		text_add(t, verb->operand);
	}
	text_add(t, "\n\n");
	text_add(t, verb->help);
	text_add(t, ".\n");
}

/* On one screen: what each verb takes is in its own help. */
void request_usage(const struct verb *verb, const struct verb *verbs, struct text *t)
{
	unsigned i;

	if (verb) {
		verb_usage(verb, t);
		options_usage(verb->options, t);
		return;
	}
	text_add(t, "usage: earlybind VERB [OPTION...]\n\n"
		 "The first day, as root; earlybind setup leads through it:\n"
		 "  earlybind list                      what is there, by IOMMU group\n"
		 "  earlybind generate --write DEVICE   address or name, into the "
		 "config\n"
		 "  earlybind sync                      images and boot loader; then "
		 "reboot\n"
		 "  earlybind status                    did it work?\n\nVerbs:\n");
	for (i = 0; verbs[i].name; i++) {
		size_t start = t->n;

		text_add(t, "  ");
		text_add(t, verbs[i].name);
		while (t->n < start + COLUMN && !t->full)
			text_char(t, ' ');
		text_add(t, verbs[i].help);
		text_char(t, '\n');
	}
	text_add(t, "\nOptions and exit codes: earlybind help VERB, earlybind(8). "
		 "Version: earlybind -V\n");
}
