/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of findings: what to say, how bad it is, where, and what to do. What is judged
 * stands in findings_*.c. Policy: reads no file.
 */
#include "judge/findings.h"

#include "core/cmdline.h"

struct finding *findings_add(struct findings *findings, enum severity severity,
			     const char *reason, struct text *text)
{
	struct finding *finding = &findings->finding[findings->n];

	if (findings->n < FINDINGS_MAX - 1)
		findings->n++;
	else
		findings->n_lost++;	/* the last place is for those without room */
	findings->n_errors += severity == FINDING_ERROR;
	*finding = (struct finding){ .severity = (uint8_t)severity, .fn = NO_FUNCTION,
				     .reason = reason, .file = "this machine" };
	text_init(text, finding->text, sizeof(finding->text));
	return finding;
}

/* A name of its own: that of the place is the caller's, and goes with him. */
struct finding *findings_say(struct findings *findings, enum state state,
			     enum topic topic, const char *name, struct text *text)
{
	static const char *const reasons[] = {
		"drift-none", "drift-boot", "drift-device", "drift-config",
		"drift-rule", "drift-image", "drift-loader", "drift-arguments",
		"no-guest",
	};
	struct finding *finding = findings_add(findings, FINDING_OK, reasons[topic],
					       text);
	struct text t = TEXT_IN(finding->name);

	text_add(&t, name);
	finding->topic = (uint8_t)topic;
	findings_state(finding, state);
	return finding;
}

void findings_state(struct finding *finding, enum state state)
{
	finding->state = (uint8_t)state;
	finding->severity = state == STATE_OK ? FINDING_OK :
			    state == STATE_DIFFERS ? FINDING_WARNING : FINDING_NOTE;
}

const char *finding_place(const struct finding *finding)
{
	return finding->name[0] ? finding->name : finding->file;
}

void findings_remedy(struct finding *finding, const char *remedy)
{
	struct text t;

	text_init(&t, finding->remedy, sizeof(finding->remedy));
	text_add(&t, remedy);
}

void findings_at_rule(struct finding *finding, const struct situation *of, unsigned r)
{
	const struct rule *rule = &of->rules->rule[r];

	finding->file = of->name[rule->source];
	finding->line = rule->line;
}

void findings_sort(struct findings *findings)
{
	unsigned severity, i, n = 0;

	for (severity = FINDING_ERROR; severity <= FINDING_OK; severity++)
		for (i = 0; i < findings->n; i++)
			if (findings->finding[i].severity == severity)
				findings->sorted[n++] = findings->finding[i];
	for (i = 0; i < n; i++)
		findings->finding[i] = findings->sorted[i];
}

bool findings_has_argument(const struct facts *facts, const char *word)
{
	struct span rest = span_of(facts->cmdline);
	struct cmdline_word next;

	while (cmdline_next(&rest, &next))
		if (span_is(next.text, word))
			return true;
	return false;
}

bool findings_needs_iommu(const struct situation *of, const struct plan_step *step)
{
	return step->verb == PLAN_BIND && rule_needs_group(&of->rules->rule[step->rule]);
}

bool findings_is_curable(unsigned reason)
{
	return reason == REASON_NO_GROUP || reason == REASON_UNREADABLE_GROUP ||
	       reason == REASON_LAST_DISPLAY;
}

unsigned findings_taker(const struct situation *of, unsigned i)
{
	const struct plan_want *want = &of->plan->want[i];
	unsigned reason = want->reason;

	if (want->rule == NO_RULE || want->verb == PLAN_BIND)
		return want->rule;
	if (want->verb == PLAN_REFUSE && reason == REASON_HALF_CARD)
		reason = of->plan->want[want->other].reason;
	return want->verb == PLAN_REFUSE && findings_is_curable(reason) ? want->rule :
	       NO_RULE;
}

void findings_make(struct findings *findings, const struct situation *of)
{
	findings->n = 0;
	findings->n_lost = 0;
	findings->n_errors = 0;
	findings_of_rules(findings, of);
	findings_of_plan(findings, of);
	findings_of_machine(findings, of);
	findings_of_uses(findings, of);
	findings_of_screen(findings, of);
	findings_of_system(findings, of);
}

const char *finding_severity_word(enum severity severity)
{
	static const char *const words[] = { "error", "warning", "note", "ok" };

	return words[severity];
}

void finding_text(const struct finding *finding, struct text *t)
{
	text_add(t, finding_severity_word((enum severity)finding->severity));
	text_char(t, ' ');
	text_add(t, finding_place(finding));
	if (finding->line) {
		text_char(t, ':');
		text_decimal(t, finding->line);
	}
	text_add(t, ": ");
	text_add(t, finding->text);
	if (finding->remedy[0] == '\0')
		return;
	text_add(t, ": ");
	text_add(t, finding->remedy);
}
