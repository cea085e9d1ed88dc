/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for the large tables of the host tool. The binder has none of it.
 */
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>

void *memory_new(size_t size, struct fault *reterr)
{
	void *new = calloc(1, size);

	if (!new) {
		*reterr = (struct fault){ .name = "earlybind" };
		fault_set(reterr, ENOMEM, "there is not enough memory", NULL);
	}
	return new;
}

void memory_free_at(void *at)
{
	void **p = at;

	free(*p);
}
