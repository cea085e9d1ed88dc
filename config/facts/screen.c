/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts for findings and kernel arguments: what became of the firmware's screen when
 * this computer was started last.
 */
#include <stdlib.h>

#include "core/screen.h"
#include "base/text_file.h"
#include "facts/facts.h"

/* "release ADDRESS … -> still there: BOOTFB"; earlybind-plan(5). */
static void read_line(struct facts *facts, struct span line)
{
	static const char stays[] = " -> still there: ";
	struct span rest = line;
	struct text t;

	if (span_starts(line, "# this kernel took the firmware's screen away "))
		facts->lost_screen = true;
	if (!span_starts(line, "release ") || !span_has(line, stays))
		return;
	while (!span_starts(rest, stays))
		rest = (struct span){ rest.s + 1, rest.n - 1 };
	t = TEXT_IN(facts->screen_stays);
	text_quote(&t, (struct span){ rest.s + sizeof(stays) - 1,
				      rest.n - sizeof(stays) + 1 });
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
