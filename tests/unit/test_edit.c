/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edits of lines that others own: what is added can be taken away byte by byte. */
#include <string.h>

#include "../../config/words/edit.h"
#include "check.h"

static char buffer[4096], added[512];

/* The text after an edit of the line that starts with "options", or of the first line. */
static const char *edit(const char *text, const char *key, const char *ours,
			const char *want)
{
	struct span s = span_of(text), rest = s;
	struct span line = key ? edit_find_line(s, key) : edit_cut_line(&rest);
	struct text t = TEXT_IN(buffer), a = TEXT_IN(added);

	edit_words(&t, s, line, span_of(ours), span_of(want), &a);
	return buffer;
}

/* Adds words, then takes away what was added. */
static bool comes_back(const char *text, const char *key, const char *want)
{
	char with[4096], what[512];

	strcpy(with, edit(text, key, "", want));
	strcpy(what, added);
	return strcmp(edit(with, key, what, ""), text) == 0;
}

static void check_words(void)
{
	CHECK_TEXT(edit("options a b\n", "options", "", "c=1 d"),
		   "options a b c=1 d\n", "words are added at the end");
	CHECK_TEXT(added, "c=1 d", "and are ours");
	CHECK_TEXT(edit("options a c=1\n", "options", "", "c=1 d"),
		   "options a c=1 d\n", "a word of another hand serves");
	CHECK_TEXT(added, "d", "and is not ours");
	CHECK_TEXT(edit("options ac=1 c=10 c=1\n", "options", "c=1", ""),
		   "options ac=1 c=10\n", "words that are like ours stay");
	CHECK_TEXT(edit("options c=1 b c=1\n", "options", "c=1", ""),
		   "options c=1 b\n", "of two words the last one is ours");
	CHECK_TEXT(edit("options c=1 d x\n", "options", "c=1 d", "c=1 d"),
		   "options c=1 d x\n", "nothing changes for words after ours");
	CHECK_TEXT(edit("options c=1 x\n", "options", "c=1", "d=2"),
		   "options x d=2\n", "other words in place of ours");
	CHECK_TEXT(added, "d=2", "which are ours then");
	CHECK_TEXT(edit("options c=1\n", "options", "c=1 d", "c=1 d"),
		   "options c=1 d\n", "one that somebody deleted comes back");
	CHECK_TEXT(edit("", NULL, "", "x y"), "x y", "an empty text");
	CHECK_TEXT(edit("options a\r\nz\r\n", "options", "", "x"),
		   "options a x\r\nz\r\n", "carriage returns stay where they are");
	CHECK_TEXT(edit("options a\noptions b\noptionsc d\n", "options", "", "x"),
		   "options a\noptions b x\noptionsc d\n", "the last of several lines");
}

static void check_bytes(void)
{
	static const char *const texts[] = {
		"title x\r\noptions a  b\t\r\nlinux /v\r\n", "options a", "options",
		"options ", "options a \n\n", "a\noptions\ta \"b c\" 'd'\nz",
	};
	static const char *const lines[] = { "root=1 ro", "root=1 ro\n", "", "\n" };
	unsigned i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CHECK(comes_back(texts[i], "options", "x=1 y"),
		      "added to options and taken away: the same bytes");
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CHECK(comes_back(lines[i], NULL, "x=1 y"),
		      "added to a line and taken away: the same bytes");
}

static bool line_comes_back(const char *text, const char *expected)
{
	char with[4096];
	struct text t = TEXT_IN(with), u = TEXT_IN(buffer);

	edit_add_line(&t, span_of(text), SPAN("KEY=1"));
	edit_remove_line(&u, text_is(&t), edit_find_exact(text_is(&t), SPAN("KEY=1")));
	return strcmp(with, expected) == 0 && strcmp(buffer, text) == 0;
}

static void check_lines(void)
{
	CHECK(line_comes_back("a\n", "a\nKEY=1\n"), "a line more, a line less");
	CHECK(line_comes_back("a", "a\nKEY=1"), "without a last newline");
	CHECK(line_comes_back("", "KEY=1\n"), "in an empty text");
	CHECK(line_comes_back("a\n\n", "a\n\nKEY=1\n"), "after an empty line");
	CHECK(!edit_find_exact(SPAN("KEY=11\n KEY=1\n"), SPAN("KEY=1")).s,
	      "lines that are like ours are not ours");
}

static void check_plain(void)
{
	struct span word = { NULL, 0 };

	CHECK(edit_is_plain(SPAN("intel_iommu=on vfio-pci.ids=10de:2206,1,2 a@%+/"),
			    &word), "what arguments are made of");
	CHECK(!edit_is_plain(SPAN("a b;c"), &word) && span_is(word, "b;c"),
	      "a semicolon, and which word has it");
	CHECK(!edit_is_plain(SPAN("a\"b"), &word), "a quote");
	CHECK(!edit_is_plain(SPAN("$a"), &word), "a dollar");
	CHECK(!edit_is_plain(SPAN("a\nb"), &word), "a newline");
	CHECK(span_is(edit_find_other(SPAN("vfio_pci.ids=1 x"), SPAN("vfio-pci.ids=2")),
		      "vfio_pci.ids=1"), "the same key with another value");
	CHECK(!edit_find_other(SPAN("vfio-pci.ids=2 x"), SPAN("vfio-pci.ids=2")).s,
	      "the very same word is no other");
	CHECK(!edit_find_other(SPAN("quiet x"), SPAN("quiet")).s, "no key, no other");
}

static bool same(const char *text, const char *expected)
{
	return strcmp(text, expected) == 0;
}

static void check_iommu(void)
{
	CHECK(same(edit("a intel_iommu=on,sm_on", NULL, "", "intel_iommu=on iommu=pt"),
		 "a intel_iommu=on,sm_on iommu=pt"), "a list of another hand serves");
	CHECK(same(edit("intel_iommu=on intel_iommu=off", NULL, "", "intel_iommu=on"),
		 "intel_iommu=on intel_iommu=off intel_iommu=on"), "the last word wins");
	CHECK(same(edit("iommu=soft,pt iommu=on", NULL, "", "iommu=pt"),
		 "iommu=soft,pt iommu=on"), "other words change nothing");
	CHECK(same(edit("a intel_iommu=on", NULL, "intel_iommu=on", "intel_iommu=on"),
		 "a intel_iommu=on"), "our own word stays");
	CHECK(same(edit("a intel_iommu=on b intel_iommu=on,sm_on", NULL, "intel_iommu=on",
		      "intel_iommu=on"), "a b intel_iommu=on,sm_on"),
	      "and goes where another one does the same");
}

int main(void)
{
	check_iommu();
	check_words();
	check_bytes();
	check_lines();
	check_plain();
	return check_done();
}
