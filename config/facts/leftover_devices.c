/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices the lines of older recipes name, and which options they set. Whether
 * these are devices of this machine is not asked here.
 */
#include "facts/leftover_devices.h"

#include <ctype.h>
#include <string.h>

/* Recipes repeat themselves: each once. */
static void add_word(char *words, size_t size, struct span word)
{
	struct text t = text_resume(words, size);
	struct span rest = span_of(words);

	while (rest.n > 0)
		if (span_equal(span_cut(&rest, ' '), word))
			return;
	if (word.n == 0 || t.n + word.n + 2 > size)
		return;
	if (t.n > 0)
		text_char(&t, ' ');
	text_span(&t, word);
}

static void add_device(struct leftover *old, struct span word)
{
	add_word(old->devices, sizeof(old->devices), word);
}

static void add_pair(struct leftover *old, struct span vendor, struct span device)
{
	char word[16];
	struct text t = TEXT_IN(word);

	text_span(&t, vendor);
	text_char(&t, ':');
	text_span(&t, device);
	if (!t.full)
		add_device(old, text_is(&t));
}

void leftover_of_ids(struct leftover *old, struct span line)
{
	while (line.n > 0) {
		struct span word = facts_word(&line);
		struct span name = span_cut(&word, '=');

		if (!span_ends(name, "ids"))
			continue;
		while (word.s)
			add_device(old, span_cut(&word, ','));
	}
}

/* "DEVS=\"0000:01:00.0 0000:01:00.1\"", ".../0000:01:00.0/driver_override" */
static void add_addresses(struct leftover *old, struct span line)
{
	size_t i = 0;

	while (i < line.n) {
		struct span run = { line.s + i, 0 };
		struct pci_addr addr;

		while (i + run.n < line.n && (isxdigit((unsigned char)run.s[run.n]) ||
					      run.s[run.n] == ':' || run.s[run.n] == '.'))
			run.n++;
		if (pci_addr_parse(run, &addr) == 0)
			add_device(old, run);
		i += run.n + 1;
	}
}

/* What stands behind a text, up to the next quote; without 0x. */
static struct span compared(struct span line, const char *before)
{
	size_t n = strlen(before), i;
	struct span value;

	for (i = 0; i + n < line.n; i++)
		if (memcmp(line.s + i, before, n) == 0)
			break;
	if (i + n >= line.n)
		return (struct span){ NULL, 0 };
	value = (struct span){ line.s + i + n, line.n - i - n };
	value = span_cut(&value, '"');
	return span_starts(value, "0x") ? (struct span){ value.s + 2, value.n - 2 } :
	       value;
}

/* ATTR{vendor}=="0x10de", ATTR{device}=="0x2206"; ENV{PCI_ID}=="10DE:2206" */
static void add_compared(struct leftover *old, struct span line)
{
	struct span vendor = compared(line, "{vendor}==\"");
	struct span device = compared(line, "{device}==\"");
	struct span id = compared(line, "{PCI_ID}==\"");
	struct pci_id both;

	if (pci_id_parse(id, &both) == 0)
		add_device(old, id);
	if (vendor.n == 4 && device.n == 4)
		add_pair(old, vendor, device);
}

/* "echo 10de 2206 >/sys/bus/pci/drivers/vfio-pci/new_id" */
static void add_new_id(struct leftover *old, struct span line)
{
	struct span before = { NULL, 0 };
	uint64_t n;

	while (span_has(line, "new_id") && line.n > 0) {
		struct span word = facts_word(&line);
		bool is_id = word.n == 4 && span_number(word, 16, 4, 0xffff, &n) == 0;

		if (is_id && before.n > 0) {
			add_pair(old, before, word);
			is_id = false;
		}
		before = is_id ? word : (struct span){ NULL, 0 };
	}
}

void leftover_of_line(struct leftover *old, struct span line)
{
	add_addresses(old, line);
	add_compared(old, line);
	add_new_id(old, line);
}

static int read_line(struct span line, void *with)
{
	struct span rest = line;

	if (!span_starts(facts_word(&rest), "#"))
		leftover_of_line(with, line);
	return 0;
}

void leftover_of_script(struct leftover *old, const struct root *root, const char *path)
{
	sysfs_lines(root, path, read_line, old);
}

void leftover_of_command(struct leftover *old, const struct root *root,
			 struct span command)
{
	leftover_of_line(old, command);
	while (command.n > 0) {
		struct span word = facts_word(&command);
		char path[PATH_SIZE];
		struct text t = TEXT_IN(path);

		word = span_strip(word, ';');
		text_span(&t, word);
		/* modprobe itself is no script, and has no lines to speak of */
		if (span_starts(word, "/") && !t.full && !span_ends(word, "/modprobe") &&
		    !span_ends(word, "/sh"))
			leftover_of_script(old, root, path);
	}
}

/* With noiommu nothing is kept apart: earlybind does not support it. */
static bool is_kept(struct span value)
{
	struct span name = span_cut(&value, '=');

	return value.n > 0 && !span_has(name, "noiommu");
}

void leftover_of_options(struct leftover *old, struct span module, struct span options)
{
	leftover_of_ids(old, options);
	while (options.n > 0) {
		struct span word = facts_word(&options);
		char setting[128];
		struct text t = TEXT_IN(setting);

		if (span_starts(word, "ids=") || !is_kept(word))
			continue;
		text_span(&t, module);
		text_char(&t, '.');
		text_span(&t, word);
		if (!t.full)
			add_word(old->options, sizeof(old->options), text_is(&t));
	}
}
