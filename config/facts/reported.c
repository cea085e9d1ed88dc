/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of the boot, line by line: what was planned, and what became of it. What it
 * means today is for its readers to say.
 */
#include "facts/reported.h"

#include <string.h>

#include "facts/facts.h"

static void cut_outcome(struct reported *line)
{
	struct span s = line->sentence;
	size_t i;

	for (i = s.n; i >= 4; i--)
		if (strncmp(s.s + i - 4, " -> ", 4) == 0) {
			line->outcome = (struct span){ s.s + i, s.n - i };
			line->sentence.n = i - 4;
			return;
		}
}

void reported_read(struct reported *line, struct span text)
{
	*line = (struct reported){ .verb = facts_word(&text) };
	line->address = facts_word(&text);
	line->id = facts_word(&text);
	line->driver = facts_word(&text);
	line->rule = facts_word(&text);
	while (text.n > 0 && text.s[0] == ' ') {
		text.s++;
		text.n--;
	}
	line->sentence = sysfs_trim(text.s, (ssize_t)text.n);
	cut_outcome(line);
}
