/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind status: did the boot do what was planned, and will the next one? status*.c
 * have found it out; here it is printed.
 */
#include <stdio.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "loader/sync.h"
#include "show/list_text.h"
#include "status/status.h"
#include "survey.h"

static void print_text(const struct request *request, const struct status_list *list)
{
	bool is_quiet = request->given & OPTION_QUIET;
	struct page page = page_of(stdout, 0);
	unsigned topic, i;

	for (topic = TOPIC_BOOT; topic <= TOPIC_ARGUMENTS; topic++)
		for (i = 0; i < list->n; i++) {
			const struct status_line *line = &list->line[i];
			char words[3 * FAULT_SIZE];
			struct text t = TEXT_IN(words);

			if (line->topic != topic ||
			    (is_quiet && status_is_as_planned(line)))
				continue;
			status_line_text(line, &t);
			page_words(&page, COLOR_NONE, 0, text_is(&t));
		}
	if (!is_quiet && list->n == 0)
		puts("ok      nothing is planned");
}

static const char *or_null(const char *s)
{
	return s[0] ? s : NULL;
}

static void write_line(struct json *json, const struct status_line *line)
{
	bool is_device = line->topic == TOPIC_DEVICE;

	json_object(json, NULL);
	json_string(json, "state", status_state_word((enum state)line->state));
	if (is_device) {
		json_string(json, "address", or_null(line->name));
		json_string(json, "driver", or_null(line->wanted));
		json_string(json, "holder", or_null(line->holder));
	} else {
		json_string(json, "topic",
			    status_topic_word((enum status_topic)line->topic));
		json_string(json, "file", or_null(line->name));
	}
	json_string(json, "text", line->text);
	json_string(json, "remedy", or_null(line->remedy));
	json_end(json);
}

static void write_lines(struct json *json, const struct status_list *list,
			bool is_device)
{
	unsigned i;

	for (i = 0; i < list->n; i++)
		if ((list->line[i].topic == TOPIC_DEVICE) == is_device)
			write_line(json, &list->line[i]);
	json_end(json);
}

static void print_json(const struct status_list *list)
{
	struct json json;

	json_begin(&json, stdout);
	json_bool(&json, "as_planned", status_is_good(list));
	json_array(&json, "devices");
	write_lines(&json, list, true);
	json_array(&json, "others");
	write_lines(&json, list, false);
	json_finish(&json);
}

/* A wrong config is one more thing that differs. */
static void read_config(struct status_list *list, const struct request *request,
			struct inputs *in)
{
	struct status_line *line;
	struct fault fault;
	struct text t;

	list->is_right = inputs_config(in, request, &fault) == 0;
	if (!list->is_right) {
		line = status_add(list, STATE_DIFFERS, TOPIC_CONFIG, CONFIG_FILE, &t);
		text_add(&t, "it is wrong, and the next image binds nothing: ");
		text_add(&t, fault.words);
		status_remedy(line, "earlybind check", "");
		rules_init(&in->rules);
	}
	list->is_wanted = rules_have_bind(&in->rules);
}

int cmd_status(const struct request *request, struct inputs *in)
{
	struct fault fault;
	_cleanup_free_ struct status_list *list = memory_new(sizeof(*list), &fault);
	_cleanup_free_ struct sync *sync = memory_new(sizeof(*sync), &fault);
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);
	_cleanup_images_ struct images *images = NULL;
	struct image_measure measure;

	if (!list || !sync || !s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	read_config(list, request, in);
	if (inputs_plan(in, request, &fault) < 0 || inputs_host(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	s->wants_args = list->is_right;
	if (survey_judge(s, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	images = images_read(&in->root, &fault);
	if (!images)
		return cmd_fail(STATUS_SYSTEM, &fault);
	list->findings = &s->findings;
	measure = survey_measure(in, list->is_right);
	images_judge(images, &measure);
	status_of_images(list, images);
	status_of_boot(list, in);
	status_of_config(list, in);
	status_of_findings(list);
	if (list->is_right)
		status_of_loader(list, in, sync, survey_sync(s, sync, &fault),
				 &fault);
	status_of_arguments(list, in, &s->facts);
	if (request->given & OPTION_JSON)
		print_json(list);
	else
		print_text(request, list);
	return status_is_good(list) ? STATUS_DONE : STATUS_FINDING;
}
