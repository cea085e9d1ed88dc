/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of the boot against the devices as they are now: who has each planned one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/reported.h"
#include "status/remark.h"
#include "status/status.h"

/* The driver that has it now; empty where none has. */
static void find_holder(const struct inputs *in, const char *address,
			char holder[DRIVER_MAX])
{
	struct text t = text_start(holder, DRIVER_MAX);

	facts_driver(&in->root, address, &t);
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

/* `must_load`: the wanted driver is not there yet. */
static void bind_remedy(struct finding *finding, const struct function *f, bool must_load)
{
	struct text t = TEXT_IN(finding->remedy);

	if (function_is_display(f)) {	/* its driver may hang when it is unbound */
		findings_remedy(finding, "reboot");
		return;
	}
	if (must_load) {
		text_add(&t, "modprobe ");
		text_add(&t, finding->wanted);
		text_add(&t, " && ");
	}
	text_add(&t, "cd /sys/bus/pci && echo ");
	text_add(&t, finding->wanted);
	text_add(&t, " >devices/");
	text_add(&t, finding->name);
	text_add(&t, "/driver_override");
	if (finding->holder[0]) {
		text_add(&t, " && echo ");
		text_add(&t, finding->name);
		text_add(&t, " >drivers/");
		text_add(&t, finding->holder);
		text_add(&t, "/unbind");
	}
	text_add(&t, " && echo ");
	text_add(&t, finding->name);
	text_add(&t, " >drivers_probe");
}

/* Commands are for a device that the next boot takes as well, and that the host has no
 * use for now: the kernel takes the driver away from a mounted disk without asking. */
static void take_remedy(struct finding *finding, const struct inputs *in, unsigned fn,
			bool is_missing)
{
	unsigned at = 0;

	if (!plan_binds(&in->plan, fn))
		findings_remedy(finding, "earlybind check, then reboot");
	else if (host_need(&in->host, fn) || host_next_hold(&in->host, fn, &at))
		findings_remedy(finding, "reboot");
	else
		bind_remedy(finding, &in->machine.fn[fn], is_missing);
}

/* That the host needs it all the same is said as long as it is so. */
static void add_need(const struct reported *reported, struct text *t)
{
	if (reported->reason != REASON_EVEN_IF_NEEDED)
		return;
	text_add(t, ": ");
	text_quote(t, reported->sentence);
}

/* What hung in the kernel goes on when it wakes up, long after its writer was killed. */
static void add_other_end(const struct reported *reported, struct text *t)
{
	if (reported->kind == OUTCOME_FAILED || reported->kind == OUTCOME_GIVEN_BACK)
		add_outcome(reported, t);
}

static void add_holder(const struct finding *finding, struct text *t)
{
	text_add(t, finding->holder[0] ? finding->holder : "no driver");
	text_add(t, " has it");
}

static void judge_holder(struct finding *finding, const struct inputs *in, unsigned fn,
			 const struct reported *reported, struct text *t)
{
	findings_state(finding, STATE_DIFFERS);
	add_holder(finding, t);
	text_add(t, ", not ");
	text_add(t, finding->wanted);
	add_outcome(reported, t);
	if (reported->kind == OUTCOME_REHEARSED)
		findings_remedy(finding, "reboot without rd.earlybind=plan");
	else if (reported->kind == OUTCOME_BOUND ||
		 reported->kind == OUTCOME_BOUND_ALREADY)
		take_remedy(finding, in, fn, false);
	else
		findings_remedy(finding, "earlybind check, then reboot");
}

/* It is said whoever has it now: the next boot waits as long. */
static void judge_returned(struct finding *finding, const struct reported *reported,
			   struct text *t)
{
	findings_state(finding, STATE_DIFFERS);
	add_holder(finding, t);
	add_outcome(reported, t);
	findings_remedy(finding, "earlybind check, correct the rule, then "
			"earlybind sync && reboot");
}

static bool has_wanted(const struct finding *finding)
{
	if (strcmp(finding->wanted, "none") == 0)
		return finding->holder[0] == '\0';
	return span_same_name(span_of(finding->holder), span_of(finding->wanted));
}

static void add_bind(struct findings *findings, const struct inputs *in,
		     const char *address, const struct reported *reported)
{
	unsigned fn = find_function(in, reported);
	struct finding *finding;
	struct text t, driver;

	finding = findings_say(findings, STATE_OK, TOPIC_DEVICE, address, &t);
	text_init(&driver, finding->wanted, sizeof(finding->wanted));
	text_quote(&driver, reported->driver);
	if (fn == NO_FUNCTION || is_other_device(in, fn, reported)) {
		findings_state(finding, STATE_DIFFERS);
		text_add(&t, fn == NO_FUNCTION ? "the device is not there" :
			 "another device sits there");
		add_outcome(reported, &t);
		findings_remedy(finding, "earlybind plan");
		return;
	}
	find_holder(in, address, finding->holder);
	if (reported->kind == OUTCOME_RETURNED) {
		judge_returned(finding, reported, &t);
		return;
	}
	if (has_wanted(finding)) {
		add_holder(finding, &t);
		text_add(&t, ", as planned");
		add_need(reported, &t);
		add_other_end(reported, &t);
		return;
	}
	judge_holder(finding, in, fn, reported, &t);
}

/* What check says to do about the device, where the present config still has it so. */
static const char *find_remedy(const struct findings *findings, const struct inputs *in,
			       const struct reported *reported)
{
	unsigned fn = find_function(in, reported), i;

	for (i = 0; fn != NO_FUNCTION && i < findings->n; i++) {
		const struct finding *finding = &findings->finding[i];

		if (finding->fn == fn && finding->severity == FINDING_ERROR &&
		    finding->remedy[0])
			return finding->remedy;
	}
	return "earlybind check";
}

/* The firmware's screen on the device, where something became of it. */
static void add_release(struct findings *findings, const char *address,
			const struct reported *reported)
{
	bool is_released = reported->release == RELEASE_DONE;
	struct finding *finding;
	struct text t;

	if (!is_released && reported->release != RELEASE_STAYS)
		return;	/* of a device that is not bound its own line tells */
	finding = findings_say(findings, is_released ? STATE_OK : STATE_DIFFERS,
			       TOPIC_DEVICE, address, &t);
	text_quote(&t, reported->sentence);
	text_add(&t, ": ");
	text_quote(&t, reported->outcome);
	if (!is_released)
		findings_remedy(finding, "earlybind check");
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

/* Whether the line is about what was at the place of function i, and is not bound: today
 * another device sits there. */
static bool is_of_former(const struct inputs *in, unsigned i,
			 const struct reported *reported)
{
	return !span_is(reported->verb, "bind") && is_other_device(in, i, reported);
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
		if (span_equal(line.address, text_is(&t)) &&
		    !is_of_former(in, i, &line))
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

static void add_late(struct findings *findings, const struct inputs *in, unsigned i)
{
	const struct rule *rule = &in->rules.rule[plan_binds(&in->plan, i)->rule];
	char address[24], path[PATH_SIZE];
	struct finding *finding;
	struct text t = TEXT_IN(address), driver;

	pci_addr_text(in->machine.fn[i].addr, &t);
	finding = findings_say(findings, STATE_OK, TOPIC_DEVICE, address, &t);
	text_init(&driver, finding->wanted, sizeof(finding->wanted));
	text_quote(&driver, rule->driver);
	find_holder(in, address, finding->holder);
	add_holder(finding, &t);
	if (has_wanted(finding)) {
		text_add(&t, ", as planned, though it came after the boot");
		return;
	}
	findings_state(finding, STATE_DIFFERS);
	text_add(&t, ", not ");
	text_add(&t, finding->wanted);
	text_add(&t, " (it came after the boot)");
	take_remedy(finding, in, i,
		    !span_is(rule->driver, "none") &&
		    sysfs_path(path, SYSFS_DRIVERS, finding->wanted, NULL) &&
		    sysfs_exists(&in->root, path) == 0);
}

/* `rest` is what comes after the line; `late` is the report, which may lack devices. */
static void add_line(struct findings *findings, const struct inputs *in,
		     const struct reported *reported, struct span rest, struct span late)
{
	char address[64] = "";
	struct text name = TEXT_IN(address);
	unsigned fn = find_function(in, reported);
	struct finding *finding;
	struct text t;

	if (fn != NO_FUNCTION && late.s && plan_binds(&in->plan, fn) &&
	    is_of_former(in, fn, reported))
		return;		/* add_late() tells of the other one */
	if (!span_is(reported->address, "-"))
		text_quote(&name, reported->address);
	if (span_is(reported->verb, "bind") && !name.full) {
		if (!has_later(rest, reported))
			add_bind(findings, in, address, reported);
	} else if (span_is(reported->verb, "release") && !name.full) {
		add_release(findings, address, reported);
	} else if (span_is(reported->verb, "refuse") ||
		   (span_is(reported->verb, "miss") && !has_come(in, reported, late))) {
		finding = findings_say(findings, STATE_DIFFERS, TOPIC_DEVICE, address,
				       &t);
		text_quote(&t, reported->verb);
		text_add(&t, span_is(reported->verb, "miss") ? "ing: " : "d: ");
		text_quote(&t, reported->sentence);
		if (name.n > 0)
			find_holder(in, address, finding->holder);
		findings_remedy(finding, find_remedy(findings, in, reported));
	}
}

static void read_report(struct findings *findings, const struct inputs *in,
			struct span text, const char *reboot)
{
	bool is_ours = remark_is_of_this_version(span_cut(&text, '\n'));
	struct span remark = { NULL, 0 }, reason = { NULL, 0 };
	bool has_plan = false, is_old = false;
	/* of another config the boot could know nothing */
	struct span late = status_has_booted(in) == 1 ? text :
			   (struct span){ NULL, 0 };
	unsigned i;

	while (text.s) {
		struct span line = span_cut(&text, '\n'), words, its;
		struct reported reported;

		if (reported_remark(line, &words, &its)) {
			reason = remark.s ? reason : its;
			remark = remark.s ? remark : words;
		} else if (line.n > 0 && line.s[0] != '#') {
			has_plan = true;
			reported_read(&reported, line);
			is_old |= !reported.has_reason;
			add_line(findings, in, &reported, text, late);
		}
	}
	for (i = 0; has_plan && i < in->machine.n; i++)
		if (is_late(in, i, late))
			add_late(findings, in, i);
	if (is_old)
		remark_add_old(findings, reboot);
	if (!has_plan && remark.s)
		remark_add(findings, remark, reason, is_ours);
}

void status_of_boot(struct findings *findings, struct inputs *in, const char *reboot)
{
	struct span text;
	char *buffer = text_file_read(&in->root, REPORT_FILE, &text);
	struct finding *finding;
	struct text t;

	if (buffer) {
		read_report(findings, in, text, reboot);
		free(buffer);
		return;
	}
	if (!rules_have_bind(&in->rules))
		return;
	finding = findings_say(findings, STATE_DIFFERS, TOPIC_BOOT, "", &t);
	text_add(&t, "earlybind did not run in this boot: there is no " REPORT_FILE);
	findings_remedy(finding, reboot);
}
