/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TREE_H
#define EARLYBIND_TREE_H

#include "show/list_text.h"

/* Draws what is behind what: of the functions that are asked for, and all that leads
 * there. Below it, why each group that they share with others is shared. */
void tree_print(struct list *list, const struct list_filter *filter,
		const struct page *page);

#endif
