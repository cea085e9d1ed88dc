/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind list: the devices by IOMMU group, for a person who picks a card, or as JSON
 * for a program. A wrong config is said, and the list printed all the same.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "show/list_text.h"
#include "show/tree.h"

/* What --class and --group were read into. */
struct wish {
	struct pci_classes classes;
	int32_t group;
	struct list_filter filter;
};

static int read_class(struct wish *wish, const char *value, struct fault *reterr)
{
	struct span word = span_of(value);
	const char *nearest;

	wish->filter.classes = &wish->classes;
	if (pci_classes_parse(word, &wish->classes) == 0)
		return 0;
	nearest = pci_class_nearest(word);
	fault_quote(reterr, EINVAL, "--class is not a class: ", word, nearest ?
		    ", did you mean " : ": take a name as usb, or 2, 4 or 6 hex digits");
	if (nearest && strlen(reterr->words) + strlen(nearest) + 2 < FAULT_SIZE)
		strcat(strcat(reterr->words, nearest), "?");
	return -EINVAL;
}

static int read_group(struct wish *wish, const char *value, struct fault *reterr)
{
	uint64_t n;

	wish->filter.group = &wish->group;
	wish->group = GROUP_NONE;
	if (strcmp(value, "none") == 0)
		return 0;
	if (span_number(span_of(value), 10, 9, INT32_MAX, &n) < 0)
		return fault_quote(reterr, EINVAL, "--group is not an IOMMU group: ",
				   span_of(value), ": take its number, or none");
	wish->group = (int32_t)n;
	return 0;
}

static int read_wish(struct wish *wish, const struct request *request,
		     struct fault *reterr)
{
	int r = 0;

	*reterr = (struct fault){ .name = "earlybind" };
	wish->filter = (struct list_filter){ .n = request->n_operands,
					     .words = request->operands };
	if (request->class)
		r = read_class(wish, request->class, reterr);
	if (r == 0 && request->group)
		r = read_group(wish, request->group, reterr);
	return r;
}

static int read_all(struct list *list, const struct request *request, struct inputs *in,
		    struct fault *reterr)
{
	int r;

	list->has_host = !request->machine;
	list->has_plan = inputs_rules(in, request, reterr) == 0;
	if (list->has_plan) {
		r = inputs_plan(in, request, reterr);
	} else {
		cmd_fail(STATUS_CONFIG, reterr);
		rules_init(&in->rules);
		r = inputs_machine(in, request, 0, reterr);
	}
	if (r == 0)
		r = inputs_host(in, request, reterr);
	if (r == 0 && list->has_plan)
		r = survey_judge(list->survey, reterr);
	return r < 0 ? r : list_open(list, in, reterr);
}

static void print_json(struct list *list, const struct list_filter *filter)
{
	const struct plan *plan = &list->in->plan;
	struct json json;
	unsigned i;

	json_begin(&json, stdout);
	json_array(&json, "devices");
	for (i = 0; i < list->in->machine.n; i++)
		if (list_matches(list, i, filter))
			list_json(list, i, &json);
	json_end(&json);
	json_array(&json, "misses");
	for (i = 0; list->has_plan && i < plan->n; i++)
		if (plan->step[i].verb == PLAN_MISS)
			list_json_miss(list, &plan->step[i], &json);
	json_end(&json);
	list_json_findings(list, NO_FUNCTION, &json);
	json_finish(&json);
}

/* A virtual machine gets all of a group: what a brief list has not counts. */
static void left_out_text(const struct list *list, int32_t group, struct text *t)
{
	const struct machine *m = &list->in->machine;
	unsigned i, n = 0;

	for (i = 0; i < m->n; i++)
		n += m->fn[i].group == group && function_holds_group(&m->fn[i]) &&
		     !list_is_wanted(list, i);
	if (!list->is_brief || group < 0 || n == 0)
		return;
	text_add(t, " (");
	text_decimal(t, n);
	text_add(t, " more in it: earlybind list --group ");
	text_decimal(t, (uint64_t)group);
	text_char(t, ')');
}

static void print_group(struct list *list, int32_t group,
			const struct list_filter *filter, const struct page *page,
			unsigned *n)
{
	char words[128];
	struct text t = TEXT_IN(words);
	bool is_first = true;
	unsigned i;

	text_add(&t, group == GROUP_NONE ? "In no IOMMU group" :
		 group == GROUP_UNKNOWN ? "IOMMU group not known" : "IOMMU group ");
	if (group >= 0)
		text_decimal(&t, (uint64_t)group);
	left_out_text(list, group, &t);
	for (i = 0; i < list->in->machine.n; i++) {
		if (list->in->machine.fn[i].group != group ||
		    !list_matches(list, i, filter) || list_is_folded(list, i))
			continue;
		if (is_first)
			page_words(page, COLOR_BOLD, 0, text_is(&t));
		is_first = false;
		list_print(list, i, page);
		++*n;
	}
}

/* The lowest group above one; those without come last. */
static bool next_group(const struct machine *m, int64_t *group)
{
	int64_t best = INT64_MAX;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		int64_t one = m->fn[i].group;

		if (one < 0)
			one = INT32_MAX - one;
		if (one > *group && one < best)
			best = one;
	}
	*group = best;
	return best != INT64_MAX;
}

static bool is_whole(const struct list_filter *filter)
{
	return !filter->classes && !filter->group && filter->n == 0;
}

static void print_text(struct list *list, const struct list_filter *filter,
		       const struct page *page)
{
	int64_t group = -1;
	unsigned n = 0;

	while (next_group(&list->in->machine, &group))
		print_group(list, group > INT32_MAX ? (int32_t)(INT32_MAX - group) :
			    (int32_t)group, filter, page, &n);
	list_print_misses(list, page);
	if (is_whole(filter))
		list_print_findings(list, page);
	if (n == 0)
		fprintf(stderr, "earlybind: %s\n", list->in->machine.n == 0 ?
			"there are no PCI devices" : list->is_brief ?
			"there is no device of a kind that is usually given away: see "
			"earlybind list --all" : "no device matches");
}

/* What a brief list leaves out must not look as if it were not there. */
static void say_left_out(const struct list *list)
{
	const struct machine *m = &list->in->machine;
	unsigned i, n = 0;

	for (i = 0; i < m->n; i++)
		n += !list_is_wanted(list, i);
	if (list->is_brief && n > 0 && n < m->n)
		fprintf(stderr, "earlybind: %u more, bridges and the like: "
			"earlybind list --all, or --tree\n", n);
}

static void print_people(struct list *list, const struct request *request,
			 const struct list_filter *filter)
{
	struct page page = page_of(stdout, 80);

	if (request->color && strcmp(request->color, "auto") != 0)
		page.is_colored = strcmp(request->color, "always") == 0;
	list->is_brief = is_whole(filter) &&
			 !(request->given & (OPTION_ALL | OPTION_TREE));
	if (request->given & OPTION_TREE)
		tree_print(list, filter, &page);
	else
		print_text(list, filter, &page);
	fflush(stdout);
	say_left_out(list);
	if (list->has_host && !list->in->sources.config.is_there &&
	    list->in->machine.n > 0)
		fprintf(stderr, "earlybind: nothing is given away yet; next: "
			"earlybind generate --write DEVICE, by address or words "
			"of its name\n");
}

int cmd_list(const struct request *request, struct inputs *in)
{
	static struct list list;
	struct fault fault;
	struct wish wish;
	_cleanup_free_ struct survey *s = survey_new(in, request, &fault);

	list.survey = s;
	if (!s)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (request->given & OPTION_JSON && request->given & OPTION_TREE) {
		fprintf(stderr, "earlybind: --tree is for people: leave --json out, or "
			"take path of each device\n");
		return STATUS_USAGE;
	}
	if (read_wish(&wish, request, &fault) < 0)
		return cmd_fail(STATUS_USAGE, &fault);
	if (inputs_open(in, request, &fault) < 0 ||
	    read_all(&list, request, in, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	cmd_say_unread(in);
	if (list.has_host && !in->host.is_known)
		fprintf(stderr, "earlybind: what the host needs is not known in %s\n",
			in->host.why);
	if (request->given & OPTION_JSON)
		print_json(&list, &wish.filter);
	else
		print_people(&list, request, &wish.filter);
	list_close(&list);
	return STATUS_DONE;
}
