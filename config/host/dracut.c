/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dracut is told to wait for besides the root: add_device, and the lines and files
 * of fstab_lines and add_fstab. dracut.conf(5): the settings are shell, and go over as
 * many lines as one likes.
 */
#include <stdlib.h>
#include <string.h>

#include "host/scan.h"

#define BLANKS " \t\r\n"

static bool is_spec(struct span word)
{
	static const char *const starts[] = {
		"/dev/", "UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "ID=", NULL,
	};
	unsigned i;

	for (i = 0; starts[i]; i++)
		if (span_starts(word, starts[i]))
			return true;
	return false;
}

static void require(struct host_scan *s, struct span spec, const char *from)
{
	struct host_found found;
	char what[HOST_NOTE_SIZE];
	struct text t = TEXT_IN(what);

	if (!is_spec(spec))
		return;
	host_names_note(s, spec, from);
	if (host_spec_find(s, spec, &found)) {
		host_require(s, &found, FOR_ROOT);
		return;
	}
	text_quote(&t, span_of(from));
	text_add(&t, " names ");
	host_note(s->host, what, spec, ", which is not here");
	s->host->is_unsure = true;
}

static void scan_fstab(struct host_scan *s, struct span name, const char *from)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);
	struct span text = { NULL, 0 };
	char *buffer = NULL;

	(void)from;
	text_span(&t, name);
	if (!t.full)
		buffer = host_read(s, path, &text);
	while (text.s) {
		struct span line = span_cut(&text, '\n');

		require(s, span_cut_word(&line), path);
	}
	free(buffer);
}

static void each_word(struct host_scan *s, struct span text, const char *from,
		      void (*each)(struct host_scan *s, struct span word,
				   const char *from))
{
	size_t n;

	for (; text.n > 0; text.s += n, text.n -= n) {
		for (n = 0; n < text.n && !strchr(BLANKS "\"'()", text.s[n]); n++)
			;
		if (n > 0)
			each(s, (struct span){ text.s, n }, from);
		n += n == 0;
	}
}

void host_dracut_words(struct host_scan *s, struct span text, const char *from)
{
	each_word(s, text, from, require);
}

/* Cuts a word of the shell off, with its quotes and, of a list, its brackets. */
static struct span cut_shell(struct span *text)
{
	struct span word = { text->s, 0 };
	char quote = '\0';
	bool is_list = false;
	size_t i;

	for (i = 0; i < text->n; i++) {
		char c = text->s[i];

		if (!quote && !is_list && strchr(BLANKS ";", c))
			break;
		if (c == '\\' && quote != '\'')
			i++;
		else if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '(' || c == ')')
			is_list = c == '(';
	}
	word.n = i < text->n ? i : text->n;
	*text = (struct span){ text->s + word.n, text->n - word.n };
	return word;
}

static void scan_assignment(struct host_scan *s, struct span word, const char *path)
{
	struct span value = word;
	struct span name = span_cut(&value, '=');

	if (name.n > 0 && name.s[name.n - 1] == '+')
		name.n--;
	if (value.s && (span_is(name, "add_device") || span_is(name, "fstab_lines")))
		host_dracut_words(s, value, path);
	else if (value.s && span_is(name, "add_fstab"))
		each_word(s, value, path, scan_fstab);
}

void host_dracut_scan(struct host_scan *s, struct span text, const char *path)
{
	while (text.n > 0) {
		struct span line = text;

		if (text.s[0] == '#') {
			span_cut(&text, '\n');
		} else if (strchr(BLANKS ";", text.s[0])) {
			text = (struct span){ line.s + 1, line.n - 1 };
		} else {
			scan_assignment(s, cut_shell(&text), path);
		}
	}
}
