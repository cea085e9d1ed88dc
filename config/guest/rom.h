/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GUEST_ROM_H
#define EARLYBIND_GUEST_ROM_H

#include "core/machine.h"

enum { ROM_MAX = 16 << 20 };	/* the largest that a BAR of this kind can have */

/* A card's option ROM: images one behind another, each for another kind of firmware. */
struct rom {
	size_t n;		/* bytes of all images */
	unsigned n_images;
	bool has_bios;		/* one that a BIOS runs */
	bool has_uefi;		/* one that the UEFI of an x86-64 guest runs */
	bool is_others;		/* an image names another maker */
};

/* Whether function f shows a ROM: 1, 0 or -errno. */
int rom_exists(const struct root *root, const struct function *f);

/* Reads the ROM of function f into `buffer`, of ROM_MAX bytes. Of the host itself this
 * takes root: the kernel opens the ROM for that moment, and wakes the device. Returns the
 * length, or -errno and a fault. */
ssize_t rom_read(const struct root *root, const struct function *f, char *buffer,
		 struct fault *reterr);

/* Takes it apart. Returns 0, or -EBADMSG and a fault: there is no whole image. */
int rom_parse(struct rom *rom, const struct function *f, const char *data, size_t n,
	      struct fault *reterr);

/* "128 KiB, for BIOS and UEFI" */
void rom_text(const struct rom *rom, struct text *t);

#endif
