/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_CMD_H
#define EARLYBIND_CMD_H

#include "core/exit_code.h"
#include "inputs.h"

struct survey;

/* The verbs. Each speaks for itself and returns an enum exit_code; `in` comes empty. */
int cmd_list(const struct request *request, struct inputs *in);
int cmd_generate(const struct request *request, struct inputs *in);
int cmd_import(const struct request *request, struct inputs *in);
int cmd_completion(const struct request *request, struct inputs *in);
int cmd_plan(const struct request *request, struct inputs *in);
int cmd_check(const struct request *request, struct inputs *in);
int cmd_sync(const struct request *request, struct inputs *in);
int cmd_status(const struct request *request, struct inputs *in);
int cmd_record(const struct request *request, struct inputs *in);
int cmd_export(const struct request *request, struct inputs *in);
int cmd_args(const struct request *request, struct inputs *in);
int cmd_image(const struct request *request, struct inputs *in);
int cmd_setup(const struct request *request, struct inputs *in);

/* Runs the verb of a request with inputs of its own. main.c */
int cmd_run(const struct request *request);

/* Fills s->findings with what status says; s->in has the root alone. With a wrong config,
 * s->is_wrong and that fault. Returns 0 or -errno and a fault. status.c */
int cmd_judge_status(struct survey *s, struct fault *ret_wrong, struct fault *reterr);

/* Prints a fault on standard error and returns the status. */
int cmd_fail(enum exit_code status, const struct fault *fault);

/* Says a sentence on standard error, after the name of the program. */
void cmd_say(const char *words);

/* Says on standard error which functions could not be read, if there are any. */
void cmd_say_unread(const struct inputs *in);

/* Whether the plan hangs on a fact that this user may not read, and the binder may: says
 * so on standard error. */
bool cmd_is_blind(const struct request *request, const struct inputs *in);

/* Prints one step of the plan on standard output. */
void cmd_print_step(const struct inputs *in, const struct plan_step *step);

#endif
