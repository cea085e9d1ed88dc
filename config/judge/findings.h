/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FINDINGS_H
#define EARLYBIND_FINDINGS_H

#include "facts/facts.h"

enum { FINDINGS_MAX = FUNCTIONS_MAX + 4096 };	/* one a function, and what else is so */

enum severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE, FINDING_OK };

/* Whether something is as planned. A wish would help; all is as planned without it. */
enum state { STATE_OK, STATE_DIFFERS, STATE_UNKNOWN, STATE_WISH };

/* What a line of status is about, in the order of the lines. */
enum topic {
	TOPIC_NONE,		/* none of status's: check alone has it */
	TOPIC_BOOT, TOPIC_DEVICE, TOPIC_CONFIG,
	TOPIC_RULE,		/* of the config, what check says of one */
	TOPIC_IMAGE, TOPIC_LOADER, TOPIC_ARGUMENTS,
	TOPIC_GUEST,		/* of status --guest */
};

/* One thing that somebody should know or put right; with a topic, also that all is well.
 * check prints what is not OK, status what has a topic. */
struct finding {
	uint8_t severity;		/* enum severity */
	uint8_t topic;			/* enum topic */
	uint8_t state;			/* enum state, where it has a topic */
	bool is_step;			/* it is a line of the plan */
	bool is_left;			/* an image that sync does not make again */
	uint16_t fn;			/* what it is about, or NO_FUNCTION */
	const char *reason;		/* stable name */
	const char *file;		/* the place, where it has no name of its own */
	unsigned line;			/* 0: none */
	char name[128];			/* the address, or the file; may be empty */
	char wanted[DRIVER_MAX];	/* device: the driver, or empty */
	char holder[DRIVER_MAX];	/* device: who has it, or empty */
	char text[FAULT_SIZE];
	char remedy[FAULT_SIZE];
};

/* Some 40 MB, nearly all of it zero pages. */
struct findings {
	unsigned n;
	unsigned n_lost;		/* those without room */
	unsigned n_errors;
	struct finding finding[FINDINGS_MAX];
	struct finding sorted[FINDINGS_MAX];	/* while they are sorted */
};

/* Judges once for all: check, status, list and generate select and print. Pure. */
void findings_make(struct findings *findings, const struct situation *of);

/* Puts errors first; else they stay in the order in which they were found. */
void findings_sort(struct findings *findings);

/* The place that it is about. */
const char *finding_place(const struct finding *finding);

/* "error PLACE: text: remedy" */
void finding_text(const struct finding *finding, struct text *t);

const char *finding_severity_word(enum severity severity);

/* What turns the IOMMU on, as a sentence. */
const char *findings_iommu_remedy(const struct machine *m, const struct facts *facts);

/* Whether a step of the plan binds to what needs the IOMMU. */
bool findings_needs_iommu(const struct situation *of, const struct plan_step *step);

/* Whether this word is on the running kernel's command line. */
bool findings_has_argument(const struct facts *facts, const char *word);

/* The argument with which the kernel makes no framebuffer of the firmware's screen, where
 * vfio-pci would be left with its memory; writes why. NULL: none is needed. */
const char *findings_no_screen(const struct situation *of, struct text *t);

/* The parts. Adds a finding and starts its text; then findings_remedy(), at most once. */
struct finding *findings_add(struct findings *findings, enum severity severity,
			     const char *reason, struct text *text);
void findings_remedy(struct finding *finding, const char *remedy);

/* As findings_add(), of something that was planned, and what is so. */
struct finding *findings_say(struct findings *findings, enum state state,
			     enum topic topic, const char *name, struct text *text);
/* Says that it is so, and how bad that is. */
void findings_state(struct finding *finding, enum state state);
void findings_at_rule(struct finding *finding, const struct situation *of, unsigned r);

/* The rule that takes function i, now or once something else is put right (the IOMMU is
 * off); or NO_RULE. */
unsigned findings_taker(const struct situation *of, unsigned i);
/* The first function with a keyboard, where there are several and the rules take all of
 * them (`is_now`: bind them); or NO_FUNCTION. That of one alone is a hold. */
unsigned findings_keyboards(const struct situation *of, bool is_now);
/* Why function i can only appear after the boot program has run, or NULL: it is below VMD
 * (a domain of five digits), virtual, or can be pulled. */
const char *findings_why_late(const struct situation *of, unsigned i);
/* Whether a device that is refused for that reason is so only until then. */
bool findings_is_curable(unsigned reason);

/* What is said of the rules, of the steps of the plan, of the machine, of what the host
 * has there, and of the system. */
void findings_of_rules(struct findings *findings, const struct situation *of);
void findings_of_plan(struct findings *findings, const struct situation *of);
void findings_of_machine(struct findings *findings, const struct situation *of);
void findings_of_uses(struct findings *findings, const struct situation *of);
void findings_of_screen(struct findings *findings, const struct situation *of);
void findings_of_system(struct findings *findings, const struct situation *of);
void findings_of_leftovers(struct findings *findings, const struct situation *of);

#endif
