/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel command line: mode, rules and parameters of modules. */
#include "core/cmdline.h"
#include "fuzz.h"

/* Parts of the text, and nothing beside it. */
static void look_at(struct span param, struct span value, void *with)
{
	const struct span *text = with;

	MUST(param.n > 0 && param.s >= text->s);
	MUST(param.s + param.n <= text->s + text->n);
	MUST(!value.s || (value.s > param.s && value.s + value.n <= text->s + text->n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules rules;
	struct span text = fuzz_text(data, size);
	struct cmdline cmdline;
	struct fault fault;
	int r;

	rules_init(&rules);
	cmdline_parse(&cmdline, text);
	MUST(cmdline.mode != CMDLINE_OFF || cmdline.off.n > 0);
	cmdline_params(&cmdline, SPAN("vfio-pci"), look_at, &text);
	r = cmdline_rules(&cmdline, &rules, &fault);
	if (r < 0) {
		fault.line = 0;		/* counts rules, not lines */
		fuzz_fault(&fault, r, text);
	} else {
		fuzz_plan(&rules, fuzz_machine());
	}
	fuzz_free(text);
	return 0;
}
