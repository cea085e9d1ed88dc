/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are lines of the plan: what is refused, missing or warned of. The words
 * are the plan's; a remedy that the plan has no room for stands here.
 */
#include "judge/findings.h"

#include <string.h>

/* Where there is none, the sentence says itself what to do. */
static const char *const remedies[REASON_MAX] = {
	[REASON_EVEN_IF_NEEDED] = "leave even-if=needed out, unless you are sure that "
				  "the host boots and works without it",
	[REASON_GROUP_SHARED] = "take the others too with with=group, or put the card "
		"into another slot",
	[REASON_DIRECT_REGION] = "turn off in the firmware what uses the device (legacy "
		"USB support, management by iLO and the like)",
	[REASON_NO_RESET] = "reboot the host before such a start",
	[REASON_NEEDED_ROOT] = "correct the bind rule: the host needs this device",
	[REASON_NEEDED_BOOT] = "correct the bind rule: the host needs this device",
	[REASON_NEEDED_SWAP] = "correct the bind rule, or give up this swap space "
		"(swapoff, /etc/fstab)",
	[REASON_NEEDED_RESUME] = "correct the bind rule, or remove resume= from the "
		"kernel arguments",
	[REASON_NEEDED_MOUNT] = "correct the bind rule, or unmount it and remove it from "
		"/etc/fstab and /etc/crypttab",
	[REASON_NEEDED_NET] = "correct the bind rule: the host needs this device",
	[REASON_NEEDED_USE] = "correct the bind rule, or stop what uses it: earlybind "
		"list shows what that is",
	[REASON_STORAGE_TWIN] = "name the one that you mean by path= and dsn=, if it has "
				"a serial number, or even-if=needed, if you are sure",
	[REASON_TWIN] = "give it a rule of its own with its place",
	[REASON_BRIDGE] = "name the device behind it",
	[REASON_UNREADABLE_GROUP] = "report this with the output of earlybind record",
	[REASON_HALF_CARD] = "see what is said of that one",
	[REASON_ABSENT] = "see earlybind list, and correct the rule or leave it out",
	[REASON_NOT_THERE] = "see earlybind list, and correct the place",
};

/* The device is the subject of most sentences, and stands before the others. */
static void add_address(const struct situation *of, const struct plan_step *step,
			struct text *t)
{
	bool has_subject = step->reason == REASON_GROUP_SHARED ||
			   step->reason == REASON_DIRECT_REGION ||
			   step->reason == REASON_UNREADABLE_GROUP ||
			   step->reason == REASON_UNREADABLE_DSN;

	if (step->fn == NO_FUNCTION)
		return;
	pci_addr_text(of->machine->fn[step->fn].addr, t);
	text_add(t, has_subject ? ": " : " ");
}

/* A mate that the host uses must not be taken as well. Says so, or returns false. */
static bool add_used_mate(const struct situation *of, unsigned fn, struct text *t)
{
	const struct machine *m = of->machine;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		const struct host_hold *hold;
		unsigned at = 0;

		if (m->fn[i].group != m->fn[fn].group || m->fn[i].is_bridge ||
		    plan_binds(of->plan, i))
			continue;
		hold = host_next_hold(of->host, i, &at);
		if (!hold && host_need(of->host, i) == FOR_NONE)
			continue;
		text_add(t, "put the card into another slot, because the host uses ");
		pci_addr_text(m->fn[i].addr, t);
		if (!hold)
			return true;
		text_add(t, " (");
		text_span(t, (struct span){ hold->text, strnlen(hold->text, 100) });
		text_char(t, ')');
		return true;
	}
	return false;
}

/* What to do where a device is in use only because another is named by the kernel's
 * count. */
static const char *const counted[] = {
	[HOST_NAME] = "write UUID= in place of that name (blkid shows it; in GRUB, no "
		"GRUB_DISABLE_LINUX_UUID)",
	[HOST_FILTER] = "write names of /dev/disk/by-id in place of that one",
	[HOST_CARD] = "tie that name to the card's address, in the same line "
		"(ifname=eth1:ADDRESS), or do without net.ifnames=0",
	[HOST_PORT] = "leave that number out",
};

/* What of another device it is in use for, by the kernel's count. NULL for what is in use
 * in another way. */
static const struct host_hold *counted_hold(const struct situation *of,
				const struct plan_step *step)
{
	const struct host_hold *hold;
	unsigned at = 0;

	while (step->reason == REASON_NEEDED_USE && step->fn != NO_FUNCTION &&
	       (hold = host_next_hold(of->host, step->fn, &at)))
		if (hold->kind >= HOST_NAME)
			return hold;
	return NULL;
}

static void add_step(struct findings *findings, const struct situation *of,
		     const struct plan_step *step)
{
	enum severity severity = step->verb == PLAN_WARN || step->verb == PLAN_BIND ?
				 FINDING_WARNING : FINDING_ERROR;
	char line[LINE_SIZE];
	struct text t = TEXT_IN(line);
	char mate[FAULT_SIZE];
	struct text m = TEXT_IN(mate);
	const char *remedy = remedies[step->reason];
	const struct host_hold *hold = counted_hold(of, step);
	struct finding *finding;
	struct span words;
	size_t n = plan_step_sentence(step, of->rules, of->machine, &t);

	words = text_is(&t);
	n = n > 0 ? n : words.n;
	if (step->reason == REASON_GROUP_SHARED && add_used_mate(of, step->fn, &m))
		remedy = mate;
	if (hold)
		remedy = counted[hold->kind];
	finding = findings_add(findings, severity,
			       plan_reason_word((enum reason)step->reason), &t);
	finding->is_step = true;
	finding->fn = step->fn;
	findings_at_rule(finding, of, step->rule);
	add_address(of, step, &t);
	text_span(&t, (struct span){ words.s, n });
	if (hold) {
		text_add(&t, " (");
		text_add(&t, hold->text);
		text_char(&t, ')');
	}
	if (!remedy && n < words.n) {
		text_init(&t, finding->remedy, sizeof(finding->remedy));
		text_span(&t, (struct span){ words.s + n + 2, words.n - n - 2 });
	} else if (remedy) {
		findings_remedy(finding, remedy);
	}
}

/* Without an IOMMU that is one thing to put right, however many devices want it. */
static bool is_without_iommu(const struct situation *of, const struct plan_step *step)
{
	return step->verb == PLAN_REFUSE && step->reason == REASON_NO_GROUP &&
	       !machine_has_iommu(of->machine);
}

static void add_no_iommu(struct findings *findings, const struct situation *of)
{
	struct finding *finding;
	struct text t;
	unsigned i, first = 0, n = 0;

	for (i = 0; i < of->plan->n; i++)
		if (is_without_iommu(of, &of->plan->step[i]) && n++ == 0)
			first = i;
	if (n == 0)
		return;
	finding = findings_add(findings, FINDING_ERROR, "no-iommu", &t);
	findings_at_rule(finding, of, of->plan->step[first].rule);
	finding->fn = of->plan->step[first].fn;
	pci_addr_text(of->machine->fn[finding->fn].addr, &t);
	if (n > 1) {
		text_add(&t, " and ");
		text_decimal(&t, n - 1);
		text_add(&t, " more");
	}
	text_add(&t, n > 1 ? " are" : " is");
	text_add(&t, " in no IOMMU group, because this machine's IOMMU is off");
	findings_remedy(finding, findings_iommu_remedy(of->machine, of->facts));
}

void findings_of_plan(struct findings *findings, const struct situation *of)
{
	unsigned i;

	add_no_iommu(findings, of);
	for (i = 0; i < of->plan->n; i++) {
		const struct plan_step *step = &of->plan->step[i];

		if (step->verb == PLAN_RELEASE || step->verb == PLAN_KEEP ||
		    (step->verb == PLAN_BIND &&
		     step->reason != REASON_EVEN_IF_NEEDED) ||
		    is_without_iommu(of, step))
			continue;
		add_step(findings, of, step);
	}
}
