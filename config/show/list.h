/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LIST_H
#define EARLYBIND_LIST_H

#include "base/json.h"
#include "show/names.h"
#include "show/nodes.h"
#include "survey.h"

/*
 * The devices as people see them: the machine, with the names, the drivers, what the host
 * holds there and what the plan does. Of a recorded machine driver and holds are not
 * known.
 */
struct list {
	struct inputs *in;
	struct survey *survey;	/* with the findings, where has_plan */
	struct names names;
	struct nodes nodes;
	bool has_plan;		/* in->plan is made: the config is right */
	bool has_host;		/* in->host is filled, drivers can be read */
	bool is_brief;		/* only what people give away; parts of a card with it */
};

/* Which devices are asked for. All that is given must hold. */
struct list_filter {
	const struct pci_classes *classes;	/* NULL: any */
	const int32_t *group;			/* NULL: any */
	unsigned n;
	const char *const *words;		/* each is in the name, address, id … */
};

/* Gets ready. The inputs must be read; the caller calls list_close(). Returns 0, or
 * -ENOMEM and a fault. */
int list_open(struct list *list, struct inputs *in, struct fault *reterr);
void list_close(struct list *list);

/* Adds the name of function i: "NVIDIA Corporation GA102 [GeForce RTX 3080]". */
void list_name(struct list *list, unsigned i, struct text *t);

/* Adds the name of the driver that has function i. Returns whether it has one. */
bool list_driver(const struct list *list, unsigned i, struct text *t);

/* Whether the firmware's screen is on function i. */
enum fact list_boot_display(const struct list *list, unsigned i);

/* The step of the plan for function i; *at = 0 first. NULL: no more. */
const struct plan_step *list_next_step(const struct list *list, unsigned i, unsigned *at);
/* As plan_step_sentence(). */
size_t list_sentence(const struct list *list, const struct plan_step *step,
		     struct text *t);
/* And what to do about it, where the sentence does not say that itself. */
void list_advice(const struct list *list, const struct plan_step *step, struct text *t);
/* The next finding about function i, or about none (NO_FUNCTION), that is no step of the
 * plan; *at = 0 first. NULL: no more. survey_judge() has found them. */
const struct finding *list_next_finding(const struct list *list, unsigned i,
					unsigned *at);

/* Whether all words of one text ("rtx 3080") are in the name, the class, the address, the
 * ids or the driver of function i, whatever their case; or are such a name without its
 * blanks ("rtx3080"), its class ("usb"), an interface or a disk of it ("eno1"). */
bool list_has_words(struct list *list, unsigned i, struct span words);

/* Whether a person may want to give function i away, by its class; or there is something
 * to be said of it. */
bool list_is_wanted(const struct list *list, unsigned i);
/* Whether function i needs no lines of its own below its card's, in a brief list. */
bool list_is_folded(const struct list *list, unsigned i);

/* Whether function i is asked for. */
bool list_matches(struct list *list, unsigned i, const struct list_filter *filter);

/* Adds function i as an object of an array. */
void list_json(struct list *list, unsigned i, struct json *json);
/* Adds a finding as an object of an array. */
void list_json_finding(const struct finding *finding, const struct machine *m,
		       struct json *json);
/* Adds an array "findings": all about function i, or about none (NO_FUNCTION). */
void list_json_findings(const struct list *list, unsigned i, struct json *json);
/* Adds a rule that finds no device. */
void list_json_miss(const struct list *list, const struct plan_step *step,
		    struct json *json);

#endif
