/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest saw: every PCI function and the kernel log, read once, then judged. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_DEVICES 1100
#define MAX_LOG (4 << 20)

struct device {
	char address[24];
	char id[10];
	char class[12];
	char driver[32];
	char override[32];
	char group[12];
};

struct guest {
	struct device devices[MAX_DEVICES];
	int n_devices;
	char log[MAX_LOG]; /* lines "[seconds.microseconds] text" */
	size_t log_size;
};

/* Reads a whole file into ret, an empty string when there is none; returns its size. */
size_t read_text(const char *path, char *ret, size_t size);

/* Looks at the functions and the log again. */
void see(void);

/* Notes why a line does not hold; returns false. */
bool fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether a pattern, in which "*" is anything, is the whole text. */
bool matches(const char *pattern, const char *text);

/* Copies one line with every run of blanks as one; returns the start of the next line. */
const char *next_line(const char *text, char *ret, size_t size);

/* The verbs that run a program: a shell command that must end with 0, "N COMMAND" that
 * must end with N, a line that the last command must have printed, the VFIO program, a
 * picture. */
bool is_sh(struct guest *guest, char *words);
bool is_exit(struct guest *guest, char *words);
bool is_prints(struct guest *guest, char *words);
bool is_vfio(struct guest *guest, char *words);
bool is_shot(struct guest *guest, char *words);

/* Judges each line of a check and prints "ok SENTENCE" or "not ok SENTENCE" for it. */
void check_lines(struct guest *guest, char *check);

#endif
