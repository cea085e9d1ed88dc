/* SPDX-License-Identifier: GPL-2.0-or-later */
/* earlybind.conf: any bytes are rules that can be planned, or a fault with a place. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules rules;
	struct span text = fuzz_text(data, size);
	struct fault fault;
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, SOURCE_CONF, "conf", text, &fault);
	if (r < 0)
		fuzz_fault(&fault, r, text);
	else
		fuzz_plan(&rules, fuzz_machine());
	fuzz_free(text);
	return 0;
}
