/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each image has a name of its own: a comment in its image.conf, which the binder leaves
 * in /run as it is. So the running system knows which image it came from.
 */
#include "facts/image_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/text_file.h"
#include "facts/facts.h"
#include "facts/reported.h"

#define VARIABLE "EARLYBIND_IMAGE"
#define LINE "# image "

enum { NAME_DIGITS = 32 };

int image_name_choose(void)
{
	uint64_t random[2];
	char name[NAME_DIGITS + 1];
	struct text t = TEXT_IN(name);

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -errno;
	text_hex(&t, random[0], 16);
	text_hex(&t, random[1], 16);
	return setenv(VARIABLE, name, 1) < 0 ? -errno : 0;
}

/* Who wants two images that are alike says so: dracut's reproducible=yes. */
void image_name_default(void)
{
	if (!getenv(VARIABLE) && !getenv("SOURCE_DATE_EPOCH"))
		image_name_choose();
}

static bool is_name(struct span name)
{
	return name.n == NAME_DIGITS &&
	       strspn(name.s, "0123456789abcdef") >= NAME_DIGITS;
}

void image_name_text(struct text *t)
{
	const char *name = getenv(VARIABLE);

	if (!name || !is_name(span_of(name)))
		return;
	text_add(t, LINE);
	text_add(t, name);
	text_char(t, '\n');
}

/* The name, or nothing. */
static struct span find(struct span text)
{
	while (text.s) {
		struct span line = span_cut(&text, '\n');

		if (!span_starts(line, LINE))
			continue;
		line.s += sizeof(LINE) - 1;
		line.n -= sizeof(LINE) - 1;
		return line;
	}
	return (struct span){ NULL, 0 };
}

static void copy_name(struct span text, char name[NAME_DIGITS + 1])
{
	struct span found = find(text);
	struct text t;

	text_init(&t, name, NAME_DIGITS + 1);
	if (found.n == NAME_DIGITS)
		text_span(&t, found);
}

/* A rehearsal bound nothing; where all was given back for the root, the image is no
 * better than none; and a rule of the command line may be what saved this boot. */
static bool has_bound(const struct root *root)
{
	struct span report;
	char *buffer = text_file_read(root, REPORT_FILE, &report);
	bool is_bound = true;

	while (report.s) {
		struct reported line;

		reported_read(&line, span_cut(&report, '\n'));
		is_bound = is_bound && line.kind != OUTCOME_REHEARSED &&
			   line.kind != OUTCOME_RETURNED &&
			   !span_starts(line.rule, "cmdline:");
	}
	free(buffer);
	return is_bound;
}

bool image_name_was_booted(const struct root *root, struct span image)
{
	char theirs[NAME_DIGITS + 1], ours[NAME_DIGITS + 1];
	struct span booted;
	char *buffer = text_file_read(root, BOOTED_IMAGE_FILE, &booted);

	if (!buffer)
		return false;
	copy_name(booted, theirs);
	free(buffer);
	copy_name(image, ours);
	return is_name(span_of(ours)) && strcmp(ours, theirs) == 0 && has_bound(root);
}
