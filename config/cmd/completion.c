/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind completion: what completes our words in bash, zsh and fish. All of it comes
 * from the tables of verbs and options, so that it cannot know less than they do.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

enum value_kind { VALUE_NONE, VALUE_DIR, VALUE_FILE, VALUE_KERNEL, VALUE_DEVICE,
		  VALUE_WORDS, VALUE_OTHER };

/* What the name of a value says about it: "DIR", "[DEVICE...]", "auto|always|never". */
static enum value_kind value_kind(const char *value)
{
	if (!value)
		return VALUE_NONE;
	if (strcmp(value, "DIR") == 0)
		return VALUE_DIR;
	if (strcmp(value, "FILE") == 0)
		return VALUE_FILE;
	if (strcmp(value, "VERSION") == 0)
		return VALUE_KERNEL;
	if (strcmp(value, "[DEVICE...]") == 0)
		return VALUE_DEVICE;
	return strchr(value, '|') ? VALUE_WORDS : VALUE_OTHER;
}

static void print_words(const char *value)
{
	struct span rest = span_of(value);
	struct span word = span_cut(&rest, '|');

	for (; word.s; word = span_cut(&rest, '|'))
		printf("%.*s%s", (int)word.n, word.s, rest.s ? " " : "");
}

/* In the quotes of all three shells. */
static void print_quoted(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	}
}

static const char bash_head[] =
	"# bash completion for earlybind(8), made by: earlybind completion bash\n"
	"_earlybind() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} word verb=\n"
	"\tlocal IFS=$' \\t\\n'\n"
	"\tif [[ $cur == = ]]; then\n"
	"\t\tcur=\n"
	"\telif [[ $prev == = ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"\tfi\n";

/* A colon ends a word of bash: what stands before the last one is there already. */
static const char bash_devices[] =
	"word=${line##*[[:blank:]]}\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$(ls /sys/bus/pci/devices \\\n"
	"\t\t\t2>/dev/null)\" -- \"$word\")\n"
	"\t\t[[ $COMP_WORDBREAKS != *:* ]] ||\n"
	"\t\t\tCOMPREPLY=(\"${COMPREPLY[@]#\"${word%\"${word##*:}\"}\"}\")\n";

static void bash_value(const char *value)
{
	const char *what = NULL;

	switch (value_kind(value)) {
	case VALUE_DIR:
		fputs("compopt -o filenames\n\t\t", stdout);
		what = "-d";
		break;
	case VALUE_FILE:
		fputs("compopt -o filenames\n\t\t", stdout);
		what = "-f";
		break;
	case VALUE_KERNEL:
		what = "-W \"$(ls /lib/modules 2>/dev/null)\"";
		break;
	case VALUE_WORDS:
		fputs("mapfile -t COMPREPLY < <(compgen -W '", stdout);
		print_words(value);
		puts("' -- \"$cur\")");
		return;
	case VALUE_DEVICE:
		fputs(bash_devices, stdout);
		return;
	case VALUE_NONE:
	case VALUE_OTHER:
		puts(":");
		return;
	}
	printf("mapfile -t COMPREPLY < <(compgen %s -- \"$cur\")\n", what);
}

/* The words that may stand there whatever they are for. */
static void bash_words(const struct verb *verb)
{
	const struct option_row *option;
	unsigned at = 0;

	while ((option = request_next_option(verb, &at)))
		printf(" %s", option->name);
	fputs("' \\\n\t\t\t-- \"$cur\") ;;\n", stdout);
}

static void bash_options(const struct verb *verbs)
{
	const struct verb all = { .options = ~0u };
	const struct option_row *option;
	const struct verb *verb;
	unsigned at = 0;

	puts("\tcase $prev in");
	while ((option = request_next_option(&all, &at))) {
		if (!option->value)
			continue;
		printf("\t%s)\n\t\t", option->name);
		bash_value(option->value);
		puts("\t\treturn ;;");
	}
	puts("\tesac\n\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	     "\t\tcase $word in");
	for (verb = verbs; verb->name; verb++)
		printf("\t\t%s%s", verb->name, verb[1].name ? " | \\\n" : "");
	puts(") verb=$word && break ;;\n\t\tesac\n\tdone");
}

static void bash_print(const struct verb *verbs)
{
	const struct verb *verb;

	fputs(bash_head, stdout);
	bash_options(verbs);
	puts("\tcase $verb:$cur in");
	for (verb = verbs; verb->name; verb++) {
		printf("\t%s:-*)\n\t\tmapfile -t COMPREPLY < <(compgen -W \\\n\t\t\t'",
		       verb->name);
		bash_words(verb);
		printf("\t%s:*)\n\t\t", verb->name);
		bash_value(verb->operand);
		puts("\t\t;;");
	}
	fputs("\t*)\n\t\tmapfile -t COMPREPLY < <(compgen -W '--help --version", stdout);
	for (verb = verbs; verb->name; verb++)
		printf(" %s", verb->name);
	puts("' -- \"$cur\") ;;\n\tesac\n}\ncomplete -F _earlybind earlybind");
}

static void zsh_value(const char *value)
{
	switch (value_kind(value)) {
	case VALUE_DIR:
		fputs("_files -/", stdout);
		return;
	case VALUE_FILE:
		fputs("_files", stdout);
		return;
	case VALUE_KERNEL:
		fputs("_path_files -W /lib/modules -/", stdout);
		return;
	case VALUE_DEVICE:
		fputs("compadd -- /sys/bus/pci/devices/*(N:t)", stdout);
		return;
	case VALUE_WORDS:
		putchar('(');
		print_words(value);
		putchar(')');
		return;
	case VALUE_NONE:
	case VALUE_OTHER:
		putchar(' ');
	}
}

static void zsh_verb(const struct verb *verb)
{
	const struct option_row *option;
	unsigned at = 0;

	printf("\t\t%s)\n\t\t\t_arguments", verb->name);
	while ((option = request_next_option(verb, &at))) {
		printf(" \\\n\t\t\t\t'%s%s[", option->name, option->value ? "=" : "");
		print_quoted(option->help);
		putchar(']');
		if (option->value) {
			fputs(":value:", stdout);
			zsh_value(option->value);
		}
		putchar('\'');
	}
	if (verb->operand) {
		printf(" \\\n\t\t\t\t'%s:word:", verb->operand[0] == '[' ? "*" : "1");
		zsh_value(verb->operand);
		putchar('\'');
	}
	puts(" ;;");
}

static void zsh_print(const struct verb *verbs)
{
	const struct verb *verb;

	puts("#compdef earlybind\n"
	     "# zsh completion for earlybind(8), made by: earlybind completion zsh\n"
	     "_earlybind() {\n"
	     "\tlocal context state state_descr line curcontext=$curcontext\n"
	     "\ttypeset -A opt_args\n"
	     "\tlocal -a verbs\n"
	     "\tverbs=(");
	for (verb = verbs; verb->name; verb++) {
		printf("\t\t'%s:", verb->name);
		print_quoted(verb->help);
		puts("'");
	}
	puts("\t)\n"
	     "\t_arguments -C '--help[print the usage]' \\\n"
	     "\t\t'--version[print the version]' \\\n"
	     "\t\t'1:verb:->verb' '*::word:->word'\n"
	     "\tcase $state in\n"
	     "\tverb)\n\t\t_describe verb verbs ;;\n"
	     "\tword)\n\t\tcase $words[1] in");
	for (verb = verbs; verb->name; verb++)
		zsh_verb(verb);
	puts("\t\tesac ;;\n\tesac\n}\n_earlybind \"$@\"");
}

static void fish_value(const char *value)
{
	switch (value_kind(value)) {
	case VALUE_DIR:
		fputs(" -x -a '(__fish_complete_directories)'", stdout);
		return;
	case VALUE_FILE:
		fputs(" -r -F", stdout);
		return;
	case VALUE_KERNEL:
		fputs(" -x -a '(ls /lib/modules 2>/dev/null)'", stdout);
		return;
	case VALUE_DEVICE:
		fputs(" -a '(ls /sys/bus/pci/devices 2>/dev/null)'", stdout);
		return;
	case VALUE_WORDS:
		fputs(" -x -a '", stdout);
		print_words(value);
		putchar('\'');
		return;
	case VALUE_OTHER:
		fputs(" -x", stdout);
		return;
	case VALUE_NONE:
		return;
	}
}

static void fish_verb(const struct verb *verb)
{
	static const char seen[] =
		"complete -c earlybind -n '__fish_seen_subcommand_from";
	const struct option_row *option;
	unsigned at = 0;

	printf("complete -c earlybind -n __fish_use_subcommand -a %s -d '", verb->name);
	print_quoted(verb->help);
	puts("'");
	while ((option = request_next_option(verb, &at))) {
		printf("%s %s' -l %s", seen, verb->name, option->name + 2);
		fish_value(option->value);
		fputs(" -d '", stdout);
		print_quoted(option->help);
		puts("'");
	}
	if (value_kind(verb->operand) == VALUE_NONE ||
	    value_kind(verb->operand) == VALUE_OTHER)
		return;
	printf("%s %s'", seen, verb->name);
	fish_value(verb->operand);
	putchar('\n');
}

static void fish_print(const struct verb *verbs)
{
	const struct verb *verb;

	puts("# fish completion for earlybind(8), made by: earlybind completion fish\n"
	     "complete -c earlybind -f");
	for (verb = verbs; verb->name; verb++)
		fish_verb(verb);
}

int cmd_completion(const struct request *request, struct inputs *in)
{
	struct fault fault = { .name = "earlybind" };
	struct span shell = span_of(request->operand);

	(void)in;
	if (span_is(shell, "bash"))
		bash_print(request->verbs);
	else if (span_is(shell, "zsh"))
		zsh_print(request->verbs);
	else if (span_is(shell, "fish"))
		fish_print(request->verbs);
	else {
		fault_quote(&fault, EINVAL, "no completion for the shell ", shell,
			    ", only for bash, zsh and fish");
		return cmd_fail(STATUS_USAGE, &fault);
	}
	return STATUS_DONE;
}
