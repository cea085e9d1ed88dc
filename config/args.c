/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what kargs.c decides by: the plan of a boot with the IOMMU on, and the kernels
 * that shall get the arguments.
 */
#include "args.h"

#include "facts.h"

static int read_kernels(struct facts *facts, const struct inputs *in,
			const struct request *request, const struct findings_of *of,
			struct fault *reterr)
{
	if (request->kernel)
		return facts_read_kernel(facts, &in->root, of, request->kernel, reterr);
	if (!request->machine)
		facts_read_kernels(facts, &in->root, of);
	return 0;
}

int args_read(struct kargs *kargs, struct inputs *in, const struct request *request,
	      struct fault *reterr)
{
	static struct facts facts;
	struct findings_of of = {
		&in->rules, &in->machine, &in->plan, &in->host, &facts, { NULL },
	};
	int r = inputs_plan(in, request, reterr);

	if (r < 0)
		return r;
	kargs_assume_iommu(&in->machine);
	r = plan_make(&in->plan, &in->rules, &in->machine, reterr);
	if (r == 0)
		r = read_kernels(&facts, in, request, &of, reterr);
	if (r < 0)
		return r;
	if (!request->machine) {
		facts_read_iommu(&facts, &in->root);
		facts_read_screen(&facts, &in->root);
		facts_read_removable(&facts, &in->root, &of);
	}
	kargs_make(kargs, &of);
	return 0;
}
