/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does not agree with the config: images, files of boot loaders, the running command
 * line. status_*.c find it out; here it becomes facts for findings.
 */
#include "facts_drift.h"

#include "status.h"
#include "sync.h"

static void add(struct facts *facts, const struct status_line *line)
{
	struct drift *drift = &facts->drift[facts->n_drifts];
	struct text file = TEXT_IN(drift->file);
	struct text text = TEXT_IN(drift->text);
	struct text remedy = TEXT_IN(drift->remedy);

	if (facts->n_drifts == DRIFTS_MAX || line->state == STATE_OK)
		return;
	facts->n_drifts++;
	drift->reason = line->topic == TOPIC_IMAGE ? "drift-image" :
			line->topic == TOPIC_LOADER ? "drift-loader" : "drift-arguments";
	drift->is_known = line->state == STATE_DIFFERS;
	text_add(&file, line->name);
	text_add(&text, line->text);
	text_add(&remedy, line->remedy);
}

void facts_read_drift(struct facts *facts, struct inputs *in,
		      const struct request *request)
{
	static struct status_list list;
	static struct sync sync;
	struct text t = TEXT_IN(facts->args);
	struct fault fault;
	int r = sync_read_args(&sync, request, &fault);
	unsigned i;

	if (r == 0)
		text_add(&t, sync.args);
	list.is_right = true;
	list.is_wanted = rules_have_bind(&in->rules);
	status_of_images(&list, in);
	status_of_sync(&list, in, &sync, r, &fault);
	for (i = 0; i < list.n; i++)
		add(facts, &list.line[i]);
}
