/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was planned and what is so: config and kernel arguments here, devices in boot.c,
 * boot loaders in loader.c; images in judge/image_lines.c.
 */
#include "status/status.h"

#include <string.h>

#include "facts/facts.h"

int status_has_booted(const struct inputs *in)
{
	static struct source_text booted;
	ssize_t n = sysfs_read_head(&in->root, "/run/earlybind/earlybind.conf", booted.s,
				    sizeof(booted.s));

	if (n < 0)
		return (int)n;
	return (size_t)n == in->sources.config.n &&
	       memcmp(booted.s, in->sources.config.s, (size_t)n) == 0;
}

/* The present config against that of the boot. */
void status_of_config(struct findings *findings, struct inputs *in, const char *reboot)
{
	struct finding *finding;
	struct text t;
	int r = status_has_booted(in);

	if (r < 0 && !in->sources.config.is_there)
		return;
	if (r == 1 || (r < 0 && in->sources.config.n == 0)) {
		findings_say(findings, STATE_OK, TOPIC_CONFIG, CONFIG_FILE, &t);
		text_add(&t, "as at boot");
		return;
	}
	finding = findings_say(findings, STATE_DIFFERS, TOPIC_CONFIG, CONFIG_FILE, &t);
	text_add(&t, r < 0 ? "the boot did not have it" :
		 !in->sources.config.is_there ?
		 "the boot had one, and now there is none" :
		 "it was changed since the boot's image was made");
	findings_remedy(finding, reboot);
}

/* Errors about devices that no boot tells of. The plan's own are in the report of the
 * boot that made it, the IOMMU has its line, a kernel without the module its image. */
void status_of_findings(struct findings *findings)
{
	unsigned i;

	for (i = 0; i < findings->n; i++) {
		struct finding *finding = &findings->finding[i];

		if (finding->severity != FINDING_ERROR || finding->is_step ||
		    finding->fn == NO_FUNCTION ||
		    strcmp(finding->reason, "no-iommu") == 0)
			continue;
		finding->topic = TOPIC_RULE;
		finding->state = STATE_DIFFERS;
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
void status_of_arguments(struct findings *findings, struct inputs *in,
			 const struct facts *facts)
{
	struct finding *finding;
	struct text t;

	if (!wants_group(&in->rules))
		return;
	if (machine_has_iommu(&in->machine)) {
		findings_say(findings, STATE_OK, TOPIC_ARGUMENTS, "", &t);
		text_add(&t, "the IOMMU is on");
		return;
	}
	finding = findings_say(findings, STATE_DIFFERS, TOPIC_ARGUMENTS, "", &t);
	text_add(&t, "the IOMMU is off");
	findings_remedy(finding, findings_iommu_remedy(&in->machine, facts));
}

bool status_is_as_planned(const struct finding *finding)
{
	return finding->state == STATE_OK || finding->state == STATE_WISH;
}

bool status_is_good(const struct findings *findings)
{
	unsigned i;

	for (i = 0; i < findings->n; i++)
		if (!status_is_as_planned(&findings->finding[i]))
			return false;
	return findings->n_lost == 0;
}

const char *status_state_word(enum state state)
{
	static const char *const words[] = { "ok", "differs", "unknown", "wish" };

	return words[state];
}

const char *status_topic_word(enum topic topic)
{
	static const char *const words[] = {
		"", "boot", "device", "config", "config", "image", "loader", "arguments",
		"guest",
	};

	return words[topic];
}

void status_line_text(const struct finding *finding, struct text *t)
{
	text_add(t, status_state_word((enum state)finding->state));
	text_pad(t, 8);
	text_add(t, finding->name[0] || finding->topic == TOPIC_RULE ?
		 finding_place(finding) : status_topic_word((enum topic)finding->topic));
	text_add(t, ": ");
	text_add(t, finding->text);
	if (finding->remedy[0] == '\0')
		return;
	text_add(t, ": ");
	text_add(t, finding->remedy);
}
