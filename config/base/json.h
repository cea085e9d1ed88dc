/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_JSON_H
#define EARLYBIND_JSON_H

#include <stdio.h>

#include "core/text.h"

enum { JSON_DEPTH = 8 };	/* objects and arrays in one another; ours have 4 */

/*
 * One JSON object that is being written (RFC 8259), never read. Keys are ours:
 * snake_case, and NULL inside an array. Errors of the stream are left to its owner.
 */
struct json {
	FILE *to;
	unsigned depth;
	struct {
		char end;
		bool has_one;
	} level[JSON_DEPTH];
};

/* Begins the object, with "schema": 1. */
void json_begin(struct json *json, FILE *to);

/* Begins an object or an array inside the present one; json_end() ends it. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json);

/* A string; what is no UTF-8 in it becomes U+FFFD. s == NULL is null. */
void json_span(struct json *json, const char *key, struct span s);
void json_string(struct json *json, const char *key, const char *s);
/* What was built so far as a string, or null where it is empty. */
void json_text(struct json *json, const char *key, const struct text *t);
void json_number(struct json *json, const char *key, int64_t n);
void json_bool(struct json *json, const char *key, bool is_true);
void json_null(struct json *json, const char *key);

/* Ends all that is open, and the last line. */
void json_finish(struct json *json);

#endif
