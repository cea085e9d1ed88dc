// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of a check: a verb, its words, and behind " # " the sentence to print instead
 * of the verb's own. Patterns know one special character, "*". Blanks count as one.
 * Each verb fills in why it does not hold; it changes nothing in the guest.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define REPORT "/run/earlybind/report"

static char why[8192];

bool fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(why, sizeof(why), format, list);
	va_end(list);
	return false;
}

bool matches(const char *pattern, const char *text)
{
	for (; *pattern && *pattern != '*'; pattern++, text++)
		if (*pattern != *text)
			return false;
	if (!*pattern)
		return !*text;
	for (pattern++;; text++) {
		if (matches(pattern, text))
			return true;
		if (!*text)
			return false;
	}
}

const char *next_line(const char *text, char *ret, size_t size)
{
	size_t n = 0;

	for (; *text && *text != '\n'; text++) {
		if (*text == '\t' || *text == ' ') {
			if (n == 0 || ret[n - 1] == ' ')
				continue;
			if (n < size - 1)
				ret[n++] = ' ';
		} else if (n < size - 1) {
			ret[n++] = *text;
		}
	}
	while (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
	return *text ? text + 1 : text;
}

/* The first line that holds the pattern, anywhere in it; its time in ret_time. */
static bool find_log(struct guest *guest, const char *words, double *ret_time, char *ret)
{
	char pattern[1024], line[2048];
	const char *text = guest->log;

	snprintf(pattern, sizeof(pattern), "*%s*", words);
	while (*text) {
		text = next_line(text, line, sizeof(line));
		if (!matches(pattern, line))
			continue;
		*ret_time = atof(line + 1);
		strcpy(ret, line);
		return true;
	}
	return false;
}

static bool is_log(struct guest *guest, char *words)
{
	char line[2048];
	double time;

	if (find_log(guest, words, &time, line))
		return true;
	return fail("no such line in the kernel log");
}

static bool is_nolog(struct guest *guest, char *words)
{
	char line[2048];
	double time;

	if (!find_log(guest, words, &time, line))
		return true;
	return fail("the kernel log says: %s", line);
}

/* MIN MAX PATTERN | PATTERN: seconds from the first to the second */
static bool is_time(struct guest *guest, char *words)
{
	char *then, *end, line[2048];
	double from, to, least, most;

	least = strtod(words, &end);
	most = strtod(end, &end);
	then = strstr(end, " | ");
	if (!then)
		return fail("write: time MIN MAX PATTERN | PATTERN");
	*then = '\0';
	if (!find_log(guest, end + 1, &from, line))
		return fail("not in the kernel log: %s", end + 1);
	if (!find_log(guest, then + 3, &to, line))
		return fail("not in the kernel log: %s", then + 3);
	if (to - from >= least && to - from <= most)
		return true;
	return fail("%.3f seconds lie between them", to - from);
}

static bool find_report(char *words, char *ret)
{
	static char report[1 << 18];
	const char *text = report;

	read_text(REPORT, report, sizeof(report));
	while (*text) {
		text = next_line(text, ret, 2048);
		if (*ret && *ret != '#' && matches(words, ret))
			return true;
	}
	return false;
}

static bool is_report(struct guest *guest, char *words)
{
	char line[2048];

	(void)guest;
	if (access(REPORT, R_OK) != 0)
		return fail("there is no " REPORT);
	return find_report(words, line) || fail("no such line in " REPORT);
}

static bool is_noreport(struct guest *guest, char *words)
{
	char line[2048];

	(void)guest;
	return !find_report(words, line) || fail("the report says: %s", line);
}

/* N: every line of the report is in the kernel log as well, and N of them are bound. */
static bool is_logged(struct guest *guest, char *words)
{
	static char report[1 << 18];
	const char *text = report;
	char line[2048], found[2048];
	double time;
	int n = 0;

	read_text(REPORT, report, sizeof(report));
	while (*text) {
		text = next_line(text, line, sizeof(line));
		if (!*line || *line == '#')
			continue;
		if (!find_log(guest, line, &time, found))
			return fail("not in the kernel log: %s", line);
		n += matches("bind *-> bound", line);
	}
	return n == atoi(words) || fail("the report has %d such lines", n);
}

static struct device *find_device(struct guest *guest, const char *address)
{
	int i;

	for (i = 0; i < guest->n_devices; i++)
		if (strcmp(guest->devices[i].address, address) == 0)
			return &guest->devices[i];
	fail("no such device in the guest");
	return NULL;
}

static bool is_driver(struct guest *guest, char *words)
{
	char *want = strchr(words, ' ');
	struct device *dev;

	if (!want)
		return fail("write: driver ADDRESS DRIVER");
	*want++ = '\0';
	dev = find_device(guest, words);
	if (!dev)
		return false;
	return strcmp(dev->driver, want) == 0 || fail("its driver is %s", dev->driver);
}

static bool is_override(struct guest *guest, char *words)
{
	char *want = strchr(words, ' ');
	struct device *dev;

	if (!want)
		return fail("write: override ADDRESS DRIVER");
	*want++ = '\0';
	dev = find_device(guest, words);
	if (!dev)
		return false;
	return strcmp(dev->override, *want == '-' ? "(null)" : want) == 0 ||
	       fail("its driver_override is %s", dev->override);
}

/* Needs dyndbg="file dd.c +p"; the address stands before or behind, as the kernel
 * likes. */
static bool find_probe(struct guest *guest, char *words, char *ret)
{
	char pattern[256], *address = strchr(words, ' ');
	double time;

	if (!address)
		return false;
	*address++ = '\0';
	snprintf(pattern, sizeof(pattern), "probing driver %s with device*%s", words,
		 address);
	if (find_log(guest, pattern, &time, ret))
		return true;
	snprintf(pattern, sizeof(pattern), "%s*probing driver %s with device", address,
		 words);
	return find_log(guest, pattern, &time, ret);
}

static bool is_probed(struct guest *guest, char *words)
{
	char line[2048];

	return find_probe(guest, words, line) || fail("the kernel log tells of no such "
						      "probe");
}

static bool is_unprobed(struct guest *guest, char *words)
{
	char line[2048];
	double time;

	if (!find_log(guest, "really_probe: probing driver", &time, line))
		return fail("the driver core logged no probe at all: is dyndbg= "
			    "missing?");
	return !find_probe(guest, words, line) || fail("the kernel log says: %s", line);
}

static bool is_file(struct guest *guest, char *words)
{
	char text[4096], line[2048], *want = strchr(words, ' ');

	(void)guest;
	if (!want)
		return fail("write: file PATH PATTERN");
	*want++ = '\0';
	if (access(words, R_OK) != 0)
		return fail("there is no such file");
	read_text(words, text, sizeof(text));
	next_line(text, line, sizeof(line));
	return matches(want, line) || fail("it says: %s", line);
}

static bool is_nofile(struct guest *guest, char *words)
{
	(void)guest;
	return access(words, F_OK) != 0 || fail("it is there");
}

static const struct {
	const char *word;
	bool (*holds)(struct guest *guest, char *words);
	const char *sentence; /* %s: the words of the line */
} verbs[] = {
	{ "driver", is_driver, "driver of %s" },
	{ "override", is_override, "driver_override of %s" },
	{ "report", is_report, "the report says: %s" },
	{ "noreport", is_noreport, "the report does not say: %s" },
	{ "log", is_log, "the kernel log says: %s" },
	{ "nolog", is_nolog, "the kernel log does not say: %s" },
	{ "logged", is_logged,
	  "the kernel log has the whole report with %s bound devices" },
	{ "time", is_time, "seconds between: %s" },
	{ "probed", is_probed, "the driver core probed %s" },
	{ "unprobed", is_unprobed, "the driver core never probed %s" },
	{ "file", is_file, "content of %s" },
	{ "nofile", is_nofile, "there is no %s" },
	{ "sh", is_sh, "%s" },
	{ "exit", is_exit, "exit status of: %s" },
	{ "prints", is_prints, "it prints: %s" },
	{ "shot", is_shot, "the host takes a picture: %s" },
	{ "vfio", is_vfio, "VFIO works on %s" },
};

static void check_line(struct guest *guest, char *line)
{
	char *words, *sentence, own[2048];
	const char *text;
	bool holds = false;
	size_t i;

	sentence = strstr(line, " # ");
	if (sentence) {
		*sentence = '\0';
		sentence += 3;
	}
	for (words = line + strlen(line); words > line && words[-1] == ' ';)
		*--words = '\0';
	words = strchr(line, ' ');
	if (words)
		*words++ = '\0';
	snprintf(own, sizeof(own), "%s %s", line, words ? words : "");
	fail("no verb is called %s", line);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].word, line) != 0 || !words)
			continue;
		snprintf(own, sizeof(own), verbs[i].sentence, words);
		holds = verbs[i].holds(guest, words);
	}
	printf("%s %s\n", holds ? "ok" : "not ok", sentence ? sentence : own);
	for (text = why; !holds && *text;) {
		text = next_line(text, own, sizeof(own));
		printf("# %s\n", own);
	}
}

void check_lines(struct guest *guest, char *check)
{
	const char *text = check;
	char line[2048];

	while (*text) {
		text = next_line(text, line, sizeof(line));
		if (*line && *line != '#')
			check_line(guest, line);
	}
}
