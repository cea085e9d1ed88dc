/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the report of the boot says besides its plan, and what the report of an older
 * version leaves open.
 */
#include "status/remark.h"

#include "core/outcome.h"
#include "facts/facts.h"

void remark_add(struct findings *findings, struct span words, struct span reason,
		bool is_ours)
{
	bool is_off = span_is(reason, REMARK_OFF);
	struct finding *finding;
	struct text t;

	if (span_is(reason, REMARK_NO_RULE))
		return;
	finding = findings_say(findings, is_ours || reason.s ? STATE_DIFFERS :
			       STATE_UNKNOWN, TOPIC_BOOT, "", &t);
	text_quote(&t, words);
	findings_remedy(finding, is_off ? "reboot without that word" :
			span_is(reason, REMARK_CRASH_KERNEL) ? "reboot" :
			"earlybind check, then earlybind sync && reboot");
}

void remark_add_old(struct findings *findings, const char *reboot)
{
	struct finding *finding;
	struct text t;

	finding = findings_say(findings, STATE_UNKNOWN, TOPIC_BOOT, "", &t);
	text_add(&t, "an older earlybind wrote the report of this boot, without reasons: "
		 "whether the host needs what is bound is not known");
	findings_remedy(finding, reboot);
}

/* "# earlybind VERSION boot=..." */
bool remark_is_of_this_version(struct span line)
{
	facts_word(&line);
	facts_word(&line);
	return span_is(facts_word(&line), VERSION);
}
