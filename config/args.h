/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_ARGS_H
#define EARLYBIND_ARGS_H

#include "inputs.h"
#include "kargs.h"

/* Finds out which kernel arguments the rules want, for the kernel that --kernel names, or
 * for all that are installed below the root; of a recorded machine's kernels nothing is
 * known unless one is named. In place of inputs_plan(), after inputs_rules(): in->machine
 * and in->plan are as they would be with the IOMMU on. Returns 0 or -errno and a
 * fault. */
int args_read(struct kargs *kargs, struct inputs *in, const struct request *request,
	      struct fault *reterr);

#endif
