/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An image that was read against the present config, and what it knows of the host.
 */
#include "status/image_judge.h"

#include <errno.h>

/* The plan of a boot from this image. */
static const struct plan *plan_of(const struct inputs *in, const struct initrd *initrd)
{
	static struct rules rules;
	static struct plan plan;
	struct fault fault;
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, SOURCE_CONF, CONFIG_FILE,
			(struct span){ in->config.s, in->config.n }, &fault);
	if (r == 0)
		r = rules_parse(&rules, SOURCE_IMAGE, "image.conf",
				initrd_span(&initrd->image), &fault);
	if (r == 0 && !rules.has_end)
		r = -EINVAL;
	/* only root may read the machine's number */
	if (in->machine.home == 0)
		rules.home = 0;
	if (r == 0)
		r = plan_make(&plan, &rules, &in->machine, &fault);
	return r < 0 ? NULL : &plan;
}

/* What the host needs changes all the time, a mounted stick is enough. It matters where
 * another device would be bound. Says so, and returns whether it is so. */
static bool judge_plan(const struct inputs *in, const struct plan *plan, struct text *t)
{
	unsigned i;

	for (i = 0; i < in->machine.n; i++) {
		bool is_bound = plan_binds(plan, i);

		if (is_bound == !!plan_binds(&in->plan, i))
			continue;
		text_add(t, is_bound ? "it would bind " : "it would not bind ");
		pci_addr_text(in->machine.fn[i].addr, t);
		text_add(t, ", for what it knows of the host is out of date");
		return true;
	}
	return false;
}

/* An image of another version brings its own binder, which knows its image.conf. */
static bool is_other_version(struct span image, struct text *t)
{
	static const char word[] = "version ";
	struct span line = span_cut(&image, '\n');

	if (span_is(line, "version " VERSION) || !span_starts(line, word))
		return false;
	text_add(t, "it has the present config, and its own earlybind ");
	text_quote(t, (struct span){ line.s + sizeof(word) - 1,
				     line.n - sizeof(word) + 1 });
	return true;
}

enum state image_judge(const struct status_list *list, struct inputs *in,
			const struct initrd *initrd, struct text *t)
{
	struct span config = { in->config.s, in->config.n };
	struct span image = initrd_span(&initrd->image);
	const struct plan *plan;

	if (initrd->is_squashed && !initrd->has_binder) {
		text_add(t, "what it has cannot be seen, for dracut's module squash "
			 "hides its files");
		return list->is_wanted ? STATE_UNKNOWN : STATE_OK;
	}
	if (!initrd->has_binder || !initrd->has_image) {
		text_add(t, "it has no earlybind");
		return list->is_wanted ? STATE_DIFFERS : STATE_OK;
	}
	if (!span_equal(initrd_span(&initrd->config), config)) {
		text_add(t, "its config is not the present one");
		return STATE_DIFFERS;
	}
	if (initrd->is_torn) {
		text_add(t, "it has the present config, but its compressed part ends in "
			 "an error");
		return STATE_DIFFERS;
	}
	if (is_other_version(image, t))
		return STATE_WISH;
	plan = list->is_right ? plan_of(in, initrd) : NULL;
	if (!plan && list->is_right) {
		text_add(t, "its image.conf is damaged");
		return STATE_DIFFERS;
	}
	if (plan && in->host.is_known && judge_plan(in, plan, t))
		return STATE_DIFFERS;
	text_add(t, "it has the present config");
	return STATE_OK;
}
