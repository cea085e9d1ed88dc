/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind status: did the boot do what was planned, and will the next one? survey.c
 * and status/ have found it out; here it is printed.
 */
#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "guest/guest.h"
#include "guest/ready.h"
#include "show/list_text.h"
#include "status/status.h"
#include "survey.h"

static void print_text(const struct request *request, const struct findings *findings)
{
	bool is_quiet = request->given & OPTION_QUIET, has_line = false;
	struct page page = page_of(stdout, 0);
	unsigned topic, i;

	for (topic = TOPIC_BOOT; topic <= TOPIC_GUEST; topic++)
		for (i = 0; i < findings->n; i++) {
			const struct finding *finding = &findings->finding[i];
			char words[3 * FAULT_SIZE];
			struct text t = TEXT_IN(words);

			if (finding->topic != topic)
				continue;
			has_line = true;
			if (is_quiet && status_is_as_planned(finding))
				continue;
			status_line_text(finding, &t);
			page_words(&page, COLOR_NONE, 0, text_is(&t));
		}
	if (!is_quiet && !has_line)
		puts("ok      nothing is planned");
}

static const char *or_null(const char *s)
{
	return s[0] ? s : NULL;
}

static void write_line(struct json *json, const struct finding *finding)
{
	bool is_rule = finding->topic == TOPIC_RULE;

	json_object(json, NULL);
	json_string(json, "state", status_state_word((enum state)finding->state));
	if (finding->topic == TOPIC_DEVICE) {
		json_string(json, "address", or_null(finding->name));
		json_string(json, "driver", or_null(finding->wanted));
		json_string(json, "holder", or_null(finding->holder));
	} else {
		json_string(json, "topic",
			    status_topic_word((enum topic)finding->topic));
		json_string(json, "file", is_rule ? finding_place(finding) :
			    or_null(finding->name));
	}
	json_string(json, "text", finding->text);
	json_string(json, "remedy", or_null(finding->remedy));
	json_end(json);
}

static void write_lines(struct json *json, const struct findings *findings,
			unsigned topic)
{
	unsigned i;

	for (i = 0; i < findings->n; i++)
		if (findings->finding[i].topic == topic)
			write_line(json, &findings->finding[i]);
}

static void print_json(const struct findings *findings)
{
	struct json json;
	unsigned topic;

	json_begin(&json, stdout);
	json_bool(&json, "as_planned", status_is_good(findings));
	json_array(&json, "devices");
	write_lines(&json, findings, TOPIC_DEVICE);
	json_end(&json);
	json_array(&json, "others");
	for (topic = TOPIC_BOOT; topic <= TOPIC_GUEST; topic++)
		if (topic != TOPIC_DEVICE)
			write_lines(&json, findings, topic);
	json_end(&json);
	json_finish(&json);
}

static int show(const struct request *request, const struct findings *findings)
{
	if (request->given & OPTION_JSON)
		print_json(findings);
	else
		print_text(request, findings);
	return status_is_good(findings) ? STATUS_DONE : STATUS_FINDING;
}

/* A wrong config is one more thing that differs. */
static void add_wrong(struct findings *findings, const struct fault *fault)
{
	struct finding *finding;
	struct text t;

	finding = findings_say(findings, STATE_DIFFERS, TOPIC_CONFIG, CONFIG_FILE, &t);
	text_add(&t, "it is wrong, and the next image binds nothing: ");
	text_add(&t, fault->words);
	findings_remedy(finding, "earlybind check");
}

/* --memory is that of the guest which --guest asks for. */
static int read_memory(const struct request *request, uint64_t *ret_memory,
		       struct fault *reterr)
{
	*reterr = (struct fault){ .name = "earlybind" };
	if (!request->memory)
		return 0;
	if (!(request->given & OPTION_GUEST))
		return fault_set(reterr, EINVAL, "--memory is that of a guest: add "
				 "--guest", NULL);
	return guest_read_memory(request->memory, ret_memory, reterr);
}

/* What the judges need. */
static int read_all(struct survey *s, struct fault *ret_wrong, struct fault *reterr)
{
	struct inputs *in = s->in;
	int r;

	s->is_wrong = inputs_config(in, ret_wrong) < 0;
	if (s->is_wrong)
		rules_init(&in->rules);
	r = inputs_plan(in, s->request, reterr);
	if (r == 0)
		r = inputs_host(in, s->request, reterr);
	return r < 0 ? r : survey_judge(s, reterr);
}

int cmd_judge_status(struct survey *s, struct fault *ret_wrong, struct fault *reterr)
{
	const char *reboot;
	int r;

	s->wants_drift = true;
	r = read_all(s, ret_wrong, reterr);
	if (r < 0)
		return r;
	reboot = s->needs_reboot_only ? "reboot" : "earlybind sync && reboot";
	if (s->is_wrong)
		add_wrong(&s->findings, ret_wrong);
	status_of_boot(&s->findings, s->in, reboot);
	status_of_config(&s->findings, s->in, reboot);
	status_of_findings(&s->findings);
	status_of_arguments(&s->findings, s->in, &s->facts);
	return 0;
}

int cmd_status(const struct request *request, struct inputs *in)
{
	struct fault fault, wrong;
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);
	_cleanup_free_ struct findings *ready = memory_new(sizeof(*ready), &fault);
	uint64_t memory = 0;

	if (read_memory(request, &memory, &fault) < 0)
		return cmd_fail(STATUS_USAGE, &fault);
	if (!s || !ready || inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (request->given & OPTION_GUEST) {
		if (read_all(s, &wrong, &fault) < 0)
			return cmd_fail(STATUS_SYSTEM, &fault);
		ready_judge(ready, in, &s->facts, memory);
		return show(request, ready);
	}
	if (cmd_judge_status(s, &wrong, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	return show(request, &s->findings);
}
