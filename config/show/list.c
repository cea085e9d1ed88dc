/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collects what is to be told of each device. Decides nothing: what the plan does is the
 * plan's, what the host needs is the host's.
 */
#include "show/list.h"

#include <ctype.h>
#include <string.h>

int list_open(struct list *list, struct inputs *in, struct fault *reterr)
{
	list->in = in;
	if (list->has_host)
		nodes_read(&list->nodes, &in->root, &in->machine);
	return names_open(&list->names, reterr);
}

void list_close(struct list *list)
{
	names_close(&list->names);
}

void list_name(struct list *list, unsigned i, struct text *t)
{
	struct pci_id id = list->in->machine.fn[i].id;
	char name[NAME_SIZE];

	text_add(t, names_vendor(&list->names, id, name));
	text_char(t, ' ');
	text_add(t, names_device(&list->names, id, name));
}

bool list_driver(const struct list *list, unsigned i, struct text *t)
{
	char address[24];
	struct text a = TEXT_IN(address);

	pci_addr_text(list->in->machine.fn[i].addr, &a);
	return list->has_host && facts_driver(&list->in->root, address, t);
}

enum fact list_boot_display(const struct list *list, unsigned i)
{
	const struct machine *m = &list->in->machine;
	unsigned boot = machine_boot_display(m);

	if (!function_is_display(&m->fn[i]))
		return FACT_NO;
	/* a 3D controller has no connector; where it had the screen, we would know */
	if (boot == NO_FUNCTION)
		return function_is_screen(&m->fn[i]) ? FACT_UNKNOWN : FACT_NO;
	return i == boot ? FACT_YES : FACT_NO;
}

const struct plan_step *list_next_step(const struct list *list, unsigned i, unsigned *at)
{
	const struct plan *plan = &list->in->plan;

	while (list->has_plan && *at < plan->n) {
		const struct plan_step *step = &plan->step[(*at)++];

		if (step->fn == i)
			return step;
	}
	return NULL;
}

size_t list_sentence(const struct list *list, const struct plan_step *step,
		     struct text *t)
{
	return plan_step_sentence(step, &list->in->rules, &list->in->machine, t);
}

static bool is_step(const struct list *list, const struct finding *finding,
		    const struct plan_step *step)
{
	const struct rule *rule = &list->in->rules.rule[step->rule];

	return finding->is_step && step->fn == finding->fn &&
	       rule->line == finding->line &&
	       strcmp(plan_reason_word((enum reason)step->reason), finding->reason) == 0;
}

const struct finding *list_next_finding(const struct list *list, unsigned i, unsigned *at)
{
	const struct findings *findings = &list->survey->findings;

	while (list->has_plan && *at < findings->n) {
		const struct finding *finding = &findings->finding[(*at)++];

		if (finding->fn == i && !finding->is_step)
			return finding;
	}
	return NULL;
}

static const char *remedy_of(const struct list *list, const struct plan_step *step)
{
	const struct findings *findings = &list->survey->findings;
	unsigned i;

	for (i = 0; list->has_plan && i < findings->n; i++)
		if (is_step(list, &findings->finding[i], step))
			return findings->finding[i].remedy;
	return "";
}

void list_advice(const struct list *list, const struct plan_step *step, struct text *t)
{
	const char *remedy = remedy_of(list, step);

	if (list_sentence(list, step, t) > 0 || !remedy[0])
		return;
	text_add(t, ": ");
	text_add(t, remedy);
}

/* Nothing is longer than two names and what is said beside them. */
enum { HAYSTACK = 4 * NAME_SIZE };

static void haystack_text(struct list *list, unsigned i, struct text *t)
{
	const struct function *f = &list->in->machine.fn[i];
	char name[NAME_SIZE];

	pci_addr_text(f->addr, t);
	text_char(t, ' ');
	if (f->path.hops >= 0)
		pci_path_text(&f->path, t);
	text_char(t, ' ');
	pci_id_text(f->id, t);
	text_char(t, ' ');
	pci_id_text(f->subsystem, t);
	text_char(t, ' ');
	list_name(list, i, t);
	text_char(t, ' ');
	text_add(t, names_class(&list->names, f->class, name));
	text_char(t, ' ');
	text_add(t, names_subsystem(&list->names, f->id, f->subsystem, name));
	text_char(t, ' ');
	list_driver(list, i, t);
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c);
}

/* "rtx3080" in "RTX 3080": from the beginning of a word on, without blanks, hyphens. */
static bool begins_here(const char *text, struct span word)
{
	size_t i = 0;

	while (i < word.n) {
		if (word.s[i] == '-')
			i++;
		else if (*text == ' ' || *text == '-')
			text++;
		else if (tolower((unsigned char)*text++) !=
			 tolower((unsigned char)word.s[i++]))
			return false;
	}
	return word.n > 0 && is_letter(word.s[0]);
}

static bool has_joined(const char *text, struct span word)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (is_letter(text[i]) && (i == 0 || !is_letter(text[i - 1])) &&
		    begins_here(text + i, word))
			return true;
	return false;
}

static bool has_word(const struct list *list, unsigned i, const char *haystack,
		     struct span word)
{
	const struct function *f = &list->in->machine.fn[i];
	char needle[NAME_SIZE];
	struct text t = TEXT_IN(needle);
	struct pci_classes classes;

	if (pci_classes_parse(word, &classes) == 0 && f->class >= classes.first &&
	    f->class <= classes.last)
		return true;
	text_span(&t, word);
	return nodes_has(&list->nodes, i, word) ||
	       (!t.full && (strcasestr(haystack, needle) || has_joined(haystack, word)));
}

bool list_has_words(struct list *list, unsigned i, struct span words)
{
	char haystack[HAYSTACK];
	struct text t = TEXT_IN(haystack);
	bool has_any = false;

	haystack_text(list, i, &t);
	while (words.s) {
		struct span word = span_cut(&words, ' ');

		if (word.n > 0 && !has_word(list, i, haystack, word))
			return false;
		has_any |= word.n > 0;
	}
	return has_any;
}

/* What the plan, the host or the findings have to say. */
static bool is_spoken_of(const struct list *list, unsigned i)
{
	unsigned step = 0, finding = 0, hold = 0;

	return list_next_step(list, i, &step) || list_next_finding(list, i, &finding) ||
	       (list->has_host && host_next_hold(&list->in->host, i, &hold));
}

/* Virtual functions are many, and are made after the boot. */
static bool is_kind_to_give(const struct function *f)
{
	static const uint8_t bases[] = { 0x01, 0x02, 0x03, 0x04, 0x0d, 0x12 };

	return !f->is_bridge && !f->is_vf && (f->class >> 8 == 0x0c03 ||
					      memchr(bases, (int)(f->class >> 16),
						     sizeof(bases)));
}

bool list_is_wanted(const struct list *list, unsigned i)
{
	return is_kind_to_give(&list->in->machine.fn[i]) || is_spoken_of(list, i);
}

bool list_is_folded(const struct list *list, unsigned i)
{
	const struct machine *m = &list->in->machine;
	const struct function *f = &m->fn[i];
	unsigned j;

	if (!list->is_brief || is_spoken_of(list, i))
		return false;
	for (j = 0; j < i; j++)
		if (function_same_slot(&m->fn[j], f) && f->path.hops > 0 &&
		    m->fn[j].group == f->group && list_is_wanted(list, j))
			return true;
	return false;
}

bool list_matches(struct list *list, unsigned i, const struct list_filter *filter)
{
	const struct function *f = &list->in->machine.fn[i];
	unsigned k;

	if (list->is_brief && !list_is_wanted(list, i))
		return false;
	if (filter->classes && (f->class < filter->classes->first ||
				f->class > filter->classes->last))
		return false;
	if (filter->group && f->group != *filter->group)
		return false;
	for (k = 0; k < filter->n; k++)
		if (!list_has_words(list, i, span_of(filter->words[k])))
			return false;
	return true;
}
