/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of the boot against the devices as they are now: who has each planned one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/reported.h"
#include "status/status.h"

/* The driver that has it now; empty where none has. */
static void find_holder(const struct inputs *in, const char *address,
			char holder[DRIVER_MAX])
{
	char path[PATH_SIZE], link[PATH_SIZE];
	struct text t;

	text_init(&t, holder, DRIVER_MAX);
	if (!sysfs_path(path, SYSFS_DEVICES, address, "driver") ||
	    sysfs_link(&in->root, path, link, sizeof(link)) <= 0)
		return;
	text_quote(&t, span_last(span_of(link), '/'));
}

/* The live function that the line is about, or NO_FUNCTION. */
static unsigned find_function(const struct inputs *in, const struct reported *reported)
{
	struct pci_addr addr;

	return pci_addr_parse(reported->address, &addr) == 0 ?
	       machine_at(&in->machine, addr) : NO_FUNCTION;
}

static bool is_other_device(const struct inputs *in, unsigned fn,
			    const struct reported *reported)
{
	struct pci_id id;

	return pci_id_parse(reported->id, &id) == 0 &&
	       !pci_id_equal(id, in->machine.fn[fn].id);
}

static void add_outcome(const struct reported *reported, struct text *t)
{
	if (reported->outcome.n == 0)
		return;
	text_add(t, " (at boot: ");
	text_quote(t, reported->outcome);
	text_add(t, ")");
}

/* `is_missing`: the wanted driver is not there yet. */
static void bind_remedy(struct status_line *line, bool is_display, bool is_missing)
{
	struct text t;

	if (is_display) {	/* a screen's driver may hang when it is unbound */
		status_remedy(line, "reboot", "");
		return;
	}
	text_init(&t, line->remedy, sizeof(line->remedy));
	if (is_missing) {
		text_add(&t, "modprobe ");
		text_add(&t, line->wanted);
		text_add(&t, " && ");
	}
	text_add(&t, "cd /sys/bus/pci && echo ");
	text_add(&t, line->wanted);
	text_add(&t, " >devices/");
	text_add(&t, line->name);
	text_add(&t, "/driver_override");
	if (line->holder[0]) {
		text_add(&t, " && echo ");
		text_add(&t, line->name);
		text_add(&t, " >drivers/");
		text_add(&t, line->holder);
		text_add(&t, "/unbind");
	}
	text_add(&t, " && echo ");
	text_add(&t, line->name);
	text_add(&t, " >drivers_probe");
}

/* Commands are for a device that the next boot takes as well, and that the host has no
 * use for now: the kernel takes the driver away from a mounted disk without asking. */
static void take_remedy(struct status_line *line, const struct inputs *in, unsigned fn,
			bool is_missing)
{
	unsigned at = 0;

	if (!plan_binds(&in->plan, fn))
		status_remedy(line, "earlybind check, then reboot", "");
	else if (host_need(&in->host, fn) || host_next_hold(&in->host, fn, &at))
		status_remedy(line, "reboot", "");
	else
		bind_remedy(line, function_is_display(&in->machine.fn[fn]), is_missing);
}

/* That the host needs it all the same is said as long as it is so. */
static void add_need(const struct reported *reported, struct text *t)
{
	if (!span_has(reported->sentence, "even-if=needed"))
		return;
	text_add(t, ": ");
	text_quote(t, reported->sentence);
}

static void add_holder(const struct status_line *line, struct text *t)
{
	text_add(t, line->holder[0] ? line->holder : "no driver");
	text_add(t, " has it");
}

static void judge_holder(struct status_line *line, const struct inputs *in, unsigned fn,
			 const struct reported *reported, struct text *t)
{
	struct span outcome = reported->outcome;

	line->state = STATE_DIFFERS;
	add_holder(line, t);
	text_add(t, ", not ");
	text_add(t, line->wanted);
	add_outcome(reported, t);
	if (span_is(outcome, "rehearsed"))
		status_remedy(line, "reboot without rd.earlybind=plan", "");
	else if (span_is(outcome, "bound") || span_is(outcome, "bound already"))
		take_remedy(line, in, fn, false);
	else
		status_remedy(line, "earlybind check, then reboot", "");
}

/* It is said whoever has it now: the next boot waits as long. */
static void judge_returned(struct status_line *line, const struct reported *reported,
			   struct text *t)
{
	line->state = STATE_DIFFERS;
	add_holder(line, t);
	add_outcome(reported, t);
	status_remedy(line, "earlybind check, correct the rule, then ",
		      "earlybind sync && reboot");
}

static bool has_wanted(const struct status_line *line)
{
	if (strcmp(line->wanted, "none") == 0)
		return line->holder[0] == '\0';
	return span_same_name(span_of(line->holder), span_of(line->wanted));
}

static void add_bind(struct status_list *list, const struct inputs *in,
		     const char *address, const struct reported *reported)
{
	unsigned fn = find_function(in, reported);
	struct status_line *line;
	struct text t, driver;

	line = status_add(list, STATE_OK, TOPIC_DEVICE, address, &t);
	text_init(&driver, line->wanted, sizeof(line->wanted));
	text_quote(&driver, reported->driver);
	if (fn == NO_FUNCTION || is_other_device(in, fn, reported)) {
		line->state = STATE_DIFFERS;
		text_add(&t, fn == NO_FUNCTION ? "the device is not there" :
			 "another device sits there");
		add_outcome(reported, &t);
		status_remedy(line, "earlybind plan", "");
		return;
	}
	find_holder(in, address, line->holder);
	if (span_starts(reported->outcome, "returned: ")) {
		judge_returned(line, reported, &t);
		return;
	}
	if (has_wanted(line)) {
		add_holder(line, &t);
		text_add(&t, ", as planned");
		add_need(reported, &t);
		return;
	}
	judge_holder(line, in, fn, reported, &t);
}

/* What check says to do about the device, where the present config still has it so. */
static const char *find_remedy(const struct status_list *list, unsigned fn)
{
	unsigned i;

	for (i = 0; fn != NO_FUNCTION && i < list->findings->n; i++) {
		const struct finding *finding = &list->findings->finding[i];

		if (finding->fn == fn && finding->severity == FINDING_ERROR &&
		    finding->remedy[0])
			return finding->remedy;
	}
	return "earlybind check";
}

/* The firmware's screen on the device, where something became of it. */
static void add_release(struct status_list *list, const char *address,
			const struct reported *reported)
{
	bool is_released = span_is(reported->outcome, "released");
	struct status_line *line;
	struct text t;

	if (!is_released && !span_starts(reported->outcome, "still there: "))
		return;	/* of a device that is not bound its own line tells */
	line = status_add(list, is_released ? STATE_OK : STATE_DIFFERS, TOPIC_DEVICE,
			  address, &t);
	text_quote(&t, reported->sentence);
	text_add(&t, ": ");
	text_quote(&t, reported->outcome);
	if (!is_released)
		status_remedy(line, "earlybind check", "");
}

/* Whether a device that was bound has a second line, about what became of it later. */
static bool has_later(struct span rest, const struct reported *reported)
{
	while (rest.s) {
		struct reported later;

		reported_read(&later, span_cut(&rest, '\n'));
		if (span_equal(later.verb, reported->verb) &&
		    span_equal(later.address, reported->address))
			return true;
	}
	return false;
}

/* Whether the report has function i. */
static bool is_reported(const struct inputs *in, unsigned i, struct span report)
{
	char address[24];
	struct text t = TEXT_IN(address);

	pci_addr_text(in->machine.fn[i].addr, &t);
	while (report.s) {
		struct reported line;

		reported_read(&line, span_cut(&report, '\n'));
		if (span_equal(line.address, text_is(&t)))
			return true;
	}
	return false;
}

/* Whether the rules of the boot want function i, and the boot did not know it: it was
 * plugged in, found by a rescan, or made by its physical function. */
static bool is_late(const struct inputs *in, unsigned i, struct span report)
{
	return report.s && plan_binds(&in->plan, i) && !is_reported(in, i, report);
}

/* Whether what the rule of that line missed has come by now. */
static bool has_come(const struct inputs *in, const struct reported *reported,
		     struct span report)
{
	unsigned i;

	for (i = 0; i < in->machine.n; i++) {
		const struct plan_step *step = plan_binds(&in->plan, i);
		char source[24];
		struct text t = TEXT_IN(source);

		if (!step || !is_late(in, i, report))
			continue;
		rule_source_text(&in->rules.rule[step->rule], &t);
		if (span_equal(reported->rule, text_is(&t)))
			return true;
	}
	return false;
}

static void add_late(struct status_list *list, const struct inputs *in, unsigned i)
{
	const struct rule *rule = &in->rules.rule[plan_binds(&in->plan, i)->rule];
	char address[24], path[PATH_SIZE];
	struct status_line *line;
	struct text t = TEXT_IN(address), driver;

	pci_addr_text(in->machine.fn[i].addr, &t);
	line = status_add(list, STATE_OK, TOPIC_DEVICE, address, &t);
	text_init(&driver, line->wanted, sizeof(line->wanted));
	text_quote(&driver, rule->driver);
	find_holder(in, address, line->holder);
	add_holder(line, &t);
	if (has_wanted(line)) {
		text_add(&t, ", as planned, though it came after the boot");
		return;
	}
	line->state = STATE_DIFFERS;
	text_add(&t, ", not ");
	text_add(&t, line->wanted);
	text_add(&t, " (it came after the boot)");
	take_remedy(line, in, i,
		    !span_is(rule->driver, "none") &&
		    sysfs_path(path, SYSFS_DRIVERS, line->wanted, NULL) &&
		    sysfs_exists(&in->root, path) == 0);
}

/* `rest` is what comes after the line; `late` is the report, which may lack devices. */
static void add_line(struct status_list *list, const struct inputs *in, struct span text,
		     struct span rest, struct span late)
{
	char address[64] = "";
	struct text name = TEXT_IN(address);
	struct reported reported;
	struct status_line *line;
	struct text t;

	reported_read(&reported, text);
	if (!span_is(reported.address, "-"))
		text_quote(&name, reported.address);
	if (span_is(reported.verb, "bind") && !name.full) {
		if (!has_later(rest, &reported))
			add_bind(list, in, address, &reported);
	} else if (span_is(reported.verb, "release") && !name.full) {
		add_release(list, address, &reported);
	} else if (span_is(reported.verb, "refuse") ||
		   (span_is(reported.verb, "miss") && !has_come(in, &reported, late))) {
		line = status_add(list, STATE_DIFFERS, TOPIC_DEVICE, address, &t);
		text_quote(&t, reported.verb);
		text_add(&t, span_is(reported.verb, "miss") ? "ing: " : "d: ");
		text_quote(&t, reported.sentence);
		if (name.n > 0)
			find_holder(in, address, line->holder);
		status_remedy(line, find_remedy(list, find_function(in, &reported)), "");
	}
}

/* Where there is no plan, the report says why in a remark. */
static void add_remark(struct status_list *list, struct span remark)
{
	bool is_off = span_starts(remark, "off: ");
	struct status_line *line;
	struct text t;

	line = status_add(list, STATE_DIFFERS, TOPIC_BOOT, "", &t);
	text_quote(&t, remark);
	status_remedy(line, is_off ? "reboot without that word" :
		      "earlybind check, then earlybind sync && reboot", "");
}

static void read_report(struct status_list *list, const struct inputs *in,
			struct span text)
{
	struct span remark = { NULL, 0 };
	bool is_first = true, has_plan = false;
	/* of another config the boot could know nothing */
	struct span late = status_has_booted(in) == 1 ? text :
			   (struct span){ NULL, 0 };
	unsigned i;

	while (text.s) {
		struct span line = span_cut(&text, '\n');

		if (span_starts(line, "# ") && !is_first && !remark.s)
			remark = (struct span){ line.s + 2, line.n - 2 };
		else if (line.n > 0 && line.s[0] != '#') {
			has_plan = true;
			add_line(list, in, line, text, late);
		}
		is_first = false;
	}
	for (i = 0; has_plan && i < in->machine.n; i++)
		if (is_late(in, i, late))
			add_late(list, in, i);
	if (!has_plan && remark.s && !span_starts(remark, "no bind rule"))
		add_remark(list, remark);
}

void status_of_boot(struct status_list *list, struct inputs *in)
{
	struct span text;
	char *buffer = text_file_read(&in->root, REPORT_FILE, &text);
	struct status_line *line;
	struct text t;

	if (buffer) {
		read_report(list, in, text);
		free(buffer);
		return;
	}
	if (!list->is_wanted)
		return;
	line = status_add(list, STATE_DIFFERS, TOPIC_BOOT, "", &t);
	text_add(&t, "earlybind did not run in this boot: there is no " REPORT_FILE);
	status_remedy(line, status_reboot(list), "");
}
