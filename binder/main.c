/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind-binder: gives PCI devices to vfio-pci before other drivers can have them. The
 * order of a boot; each step is in the file of its name.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "apply.h"
#include "core/exit_code.h"
#include "file.h"
#include "iommu.h"
#include "report.h"
#include "return.h"
#include "watch.h"

enum {
	EXIT_BOUND = STATUS_DONE, EXIT_NOT_ALL = STATUS_FINDING,
	EXIT_CONFIG = STATUS_CONFIG, EXIT_USAGE = STATUS_USAGE,
	EXIT_SYSTEM = STATUS_SYSTEM,
};

static int print(int fd, const char *text)
{
	struct file file;

	file_on(&file, fd);
	file_add(&file, text);
	return file_close(&file) < 0 ? EXIT_SYSTEM : EXIT_BOUND;
}

static int complain(const struct fault *fault, int code)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);

	fault_text(fault, &t);
	text_char(&t, '\n');
	print(STDERR_FILENO, line);
	return code;
}

static int dry_run(struct boot *b)
{
	if (boot_read_cmdline(b) < 0 || boot_read(b) < 0)
		return EXIT_CONFIG;
	if (boot_plan(b) < 0 || report_print_plan(b) < 0)
		return EXIT_SYSTEM;
	return EXIT_BOUND;
}

static void rehearse(struct boot *b, const struct plan_step *step)
{
	b->outcome[step->fn].kind = OUTCOME_REHEARSED;
}

/* The one line before anything is done. If the machine stands still from here on, it is
 * what the screen shows last. */
static void announce(struct boot *b)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	text_add(&t, VERSION ": ");
	text_decimal(&t, plan_count(&b->plan, PLAN_BIND));
	text_add(&t, " devices to bind");
	log_line(&b->log, LOG_INFO, text_is(&t));
}

/* A child; the first one makes the plan. */
static int work(struct boot *b)
{
	if (!b->is_planned) {
		if (boot_read(b) < 0)
			return EXIT_CONFIG;
		if (!rules_have_bind(&b->rules)) {
			boot_say(b, LOG_INFO, "no bind rule, nothing to do"
				 REMARK(REMARK_NO_RULE), NULL);
			return EXIT_BOUND;
		}
		if (boot_plan(b) < 0)
			return EXIT_SYSTEM;
	}
	if (!b->is_awake) {
		if (b->cmdline.mode != CMDLINE_PLAN && iommu_wake(b) && boot_plan(b) < 0)
			return EXIT_SYSTEM;
		b->is_awake = true;
		announce(b);
	}
	if (b->cmdline.mode == CMDLINE_PLAN)
		boot_each_bind(b, rehearse);
	else
		apply_plan(b);
	return boot_is_complete(b) || b->cmdline.mode == CMDLINE_PLAN ? EXIT_BOUND
								     : EXIT_NOT_ALL;
}

static int boot(struct boot *b)
{
	int code = EXIT_CONFIG;

	if (boot_read_cmdline(b) == 0)
		code = boot_is_off(b) ? EXIT_BOUND : watch(b, work);
	if (code < 0)
		code = b->is_planned ? EXIT_NOT_ALL : EXIT_SYSTEM;
	report_write(b);
	report_log(b);
	return code;
}

/* The root did not appear. */
static int give_back_late(struct boot *b)
{
	if (boot_read_cmdline(b) < 0)
		return EXIT_CONFIG;
	if (b->cmdline.mode == CMDLINE_PLAN || boot_is_off(b))
		return EXIT_BOUND;
	return return_all(b) ? EXIT_BOUND : EXIT_NOT_ALL;
}

int main(int argc, char **argv)
{
	static struct options options;
	struct fault fault;
	struct boot *b;
	int code;

	(void)argc;
	if (options_parse(&options, argv, &fault) < 0)
		return complain(&fault, EXIT_USAGE);
	if (options.verb == OPTIONS_HELP)
		return print(STDOUT_FILENO, options_help);
	if (options.verb == OPTIONS_VERSION)
		return print(STDOUT_FILENO, "earlybind-binder " VERSION "\n");
	if (options.verb != OPTIONS_DRY_RUN)
		watch_signals();
	umask(022);
	b = boot_new(&options, &fault);
	if (!b)
		return complain(&fault, EXIT_SYSTEM);
	b->name = argv[0];
	if (options.verb == OPTIONS_DRY_RUN)
		code = dry_run(b);
	else
		code = options.verb == OPTIONS_GIVE_BACK ? give_back_late(b) : boot(b);
	boot_log_notes(b);
	return code;
}
