/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STATUS_H
#define EARLYBIND_STATUS_H

#include "inputs.h"
#include "judge/findings.h"

struct images;
struct sync;

enum { STATUS_LINES_MAX = FUNCTIONS_MAX + 256 };

/* What a line is about. */
enum status_topic {
	TOPIC_BOOT, TOPIC_DEVICE, TOPIC_CONFIG, TOPIC_IMAGE, TOPIC_LOADER,
	TOPIC_ARGUMENTS,
};

/* One thing that was planned, and what is so. */
struct status_line {
	uint8_t state;			/* enum state */
	uint8_t topic;			/* enum status_topic */
	char name[128];			/* the address, or the file; may be empty */
	char wanted[DRIVER_MAX];	/* device: the driver, or empty */
	char holder[DRIVER_MAX];	/* device: who has it, or empty */
	bool is_others;			/* image: not for sync to make again */
	char text[FAULT_SIZE];
	char remedy[FAULT_SIZE];	/* the command that puts it right */
};

/* What became of a plan. Fields in the order in which they are filled. */
struct status_list {
	unsigned n;
	unsigned n_lost;		/* those without room */
	bool is_right;			/* the config has no error */
	bool is_wanted;			/* it has a bind rule */
	bool needs_reboot_only;		/* the next boot has the present config */
	const struct findings *findings;	/* what check says, or NULL */
	struct status_line line[STATUS_LINES_MAX];
};

/* What brings the present config into the next boot. */
const char *status_reboot(const struct status_list *list);

/* Adds a line and starts its text. */
struct status_line *status_add(struct status_list *list, enum state state,
			       enum status_topic topic, const char *name, struct text *t);
void status_remedy(struct status_line *line, const char *a, const char *b);

/* Whether the present config is that of the boot: 1, 0, or -errno where the boot has left
 * none. */
int status_has_booted(const struct inputs *in);

/* The parts, in the order of a report. `in` has config, rules and plan; the
 * images come first, for what they say is asked for by others. */
void status_of_boot(struct status_list *list, struct inputs *in);
void status_of_config(struct status_list *list, struct inputs *in);
void status_of_findings(struct status_list *list);
void status_of_images(struct status_list *list, const struct images *images);
void status_of_arguments(struct status_list *list, struct inputs *in,
			 const struct facts *facts);

/* The boot loaders' arguments, and those of the running kernel: those that survey_sync()
 * found, which returned r. Closes `sync`. loader.c */
void status_of_loader(struct status_list *list, struct inputs *in, struct sync *sync,
		      int r, struct fault *fault);

/* Whether this is as planned; whether all is. */
bool status_is_as_planned(const struct status_line *line);
bool status_is_good(const struct status_list *list);

/* "differs 0000:01:00.0: text: remedy" */
void status_line_text(const struct status_line *line, struct text *t);
const char *status_state_word(enum state state);
const char *status_topic_word(enum status_topic topic);

#endif
