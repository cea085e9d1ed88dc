/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts for findings and kernel arguments: what became of the firmware's screen when
 * this computer was started last.
 */
#include <stdlib.h>

#include "core/screen.h"
#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/reported.h"

static void read_line(struct facts *facts, struct span line)
{
	struct span words, reason;
	struct reported reported;
	struct text t;

	if (reported_remark(line, &words, &reason)) {
		facts->lost_screen |= span_is(reason, REMARK_SCREEN_LOST);
		return;
	}
	reported_read(&reported, line);
	if (reported.release != RELEASE_STAYS)
		return;
	t = TEXT_IN(facts->screen_stays);
	text_quote(&t, reported.stays);
}

void facts_read_screen(struct facts *facts, const struct root *root)
{
	struct screen_region region;
	struct span text;
	char *buffer = text_file_read(root, REPORT_FILE, &text);

	while (text.s)
		read_line(facts, span_cut(&text, '\n'));
	free(buffer);
	facts->has_region = screen_region(root, NULL, &region) == 1;
	if (facts->has_region)
		facts->region = region;
}
