/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON is valid whatever is written into it. */
#include <stdlib.h>

#include "../../config/base/json.h"
#include "check.h"

/* The text of one string as JSON has it, with its quotes. The caller frees it. */
static char *quoted(const char *s, size_t n)
{
	static const char before[] = "{\n  \"schema\": 1,\n  \"s\": ";
	struct json json;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	json_begin(&json, to);
	json_span(&json, "s", (struct span){ s, n });
	json_finish(&json);
	fclose(to);
	if (strncmp(text, before, strlen(before)) != 0 ||
	    strcmp(text + size - 3, "\n}\n") != 0)
		return text;
	text[size - 3] = '\0';
	memmove(text, text + strlen(before), size - 2 - strlen(before));
	return text;
}

static void check_string(const char *s, size_t n, const char *wanted,
			 const char *sentence)
{
	char *text = quoted(s, n);

	CHECK_TEXT(text, wanted, sentence);
	free(text);
}

#define STRING(literal, wanted, sentence) \
	check_string((literal), sizeof(literal) - 1, (wanted), (sentence))

static void test_strings(void)
{
	STRING("", "\"\"", "an empty string");
	STRING("a \"b\" \\c/", "\"a \\\"b\\\" \\\\c/\"", "quotes and backslashes");
	STRING("\n\t\033[31m\177", "\"\\u000a\\u0009\\u001b[31m\\u007f\"",
	       "control characters");
	STRING("a\0b", "\"a\\u0000b\"", "a NUL in a span");
	STRING("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x92\xbe",
	       "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x92\xbe\"", "UTF-8 stays");
	STRING("\xc2\x9b" "31m", "\"\\u009b31m\"", "control characters past ASCII");
	STRING("\xff\xfe", "\"\\ufffd\\ufffd\"", "bytes that UTF-8 does not have");
	STRING("\xc3", "\"\\ufffd\"", "a character that is cut off");
	STRING("\xe2\x82", "\"\\ufffd\\ufffd\"", "a longer one");
	STRING("\xc3(", "\"\\ufffd(\"", "what follows a broken one stays");
	STRING("\xc0\xaf", "\"\\ufffd\\ufffd\"", "an overlong form");
	STRING("\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\"", "a longer overlong form");
	STRING("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"", "a surrogate");
	STRING("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"",
	       "past the last character");
	STRING("\x80", "\"\\ufffd\"", "a lone second byte");
}

static void test_values(void)
{
	static const char wanted[] =
		"{\n  \"schema\": 1,\n  \"n\": -5,\n  \"b\": true,\n  \"none\": null,\n"
		"  \"s\": null,\n  \"empty\": [],\n  \"list\": [\n    {\n"
		"      \"x\": false\n    },\n    {}\n  ]\n}\n";
	struct json json;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	json_begin(&json, to);
	json_number(&json, "n", -5);
	json_bool(&json, "b", true);
	json_null(&json, "none");
	json_string(&json, "s", NULL);
	json_array(&json, "empty");
	json_end(&json);
	json_array(&json, "list");
	json_object(&json, NULL);
	json_bool(&json, "x", false);
	json_end(&json);
	json_object(&json, NULL);
	json_finish(&json);
	fclose(to);
	CHECK_TEXT(text, wanted, "objects, arrays and values");
	free(text);
}

int main(void)
{
	test_strings();
	test_values();
	return check_done();
}
