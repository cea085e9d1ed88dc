/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_INPUTS_H
#define EARLYBIND_INPUTS_H

#include "core/cmdline.h"
#include "core/plan.h"
#include "request.h"

#define CONFIG_FILE "/etc/earlybind.conf"
#define IMAGE_FILE "/usr/lib/earlybind/image.conf"

/* The longest machine text: one line a function. */
enum { MACHINE_TEXT_MAX = FUNCTIONS_MAX * LINE_SIZE };

/* A text that was read whole. Of one that is too long there is as much as is too long for
 * the binder as well. */
struct input {
	bool is_there;
	size_t n;
	char s[CONFIG_MAX + 1];
};

/*
 * What a verb judges: the same nouns as in the binder, read from the same files in the
 * same order. The rules point into the texts. Some 12 MB, nearly all of it zero pages.
 */
struct inputs {
	struct root root;
	struct rules rules;
	struct machine machine;
	struct plan plan;
	struct input config;
	struct input image;
	char cmdline[CMDLINE_MAX];
	char machine_text[MACHINE_TEXT_MAX];
};

/* Opens the root. Returns 0 or -errno and a fault. */
int inputs_open(struct inputs *in, const struct request *request, struct fault *reterr);

/* Reads the rules: those of --cmdline, of the config, of image.conf. The command line of
 * the running kernel is the binder's business: it is for one boot. Returns 0, or -errno
 * and a fault, with in->config holding what could be read of the config. */
int inputs_rules(struct inputs *in, const struct request *request, struct fault *reterr);

/* As inputs_rules(), of the config alone. */
int inputs_config(struct inputs *in, const struct request *request, struct fault *reterr);

/* Reads the machine; `want` is a set of enum machine_want. Returns 0 or -errno and a
 * fault. */
int inputs_machine(struct inputs *in, const struct request *request, unsigned want,
		   struct fault *reterr);

/* Makes the plan of rules and machine as the binder does. Returns 0 or -errno and a
 * fault. */
int inputs_plan(struct inputs *in, const struct request *request, struct fault *reterr);

#endif
