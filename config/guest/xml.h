/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EXPORT_XML_H
#define EARLYBIND_EXPORT_XML_H

#include <stdio.h>

#include "core/text.h"

enum { XML_DEPTH = 8 };		/* elements in one another; ours have 5 */

/*
 * XML that is being written, never read: elements with attributes or words in them, and
 * comments. Names are ours, values may be anybody's. Errors of the stream are left to its
 * owner.
 */
struct xml {
	FILE *to;
	unsigned indent;		/* blanks before the outermost elements */
	unsigned depth;
	bool is_open;			/* the start tag lacks its end */
	bool has_words;
	const char *name[XML_DEPTH];
};

/* Begins an element inside the present one; xml_end() ends it. */
void xml_start(struct xml *xml, const char *name);
void xml_end(struct xml *xml);

/* Adds an attribute to the element that was begun last. */
void xml_word(struct xml *xml, const char *name, const char *value);
void xml_number(struct xml *xml, const char *name, uint64_t n);
/* As "0x01": `width` digits at least. */
void xml_hex(struct xml *xml, const char *name, uint64_t n, unsigned width);

/* Adds words inside the element, which then has nothing else. */
void xml_words(struct xml *xml, const char *words);

/* An element with one attribute, or two, and nothing in it. NULL: no second one. */
void xml_leaf(struct xml *xml, const char *name, const char *key, const char *value,
	      const char *key2, const char *value2);

/* A comment, on lines of some 80 columns. */
void xml_comment(struct xml *xml, const char *words);

#endif
