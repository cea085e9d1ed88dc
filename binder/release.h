/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_RELEASE_H
#define EARLYBIND_RELEASE_H

#include "boot.h"

/* Where the plan releases the screen of function i, which is about to be given to this
 * driver: says so on that screen, and takes it away unless the driver does that itself.
 * Returns 0 or -errno. */
int release_before(struct boot *b, unsigned i, const char *driver);

/* Looks what became of the screen now that function i is bound, takes away what is still
 * there, and says what cannot be. */
void release_after(struct boot *b, unsigned i);

/* Gives the screen of function i back, if it was taken away. */
void release_undo(struct boot *b, unsigned i);

/* Notes, before anything is bound, whether there is a screen that must stay; says
 * afterwards if the kernel has taken it away all the same. */
void release_note_other(struct boot *b);
void release_check_other(struct boot *b);

#endif
