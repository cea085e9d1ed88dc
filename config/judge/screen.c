/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about the firmware's screen: who loses it, and what of it stays in the way of
 * a virtual machine.
 */
#include <string.h>

#include "judge/findings.h"

/* The text console's name; all others are memory that a framebuffer holds. */
#define TEXT_CONSOLE "VGA+"

#define NO_SYSFB "initcall_blacklist=sysfb_init"
#define NO_COREBOOT "initcall_blacklist=framebuffer_driver_init"

static struct finding *add(struct findings *findings, const struct situation *of,
			   unsigned fn, enum severity severity, const char *reason,
			   struct text *t)
{
	struct finding *finding = findings_add(findings, severity, reason, t);

	finding->fn = (uint16_t)fn;
	findings_at_rule(finding, of, plan_binds(of->plan, fn)->rule);
	return finding;
}

static bool has_other_screen(const struct situation *of)
{
	unsigned i;

	for (i = 0; i < of->machine->n; i++)
		if (function_is_screen(&of->machine->fn[i]) && !plan_binds(of->plan, i))
			return true;
	return false;
}

/* Where a passphrase is asked for, "prompt-unseen" says more. */
static void add_boot_display(struct findings *findings, const struct situation *of)
{
	unsigned boot = machine_boot_display(of->machine);
	bool has_other = has_other_screen(of);
	struct finding *finding;
	struct text t;

	if (boot == NO_FUNCTION || !plan_binds(of->plan, boot) ||
	    (of->facts->asks_passphrase == FACT_YES && !of->facts->has_serial))
		return;
	finding = add(findings, of, boot, has_other ? FINDING_WARNING : FINDING_NOTE,
		      "boot-display", &t);
	pci_addr_text(of->machine->fn[boot].addr, &t);
	text_add(&t, " has the firmware's screen: what the boot shows stops there when "
		 "it is taken");
	findings_remedy(finding, has_other ? "make another display the primary one in "
			"the firmware, or see that its driver is in the image (dracut "
			"--add-drivers)" :
			"no display is left, so be sure that you can log in another way");
}

/* Then it may be any: told of once. */
static void add_unknown_display(struct findings *findings, const struct situation *of)
{
	struct finding *finding;
	struct text t;
	unsigned i;

	if (machine_boot_display(of->machine) != NO_FUNCTION)
		return;
	for (i = 0; i < of->machine->n; i++)
		if (function_is_screen(&of->machine->fn[i]) && plan_binds(of->plan, i))
			break;
	if (i == of->machine->n)
		return;
	finding = add(findings, of, i, FINDING_NOTE, "boot-display-unknown", &t);
	pci_addr_text(of->machine->fn[i].addr, &t);
	text_add(&t, " may be the boot display, which is not known here: then the "
		 "console goes dark when it is taken");
	findings_remedy(finding, "see to it that you can log in another way");
}

/* What belongs to the device and not to its driver, so that it outlives an unbind: BOOTFB
 * (drivers/firmware/sysfb_simplefb.c), or what coreboot told of. */
static bool will_stay(const struct situation *of, const struct plan_step *step)
{
	const struct screen_region *region = &of->facts->region;

	return of->facts->has_region &&
	       (strcmp(region->name, "BOOTFB") == 0 ||
		screen_is_coreboot(span_of(region->name))) &&
	       pci_addr_compare(region->addr, of->machine->fn[step->fn].addr) == 0 &&
	       /* if it does not, the report of the boot knows */
	       !screen_may_evict(&of->machine->fn[step->fn],
				 of->rules->rule[step->rule].driver);
}

static bool has_stayed(const struct facts *facts)
{
	return facts->screen_stays[0] && strcmp(facts->screen_stays, TEXT_CONSOLE) != 0;
}

/* Without the initcall that makes the framebuffer of this name there is none. */
static const char *argument_of(const char *name)
{
	return screen_is_coreboot(span_of(name)) ? NO_COREBOOT : NO_SYSFB;
}

const char *findings_no_screen(const struct situation *of, struct text *t)
{
	const struct plan_step *step = plan_releases(of->plan);
	const struct facts *facts = of->facts;
	const char *name = NULL, *used = NULL;

	if (!step)
		return NULL;
	if (has_stayed(facts))
		name = facts->screen_stays;
	else if (will_stay(of, step))
		name = facts->region.name;
	else if (findings_has_argument(facts, NO_SYSFB))
		used = NO_SYSFB;
	else if (findings_has_argument(facts, NO_COREBOOT))
		used = NO_COREBOOT;
	if (!name && !used)
		return NULL;
	pci_addr_text(of->machine->fn[step->fn].addr, t);
	text_add(t, ": a framebuffer of the firmware in its memory ");
	if (used) {
		text_add(t, "would be made without this argument, which is in use");
		return used;
	}
	text_char(t, '(');
	text_add(t, name);
	text_add(t, has_stayed(facts) ? ") stayed when it was bound" :
		 ") stays when it is bound");
	return argument_of(name);
}

static void add_stays(struct findings *findings, const struct situation *of)
{
	const struct plan_step *step = plan_releases(of->plan);
	char why[FAULT_SIZE], what[FAULT_SIZE];
	struct text w = TEXT_IN(why), remedy = TEXT_IN(what), t;
	const char *argument = findings_no_screen(of, &w);
	struct finding *finding;
	bool is_in_use;

	if (!argument)
		return;
	is_in_use = findings_has_argument(of->facts, argument);
	if (is_in_use && !has_stayed(of->facts))
		return;
	finding = add(findings, of, step->fn, FINDING_WARNING, "framebuffer-stays", &t);
	text_add(&t, why);
	text_add(&t, ", and a virtual machine is refused that memory");
	text_add(&remedy, is_in_use ? "this kernel ignores " : "boot with ");
	text_add(&remedy, argument);
	text_add(&remedy, is_in_use ? ", as those built with Clang's LTO do: use another "
		 "kernel" : ", which earlybind args prints");
	findings_remedy(finding, what);
}

static void add_text_stays(struct findings *findings, const struct situation *of)
{
	const struct plan_step *step = plan_releases(of->plan);
	struct finding *finding;
	struct text t;

	if (!step || strcmp(of->facts->screen_stays, TEXT_CONSOLE) != 0)
		return;
	finding = add(findings, of, step->fn, FINDING_WARNING, "text-stays", &t);
	pci_addr_text(of->machine->fn[step->fn].addr, &t);
	text_add(&t, " was bound, and the kernel still writes text through it");
	findings_remedy(finding, "use Linux 6.0 or later, or let the boot loader set a "
			"graphics mode (GRUB: GRUB_GFXPAYLOAD_LINUX=keep)");
}

static void add_lost(struct findings *findings, const struct situation *of)
{
	struct finding *finding;
	struct text t;

	if (!of->facts->lost_screen)
		return;
	finding = findings_add(findings, FINDING_WARNING, "screen-lost", &t);
	text_add(&t, "at this boot the kernel took the firmware's screen away from a "
		 "card that stays with the host, as Linux 6.1 does");
	findings_remedy(finding, "use a later kernel, or see that the driver of that "
			"card is in the image (dracut --add-drivers)");
}

void findings_of_screen(struct findings *findings, const struct situation *of)
{
	add_boot_display(findings, of);
	add_unknown_display(findings, of);
	add_stays(findings, of);
	add_text_stays(findings, of);
	add_lost(findings, of);
}
