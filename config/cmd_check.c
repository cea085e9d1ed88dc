/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind check: is the config right, and does it do on this machine what it says?
 * findings.c has judged that; here it is printed.
 */
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "facts.h"
#include "json.h"

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

static void print_text(const struct request *request, const struct inputs *in,
		       const struct findings *findings)
{
	unsigned i, n = count_rules(&in->rules);

	if (in->config.is_there)
		printf("%s: %u rule%s, no error\n", config_name(request), n,
		       n == 1 ? "" : "s");
	else
		printf("%s: no such file, so nothing is bound\n", config_name(request));
	for (i = 0; i < findings->n; i++) {
		char line[2 * LINE_SIZE];
		struct text t = TEXT_IN(line);

		finding_text(&findings->finding[i], &t);
		puts(line);
	}
	if (findings->n_lost)
		printf("and %u more findings than the limit FINDINGS_MAX, 4096\n",
		       findings->n_lost);
}

static void write_finding(struct json *json, const struct finding *finding,
			  const struct machine *m)
{
	char address[24] = "";
	struct text t = TEXT_IN(address);

	if (finding->fn != NO_FUNCTION)
		pci_addr_text(m->fn[finding->fn].addr, &t);
	json_object(json, NULL);
	json_string(json, "severity",
		    finding_severity_word((enum severity)finding->severity));
	json_string(json, "reason", finding->reason);
	if (finding->line || finding->file[0] == '/')
		json_string(json, "file", finding->file);
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

static void print_json(const struct request *request, const struct inputs *in,
		       const struct findings *findings)
{
	struct json json;
	unsigned i;

	json_begin(&json, stdout);
	json_string(&json, "config", config_name(request));
	json_number(&json, "rules", count_rules(&in->rules));
	json_array(&json, "findings");
	for (i = 0; i < findings->n; i++)
		write_finding(&json, &findings->finding[i], &in->machine);
	json_end(&json);
	json_number(&json, "lost", findings->n_lost);
	json_finish(&json);
}

/* A fact that this user may not read, and the binder may. */
static bool is_blind(const struct request *request, const struct inputs *in)
{
	unsigned i;

	if (request->machine || !in->root.is_host || geteuid() == 0)
		return false;
	for (i = 0; i < in->plan.n; i++) {
		const struct plan_step *step = &in->plan.step[i];

		if (step->verb == PLAN_REFUSE &&
		    (step->reason == REASON_UNREADABLE_DSN ||
		     step->reason == REASON_UNREADABLE_GROUP))
			return true;
	}
	return false;
}

static int judge(const struct request *request, struct inputs *in)
{
	static struct findings findings;
	static struct facts facts;
	struct findings_of of = {
		&in->rules, &in->machine, &in->plan, &in->host, &facts,
		{ [SOURCE_CONF] = config_name(request),
		  [SOURCE_IMAGE] = request->image ? request->image : IMAGE_FILE,
		  [SOURCE_CMDLINE] = "kernel command line" },
	};

	if (!request->machine)
		facts_read(&facts, &in->root, &of);
	findings_make(&findings, &of);
	if (request->given & OPTION_JSON)
		print_json(request, in, &findings);
	else
		print_text(request, in, &findings);
	if (is_blind(request, in)) {
		fprintf(stderr, "earlybind: a rule depends on what only root can read: "
			"run as root\n");
		return STATUS_SYSTEM;
	}
	return findings.n_errors ? STATUS_FINDING : STATUS_DONE;
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
