/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_KARGS_H
#define EARLYBIND_KARGS_H

#include "judge/findings.h"

enum {
	KARGS_MAX = OPTIONS_MAX + 8,
	KARG_SIZE = 1100,	/* "vfio-pci.ids=" and the 1024 bytes that it may have */
	KARG_NOTES_MAX = 64,
	KARGS_SIZE = 4096,	/* the line; no kernel takes a longer one */
};

/* One argument, and the sentence that says why the rules want it. */
struct karg {
	char word[KARG_SIZE];
	char why[FAULT_SIZE];
};

/* The kernel arguments that the rules want, and what was left out and why. */
struct kargs {
	unsigned n;
	struct karg arg[KARGS_MAX];
	unsigned n_notes;
	char note[KARG_NOTES_MAX][FAULT_SIZE];
	unsigned n_lost;	/* notes without room */
};

/* Where no function has an IOMMU group, because the IOMMU is off, each slot gets one: so
 * that a plan of this machine is that of the next boot, with the IOMMU on. Pure. */
void kargs_assume_iommu(struct machine *m);

/* Decides. The plan is one with the IOMMU on; the facts are those of the kernels that
 * should get the arguments. Pure. */
void kargs_make(struct kargs *kargs, const struct situation *of);

/* The parts. Starts the next argument and its reason; it counts once kargs->n is raised.
 * Starts a note on something that was left out. */
struct karg *kargs_next(struct kargs *kargs, struct text *word, struct text *why);
struct text kargs_note(struct kargs *kargs);

/* Adds STUB.ids=, if any device needs it. kargs_ids.c */
void kargs_add_ids(struct kargs *kargs, const struct situation *of, const char *stub);

/* Adds the line: the words, with one blank between them, without a newline. */
void kargs_text(const struct kargs *kargs, struct text *t);

#endif
