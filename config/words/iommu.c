/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words about the IOMMU as the kernel reads them: options are lists, and of several that
 * say the same thing the last one wins (drivers/iommu/intel/iommu.c:intel_iommu_setup,
 * arch/x86/kernel/pci-dma.c:iommu_setup, drivers/iommu/iommu.c). Pure.
 */
#include "words/iommu.h"

#include "core/cmdline.h"

/* As kstrtobool() of lib/kstrtox.c. */
static uint8_t read_bool(struct span value, uint8_t otherwise)
{
	if (span_is(value, "on"))
		return FACT_YES;
	if (span_is(value, "off"))
		return FACT_NO;
	if (value.n == 0)
		return otherwise;
	switch (value.s[0]) {
	case '1': case 'y': case 'Y': case 't': case 'T':
		return FACT_YES;
	case '0': case 'n': case 'N': case 'f': case 'F':
		return FACT_NO;
	}
	return otherwise;
}

static void add_generic(struct iommu_words *words, struct span option)
{
	if (span_is(option, "pt"))
		words->passthrough = FACT_YES;
	else if (span_is(option, "nopt"))
		words->passthrough = FACT_NO;
	else if (span_is(option, "off"))
		words->is_off = true;
}

static void add_intel(struct iommu_words *words, struct span option)
{
	if (span_is(option, "on"))
		words->intel = FACT_YES;
	else if (span_is(option, "off"))
		words->intel = FACT_NO;
}

void iommu_words_add(struct iommu_words *words, struct span word)
{
	struct span value = word;
	struct span name = span_cut(&value, '=');

	if (span_same_name(name, SPAN("iommu.passthrough")) && value.s)
		words->passthrough = read_bool(value, words->passthrough);
	while (value.s) {
		struct span option = span_cut(&value, ',');

		if (span_is(name, "iommu"))
			add_generic(words, option);
		else if (span_same_name(name, SPAN("intel_iommu")))
			add_intel(words, option);
		else if (span_same_name(name, SPAN("amd_iommu")))
			words->is_off |= span_is(option, "off");
	}
}

struct iommu_words iommu_words_of(struct span line)
{
	struct iommu_words words = { FACT_UNKNOWN, FACT_UNKNOWN, false };
	struct cmdline_word word;

	while (cmdline_next(&line, &word))
		iommu_words_add(&words, word.text);
	return words;
}

bool iommu_words_serve(const struct iommu_words *words, struct span word)
{
	if (span_is(word, "intel_iommu=on"))
		return words->intel == FACT_YES;
	return (span_is(word, "iommu=pt") || span_is(word, "iommu.passthrough=1")) &&
	       words->passthrough == FACT_YES;
}

bool iommu_is_wish(struct span word)
{
	return span_is(word, "intel_iommu=on") || span_is(word, "iommu=pt") ||
	       span_is(word, "iommu.passthrough=1");
}
