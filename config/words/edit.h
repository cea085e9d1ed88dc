/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_EDIT_H
#define EARLYBIND_EDIT_H

#include "core/text.h"

/* Edits of texts that others own: words are put at the end of a line and taken away
 * again, and every other byte stays. */

/* Whether the line has that word, between blanks. */
bool edit_has_word(struct span line, struct span word);

/* Another word of the line with the same "KEY=", or an empty span. */
struct span edit_find_other(struct span line, struct span word);

/* Cuts the next line off a text, without its end ("\n" or "\r\n"). */
struct span edit_cut_line(struct span *text);

/* The last line whose first word is `key`, as a part of the text; s == NULL: none. */
struct span edit_find_line(struct span text, const char *key);

/* Writes the text with other words in one line of it, a part of the text: `ours` go, and
 * what the line then lacks of `want` comes to its end. Where `ours` is all that the line
 * has to have, nothing changes. `ret_added` gets the words that are ours now. */
void edit_words(struct text *t, struct span text, struct span line, struct span ours,
		struct span want, struct text *ret_added);

/* The line of a text that is exactly this, s == NULL: none. */
struct span edit_find_exact(struct span text, struct span line);

/* Writes the text with one more line, or without one that it has. A missing newline at
 * its end stays missing. */
void edit_add_line(struct text *t, struct span text, struct span line);
void edit_remove_line(struct text *t, struct span text, struct span line);

/* Whether a word is of letters, digits and "-_.,:=/+@%" alone, which neither GRUB's
 * scripts nor loader entries nor shells take for anything else. */
bool edit_is_plain_word(struct span word);

/* Whether all words are plain. Gives the first that is not. */
bool edit_is_plain(struct span words, struct span *ret_word);

#endif
