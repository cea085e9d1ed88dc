/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people and the host tool read afterwards: the report, the machine that was seen,
 * the config that was used. earlybind-plan(5) describes the files.
 */
#include "report.h"

#include "file.h"

static void add_boot_id(struct boot *b, struct text *t)
{
	char id[64];
	ssize_t n = sysfs_read_head(&b->root, "/proc/sys/kernel/random/boot_id", id,
				    sizeof(id));
	struct span s = sysfs_trim(id, n);

	if (s.n > 0)
		text_quote(t, s);
	else
		text_char(t, '-');
}

static void add_head(struct boot *b, struct file *file)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);

	text_add(&t, "# earlybind " VERSION " boot=");
	add_boot_id(b, &t);
	text_add(&t, " took=");
	text_decimal(&t, boot_clock() - b->start);
	text_add(&t, " us\n");
	file_span(file, text_is(&t));
}

static void add_notes(struct boot *b, struct file *file)
{
	struct span rest = { b->notes, b->n_notes };
	char number[24];
	struct text t = TEXT_IN(number);

	while (rest.n > 0) {
		struct span line = span_cut(&rest, '\n');

		file_add(file, "# ");
		file_span(file, (struct span){ line.s + 1, line.n - 1 });
		file_add(file, "\n");
	}
	if (b->lost_notes == 0)
		return;
	text_decimal(&t, b->lost_notes);
	file_add(file, "# and ");
	file_span(file, text_is(&t));
	file_add(file, " more remarks than fit into the limit NOTES_SIZE, 16384\n");
}

static void add_plan(struct boot *b, struct file *file)
{
	char line[STEP_SIZE];
	unsigned i;

	for (i = 0; b->is_planned && i < b->plan.n; i++) {
		struct text t = TEXT_IN(line);

		boot_step_text(b, &b->plan.step[i], &t);
		file_span(file, text_is(&t));
		file_add(file, "\n");
	}
}

static int write_report(struct boot *b, int dir)
{
	struct file file;

	file_open(&file, dir, "report", 0644);
	add_head(b, &file);
	add_plan(b, &file);
	add_notes(b, &file);
	return file_close(&file);
}

static int write_machine(struct boot *b, int dir)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	struct file file;
	unsigned i;

	file_open(&file, dir, "machine", 0600);	/* may have serial numbers */
	machine_head_text(&b->machine, &t);
	file_span(&file, text_is(&t));
	for (i = 0; i < b->machine.n; i++) {
		text_init(&t, line, sizeof(line));
		machine_function_text(&b->machine, i, true, &t);
		file_span(&file, text_is(&t));
	}
	return file_close(&file);
}

static int write_copy(const struct source_text *text, int dir, const char *name)
{
	struct file file;

	if (!text->is_there)
		return 0;
	file_open(&file, dir, name, 0644);
	file_span(&file, (struct span){ text->s, text->n });
	return file_close(&file);
}

static void say(struct boot *b, const char *what, int err)
{
	char number[12];

	if (err < 0)
		boot_say(b, LOG_ERROR, b->options->report, what, " cannot be written: ",
			 errno_name(-err, number), NULL);
}

void report_write(struct boot *b)
{
	_cleanup_close_ int dir = file_open_dir(&b->root, b->options->report);

	boot_doing(b, DOING_REPORT, NO_FUNCTION);
	if (dir < 0) {
		say(b, "", dir);
		return;
	}
	if (b->is_planned)
		say(b, "/machine", write_machine(b, dir));
	say(b, "/earlybind.conf", write_copy(&b->sources.config, dir, "earlybind.conf"));
	say(b, "/image.conf", write_copy(&b->sources.image, dir, "image.conf"));
	say(b, "/report", write_report(b, dir));
}

static void log_step(struct boot *b, const struct plan_step *step)
{
	char line[STEP_SIZE];
	struct text t = TEXT_IN(line);

	boot_step_text(b, step, &t);
	log_line(&b->log, LOG_INFO, text_is(&t));
}

void report_add(struct boot *b, int dir)
{
	char line[STEP_SIZE];
	struct file file;
	unsigned i;

	file_append(&file, dir, "report");
	for (i = 0; i < b->plan.n; i++) {
		const struct plan_step *step = &b->plan.step[i];
		struct text t = TEXT_IN(line);

		if (step->verb != PLAN_BIND || b->outcome[step->fn].kind == OUTCOME_NONE)
			continue;
		boot_step_text(b, step, &t);
		text_char(&t, '\n');
		file_span(&file, text_is(&t));
	}
	add_notes(b, &file);
	say(b, "/report", file_close(&file));
	close_fd(&file.fd);
}

void report_log_added(struct boot *b)
{
	unsigned i;

	for (i = 0; i < b->plan.n; i++) {
		const struct plan_step *step = &b->plan.step[i];

		if (step->verb == PLAN_BIND && b->outcome[step->fn].kind != OUTCOME_NONE)
			log_step(b, step);
	}
}

static void log_summary(struct boot *b)
{
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	unsigned i, bound = 0;

	for (i = 0; i < b->plan.n; i++)
		if (b->plan.step[i].verb == PLAN_BIND)
			bound += outcome_is_bound(&b->outcome[b->plan.step[i].fn]);
	text_decimal(&t, bound);
	text_add(&t, " bound, ");
	text_decimal(&t, plan_count(&b->plan, PLAN_BIND) - bound);
	text_add(&t, " not, ");
	text_decimal(&t, plan_count(&b->plan, PLAN_REFUSE));
	text_add(&t, " refused, ");
	text_decimal(&t, plan_count(&b->plan, PLAN_MISS));
	text_add(&t, " missing: see ");
	text_add(&t, b->options->report);
	text_add(&t, "/report");
	log_line(&b->log, boot_is_complete(b) ? LOG_INFO : LOG_ERROR, text_is(&t));
}

void report_log(struct boot *b)
{
	uint64_t end = boot_clock() + LOG_MS * 1000ull;
	unsigned i;

	boot_log_notes(b);
	if (!b->is_planned)
		return;
	for (i = 0; i < b->plan.n && boot_clock() < end; i++)
		log_step(b, &b->plan.step[i]);
	if (b->cmdline.mode == CMDLINE_ACT)
		log_summary(b);
}

int report_print_plan(struct boot *b)
{
	struct file file;

	file_on(&file, 1);
	add_plan(b, &file);
	return file_close(&file);
}
