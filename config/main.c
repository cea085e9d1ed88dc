/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host tool: one table of verbs. It shows what the binder will do; of the machine it
 * changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cmd/cmd.h"

enum { OPTIONS_OF_PLAN = OPTION_ROOT | OPTION_CONFIG | OPTION_IMAGE | OPTION_MACHINE |
			 OPTION_CMDLINE,
       OPTIONS_OF_GUEST = OPTION_NEW_DOMAIN | OPTION_CPUS | OPTION_MEMORY | OPTION_DISK |
			  OPTION_FIRMWARE | OPTION_HUGEPAGES | OPTION_IOMMUFD };

static const struct verb verbs[] = {
	{ "setup", cmd_setup, "lead through the first day, from the list to the reboot",
	  OPTION_ROOT | OPTION_YES | OPTION_NO_SYNC | OPTION_FORCE | OPTION_VERBOSE, 0,
	  "[DEVICE...]" },
	{ "list", cmd_list, "print the devices, who holds them, and what becomes of them",
	  OPTIONS_OF_PLAN | OPTION_CLASS | OPTION_GROUP | OPTION_JSON | OPTION_COLOR |
	  OPTION_ALL | OPTION_TREE, 0,
	  "[WORD...]" },
	{ "generate", cmd_generate, "write the lines of a config that take these devices",
	  OPTION_ROOT | OPTION_MACHINE | OPTION_DSN | OPTION_WRITE | OPTION_ASK |
	  OPTION_ONLY | OPTION_FORCE, 0,
	  "[DEVICE...]" },
	{ "import", cmd_import, "print the config that replaces older recipes",
	  OPTION_ROOT | OPTION_DSN | OPTION_WRITE | OPTION_FORCE, 0, NULL },
	{ "plan", cmd_plan, "print what the next boot will do with which device",
	  OPTIONS_OF_PLAN, 0, NULL },
	{ "check", cmd_check, "say what is wrong with the config, and what to do",
	  OPTIONS_OF_PLAN | OPTION_JSON, 0, NULL },
	{ "args", cmd_args, "print the kernel arguments that the rules want, and why",
	  OPTIONS_OF_PLAN | OPTION_KERNEL, 0, NULL },
	{ "sync", cmd_sync, "make images and boot loader agree with the config",
	  OPTION_ROOT | OPTION_DRY_RUN | OPTION_LOADER | OPTION_IMAGES | OPTION_UNDO |
	  OPTION_VERBOSE, 0,
	  NULL },
	{ "status", cmd_status,
	  "say whether the boot did as planned, and the next one will",
	  OPTION_ROOT | OPTION_JSON | OPTION_QUIET | OPTION_GUEST | OPTION_MEMORY, 0,
	  NULL },
	{ "record", cmd_record, "print this machine as text, for bug reports and tests",
	  OPTION_ROOT | OPTION_MACHINE | OPTION_DSN, 0, NULL },
	{ "export", cmd_export, "print the bound devices as a guest gets them",
	  OPTIONS_OF_PLAN | OPTIONS_OF_GUEST, 0, "libvirt|qemu|rom [DEVICE...]" },
	{ "image", cmd_image, "write the files of an initramfs image below DIR",
	  OPTION_ROOT | OPTION_CONFIG | OPTION_KERNEL | OPTION_WAIT_FOR, OPTION_KERNEL,
	  "DIR" },
	{ "completion", cmd_completion, "print what completes these words in a shell",
	  0, 0, "bash|zsh|fish" },
	{ NULL, NULL, NULL, 0, 0, NULL },
};

int cmd_fail(enum exit_code status, const struct fault *fault)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);

	fault_text(fault, &t);
	fprintf(stderr, "%s\n", line);
	return status;
}

void cmd_say(const char *words)
{
	fprintf(stderr, "earlybind: %s\n", words);
}

void cmd_say_unread(const struct inputs *in)
{
	char address[24];
	struct text t = TEXT_IN(address);

	if (in->n_unread == 0)
		return;
	pci_addr_text(in->unread, &t);
	fprintf(stderr, "earlybind: %s%s cannot be read, and is left out: run as root, "
		"or look for the device in the kernel log\n", address,
		in->n_unread > 1 ? " and others" : "");
}

bool cmd_is_blind(const struct request *request, const struct inputs *in)
{
	unsigned i;

	if (request->machine || !in->root.is_host || geteuid() == 0)
		return false;
	for (i = 0; i < in->plan.n; i++) {
		const struct plan_step *step = &in->plan.step[i];

		if (step->verb != PLAN_REFUSE ||
		    (step->reason != REASON_UNREADABLE_DSN &&
		     step->reason != REASON_UNREADABLE_GROUP))
			continue;
		fprintf(stderr, "earlybind: a rule depends on what only root can read: "
			"run as root\n");
		return true;
	}
	return false;
}

void cmd_print_step(const struct inputs *in, const struct plan_step *step)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	plan_step_text(step, &in->rules, &in->machine, &t);
	puts(line);
}

static int print_help(const struct verb *verb, FILE *to)
{
	char help[8192];
	struct text t = TEXT_IN(help);

	request_usage(verb, verbs, &t);
	fputs(help, to);
	return STATUS_DONE;
}

int cmd_run(const struct request *request)
{
	struct fault fault;
	_cleanup_free_ struct inputs *in = memory_new(sizeof(*in), &fault);
	int status;

	if (!in)
		return cmd_fail(STATUS_SYSTEM, &fault);
	in->root.fd = -1;
	status = request->verb->run(request, in);
	close_fd(&in->root.fd);
	return status;
}

static int run(const struct request *request)
{
	if (request->given & OPTION_HELP)
		return print_help(request->verb, stdout);
	if (request->given & OPTION_VERSION) {
		puts("earlybind " VERSION);
		return STATUS_DONE;
	}
	return cmd_run(request);
}

int main(int argc, char **argv)
{
	struct request request;
	struct fault fault;
	int status;

	if (argc <= 1) {
		print_help(NULL, stderr);
		return STATUS_USAGE;
	}
	if (request_parse(&request, verbs, argc, argv, &fault) < 0)
		return cmd_fail(STATUS_USAGE, &fault);
	status = run(&request);
	/* a full disk or a closed pipe must not look like success */
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "earlybind: standard output cannot be written: %s\n",
			strerror(errno));
		return STATUS_SYSTEM;
	}
	return status;
}
