/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_PARAMS_H
#define EARLYBIND_PARAMS_H

#include "boot.h"

/* The module that a file holds: "/x/vfio-pci.ko" is "vfio-pci". */
struct span params_module(struct span file);

/* Adds the parameters for a module that is to be loaded: those of image.conf, then those
 * of the kernel command line, so that the latter win. Entries of ids= that would take a
 * device which no rule binds are left out, and that is said. */
void params_for(struct boot *b, const struct load *load, struct text *t);

/* Sets the same parameters in a module that was there already. */
void params_set(struct boot *b, const struct load *load);

/* Sets the options of earlybind.conf in modules that image.conf does not load: they are
 * built in. */
void params_set_options(struct boot *b);

#endif
