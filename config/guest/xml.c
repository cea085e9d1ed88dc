/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes XML for libvirt. Values are escaped, so that a path with a quote in it stays
 * inside its attribute; what must not be in XML at all becomes '?'.
 */
#include "guest/xml.h"

#include <inttypes.h>
#include <string.h>

enum { XML_COLUMNS = 80 };

static void new_line(struct xml *xml)
{
	fprintf(xml->to, "%*s", (int)(xml->indent + 2 * xml->depth), "");
}

static void print_escaped(struct xml *xml, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '&')
			fputs("&amp;", xml->to);
		else if (c == '<')
			fputs("&lt;", xml->to);
		else if (c == '>')
			fputs("&gt;", xml->to);
		else if (c == '\'')
			fputs("&apos;", xml->to);
		else
			fputc(c < ' ' || c == 0x7f ? '?' : c, xml->to);
	}
}

static void finish_tag(struct xml *xml)
{
	if (xml->is_open)
		fputs(">\n", xml->to);
	xml->is_open = false;
}

void xml_start(struct xml *xml, const char *name)
{
	finish_tag(xml);
	new_line(xml);
	fprintf(xml->to, "<%s", name);
	xml->is_open = true;
	xml->has_words = false;
	if (xml->depth < XML_DEPTH)
		xml->name[xml->depth++] = name;
}

void xml_end(struct xml *xml)
{
	const char *name = xml->name[--xml->depth];

	if (xml->is_open) {
		fputs("/>\n", xml->to);
	} else {
		if (!xml->has_words)
			new_line(xml);
		fprintf(xml->to, "</%s>\n", name);
	}
	xml->is_open = false;
	xml->has_words = false;
}

void xml_word(struct xml *xml, const char *name, const char *value)
{
	fprintf(xml->to, " %s='", name);
	print_escaped(xml, value);
	fputc('\'', xml->to);
}

void xml_number(struct xml *xml, const char *name, uint64_t n)
{
	fprintf(xml->to, " %s='%" PRIu64 "'", name, n);
}

void xml_hex(struct xml *xml, const char *name, uint64_t n, unsigned width)
{
	fprintf(xml->to, " %s='0x%0*" PRIx64 "'", name, (int)width, n);
}

void xml_words(struct xml *xml, const char *words)
{
	fputc('>', xml->to);
	print_escaped(xml, words);
	xml->is_open = false;
	xml->has_words = true;
}

void xml_leaf(struct xml *xml, const char *name, const char *key, const char *value,
	      const char *key2, const char *value2)
{
	xml_start(xml, name);
	xml_word(xml, key, value);
	if (key2)
		xml_word(xml, key2, value2);
	xml_end(xml);
}

void xml_comment(struct xml *xml, const char *words)
{
	struct span rest = span_of(words);
	size_t column;

	finish_tag(xml);
	new_line(xml);
	fputs("<!--", xml->to);
	column = xml->indent + 2 * xml->depth + 4;
	while (rest.s) {
		struct span word = span_cut(&rest, ' ');
		size_t i;

		if (column + 1 + word.n > XML_COLUMNS) {
			fputc('\n', xml->to);
			new_line(xml);
			fputs("    ", xml->to);
			column = xml->indent + 2 * xml->depth + 4;
		}
		fputc(' ', xml->to);
		/* "--" would end the comment: Extensible Markup Language 1.0, 2.5 */
		for (i = 0; i < word.n; i++)
			fputc(i > 0 && word.s[i] == '-' && word.s[i - 1] == '-' ? ' ' :
			      word.s[i], xml->to);
		column += 1 + word.n;
	}
	fputs(" -->\n", xml->to);
}
