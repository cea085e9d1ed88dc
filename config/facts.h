/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FACTS_H
#define EARLYBIND_FACTS_H

#include "core/sysfs.h"
#include "findings.h"

/* What the binder did at this boot: earlybind-plan(5). */
#define REPORT_FILE "/run/earlybind/report"

/* Reads what findings need of the live system below a root, besides the machine: rules
 * and plan say what is worth looking at. facts_read_iommu(), _kernels(), _removable() and
 * _screen() come first. What cannot be read stays unknown. */
void facts_read(struct facts *facts, const struct root *root,
		const struct findings_of *of);

/* Whether function i is bound by the plan, or by the next one: of what only the IOMMU
 * holds back, the facts count too. */
bool facts_is_bound(const struct findings_of *of, unsigned i);

/* Its parts: the command line, the firmware's tables, the kind of IOMMU; installed
 * kernels; what older recipes left in files. */
void facts_read_iommu(struct facts *facts, const struct root *root);
void facts_read_kernels(struct facts *facts, const struct root *root,
			const struct findings_of *of);
void facts_read_leftovers(struct facts *facts, const struct root *root);

/* Which bound functions can be pulled while the machine runs. */
void facts_read_removable(struct facts *facts, const struct root *root,
			  const struct findings_of *of);

/* As facts_read_kernels(), of one kernel that the user named. Returns 0 or -errno and a
 * fault. */
int facts_read_kernel(struct facts *facts, const struct root *root,
		      const struct findings_of *of, const char *version,
		      struct fault *reterr);

/* Of the firmware's screen: what the report of this boot says, and what is there now. */
void facts_read_screen(struct facts *facts, const struct root *root);

/* Whether the boot asks for a passphrase, and for what: by crypttab and the command line,
 * which must have been read; by ZFS. */
void facts_read_passphrase(struct facts *facts, const struct root *root);
void facts_read_zfs(struct facts *facts, const struct root *root);

/* Their sum: what asks for certain goes before what may ask. */
void facts_note_passphrase(struct facts *facts, enum fact asks, const char *what,
			   struct span who);

/* Only the names of the installed kernels. */
void facts_list_kernels(struct facts *facts, const struct root *root);

/* Cuts the next word off a line; blanks, tabs and quotes part words. Empty at the end. */
struct span facts_word(struct span *line);

#endif
