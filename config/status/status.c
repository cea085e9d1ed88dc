/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of what was planned and what is so: config and kernel arguments here, devices
 * and images in status_*.c.
 */
#include "status/status.h"

#include <string.h>

#include "facts/facts.h"

struct status_line *status_add(struct status_list *list, enum state state,
			       enum status_topic topic, const char *name, struct text *t)
{
	struct status_line *line = &list->line[list->n];
	struct text names;

	if (list->n < STATUS_LINES_MAX - 1)
		list->n++;
	else
		list->n_lost++;
	*line = (struct status_line){ .state = (uint8_t)state, .topic = (uint8_t)topic };
	text_init(&names, line->name, sizeof(line->name));
	text_add(&names, name);
	text_init(t, line->text, sizeof(line->text));
	return line;
}

void status_remedy(struct status_line *line, const char *a, const char *b)
{
	struct text t;

	text_init(&t, line->remedy, sizeof(line->remedy));
	text_add(&t, a);
	text_add(&t, b);
}

const char *status_reboot(const struct status_list *list)
{
	return list->needs_reboot_only ? "reboot" : "earlybind sync && reboot";
}

int status_has_booted(const struct inputs *in)
{
	static struct input booted;
	ssize_t n = sysfs_read_head(&in->root, "/run/earlybind/earlybind.conf", booted.s,
				    sizeof(booted.s));

	if (n < 0)
		return (int)n;
	return (size_t)n == in->config.n &&
	       memcmp(booted.s, in->config.s, (size_t)n) == 0;
}

/* The present config against that of the boot. */
void status_of_config(struct status_list *list, struct inputs *in)
{
	struct status_line *line;
	struct text t;
	int r = status_has_booted(in);

	if (r < 0 && !in->config.is_there)
		return;
	if (r == 1 || (r < 0 && in->config.n == 0)) {
		status_add(list, STATE_OK, TOPIC_CONFIG, CONFIG_FILE, &t);
		text_add(&t, "as at boot");
		return;
	}
	line = status_add(list, STATE_DIFFERS, TOPIC_CONFIG, CONFIG_FILE, &t);
	text_add(&t, r < 0 ? "the boot did not have it" :
		 !in->config.is_there ? "the boot had one, and now there is none" :
		 "it was changed since the boot's image was made");
	status_remedy(line, status_reboot(list), "");
}

/* Errors about devices that no boot tells of. The plan's own are in the report of the
 * boot that made it, the IOMMU has its line, a kernel without the module its image. */
void status_of_findings(struct status_list *list)
{
	const struct findings *findings = list->findings;
	unsigned i;

	for (i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->finding[i];
		struct status_line *line;
		struct text t;

		if (finding->severity != FINDING_ERROR || finding->is_step ||
		    finding->fn == NO_FUNCTION ||
		    strcmp(finding->reason, "no-iommu") == 0)
			continue;
		line = status_add(list, STATE_DIFFERS, TOPIC_CONFIG, finding->file, &t);
		text_add(&t, finding->text);
		status_remedy(line, finding->remedy, "");
	}
}

static bool wants_group(const struct rules *rules)
{
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].verb == RULE_BIND && rule_needs_group(&rules->rule[i]))
			return true;
	return false;
}

/* What the running command line should have: so far only what turns the IOMMU on. */
void status_of_arguments(struct status_list *list, struct inputs *in,
			 const struct facts *facts)
{
	struct status_line *line;
	struct text t;

	if (!wants_group(&in->rules))
		return;
	if (machine_has_iommu(&in->machine)) {
		status_add(list, STATE_OK, TOPIC_ARGUMENTS, "", &t);
		text_add(&t, "the IOMMU is on");
		return;
	}
	line = status_add(list, STATE_DIFFERS, TOPIC_ARGUMENTS, "", &t);
	text_add(&t, "the IOMMU is off");
	status_remedy(line, findings_iommu_remedy(&in->machine, facts), "");
}

bool status_is_as_planned(const struct status_line *line)
{
	return line->state == STATE_OK || line->state == STATE_WISH;
}

bool status_is_good(const struct status_list *list)
{
	unsigned i;

	for (i = 0; i < list->n; i++)
		if (!status_is_as_planned(&list->line[i]))
			return false;
	return list->n_lost == 0;
}

const char *status_state_word(enum state state)
{
	static const char *const words[] = { "ok", "differs", "unknown", "wish" };

	return words[state];
}

const char *status_topic_word(enum status_topic topic)
{
	static const char *const words[] = {
		"boot", "device", "config", "image", "loader", "arguments",
	};

	return words[topic];
}

void status_line_text(const struct status_line *line, struct text *t)
{
	text_add(t, status_state_word((enum state)line->state));
	text_pad(t, 8);
	if (line->name[0])
		text_add(t, line->name);
	else
		text_add(t, status_topic_word((enum status_topic)line->topic));
	text_add(t, ": ");
	text_add(t, line->text);
	if (line->remedy[0] == '\0')
		return;
	text_add(t, ": ");
	text_add(t, line->remedy);
}
