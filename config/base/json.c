/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes JSON. Values come from sysfs, labels and config files, that is from anybody: a
 * string is escaped so that the output is valid and plain on a terminal, whatever was in
 * it.
 */
#include "base/json.h"

#include <inttypes.h>

static void new_line(struct json *json)
{
	fprintf(json->to, "\n%*s", (int)(2 * json->depth), "");
}

static void print_string(struct json *json, struct span s);

/* What comes before a value: a comma, a new line, the key. */
static void start_value(struct json *json, const char *key)
{
	if (json->level[json->depth - 1].has_one)
		fputc(',', json->to);
	json->level[json->depth - 1].has_one = true;
	new_line(json);
	if (!key)
		return;
	print_string(json, span_of(key));
	fputs(": ", json->to);
}

static void open_level(struct json *json, char begin, char end)
{
	fputc(begin, json->to);
	if (json->depth == JSON_DEPTH)
		return;		/* a mistake of ours, which the tests see */
	json->level[json->depth].end = end;
	json->level[json->depth++].has_one = false;
}

void json_begin(struct json *json, FILE *to)
{
	*json = (struct json){ .to = to };
	open_level(json, '{', '}');
	json_number(json, "schema", 1);
}

void json_object(struct json *json, const char *key)
{
	start_value(json, key);
	open_level(json, '{', '}');
}

void json_array(struct json *json, const char *key)
{
	start_value(json, key);
	open_level(json, '[', ']');
}

void json_end(struct json *json)
{
	json->depth--;
	if (json->level[json->depth].has_one)
		new_line(json);
	fputc(json->level[json->depth].end, json->to);
}

void json_finish(struct json *json)
{
	while (json->depth > 0)
		json_end(json);
	fputc('\n', json->to);
}

/*
 * How many bytes of s are one character of UTF-8, and which: 0 for none. Overlong forms,
 * surrogates and what lies past U+10FFFF are none (RFC 3629).
 */
static size_t utf8_length(struct span s, uint32_t *ret_c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char head = (unsigned char)s.s[0];
	size_t n = head < 0x80 ? 1 : head >> 5 == 6 ? 2 : head >> 4 == 14 ? 3 :
		   head >> 3 == 30 ? 4 : 0;
	uint32_t c = n == 1 ? head : head & (0x7fu >> n);
	size_t i;

	if (n == 0 || n > s.n)
		return 0;
	for (i = 1; i < n; i++) {
		if (((unsigned char)s.s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s.s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_c = c;
	return n;
}

/* Control characters, C1 and DEL too, and what would end the string. */
static void print_character(struct json *json, const char *s, size_t n, uint32_t c)
{
	if (c == '"' || c == '\\')
		fprintf(json->to, "\\%c", (char)c);
	else if (c < ' ' || (c >= 0x7f && c <= 0x9f))
		fprintf(json->to, "\\u%04" PRIx32, c);
	else
		fwrite(s, 1, n, json->to);
}

static void print_string(struct json *json, struct span s)
{
	fputc('"', json->to);
	while (s.n > 0) {
		uint32_t c;
		size_t n = utf8_length(s, &c);

		if (n > 0)
			print_character(json, s.s, n, c);
		else
			fputs("\\ufffd", json->to);
		n += n == 0;
		s.s += n;
		s.n -= n;
	}
	fputc('"', json->to);
}

void json_span(struct json *json, const char *key, struct span s)
{
	if (!s.s) {
		json_null(json, key);
		return;
	}
	start_value(json, key);
	print_string(json, s);
}

void json_string(struct json *json, const char *key, const char *s)
{
	json_span(json, key, s ? span_of(s) : (struct span){ NULL, 0 });
}

void json_text(struct json *json, const char *key, const struct text *t)
{
	json_string(json, key, t->n > 0 ? t->s : NULL);
}

void json_number(struct json *json, const char *key, int64_t n)
{
	start_value(json, key);
	fprintf(json->to, "%" PRId64, n);
}

void json_bool(struct json *json, const char *key, bool is_true)
{
	start_value(json, key);
	fputs(is_true ? "true" : "false", json->to);
}

void json_null(struct json *json, const char *key)
{
	start_value(json, key);
	fputs("null", json->to);
}
