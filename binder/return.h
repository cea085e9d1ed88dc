/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_RETURN_H
#define EARLYBIND_RETURN_H

#include "boot.h"

/* The root did not appear: gives back, once a boot, what it may be behind, and tells of
 * it. Returns whether all of that went back. */
bool return_all(struct boot *b);

#endif
