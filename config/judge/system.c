/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about the operating system: what the host needs and could not be found,
 * installed kernels, and what does not agree with the config.
 */
#include "judge/findings.h"

/* Whether an image.conf was given that knows a host. */
static bool has_image(const struct rules *rules)
{
	unsigned i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].source == SOURCE_IMAGE)
			return true;
	return false;
}

static void add_host(struct findings *findings, const struct situation *of)
{
	const struct host *host = of->host;
	struct finding *finding;
	struct text t;
	unsigned i;

	if (!host->is_known && has_image(of->rules))
		return;
	if (!host->is_known) {
		finding = findings_add(findings, FINDING_NOTE, "host-unknown", &t);
		text_add(&t, "which disks the host needs is not known, so that none is "
			 "free and none is protected: ");
		text_add(&t, host->why);
		findings_remedy(finding, "run this on the host itself, or give its "
				"image.conf with --image");
		return;
	}
	for (i = 0; i < host->n_notes; i++) {
		finding = findings_add(findings, host->is_unsure ? FINDING_WARNING :
				       FINDING_NOTE, "host-unclear", &t);
		text_add(&t, host->note[i]);
		findings_remedy(finding, host->is_unsure ? "correct that; until then no "
				"storage is free" : "nothing, if that is on purpose");
	}
}

static void add_unread(struct findings *findings, const struct facts *facts)
{
	struct finding *finding;
	struct text t;

	if (facts->n_unread == 0)
		return;
	finding = findings_add(findings, FINDING_WARNING, "unread-device", &t);
	pci_addr_text(facts->unread, &t);
	if (facts->n_unread > 1) {
		text_add(&t, " and ");
		text_decimal(&t, facts->n_unread - 1);
		text_add(&t, " more");
	}
	text_add(&t, " cannot be read, so that no rule knows of it");
	findings_remedy(finding, "run as root; if that does not help, look for the "
			"device in the kernel log");
}

static struct finding *add_kernel(struct findings *findings, const struct kernel *kernel,
				  enum severity severity, const char *reason,
				  struct text *t)
{
	struct finding *finding = findings_add(findings, severity, reason, t);

	text_add(t, "kernel ");
	text_add(t, kernel->name);
	return finding;
}

static void add_kernels(struct findings *findings, const struct situation *of)
{
	unsigned i;

	for (i = 0; i < of->facts->n_kernels; i++) {
		const struct kernel *kernel = &of->facts->kernel[i];
		struct finding *finding;
		struct text t;

		if (kernel->lacks == NO_RULE)
			continue;
		finding = add_kernel(findings, kernel, FINDING_ERROR, "no-module", &t);
		findings_at_rule(finding, of, kernel->lacks);
		text_add(&t, " has no module ");
		text_span(&t, of->rules->rule[kernel->lacks].driver);
		text_add(&t, ", so that it cannot bind what this rule takes");
		findings_remedy(finding, "install what has it (on some systems a package "
				"linux-modules-extra), or name another driver");
	}
}

/* What no setting can fix, and a patch need not. */
static void add_parts(struct findings *findings, const struct situation *of)
{
	unsigned i, k;

	for (i = 0; i < of->facts->n_kernels; i++) {
		const struct kernel *kernel = &of->facts->kernel[i];
		struct finding *finding;
		bool is_second = false;
		struct text t;

		if (!kernel->lacks_parts || !rules_have_bind(of->rules))
			continue;
		finding = add_kernel(findings, kernel, FINDING_WARNING, "kernel-option",
				     &t);
		text_add(&t, " was built without ");
		for (k = 0; k < KERNEL_PARTS; k++) {
			if (!(kernel->lacks_parts & 1u << k))
				continue;
			text_add(&t, is_second ? ", " : "");
			text_add(&t, facts_part_name((enum kernel_part)k));
			is_second = true;
		}
		text_add(&t, ": no guest can use a device with it");
		findings_remedy(finding, "boot a kernel that has it, as those of the "
				"distributions do; none needs a patch");
	}
}

static bool is_first_built_in(const struct facts *facts, unsigned i)
{
	unsigned k;

	for (k = 0; k < i; k++)
		if (facts->built_in[k].fn == facts->built_in[i].fn)
			return false;
	return true;
}

static void add_built_in(struct findings *findings, const struct situation *of,
			 const struct built_in *built_in)
{
	const struct plan_step *step = plan_binds(of->plan, built_in->fn);
	const struct function *f = &of->machine->fn[built_in->fn];
	bool is_display = function_is_display(f);
	struct finding *finding;
	struct text t;

	if (!step)
		return;
	finding = findings_add(findings, is_display ? FINDING_WARNING : FINDING_NOTE,
			       "built-in", &t);
	findings_at_rule(finding, of, step->rule);
	finding->fn = built_in->fn;
	pci_addr_text(f->addr, &t);
	text_add(&t, ": its own driver ");
	text_add(&t, built_in->driver);
	text_add(&t, " is built into kernel ");
	text_add(&t, of->facts->kernel[built_in->kernel].name);
	text_add(&t, " and has the device before earlybind starts");
	findings_remedy(finding, is_display ? "such a driver is not unbound while it "
			"drives a screen; use a kernel that has it as a module" :
			"nothing, earlybind unbinds it");
}

void findings_of_system(struct findings *findings, const struct situation *of)
{
	unsigned i;

	add_host(findings, of);
	add_unread(findings, of->facts);
	add_kernels(findings, of);
	add_parts(findings, of);
	for (i = 0; i < of->facts->n_built_ins; i++)
		if (is_first_built_in(of->facts, i))
			add_built_in(findings, of, &of->facts->built_in[i]);
	findings_of_leftovers(findings, of);
}
