/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "set" lines of earlybind.conf: our own settings, one table, and the options of vfio
 * modules. What a setting does is left to plan, apply and kernel arguments.
 */
#include "settings.h"

#include <errno.h>

#include "words.h"

static int pick(struct span value, const char *const words[], unsigned *ret_n)
{
	unsigned i;

	for (i = 0; words[i]; i++)
		if (span_is(value, words[i])) {
			*ret_n = i;
			return 0;
		}
	return -EINVAL;
}

static const struct {
	const char *name;
	const char *words[4];
	const char *expects;
} settings[] = {
	{ "headless", { "no", "yes", NULL }, "headless= expects yes or no" },
	{ "framebuffer", { "release", "leave", NULL },
	  "framebuffer= expects release or leave" },
	{ "iommu", { "pt", "on", "none", NULL }, "iommu= expects pt, on or none" },
	{ "ids", { "auto", "always", "never", NULL },
	  "ids= expects auto, always or never" },
};

enum { SET_HEADLESS, SET_FRAMEBUFFER, SET_IOMMU, SET_IDS, SETTINGS };

static void apply_setting(struct rules *rules, unsigned i, unsigned n)
{
	switch (i) {
	case SET_HEADLESS:
		rules->is_headless = n == 1;
		return;
	case SET_FRAMEBUFFER:
		rules->leaves_framebuffer = n == 1;
		return;
	case SET_IOMMU:
		rules->iommu = (enum set_iommu)n;
		return;
	case SET_IDS:
		rules->ids = (enum set_ids)n;
		return;
	}
}

static bool is_vfio_module(struct span module)
{
	return span_same_name(module, SPAN("pci-stub")) || span_has(module, "vfio") ||
	       span_is(module, "iommufd");
}

static int set_option(struct rules *rules, struct span module, struct span param,
		      struct span value, unsigned line, struct fault *reterr)
{
	unsigned i;

	if (!words_is_name(module) || !words_is_name(param))
		return fault_set(reterr, EINVAL, "expected MODULE.PARAM=VALUE such as "
				 "vfio-pci.disable_vga=1", NULL);
	if (!is_vfio_module(module))
		return fault_quote(reterr, EINVAL, "", module, " is not a vfio module: "
				   "its options belong in modprobe.d");
	if (span_same_name(param, SPAN("ids")))
		return fault_set(reterr, EINVAL,
				 "ids would take every card of that kind: "
				 "write a bind rule instead",
				 NULL);
	if (span_is(param, "enable_unsafe_noiommu_mode") &&
	    !(span_is(value, "n") || span_is(value, "N") || span_is(value, "0")))
		return fault_set(reterr, EINVAL, "noiommu mode is not supported: turn on "
				 "the IOMMU", NULL);
	if (value.n == 0 || span_has(value, "\""))
		return fault_quote(reterr, EINVAL, "the option ", param,
				   " expects a value without quotes");
	for (i = 0; i < rules->n_options; i++)
		if (span_same_name(rules->option[i].module, module) &&
		    span_same_name(rules->option[i].param, param))
			return fault_quote(reterr, EINVAL, "the option ", param,
					   " is set twice, leave one out");
	if (rules->n_options == OPTIONS_MAX)
		return fault_set(reterr, E2BIG,
				 "more options than the limit OPTIONS_MAX, 64", NULL);
	rules->option[rules->n_options++] = (struct module_option){
		line, module, param, value
	};
	return 0;
}

int settings_set(struct rules *rules, struct span word, unsigned line,
		 struct fault *reterr)
{
	static const char *const known[] = {
		"headless", "framebuffer", "iommu", "ids", "MODULE.PARAM", NULL
	};
	struct span value = word;
	struct span name = span_cut(&value, '=');
	struct span param = name;
	struct span module = span_cut(&param, '.');
	unsigned i, n;

	if (!value.s)
		return fault_quote(reterr, EINVAL, "expected NAME=VALUE and not ", word,
				   ", see earlybind.conf(5)");
	if (param.s)
		return set_option(rules, module, param, value, line, reterr);
	for (i = 0; i < SETTINGS && !span_is(name, settings[i].name); i++)
		;
	if (i == SETTINGS)
		return words_unknown(reterr, "unknown setting ", name, known);
	if (rules->sets & 1u << i)
		return fault_quote(reterr, EINVAL, "the setting ", name,
				   " is given twice: leave one out");
	if (pick(value, settings[i].words, &n) < 0)
		return fault_set(reterr, EINVAL, settings[i].expects, NULL);
	rules->sets |= 1u << i;
	apply_setting(rules, i, n);
	return 0;
}
