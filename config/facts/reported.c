/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of the boot, line by line: what was planned, and what became of it. Only
 * its stable words are understood here, the sentences are for people. What it means today
 * is for its readers to say.
 */
#include "facts/reported.h"

#include <string.h>

#include "facts/facts.h"

/* Takes the part behind the last " -> " off a line, or nothing. */
static struct span cut_outcome(struct span *line)
{
	struct span s = *line;
	size_t i;

	for (i = s.n; i >= 4; i--)
		if (strncmp(s.s + i - 4, " -> ", 4) == 0) {
			line->n = i - 4;
			return (struct span){ s.s + i, s.n - i };
		}
	return (struct span){ NULL, 0 };
}

/* Takes the " [reason]" at its end off a line. Returns the name in it, or nothing. */
static struct span cut_reason(struct span *line)
{
	size_t i = line->n, end = line->n - 1;

	if (!span_ends(*line, "]"))
		return (struct span){ NULL, 0 };
	while (i > 1 && !(line->s[i - 1] == '[' && line->s[i - 2] == ' '))
		i--;
	if (i <= 1)
		return (struct span){ NULL, 0 };
	line->n = i - 2;
	return (struct span){ line->s + i, end - i };
}

void reported_read(struct reported *line, struct span text)
{
	struct span reason, rest = { NULL, 0 };

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
	line->outcome = cut_outcome(&line->sentence);
	reason = cut_reason(&line->sentence);
	line->has_reason = reason.s;
	line->reason = plan_reason_read(reason);
	line->kind = outcome_read(line->outcome);
	line->release = RELEASE_NONE;
	if (!span_is(line->verb, "release"))
		return;
	line->release = outcome_release_read(line->outcome, &rest);
	if (line->release == RELEASE_STAYS)
		line->stays = rest;
}

bool reported_remark(struct span line, struct span *ret_words, struct span *ret_reason)
{
	if (!span_starts(line, "# "))
		return false;
	*ret_words = (struct span){ line.s + 2, line.n - 2 };
	*ret_reason = cut_reason(ret_words);
	return true;
}
