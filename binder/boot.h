/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_BOOT_H
#define EARLYBIND_BOOT_H

#include "core/outcome.h"
#include "core/plan.h"
#include "core/screen.h"
#include "core/sources.h"
#include "log.h"
#include "options.h"

enum {
	STUBS_MAX = 16,		/* drivers in one plan; Linux 7.3 has 11 for vfio */
	NOTES_SIZE = 16384,	/* remarks of one boot, in the report */
	STEP_SIZE = LINE_SIZE + DRIVER_MAX + 64,	/* a line with its outcome */
	LOG_MS = 3000,		/* for the remarks, and as long for the plan */
};

/* Where the child is. Written by one process, read by another. */
struct progress {
	uint32_t steps;		/* so far: while they grow it is slow, not hung */
	uint8_t doing;		/* enum doing */
	uint16_t fn;		/* or NO_FUNCTION */
	uint16_t load;		/* DOING_LOAD: index into rules.load */
};

/* A driver that bind rules name. */
struct stub {
	struct span name;		/* as the rule says it */
	char driver[DRIVER_MAX];	/* as the kernel says it; empty: not there */
	bool is_said;			/* that it is not there */
};

/* What became of the firmware's screen, where the plan releases it. */
struct release {
	uint8_t state;			/* enum release_state */
	bool is_unbound;		/* by us, from its driver */
	bool has_other;			/* a screen that must stay was there */
	struct screen_device device;
	char who[DRIVER_MAX];		/* what stays */
};

/*
 * All that one run knows. It lies in one shared mapping, so that the parent sees how far
 * its child came; what nobody uses of it stays a zero page.
 */
struct boot {
	const struct options *options;
	char *name;			/* argv[0], or NULL */
	struct root root;
	struct log log;			/* of the process that works */
	uint64_t start;			/* microseconds, monotonic */
	struct progress now;
	bool is_planned;
	bool is_awake;			/* the IOMMU, or it was tried */
	bool has_options;		/* those of built-in drivers, or it was tried */
	unsigned n_loaded;		/* load lines that were begun */
	struct cmdline cmdline;
	char cmdline_text[CMDLINE_MAX];
	struct sources sources;
	struct rules rules;
	struct machine machine;
	struct plan plan;
	struct outcome outcome[FUNCTIONS_MAX];	/* by function */
	struct release release;
	struct stub stub[STUBS_MAX];
	unsigned n_stubs;
	int load_err[LOADS_MAX];	/* 0 or -errno */
	char notes[NOTES_SIZE];		/* lines, for report and log */
	size_t n_notes;
	size_t n_logged;		/* bytes of them that are in the log */
	unsigned lost_notes;
};

/* Maps a boot and opens its root. Returns it, or NULL and a fault. */
struct boot *boot_new(const struct options *options, struct fault *reterr);

/* Microseconds since some fixed point. */
uint64_t boot_clock(void);

/* Reads the kernel command line. Returns 0 or -errno, after saying what is wrong. */
int boot_read_cmdline(struct boot *b);

/* Whether the command line, or being a crash kernel, turns us off: true, after saying
 * so. */
bool boot_is_off(struct boot *b);

/* Reads config, image.conf and the rules of the command line. Returns 0 or -errno, after
 * saying what is wrong. */
int boot_read(struct boot *b);

/* Reads the machine and makes the plan. Returns 0 or -errno, after saying what is
 * wrong. */
int boot_plan(struct boot *b);

/* Whether everything that a bind rule wants is bound. */
bool boot_is_complete(const struct boot *b);

/* Notes where we are, for whoever reads it after our death. */
void boot_doing(struct boot *b, enum doing doing, unsigned fn);

/* A remark for the report, and later a line of the log; terminated strings, the last
 * NULL. */
void boot_say(struct boot *b, enum log_level level, ...) __attribute__((sentinel));
void boot_say_fault(struct boot *b, const struct fault *fault);

/* Logs what was said, as far as it comes in three seconds. A console of 9600 baud takes a
 * tenth of a second for a line, and the writer waits for it: so this comes last. */
void boot_log_notes(struct boot *b);

/* The address of function i. */
const char *boot_address(const struct boot *b, unsigned i, char buffer[24]);

/* "PLAN LINE -> OUTCOME" */
void boot_step_text(const struct boot *b, const struct plan_step *step, struct text *t);

/* Calls `each` for every bind step, in order. */
void boot_each_bind(struct boot *b,
		    void (*each)(struct boot *b, const struct plan_step *step));

#endif
