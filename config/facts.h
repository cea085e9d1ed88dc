/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FACTS_H
#define EARLYBIND_FACTS_H

#include "core/sysfs.h"
#include "findings.h"

/* Reads what findings need of the live system below a root, besides the machine: rules
 * and plan say what is worth looking at. What cannot be read stays unknown. */
void facts_read(struct facts *facts, const struct root *root,
		const struct findings_of *of);

/* Its parts: the command line and the firmware's tables; installed kernels; what older
 * recipes left in files. */
void facts_read_iommu(struct facts *facts, const struct root *root);
void facts_read_kernels(struct facts *facts, const struct root *root,
			const struct findings_of *of);
void facts_read_leftovers(struct facts *facts, const struct root *root);

/* Only the names of the installed kernels. */
void facts_list_kernels(struct facts *facts, const struct root *root);

/* A text file below the root, of at most a megabyte, which the caller frees; or NULL. */
char *facts_read_file(const struct root *root, const char *path, struct span *ret_text);

/* Cuts the next word off a line; blanks, tabs and quotes part words. Empty at the end. */
struct span facts_word(struct span *line);

#endif
