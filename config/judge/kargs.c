/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernel arguments the rules want: only what the kernel has to do before there is
 * userspace. The list of devices stays in the config. Pure: survey.c reads the facts.
 */
#include "judge/kargs.h"

#include "words/edit.h"

void kargs_assume_iommu(struct machine *m)
{
	unsigned i;

	if (machine_has_iommu(m))
		return;
	for (i = 0; i < m->n; i++) {
		struct function *f = &m->fn[i];

		if (f->group != GROUP_NONE)
			continue;
		f->group = (int32_t)i;
		if (i > 0 && !f->is_vf && !f[-1].is_vf && f[-1].group >= 0 &&
		    function_same_slot(f, f - 1))
			f->group = f[-1].group;
	}
}

struct karg *kargs_next(struct kargs *kargs, struct text *word, struct text *why)
{
	struct karg *arg = &kargs->arg[kargs->n];

	text_init(word, arg->word, sizeof(arg->word));
	text_init(why, arg->why, sizeof(arg->why));
	return arg;
}

static void add_arg(struct kargs *kargs, const char *word, const char *why)
{
	struct text w, y;

	kargs_next(kargs, &w, &y);
	text_add(&w, word);
	text_add(&y, why);
	kargs->n++;
}

struct text kargs_note(struct kargs *kargs)
{
	struct text t;

	if (kargs->n_notes == KARG_NOTES_MAX) {
		kargs->n_lost++;
		kargs->n_notes--;
	}
	text_init(&t, kargs->note[kargs->n_notes++], FAULT_SIZE);
	return t;
}

/* Whether a rule is for a device that is not here today: in a box that is not plugged in,
 * or taken out for a day. */
static bool waits(const struct situation *of, const struct rule *rule)
{
	unsigned i;

	if (rule->verb != RULE_BIND || !rule_needs_group(rule))
		return false;
	for (i = 0; i < of->machine->n; i++)
		if (match_place(&rule->match, of->machine, i) &&
		    match_rest(&rule->match, of->machine, i) != ANSWER_NO)
			return false;
	return true;
}

static bool needs_iommu(const struct situation *of)
{
	unsigned i;

	for (i = 0; i < of->rules->n; i++)
		if (waits(of, &of->rules->rule[i]))
			return true;
	for (i = 0; i < of->plan->n; i++)
		if (findings_needs_iommu(of, &of->plan->step[i]))
			return true;
	return false;
}

/* AMD's is on wherever the firmware offers it, and amd_iommu=on is not an option of any
 * kernel: drivers/iommu/amd/init.c:parse_amd_iommu_options. iommu=pt is for x86,
 * iommu.passthrough= for all: Documentation/admin-guide/kernel-parameters.txt. */
static void add_iommu(struct kargs *kargs, const struct situation *of)
{
	bool is_pt = of->rules->iommu == IOMMU_PT;
	struct text t;

	if (of->rules->iommu == IOMMU_NONE || !needs_iommu(of))
		return;
	switch (of->machine->cpu) {
	case CPU_INTEL:
		add_arg(kargs, "intel_iommu=on", "turns the IOMMU on, which many kernels "
			"leave off on Intel processors");
		break;
	case CPU_AMD:
		break;
	case CPU_ARM:
		if (is_pt && of->facts->has_smmu)
			add_arg(kargs, "iommu.passthrough=1", "devices that stay with "
				"the host are not slowed down by the SMMU");
		return;
	case CPU_UNKNOWN:
		t = kargs_note(kargs);
		text_add(&t, "no IOMMU argument: the kind of processor is not known");
		return;
	}
	if (is_pt)
		add_arg(kargs, "iommu=pt", "devices that stay with the host are not "
			"slowed down by the IOMMU");
}

static const struct kernel *kernel_with_option(const struct situation *of, unsigned o)
{
	unsigned k;

	for (k = 0; k < of->facts->n_kernels; k++)
		if (of->facts->kernel[k].has_option[o])
			return &of->facts->kernel[k];
	return NULL;
}

static void add_option(struct kargs *kargs, const struct situation *of, unsigned o)
{
	const struct module_option *option = &of->rules->option[o];
	const struct kernel *kernel = kernel_with_option(of, o);
	struct text word, why;

	if (!kernel)
		return;
	kargs_next(kargs, &word, &why);
	text_span(&word, option->module);
	text_char(&word, '.');
	text_span(&word, option->param);
	text_char(&word, '=');
	text_span(&word, option->value);
	if (word.full || !edit_is_plain_word(option->value)) {
		why = kargs_note(kargs);
		text_span(&why, option->module);
		text_char(&why, '.');
		text_span(&why, option->param);
		text_add(&why, "= is left out: a boot loader may misread its value, "
			 "which has characters other than letters, digits and "
			 "-_.,:=/+@%");
		return;
	}
	text_span(&why, option->module);
	text_add(&why, " is built into kernel ");
	text_add(&why, kernel->name);
	kargs->n++;
}

static void add_screen(struct kargs *kargs, const struct situation *of)
{
	const char *argument;
	struct text word, why;

	kargs_next(kargs, &word, &why);
	argument = findings_no_screen(of, &why);
	if (!argument)
		return;
	text_add(&word, argument);
	kargs->n++;
}

void kargs_make(struct kargs *kargs, const struct situation *of)
{
	unsigned i;

	kargs->n = 0;
	kargs->n_notes = 0;
	kargs->n_lost = 0;
	if (of->machine->n == 0 && rules_have_bind(of->rules)) {
		struct text t = kargs_note(kargs);

		text_add(&t, "there are no PCI devices here, so that no rule wants "
			 "anything: give the machine with --machine");
	}
	if (of->machine->n > 0)
		add_iommu(kargs, of);
	if (plan_count(of->plan, PLAN_BIND) == 0)
		return;
	kargs_add_ids(kargs, of, "vfio-pci");
	kargs_add_ids(kargs, of, "pci-stub");
	for (i = 0; i < of->rules->n_options; i++)
		add_option(kargs, of, i);
	add_screen(kargs, of);
}

void kargs_text(const struct kargs *kargs, struct text *t)
{
	unsigned i;

	for (i = 0; i < kargs->n; i++) {
		if (i > 0)
			text_char(t, ' ');
		text_add(t, kargs->arg[i].word);
	}
}
