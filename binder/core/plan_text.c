/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a plan, with the sentences of reasons.h. Binder, host tool and report all print
 * through here, so that equal plans are equal text.
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

/* Name, sentence, name, sentence … */
static const char reasons[] =
#define REASON(name, word, sentence) word "\0" sentence "\0"
#include "reasons.h"
#undef REASON
;

const char *plan_verb_word(enum plan_verb verb)
{
	return verb_words[verb];
}

const char *plan_reason_word(enum reason reason)
{
	return text_nth(reasons, 2u * reason);
}

static const char *sentence_of(enum reason reason)
{
	return text_nth(reasons, 2u * reason + 1);
}

enum reason plan_reason_read(struct span word)
{
	unsigned i = 0;

	while (i < REASON_MAX && !span_is(word, plan_reason_word((enum reason)i)))
		i++;
	return (enum reason)i;
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

size_t plan_step_sentence(const struct plan_step *step, const struct rules *rules,
			  const struct machine *m, struct text *t)
{
	const struct rule *rule = &rules->rule[step->rule];
	unsigned at = step->fn != NO_FUNCTION ? step->fn : step->other;
	size_t end = 0;
	const char *s;

	for (s = sentence_of((enum reason)step->reason); *s; s++) {
		if (*s != '%') {
			text_char(t, *s);
			continue;
		}
		switch (*++s) {
		case ':':
			end = t->n;
			text_char(t, ':');
			break;
		case 'o':
			pci_addr_text(m->fn[step->other].addr, t);
			break;
		case 'n':
			text_add(t, sentence_of((enum reason)step->more));
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
	return end;
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
	if (step->verb == PLAN_BIND && rule->driver.n > 0)
		text_span(t, rule->driver);
	else
		text_char(t, '-');
	text_pad(t, start + COLUMN_SOURCE);
	rule_source_text(rule, t);
	text_pad(t, start + COLUMN_SENTENCE);
	plan_step_sentence(step, rules, m, t);
	text_add(t, " [");
	text_add(t, plan_reason_word(step->reason));
	text_char(t, ']');
}
