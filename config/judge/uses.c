/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about what the host has on the devices that the config takes, and could do
 * without: that much is not refused, but nobody should be surprised by it. Said of what
 * is taken once the IOMMU is on, too.
 */
#include "judge/findings.h"

static const struct {
	enum severity severity;
	const char *reason;
	const char *remedy;
} kinds[] = {
	[HOST_FILES] = { FINDING_NOTE, "takes-files",
		"nothing, if a virtual machine should have that; else keep the device" },
	[HOST_SWAP] = { FINDING_WARNING, "takes-files", "keep the device" },
	[HOST_NET] = { FINDING_NOTE, "takes-network",
		"nothing, if the host has another way to that network" },
	[HOST_ROUTE] = { FINDING_WARNING, "takes-network",
		"be sure that the host has another way to its network, or take another "
		"card" },
	[HOST_CONSOLE] = { FINDING_WARNING, "takes-console",
		"be sure that you can log in another way" },
	[HOST_KEYBOARD] = { FINDING_WARNING, "takes-keyboard",
		"plug a keyboard into another controller, or be sure that you can log in "
		"another way" },
};

/* Starts a finding about function i, which that rule takes. */
static struct finding *add(struct findings *findings, const struct situation *of,
			   unsigned i, enum severity severity, const char *reason,
			   struct text *t)
{
	struct finding *finding = findings_add(findings, severity, reason, t);

	finding->fn = (uint16_t)i;
	findings_at_rule(finding, of, findings_taker(of, i));
	pci_addr_text(of->machine->fn[i].addr, t);
	return finding;
}

/* The first of that kind, and how many more there are. */
static void add_holds(struct findings *findings, const struct situation *of, unsigned i,
		      enum host_kind kind)
{
	const struct host_hold *hold, *first = NULL;
	unsigned at = 0, n = 0;
	struct text t;

	while ((hold = host_next_hold(of->host, i, &at)))
		if (hold->kind == kind && n++ == 0)
			first = hold;
	if (!first)
		return;
	findings_remedy(add(findings, of, i, kinds[kind].severity, kinds[kind].reason,
			    &t), kinds[kind].remedy);
	text_add(&t, " holds ");
	text_add(&t, first->text);
	if (n > 1) {
		text_add(&t, ", and ");
		text_decimal(&t, n - 1);
		text_add(&t, " more");
	}
	text_add(&t, ", which the host will not have any more");
}

/* AMD's and Hygon's, drivers/crypto/ccp/sp-pci.c: the firmware's TPM runs on it. */
static void add_security(struct findings *findings, const struct situation *of,
			 unsigned i)
{
	const struct function *f = &of->machine->fn[i];
	struct text t;

	if (f->class >> 8 != 0x1080 || (f->id.vendor != 0x1022 && f->id.vendor != 0x1d94))
		return;
	findings_remedy(add(findings, of, i, FINDING_WARNING, "takes-security", &t),
			"keep it, and give the others of its slot rules of their own, "
			"without with=card");
	text_add(&t, " is the processor's own security processor (fTPM, PSP), which the "
		 "firmware and the host's TPM may need");
}

/* They are made by the driver that the card has on the host. */
static void add_virtual(struct findings *findings, const struct situation *of,
			unsigned i)
{
	const struct machine *m = of->machine;
	unsigned j, n = 0;
	struct text t;

	for (j = 0; j < m->n; j++)
		n += m->fn[j].is_vf && pci_addr_compare(m->fn[j].pf, m->fn[i].addr) == 0;
	if (n == 0)
		return;
	findings_remedy(add(findings, of, i, FINDING_WARNING, "takes-virtual", &t),
			"name one of them where that is what you want to give away");
	text_add(&t, " has ");
	text_decimal(&t, n);
	text_add(&t, n > 1 ? " virtual functions" : " virtual function");
	text_add(&t, ", which the host's driver makes: without it there are none");
}

unsigned findings_keyboards(const struct situation *of, bool is_now)
{
	unsigned i, n = 0, first = NO_FUNCTION;

	for (i = 0; i < of->machine->n && !of->host->has_fixed_keyboard; i++) {
		if (!of->host->has_keyboard[i])
			continue;
		if (findings_taker(of, i) == NO_RULE ||
		    (is_now && !plan_binds(of->plan, i)))
			return NO_FUNCTION;
		if (n++ == 0)
			first = i;
	}
	return n > 1 ? first : NO_FUNCTION;
}

/* Where a passphrase is asked for, "prompt-unanswered" says more. */
static bool is_told(const struct situation *of, unsigned i, enum host_kind kind)
{
	return kind == HOST_KEYBOARD && of->facts->asks_for[0] &&
	       !of->facts->has_serial && plan_binds(of->plan, i);
}

static void add_keyboards(struct findings *findings, const struct situation *of)
{
	unsigned i = findings_keyboards(of, false);
	struct text t;

	if (i == NO_FUNCTION || is_told(of, i, HOST_KEYBOARD))
		return;
	findings_remedy(add(findings, of, i, kinds[HOST_KEYBOARD].severity,
			    kinds[HOST_KEYBOARD].reason, &t),
			kinds[HOST_KEYBOARD].remedy);
	text_add(&t, " has a keyboard, as others that are taken have: none is left");
}

void findings_of_uses(struct findings *findings, const struct situation *of)
{
	unsigned i, kind;

	for (i = 0; i < of->machine->n; i++) {
		if (findings_taker(of, i) == NO_RULE)
			continue;
		for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
			if (!is_told(of, i, kind))
				add_holds(findings, of, i, kind);
		add_security(findings, of, i);
		add_virtual(findings, of, i);
	}
	add_keyboards(findings, of);
}
