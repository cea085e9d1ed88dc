/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.conf: whatever it says, what it keeps is not bound. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char conf[] =
		"bind class=storage\n"
		"bind class=network driver=pci-stub\n"
		"bind path=0000:00:09.0 id=10de:2206 with=card moved=follow\n"
		"bind id=10de:* with=group\n";
	static struct rules rules;
	struct span text = fuzz_text(data, size);
	struct fault fault;
	unsigned i;
	int r;

	rules_init(&rules);
	MUST(rules_parse(&rules, SOURCE_CONF, "conf", SPAN(conf), &fault) == 0);
	r = rules_parse(&rules, SOURCE_IMAGE, "image", text, &fault);
	if (r < 0) {
		fuzz_fault(&fault, r, text);
	} else {
		for (i = 0; i < rules.n_loads; i++)
			MUST(rules.load[i].file.n > 0 && rules.load[i].file.s[0] == '/');
		fuzz_plan(&rules, fuzz_machine());
		rules_check_version(&rules, "image", "0.1.0", &fault);
	}
	fuzz_free(text);
	return 0;
}
