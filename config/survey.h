/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SURVEY_H
#define EARLYBIND_SURVEY_H

#include "base/memory.h"
#include "facts/facts.h"
#include "inputs.h"
#include "judge/images.h"
#include "judge/kargs.h"

struct sync;

/*
 * What is so beyond the inputs, and what is to be said about it: the facts, the kernel
 * arguments that the rules want, the findings.
 */
struct survey {
	struct inputs *in;		/* the caller's, with rules, machine and plan */
	const struct request *request;	/* as well */
	bool wants_args;		/* survey_judge() shall read for them too */
	bool wants_drift;		/* and what does not agree with the config */
	bool is_wrong;			/* the config has an error, and no argument */
	bool has_next;			/* the next two are made */
	struct machine next_machine;	/* as it is at a boot with the IOMMU on */
	struct plan next_plan;
	bool has_args;			/* kargs are made */
	bool needs_reboot_only;		/* the next boot has the present config */
	struct facts facts;
	struct kargs kargs;
	struct findings findings;
};

/* For the inputs of a verb. The caller frees it; NULL, and a fault: no memory. */
struct survey *survey_new(struct inputs *in, const struct request *request,
			  struct fault *reterr);

/* What images are judged by. */
struct image_measure survey_measure(const struct inputs *in, bool is_right);

/* Finds out which kernel arguments the rules want, by a plan with the IOMMU on: for the
 * kernel that --kernel names, or for all that are installed below the root; of a recorded
 * machine's kernels nothing is known unless one is named. Does nothing the second time.
 * Returns 0 or -errno and a fault. */
int survey_args(struct survey *s, struct fault *reterr);

/* Says which arguments the boot loaders should have: args and is_wanted. Returns 0 or
 * -errno and a fault. */
int survey_sync(struct survey *s, struct sync *sync, struct fault *reterr);

/* Judges rules, machine, plan and host, which must be there, with the facts of the live
 * system (of a recorded machine there are none): fills facts and findings.
 * Returns 0 or -errno and a fault. */
int survey_judge(struct survey *s, struct fault *reterr);

#endif
