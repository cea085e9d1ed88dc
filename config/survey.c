/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks around: the one place that knows what is read after what, and that everything is
 * read once. Arguments hang on facts about kernels, leftovers on the arguments, findings
 * on all of it.
 */
#include "survey.h"

#include <errno.h>

#include "loader/sync.h"
#include "status/status.h"

struct survey *survey_new(struct inputs *in, const struct request *request,
			  struct fault *reterr)
{
	struct survey *s = memory_new(sizeof(*s), reterr);

	if (!s)
		return NULL;
	s->in = in;
	s->request = request;
	return s;
}

static struct situation findings_of(const struct survey *s)
{
	const struct inputs *in = s->in;
	const struct request *request = s->request;

	return (struct situation){
		&in->rules, &in->machine, &in->plan, &in->host, &s->facts,
		{ [SOURCE_CONF] = request->config ? request->config : CONFIG_FILE,
		  [SOURCE_IMAGE] = request->image ? request->image : IMAGE_FILE,
		  [SOURCE_CMDLINE] = "kernel command line" },
		s->has_next ? &s->next_plan : NULL,
	};
}

struct image_measure survey_measure(const struct inputs *in, bool is_right)
{
	return (struct image_measure){
		{ in->sources.config.s, in->sources.config.n }, is_right,
		rules_have_bind(&in->rules),
		&in->machine, &in->plan, &in->host,
	};
}

/* The same machine and rules: only that the IOMMU is on is another matter. */
static int make_next(struct survey *s, struct fault *reterr)
{
	const struct inputs *in = s->in;
	int r;

	s->next_machine = in->machine;
	kargs_assume_iommu(&s->next_machine);
	r = plan_make(&s->next_plan, &in->rules, &s->next_machine, reterr);
	s->has_next = r == 0;
	return r;
}

/* What the arguments hang on. */
static int read_facts(struct survey *s, struct fault *reterr)
{
	const struct root *root = &s->in->root;
	struct situation of = findings_of(s);
	const char *kernel = s->request->kernel;
	int r = kernel ? facts_read_kernel(&s->facts, root, &of, kernel, reterr) : 0;

	if (r < 0 || s->request->machine)
		return r;
	if (!kernel)
		facts_read_kernels(&s->facts, root, &of);
	facts_read_iommu(&s->facts, root, s->in->running);
	facts_read_screen(&s->facts, root);
	facts_read_removable(&s->facts, root, &of);
	return 0;
}

int survey_args(struct survey *s, struct fault *reterr)
{
	struct situation of;
	int r;

	if (s->has_args)
		return 0;
	r = make_next(s, reterr);
	if (r == 0)
		r = read_facts(s, reterr);
	if (r < 0)
		return r;
	of = findings_of(s);
	of.machine = &s->next_machine;
	of.plan = &s->next_plan;
	kargs_make(&s->kargs, &of);
	s->has_args = true;
	return 0;
}

int survey_sync(struct survey *s, struct sync *sync, struct fault *reterr)
{
	struct text t = TEXT_IN(sync->args);
	int r = survey_args(s, reterr);

	if (r < 0)
		return r;
	kargs_text(&s->kargs, &t);
	sync->is_wanted = rules_have_bind(&s->in->rules);
	*reterr = (struct fault){ .name = "kernel arguments" };
	return !t.full ? 0 : fault_set(reterr, E2BIG, "they are longer than the limit "
				       "SYNC_WORDS_SIZE, 4096", NULL);
}

/* What does not agree with the config: images, files of boot loaders, the running command
 * line. */
static int add_drift(struct survey *s, struct fault *reterr)
{
	_cleanup_free_ struct sync *sync = memory_new(sizeof(*sync), reterr);
	_cleanup_images_ struct images *images = NULL;
	struct image_measure measure = survey_measure(s->in, !s->is_wrong);
	struct loader_system system;
	struct fault fault;

	loader_system_read(&system, &s->in->root, s->in->running);
	images = images_read(&system, reterr);
	if (!sync || !images)
		return -ENOMEM;
	images_judge(images, &measure);
	findings_of_images(&s->findings, images, measure.is_wanted);
	s->needs_reboot_only = images_need_reboot_only(images);
	sync->root = &s->in->root;
	sync->system = &system;
	if (!s->is_wrong)
		status_of_loader(&s->findings, s->in, sync, survey_sync(s, sync, &fault),
				 &fault);
	return 0;
}

int survey_judge(struct survey *s, struct fault *reterr)
{
	struct text args = TEXT_IN(s->facts.args);
	struct situation of;
	struct fault fault;
	int r = 0;

	/* what failed there fails once more where somebody hears of it */
	if ((s->wants_args || s->wants_drift) && !s->is_wrong)
		survey_args(s, &fault);
	if (!s->has_args)
		read_facts(s, &fault);
	else if (s->wants_drift)
		kargs_text(&s->kargs, &args);
	of = findings_of(s);
	if (!s->request->machine)
		facts_read(&s->facts, &s->in->root, &of);
	s->facts.n_unread = s->in->n_unread;
	s->facts.unread = s->in->unread;
	findings_make(&s->findings, &of);
	if (s->wants_drift)
		r = add_drift(s, reterr);
	findings_sort(&s->findings);
	return r;
}
