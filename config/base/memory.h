/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_MEMORY_H
#define EARLYBIND_MEMORY_H

#include <stddef.h>

#include "core/fault.h"

/* Zero pages for what is large: what is not used of it costs nothing. The caller frees
 * it. NULL, and a fault: there is none. */
void *memory_new(size_t size, struct fault *reterr);

/* Frees what a declaration marked _cleanup_free_ points to. */
void memory_free_at(void *at);
#define _cleanup_free_ __attribute__((cleanup(memory_free_at)))

#endif
