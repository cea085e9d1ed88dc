/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a plan, and holds the one table of verbs, reasons and sentences. Binder, host
 * tool and report all print through here, so that equal plans are equal text.
 * earlybind-plan(5) describes every line of the table.
 */
#include "plan.h"
#include "words.h"

static const char *const verb_words[] = {
	[PLAN_BIND] = "bind",
	[PLAN_RELEASE] = "release",
	[PLAN_WARN] = "warn",
	[PLAN_KEEP] = "keep",
	[PLAN_REFUSE] = "refuse",
	[PLAN_MISS] = "miss",
};

/*
 * In a sentence: %o is the address of the other function, %m " and N more" of those, %g
 * the IOMMU group, %p the place of the rule, %x "id is 8086:10d3 and not 10de:2206", the
 * first word of the rule that does not hold at its place, %i what turns the IOMMU on, %f
 * ", or add moved=follow" where the rule has not got it, %n why the host needs it.
 */
static const struct {
	const char *word;
	const char *sentence;
} reasons[REASON_MAX] = {
	[REASON_MATCHES] = { "matches", "matches" },
	[REASON_SAME_CARD] = { "same-card", "same card as %o" },
	[REASON_SAME_GROUP] = { "same-group", "same IOMMU group as %o" },
	[REASON_FOLLOWED] = { "followed", "moved here from %p" },
	[REASON_EVEN_IF_NEEDED] = { "even-if-needed", "%n, and is taken all the same: "
						      "even-if=needed" },
	[REASON_FRAMEBUFFER] = { "framebuffer", "firmware framebuffer" },
	[REASON_TEXT_SCREEN] = { "text-screen", "firmware text screen" },
	[REASON_GROUP_SHARED] = { "group-shared", "group %g also holds %o%m, which stays "
						  "with the host: a virtual machine "
						  "cannot use the group while a host "
						  "driver has it" },
	[REASON_DIRECT_REGION] = { "direct-region", "group %g has a reserved memory "
						    "region of type direct: a virtual "
						    "machine "
						    "will probably be refused this "
						    "device" },
	[REASON_NO_RESET] = { "no-reset", "has no reset method: it may not start a "
					  "second time without a reboot" },
	[REASON_KEPT] = { "kept", "kept by rule" },
	[REASON_KEPT_ELSEWHERE] = { "kept-elsewhere", "kept by rule: the device of the "
						      "rule is no longer at %p, and this "
						      "may be it" },
	[REASON_NEEDED_ROOT] = { "needed-root", "holds the root file system" },
	[REASON_NEEDED_BOOT] = { "needed-boot", "holds /boot or the EFI system "
						"partition" },
	[REASON_NEEDED_SWAP] = { "needed-swap", "holds swap space" },
	[REASON_NEEDED_RESUME] = { "needed-resume", "holds the image to resume from" },
	[REASON_NEEDED_MOUNT] = { "needed-mount", "holds a file system that the host "
						  "mounts" },
	[REASON_NEEDED_NET] = { "needed-net", "is the network that the root file system "
					      "needs" },
	[REASON_NEEDED_USE] = { "needed-use", "is in use by the host" },
	[REASON_TWIN] = { "twin", "is the twin of a device that a rule with moved=follow "
				  "names" },
	[REASON_NEEDED_ELSEWHERE] = { "needed-elsewhere", "may be the device that %n, "
							  "for that is not at its "
							  "place" },
	[REASON_STORAGE] = { "storage", "is storage that this image does not list as "
					"free: name it by path= together "
					"with id=, or by dsn=" },
	[REASON_STORAGE_TWIN] = { "storage-twin", "is of the same model as storage that "
						  "the host needs, and no serial number "
						  "tells them apart" },
	[REASON_STORAGE_FOREIGN] = { "storage-foreign", "is storage, and this image was "
							"made for another machine or "
							"another root=: name it by dsn=, "
							"or run earlybind sync here" },
	[REASON_HOST_UNKNOWN] = { "host-unknown", "may lead to the root, and this image "
						  "does not know the host: name it by "
						  "id=, or run earlybind sync" },
	[REASON_OTHER_DEVICE] = { "other-device", "is at the place that the rule names, "
						  "but its %x: correct the rule" },
	[REASON_OTHER_DEVICE_AT] = { "other-device-at", "is at the place that the rule "
							"names, but its %x; such a "
							"device is now at "
							"%o%m: correct the place%f" },
	[REASON_TWO_CANDIDATES] = { "two-candidates", "could be what moved away from %p, "
						      "but so could %o%m: name the new "
						      "place" },
	[REASON_BRIDGE] = { "bridge", "is a bridge: bridges stay with the host" },
	[REASON_NO_GROUP] = { "no-group", "is in no IOMMU group: %i" },
	[REASON_UNREADABLE_GROUP] = { "unreadable-group", "its IOMMU group cannot be "
							  "read" },
	[REASON_HAS_VFS] = { "has-vfs", "has virtual functions now, and VFIO takes no "
					"such device: bind those, or set its "
					"sriov_numvfs to 0" },
	[REASON_UNREADABLE_DSN] = { "unreadable-dsn", "its Device Serial Number cannot "
						      "be read: run as root, or drop "
						      "dsn=" },
	[REASON_LAST_DISPLAY] = { "last-display", "is the last display of this machine: "
						  "add \"set headless=yes\" to take it" },
	[REASON_HALF_CARD] = { "half-card", "goes with %o, which stays with the host: "
					    "half a card is no card" },
	[REASON_ABSENT] = { "absent", "no device matches" },
	[REASON_NOT_THERE] = { "not-there", "no device matches: there is none at %p" },
	[REASON_MOVED_AWAY] = { "moved-away", "no device at %p, but %o%m is such a "
					      "device: correct the place%f" },
	[REASON_PLACE_TAKEN] = { "place-taken", "%o is at %p, but its %x: correct the "
						"rule" },
	[REASON_SERIAL_UNKNOWN] = { "serial-unknown", "could be %o%m, whose Device "
						      "Serial Number cannot be read: run "
						      "as root" },
	[REASON_DISPLAY_UNKNOWN] = { "display-unknown", "could be %o%m, but which "
							"display the firmware's screen "
							"is on is not known: "
							"use path= or address=" },
};

const char *plan_verb_word(enum plan_verb verb)
{
	return verb_words[verb];
}

const char *plan_reason_word(enum reason reason)
{
	return reasons[reason].word;
}

static const char *iommu_remedy(const struct machine *m)
{
	if (machine_has_iommu(m))
		return "the IOMMU is on but leaves it out, so no virtual machine can "
		       "have it";
	switch (m->cpu) {
	case CPU_INTEL:
		return "turn on VT-d in the firmware or hypervisor and boot with "
		       "intel_iommu=on";
	case CPU_AMD:
		return "turn on the IOMMU (AMD-Vi) in the firmware or hypervisor";
	case CPU_ARM:
		return "turn on the SMMU in the firmware or hypervisor";
	case CPU_UNKNOWN:
		break;
	}
	return "turn on the IOMMU in the firmware or hypervisor";
}

/* A rule's id "10de:*" or "10de:2206". */
static void wanted_id_text(const struct match *match, struct text *t)
{
	pci_id_text(match->id, t);
	if (!match->any_device || t->n < 4 || t->full)
		return;
	t->n -= 4;
	text_char(t, '*');
}

static void classes_text(struct pci_classes classes, struct text *t)
{
	text_hex(t, classes.first, 6);
	if (classes.last == classes.first)
		return;
	text_char(t, '-');
	text_hex(t, classes.last, 6);
}

/* "id is 8086:10d3 and not 10de:2206" */
static void mismatch_text(const struct match *match, const struct machine *m, unsigned i,
			  struct text *t)
{
	const struct function *f = &m->fn[i];

	unsigned word = match_fails(match, m, i);

	switch (word) {
	case MATCH_ID:
		text_add(t, "id is ");
		pci_id_text(f->id, t);
		text_add(t, " and not ");
		wanted_id_text(match, t);
		return;
	case MATCH_SUBSYSTEM:
		text_add(t, "subsystem is ");
		pci_id_text(f->subsystem, t);
		text_add(t, " and not ");
		pci_id_text(match->subsystem, t);
		return;
	case MATCH_CLASS:
		text_add(t, "class is ");
		text_hex(t, f->class, 6);
		text_add(t, " and not ");
		classes_text(match->classes, t);
		return;
	case MATCH_DSN:
		text_add(t, "Device Serial Number is not ");
		pci_dsn_text(match->dsn, t);
		return;
	}
	text_add(t, words_name(word));
	text_add(t, "= does not hold");
}

static void more_text(unsigned more, struct text *t)
{
	if (more == 0)
		return;
	text_add(t, " and ");
	text_decimal(t, more);
	text_add(t, " more");
}

void plan_step_sentence(const struct plan_step *step, const struct rules *rules,
			const struct machine *m, struct text *t)
{
	const struct rule *rule = &rules->rule[step->rule];
	unsigned at = step->fn != NO_FUNCTION ? step->fn : step->other;
	const char *s;

	for (s = reasons[step->reason].sentence; *s; s++) {
		if (*s != '%') {
			text_char(t, *s);
			continue;
		}
		switch (*++s) {
		case 'o':
			pci_addr_text(m->fn[step->other].addr, t);
			break;
		case 'n':
			text_add(t, reasons[step->more].sentence);
			break;
		case 'm':
			more_text(step->more, t);
			break;
		case 'g':
			text_decimal(t, (uint64_t)m->fn[at].group);
			break;
		case 'p':
			rule_place_text(rule, t);
			break;
		case 'x':
			mismatch_text(&rule->match, m, at, t);
			break;
		case 'i':
			text_add(t, iommu_remedy(m));
			break;
		case 'f':
			if (rule->moved != MOVED_FOLLOW)
				text_add(t, ", or add moved=follow");
			break;
		}
	}
}

/* The columns of the five words; cosmetic. */
enum { COLUMN_ADDRESS = 8, COLUMN_ID = 21, COLUMN_DRIVER = 31, COLUMN_SOURCE = 40,
       COLUMN_SENTENCE = 50 };

void plan_step_text(const struct plan_step *step, const struct rules *rules,
		    const struct machine *m, struct text *t)
{
	const struct rule *rule = &rules->rule[step->rule];
	size_t start = t->n;

	text_add(t, verb_words[step->verb]);
	text_pad(t, start + COLUMN_ADDRESS);
	if (step->fn != NO_FUNCTION)
		pci_addr_text(m->fn[step->fn].addr, t);
	else
		text_char(t, '-');
	text_pad(t, start + COLUMN_ID);
	if (step->fn != NO_FUNCTION)
		pci_id_text(m->fn[step->fn].id, t);
	else if (rule->match.words & MATCH_ID)
		wanted_id_text(&rule->match, t);
	else
		text_char(t, '-');
	text_pad(t, start + COLUMN_DRIVER);
	if (step->verb == PLAN_BIND)
		text_span(t, rule->driver);
	else
		text_char(t, '-');
	text_pad(t, start + COLUMN_SOURCE);
	rule_source_text(rule, t);
	text_pad(t, start + COLUMN_SENTENCE);
	plan_step_sentence(step, rules, m, t);
}
