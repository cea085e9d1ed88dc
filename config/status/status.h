/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_STATUS_H
#define EARLYBIND_STATUS_H

#include "inputs.h"
#include "judge/findings.h"

struct sync;

/* Whether the present config is that of the boot: 1, 0, or -errno where the boot has left
 * none. */
int status_has_booted(const struct inputs *in);

/* The parts. `in` has config, rules and plan; `reboot` is what brings the present config
 * into the next boot. */
void status_of_boot(struct findings *findings, struct inputs *in, const char *reboot);
void status_of_config(struct findings *findings, struct inputs *in, const char *reboot);
void status_of_arguments(struct findings *findings, struct inputs *in,
			 const struct facts *facts);

/* Of what check has found: that status has it as well. */
void status_of_findings(struct findings *findings);

/* The boot loaders' arguments, and those of the running kernel: those that survey_sync()
 * found, which returned r; its root and system are set. Closes `sync`. loader.c */
void status_of_loader(struct findings *findings, struct inputs *in, struct sync *sync,
		      int r, struct fault *fault);

/* Whether this is as planned; whether all is. */
bool status_is_as_planned(const struct finding *finding);
bool status_is_good(const struct findings *findings);

/* "differs 0000:01:00.0: text: remedy" */
void status_line_text(const struct finding *finding, struct text *t);
const char *status_state_word(enum state state);
const char *status_topic_word(enum topic topic);

#endif
