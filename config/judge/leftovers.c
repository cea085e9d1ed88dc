/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about what older recipes left behind, and about other programs that take
 * devices: what it does, or that it does nothing any more.
 */
#include <string.h>

#include "judge/findings.h"
#include "judge/kargs.h"

/* What to say of each kind; NULL is made up below. */
static const struct {
	enum severity severity;
	const char *reason;
	const char *text;
	const char *remedy;
} leftovers[] = {
	[LEFTOVER_SOFTDEP] = { FINDING_NOTE, "old-softdep",
		" is not needed: earlybind runs before all modules load",
		"delete the line" },
	[LEFTOVER_IDS] = { FINDING_WARNING, "old-ids",
		" takes every device with that id, whatever the config says, when the "
		"module is loaded by anything but earlybind",
		"delete the line" },
	[LEFTOVER_OPTIONS] = { FINDING_WARNING, "old-options",
		" has no effect where earlybind loads the module",
		NULL },
	[LEFTOVER_INSTALL] = { FINDING_WARNING, "old-install",
		" runs a script that binds devices on its own",
		"delete the line and the script" },
	[LEFTOVER_ARGUMENT] = { FINDING_WARNING, "old-argument",
		" takes every device with that id, whatever the config says",
		"remove it from the kernel arguments" },
	[LEFTOVER_PRELOAD] = { FINDING_NOTE, "old-preload",
		" is not needed: earlybind loads the module",
		"remove it from the kernel arguments" },
	[LEFTOVER_NOTHING] = { FINDING_NOTE, "old-nothing",
		" is not a value that the kernel knows: AMD's IOMMU is on where the "
		"firmware offers it",
		"remove it from the kernel arguments" },
	[LEFTOVER_VIDEO] = { FINDING_NOTE, "old-video",
		" turns off one driver of the firmware's screen in every boot, and newer "
		"kernels use another one",
		"remove it from the kernel arguments" },
	[LEFTOVER_FORCE] = { FINDING_NOTE, "old-force-drivers",
		" is not needed: earlybind brings its modules",
		"delete the line" },
	[LEFTOVER_MODULES] = { FINDING_NOTE, "old-modules",
		" is not needed: earlybind loads its modules",
		"delete the line" },
	[LEFTOVER_UDEV] = { FINDING_WARNING, "old-udev",
		" sets a driver for each such device when it appears, after earlybind "
		"and whatever the config says",
		"delete the line" },
	[LEFTOVER_SCRIPT] = { FINDING_WARNING, "old-script",
		" binds devices on its own, in images that initramfs-tools makes",
		"delete the file, then update-initramfs -u" },
	[LEFTOVER_ARRAY] = { FINDING_NOTE, "old-mkinitcpio",
		" is not needed: earlybind loads its modules",
		"take the vfio modules out of MODULES" },
	[LEFTOVER_HOOK] = { FINDING_WARNING, "old-hook",
		" binds devices on its own, in images that mkinitcpio makes",
		"delete the file, and its name in HOOKS" },
	[LEFTOVER_DRIVERCTL] = { FINDING_WARNING, "old-driverctl", NULL, NULL },
};

/* driverctl(8) acts when udev sees the device in the real root: after us. */
static void judge_driverctl(struct finding *finding, const struct situation *of,
			    const struct leftover *old, struct text *t)
{
	char words[FAULT_SIZE];
	struct text remedy = TEXT_IN(words);
	const struct plan_step *step;
	struct pci_addr addr;
	unsigned fn;

	if (facts_driverctl_addr(old->file, &addr) < 0)
		return;
	fn = machine_at(of->machine, addr);
	finding->fn = (uint16_t)fn;
	step = fn == NO_FUNCTION ? NULL : plan_binds(of->plan, fn);
	if (!step) {
		text_add(t, " takes the device, which no rule binds, later than "
			 "earlybind would; newer versions may take others of its "
			 "kind, too");
		text_add(&remedy, "write a bind rule for ");
		pci_addr_text(addr, &remedy);
		text_add(&remedy, " and delete the file");
	} else if (span_same_name(of->rules->rule[step->rule].driver,
				  span_of(old->text))) {
		finding->severity = FINDING_NOTE;
		text_add(t, " is what the config wants, and is set again later");
	} else {
		text_add(t, " gets the device later, and earlybind's driver loses it");
	}
	findings_remedy(finding, remedy.n > 0 ? words : "delete the file");
}

/* What a package has installed comes back with its next version. */
static void udev_remedy(const struct leftover *old, struct text *t)
{
	if (!span_starts(span_of(old->file), "/usr/lib/")) {
		text_add(t, leftovers[old->kind].remedy);
		return;
	}
	text_add(t, "ln -s /dev/null /etc/udev/rules.d/");
	text_span(t, span_last(span_of(old->file), '/'));
}

/* "options MODULE NAME=VALUE" */
static void option_remedy(const struct leftover *old, struct text *t)
{
	struct span rest = span_of(old->text);

	span_cut_word(&rest);
	text_add(t, "write the option into the config as set ");
	text_span(t, span_cut_word(&rest));
	text_add(t, ".NAME=VALUE and delete the line");
}

static void judge(struct finding *finding, const struct situation *of,
		  const struct leftover *old, struct text *t)
{
	char words[FAULT_SIZE];
	struct text remedy = TEXT_IN(words);

	if (old->dead) {
		finding->severity = FINDING_NOTE;
		text_add(t, " has no effect: ");
		text_add(t, old->dead);
		findings_remedy(finding, "delete it");
		return;
	}
	if (old->kind == LEFTOVER_DRIVERCTL) {
		judge_driverctl(finding, of, old, t);
		return;
	}
	text_add(t, leftovers[old->kind].text);
	if (old->kind == LEFTOVER_UDEV)
		udev_remedy(old, &remedy);
	else if (old->kind == LEFTOVER_OPTIONS)
		option_remedy(old, &remedy);
	else
		text_add(&remedy, leftovers[old->kind].remedy);
	findings_remedy(finding, words);
}

/* An argument that earlybind args itself asks for is none of an older recipe. */
static bool is_wanted(const struct leftover *old, const struct kargs *kargs)
{
	size_t n = strlen(old->text);
	unsigned i;

	for (i = 0; old->kind == LEFTOVER_ARGUMENT && i < kargs->n; i++)
		if (strncmp(kargs->arg[i].word, old->text, n) == 0 &&
		    (kargs->arg[i].word[n] == '\0' || n == sizeof(old->text) - 1))
			return true;
	return false;
}

/* Where the devices are named, nobody has to look them up. */
static void point_to_import(struct findings *findings)
{
	struct text words;
	struct finding *finding = findings_add(findings, FINDING_NOTE, "old-recipe",
					       &words);

	text_add(&words, "older recipes name devices to bind");
	findings_remedy(finding, "earlybind import prints the rules for these, and the "
			"lines to remove");
}

void findings_of_leftovers(struct findings *findings, const struct situation *of)
{
	static struct kargs kargs;
	bool has_devices = false;
	struct text words;
	unsigned i;

	if (of->facts->n_leftovers > 0)
		kargs_make(&kargs, of);
	if (of->facts->lost_leftovers) {
		findings_add(findings, FINDING_NOTE, "old-more", &words);
		text_add(&words, "there are more lines of older recipes than the limit "
			 "LEFTOVERS_MAX, 256");
	}

	for (i = 0; i < of->facts->n_leftovers; i++) {
		const struct leftover *old = &of->facts->leftover[i];
		struct finding *finding;
		struct text t;

		if (is_wanted(old, &kargs))
			continue;
		has_devices |= old->devices[0] != '\0';
		finding = findings_add(findings, leftovers[old->kind].severity,
				       leftovers[old->kind].reason, &t);
		finding->file = old->file;
		finding->line = old->line;
		text_char(&t, '"');
		text_quote(&t, span_of(old->text));
		text_char(&t, '"');
		judge(finding, of, old, &t);
	}
	if (has_devices)
		point_to_import(findings);
}
