/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LIST_TEXT_H
#define EARLYBIND_LIST_TEXT_H

#include "show/list.h"

/* Lines for people, as wide as their terminal. */
struct page {
	FILE *to;
	unsigned width;		/* columns; 0: as many as there are */
	bool is_colored;
};

enum color { COLOR_NONE, COLOR_BOLD, COLOR_DIM, COLOR_RED, COLOR_GREEN, COLOR_YELLOW,
	     COLOR_CYAN };

/* A page on a stream: as wide as its terminal and with colors there; elsewhere of so many
 * columns. */
struct page page_of(FILE *to, unsigned columns);

/* Prints words in lines that begin with `indent` blanks, all but the first with two more,
 * broken at blanks where they are too wide. Prints printable ASCII only. */
void page_words(const struct page *page, enum color color, unsigned indent,
		struct span words);
/* As page_words(), on one line, cut where it is too wide. */
void page_line(const struct page *page, enum color color, unsigned indent,
	       struct span words);

/* Prints function i. */
void list_print(struct list *list, unsigned i, const struct page *page);
/* Prints the rules that find no device. */
void list_print_misses(const struct list *list, const struct page *page);
/* Prints the findings that are about no device. */
void list_print_findings(const struct list *list, const struct page *page);

#endif
