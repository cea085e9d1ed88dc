/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One device of earlybind list --json; earlybind(8) lists the keys. What is not known, or
 * is not there, is null.
 */
#include "show/list.h"

enum { VALUE_SIZE = 4 * NAME_SIZE };

static void identity_json(struct list *list, const struct function *f, struct json *json)
{
	char value[VALUE_SIZE];
	struct text t = TEXT_IN(value);

	pci_addr_text(f->addr, &t);
	json_text(json, "address", &t);
	text_init(&t, value, sizeof(value));
	pci_id_text(f->id, &t);
	json_text(json, "id", &t);
	text_init(&t, value, sizeof(value));
	pci_id_text(f->subsystem, &t);
	json_text(json, "subsystem", &t);
	text_init(&t, value, sizeof(value));
	text_hex(&t, f->class, 6);
	json_text(json, "class", &t);
	json_string(json, "class_name", names_class(&list->names, f->class, value));
}

static void group_json(const struct function *f, struct json *json)
{
	if (f->group >= 0)
		json_number(json, "group", f->group);
	else
		json_null(json, "group");
}

static void fact_json(const char *key, enum fact fact, struct json *json)
{
	if (fact == FACT_UNKNOWN)
		json_null(json, key);
	else
		json_bool(json, key, fact == FACT_YES);
}

static void place_json(struct list *list, unsigned i, struct json *json)
{
	const struct function *f = &list->in->machine.fn[i];
	char value[VALUE_SIZE];
	struct text t = TEXT_IN(value);

	list_name(list, i, &t);
	json_text(json, "name", &t);
	group_json(f, json);
	text_init(&t, value, sizeof(value));
	list_driver(list, i, &t);
	json_text(json, "driver", &t);
	text_init(&t, value, sizeof(value));
	pci_path_text(&f->path, &t);
	if (f->path.hops < 0)
		json_null(json, "path");
	else
		json_text(json, "path", &t);
	text_init(&t, value, sizeof(value));
	if (f->is_vf)
		pci_addr_text(f->pf, &t);
	json_text(json, "vf_of", &t);
	json_bool(json, "bridge", f->is_bridge);
	fact_json("boot_display", list_boot_display(list, i), json);
}

static void holds_json(const struct list *list, unsigned i, struct json *json)
{
	const struct host *host = &list->in->host;
	const struct host_hold *hold;
	enum rule_for need;
	unsigned at = 0;

	if (!list->has_host) {
		json_null(json, "holds");
		json_null(json, "needed_for");
		return;
	}
	json_array(json, "holds");
	while ((hold = host_next_hold(host, i, &at)))
		json_string(json, NULL, hold->text);
	json_end(json);
	need = host->is_known ? host_need(host, i) : FOR_NONE;
	json_string(json, "needed_for", need == FOR_NONE ? NULL : rule_for_word(need));
}

void list_json_finding(const struct finding *finding, const struct machine *m,
		       struct json *json)
{
	char address[24] = "";
	struct text t = TEXT_IN(address);

	if (finding->fn != NO_FUNCTION)
		pci_addr_text(m->fn[finding->fn].addr, &t);
	json_object(json, NULL);
	json_string(json, "severity",
		    finding_severity_word((enum severity)finding->severity));
	json_string(json, "reason", finding->reason);
	if (finding->line || finding_place(finding)[0] == '/')
		json_string(json, "file", finding_place(finding));
	else
		json_null(json, "file");
	if (finding->line)
		json_number(json, "line", finding->line);
	else
		json_null(json, "line");
	json_text(json, "address", &t);
	json_string(json, "text", finding->text);
	json_string(json, "remedy", finding->remedy[0] ? finding->remedy : NULL);
	json_end(json);
}

static void step_json(const struct list *list, const struct plan_step *step,
		      struct json *json)
{
	char value[LINE_SIZE];
	struct text t = TEXT_IN(value);

	rule_source_text(&list->in->rules.rule[step->rule], &t);
	json_text(json, "source", &t);
	json_string(json, "reason", plan_reason_word(step->reason));
	text_init(&t, value, sizeof(value));
	list_sentence(list, step, &t);
	json_text(json, "text", &t);
}

static void warnings_json(const struct list *list, unsigned i, struct json *json)
{
	const struct plan_step *step;
	unsigned at = 0;

	json_array(json, "warnings");
	while ((step = list_next_step(list, i, &at))) {
		if (step->verb != PLAN_WARN)
			continue;
		json_object(json, NULL);
		step_json(list, step, json);
		json_end(json);
	}
	json_end(json);
}

static bool is_released(const struct list *list, unsigned i)
{
	const struct plan_step *step;
	unsigned at = 0;

	while ((step = list_next_step(list, i, &at)))
		if (step->verb == PLAN_RELEASE)
			return true;
	return false;
}

static void no_plan_json(struct json *json)
{
	static const char *const keys[] = { "plan", "plan_driver", "source", "reason",
					    "text", "release" };
	unsigned i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_null(json, keys[i]);
	json_array(json, "warnings");
	json_end(json);
}

/* A function has one step that says what becomes of it, and perhaps warnings. */
static void plan_json(const struct list *list, unsigned i, struct json *json)
{
	const struct plan_step *step;
	unsigned at = 0;

	while ((step = list_next_step(list, i, &at)) && step->verb == PLAN_WARN)
		;
	if (!step) {
		no_plan_json(json);
		return;
	}
	json_string(json, "plan", plan_verb_word(step->verb));
	json_span(json, "plan_driver", step->verb == PLAN_BIND ?
		  list->in->rules.rule[step->rule].driver : (struct span){ NULL, 0 });
	step_json(list, step, json);
	json_bool(json, "release", is_released(list, i));
	warnings_json(list, i, json);
}

void list_json_findings(const struct list *list, unsigned i, struct json *json)
{
	const struct findings *findings = &list->survey->findings;
	unsigned k;

	json_array(json, "findings");
	for (k = 0; list->has_plan && k < findings->n; k++)
		if (findings->finding[k].fn == i)
			list_json_finding(&findings->finding[k], &list->in->machine,
					  json);
	json_end(json);
}

void list_json(struct list *list, unsigned i, struct json *json)
{
	json_object(json, NULL);
	identity_json(list, &list->in->machine.fn[i], json);
	place_json(list, i, json);
	holds_json(list, i, json);
	plan_json(list, i, json);
	list_json_findings(list, i, json);
	json_end(json);
}

void list_json_miss(const struct list *list, const struct plan_step *step,
		    struct json *json)
{
	json_object(json, NULL);
	step_json(list, step, json);
	json_end(json);
}
