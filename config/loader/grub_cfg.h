/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_GRUB_CFG_H
#define EARLYBIND_GRUB_CFG_H

#include "loader/root.h"

/* What gives the variable of the entries its words. */
#define GRUB_SCRIPT "/etc/grub.d/09_earlybind"

/* The entry that leads to a menu without passthrough. */
#define GRUB_WAY_BACK "/etc/grub.d/42_earlybind"

/* The entries with former images. */
#define GRUB_FORMER "/etc/grub.d/43_earlybind"

/* What a grub.cfg tells of itself. */
struct grub_cfg {
	bool is_made;		/* by grub-mkconfig */
	bool is_whole;		/* and it came to the end of a part */
	bool has_entry;		/* menu entries */
	bool has_bls;		/* it reads loader/entries */
	bool is_in_linux;	/* the line is one of 10_linux */
	bool is_copied;		/* the line is one of another system's menu */
	bool has_classic;	/* which made entries of its own */
	bool has_token;
	bool has_script;	/* what GRUB_SCRIPT printed */
	bool has_way_back;	/* what GRUB_WAY_BACK printed */
	bool has_former;	/* what GRUB_FORMER printed, if only its head */
	bool has_question;	/* and it asks what earlybind.cfg says of BLS entries */
	size_t n_with;		/* characters of the longest line with it, without it */
	size_t n_without;	/* and of the longest that lacks it */
};

/* Reads the text of a grub.cfg. */
struct grub_cfg grub_cfg_read(struct span text);

/* Compares the root of its entries with that of a command line: the same, if one entry
 * starts it; that of another system, if all of them start others. */
enum likeness grub_cfg_compare(struct span text, const struct root *root,
			       struct span cmdline);

/* Whether the arguments reach the entries that this file makes; those of BLS have files
 * of their own. */
bool grub_cfg_has_arguments(const struct grub_cfg *cfg);

#endif
