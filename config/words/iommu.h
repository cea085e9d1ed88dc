/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_KARGS_IOMMU_H
#define EARLYBIND_KARGS_IOMMU_H

#include "core/machine.h"

/* What the words of a kernel command line about the IOMMU come to. */
struct iommu_words {
	uint8_t intel;		/* enum fact: intel_iommu=on or =off */
	uint8_t passthrough;	/* enum fact: iommu=pt, iommu=nopt, iommu.passthrough= */
	bool is_off;		/* iommu=off or amd_iommu=off, which nothing undoes */
};

/* Takes the next word of the line into account, as the kernel does. Pure. */
void iommu_words_add(struct iommu_words *words, struct span word);
struct iommu_words iommu_words_of(struct span line);

/* Whether these words do what `word` asks for; false for what is no argument of earlybind
 * args about the IOMMU. */
bool iommu_words_serve(const struct iommu_words *words, struct span word);

/* Whether the argument only helps where the IOMMU is on. */
bool iommu_is_wish(struct span word);

#endif
