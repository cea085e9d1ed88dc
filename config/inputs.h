/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_INPUTS_H
#define EARLYBIND_INPUTS_H

#include "core/plan.h"
#include "core/sources.h"
#include "host/host.h"
#include "request.h"

/* The name of the text that host_image_text() makes, in messages. */
#define HOST_TEXT "what the host needs"

/* The longest machine text: one line a function. */
enum { MACHINE_TEXT_MAX = FUNCTIONS_MAX * LINE_SIZE };

/*
 * What a verb judges: the same nouns as in the binder, read from the same files in the
 * same order. The rules point into the texts. Some 20 MB, nearly all of it zero pages.
 */
struct inputs {
	struct root root;
	char running[CMDLINE_MAX];	/* the running command line, or empty */
	struct rules rules;
	struct machine machine;
	unsigned n_unread;	/* functions whose id or class cannot be read */
	struct pci_addr unread;	/* the first of them */
	struct plan plan;
	struct host host;
	bool has_host;		/* host is filled */
	struct sources sources;	/* its image of no file: what the host needs */
	char cmdline[CMDLINE_MAX];
	char machine_text[MACHINE_TEXT_MAX];
};

/* Opens the root, and reads the running command line. Returns 0 or -errno and a fault. */
int inputs_open(struct inputs *in, const struct request *request, struct fault *reterr);

/* Reads the rules: those of --cmdline, of the config, of image.conf. The command line of
 * the running kernel is the binder's business: it is for one boot. Returns 0, or -errno
 * and a fault, with in->sources.config holding what could be read of the config. */
int inputs_rules(struct inputs *in, const struct request *request, struct fault *reterr);

/* As inputs_rules(), of the config alone. */
int inputs_config(struct inputs *in, struct fault *reterr);

/* Reads the machine with all details; with MACHINE_DSN in `want` all serial numbers, too,
 * else those that the rules ask for. Returns 0 or -errno and a fault. */
int inputs_machine(struct inputs *in, const struct request *request, unsigned want,
		   struct fault *reterr);

/* Finds out what the host needs of the machine, which must have been read, and which of
 * it are twins. Of a recorded machine nothing is known: host.why says so. Does nothing
 * the second time. Returns 0 or -errno and a fault. */
int inputs_host(struct inputs *in, const struct request *request, struct fault *reterr);

/* Writes the text of image.conf without the modules: the version, then what
 * inputs_host() found. */
void inputs_host_text(const struct inputs *in, struct text *t);

/* Adds the rules of that text. It goes through the parser that reads it at boot. Returns
 * 0 or -errno and a fault. */
int inputs_host_rules(struct inputs *in, struct fault *reterr);

/* Reads the machine and makes the plan as the binder does. Where there is no image.conf
 * the rules get what an image that is built now would say: inputs_host(); of a recorded
 * machine, nothing. Returns 0 or -errno and a fault. */
int inputs_plan(struct inputs *in, const struct request *request, struct fault *reterr);

#endif
