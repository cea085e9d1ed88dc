/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind check: is the config right, and does it do on this machine what it says?
 * judge/findings.c has judged that; here it is printed.
 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "show/list_text.h"
#include "survey.h"

static const char *config_name(const struct request *request)
{
	return request->config ? request->config : CONFIG_FILE;
}

/* What is wrong with the config is no failure of this verb but its answer. */
static int print_wrong(const struct request *request, const struct fault *fault)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);
	struct json json;

	if (!(request->given & OPTION_JSON)) {
		fault_text(fault, &t);
		printf("error %s\n", line);
		return STATUS_CONFIG;
	}
	json_begin(&json, stdout);
	json_string(&json, "config", config_name(request));
	json_array(&json, "findings");
	json_object(&json, NULL);
	json_string(&json, "severity", finding_severity_word(FINDING_ERROR));
	json_string(&json, "reason", "wrong-config");
	json_string(&json, "file", fault->name);
	json_number(&json, "line", fault->line);
	json_number(&json, "column", fault->col);
	json_null(&json, "address");
	json_string(&json, "text", fault->words);
	json_null(&json, "remedy");
	json_finish(&json);
	return STATUS_CONFIG;
}

static unsigned count_rules(const struct rules *rules)
{
	unsigned i, n = 0;

	for (i = 0; i < rules->n; i++)
		n += rules->rule[i].source == SOURCE_CONF;
	return n;
}

static void print_summary(const struct request *request, const struct survey *s)
{
	const struct inputs *in = s->in;
	unsigned rules = count_rules(&in->rules), errors = s->findings.n_errors;

	if (!in->sources.config.is_there)
		printf("%s: no such file%s\n", config_name(request),
		       rules_have_bind(&in->rules) ? "" : ", so nothing is bound");
	else if (errors == 0)
		printf("%s: %u rule%s, no error\n", config_name(request), rules,
		       rules == 1 ? "" : "s");
	else
		printf("%s: %u rule%s, %u error%s\n", config_name(request), rules,
		       rules == 1 ? "" : "s", errors, errors == 1 ? "" : "s");
}

static void print_text(const struct request *request, const struct survey *s)
{
	const struct findings *findings = &s->findings;
	struct page page = page_of(stdout, 0);
	unsigned i;

	print_summary(request, s);
	for (i = 0; i < findings->n; i++) {
		char line[2 * LINE_SIZE];
		struct text t = TEXT_IN(line);

		if (findings->finding[i].severity == FINDING_OK)
			continue;
		finding_text(&findings->finding[i], &t);
		page_words(&page, COLOR_NONE, 0, text_is(&t));
	}
	if (findings->n_lost)
		printf("and %u more findings than the limit FINDINGS_MAX, %u\n",
		       findings->n_lost, (unsigned)FINDINGS_MAX);
}

static void print_json(const struct request *request, const struct survey *s)
{
	const struct findings *findings = &s->findings;
	struct json json;
	unsigned i;

	json_begin(&json, stdout);
	json_string(&json, "config", config_name(request));
	json_number(&json, "rules", count_rules(&s->in->rules));
	json_array(&json, "findings");
	for (i = 0; i < findings->n; i++)
		if (findings->finding[i].severity != FINDING_OK)
			list_json_finding(&findings->finding[i], &s->in->machine, &json);
	json_end(&json);
	json_number(&json, "lost", findings->n_lost);
	json_finish(&json);
}

static int judge(const struct request *request, struct inputs *in)
{
	struct fault fault;
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);

	if (!s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	s->wants_drift = !(request->given & (OPTION_MACHINE | OPTION_CONFIG |
					     OPTION_CMDLINE));
	if (survey_judge(s, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (request->given & OPTION_JSON)
		print_json(request, s);
	else
		print_text(request, s);
	if (cmd_is_blind(request, in))
		return STATUS_SYSTEM;
	return s->findings.n_errors ? STATUS_FINDING : STATUS_DONE;
}

int cmd_check(const struct request *request, struct inputs *in)
{
	struct fault fault;

	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return print_wrong(request, &fault);
	if (inputs_plan(in, request, &fault) < 0 || inputs_host(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	return judge(request, in);
}
