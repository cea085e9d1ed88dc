/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about rules that are right as they stand, and may still not do what their
 * author thinks: on this machine, or after the next change of it.
 */
#include "judge/findings.h"

#include <string.h>

static void add_twin(struct findings *findings, const struct situation *of, unsigned r)
{
	unsigned i = host_twin(of->machine, of->rules, r, 0);
	struct finding *finding;
	struct text t;

	if (i == NO_FUNCTION)
		return;
	finding = findings_add(findings, FINDING_ERROR, "follow-twin", &t);
	findings_at_rule(finding, of, r);
	finding->fn = (uint16_t)i;
	text_add(&t, "moved=follow could take ");
	pci_addr_text(of->machine->fn[i].addr, &t);
	text_add(&t, " for the device: all words but the place match it");
	findings_remedy(finding, "tell them apart with subsystem= or dsn=, or leave "
			"moved=follow out");
}

static unsigned count_kept(const struct situation *of, const struct rule *rule,
			   bool is_lost)
{
	unsigned i, n = 0;

	for (i = 0; i < of->machine->n; i++)
		n += match_keeps(rule, of->machine, i, is_lost);
	return n;
}

static void add_keep(struct findings *findings, const struct situation *of, unsigned r)
{
	const struct rule *rule = &of->rules->rule[r];
	bool is_lost = match_is_lost(rule, of->machine);
	unsigned n = count_kept(of, rule, is_lost);
	struct finding *finding;
	struct text t;

	if (n > 0 && !is_lost)
		return;
	finding = findings_add(findings, FINDING_WARNING,
			       n ? "keep-moved" : "keep-nothing", &t);
	findings_at_rule(finding, of, r);
	text_add(&t, "this rule keeps ");
	if (n == 0) {
		text_add(&t, "nothing: no device matches");
	} else {
		text_add(&t, "every device with its identity, because the device is "
			 "not at ");
		rule_place_text(rule, &t);
	}
	findings_remedy(finding, n ? "correct the place" :
			"see earlybind list, and correct the rule or leave it out");
}

/* What a rule by its place takes, or no longer keeps, when the numbers change. */
static void add_bare_place(struct findings *findings, const struct situation *of,
			   unsigned r)
{
	const struct rule *rule = &of->rules->rule[r];
	unsigned words = MATCH_CLASS | MATCH_SUBSYSTEM | MATCH_DISPLAY;
	bool is_bind = rule->verb == RULE_BIND;
	unsigned at = match_at_place(&rule->match, of->machine);
	struct finding *finding;
	char remedy[64];
	struct text t;

	finding = findings_add(findings, is_bind && rule->match.words & words ?
			       FINDING_NOTE : FINDING_WARNING, "no-id", &t);
	findings_at_rule(finding, of, r);
	text_add(&t, is_bind ? "a place without an id: after a change of cards or bus "
		 "numbers another device may sit there, and is taken" :
		 "a place without an id: after a change of cards or bus numbers the "
		 "device sits elsewhere, and is not kept");
	text_init(&t, remedy, sizeof(remedy));
	text_add(&t, "add id=");
	if (at != NO_FUNCTION && !rule->match.any_fn)
		pci_id_text(of->machine->fn[at].id, &t);
	findings_remedy(finding, remedy);
}

/* By its name: the module need not be there, and another kernel has others. */
static bool is_for_guests(struct span driver)
{
	static const char *const stubs[] = {
		"none", "pci-stub", "pciback", "xen-pciback", "uio_pci_generic", NULL,
	};
	size_t i;

	for (i = 0; stubs[i]; i++)
		if (span_same_name(driver, span_of(stubs[i])))
			return true;
	return span_has(driver, "vfio");
}

static void add_driver(struct findings *findings, const struct situation *of,
		       unsigned r)
{
	struct finding *finding;
	struct text t;

	if (is_for_guests(of->rules->rule[r].driver))
		return;
	finding = findings_add(findings, FINDING_WARNING, "host-driver", &t);
	findings_at_rule(finding, of, r);
	text_add(&t, "driver=");
	text_span(&t, of->rules->rule[r].driver);
	text_add(&t, " seems to be a driver of the host: it would use the device, and no "
		 "virtual machine can have it");
	findings_remedy(finding, "leave driver= out, or name a variant of vfio-pci, "
			"pci-stub or none");
}

void findings_of_rules(struct findings *findings, const struct situation *of)
{
	unsigned r;

	for (r = 0; r < of->rules->n; r++) {
		const struct rule *rule = &of->rules->rule[r];

		if (rule->source == SOURCE_IMAGE)
			continue;
		add_twin(findings, of, r);
		if (rule->verb == RULE_BIND)
			add_driver(findings, of, r);
		if (rule->verb == RULE_KEEP)
			add_keep(findings, of, r);
		if (rule_has_place(rule) &&
		    !(rule->match.words & (MATCH_ID | MATCH_DSN)))
			add_bare_place(findings, of, r);
	}
}
