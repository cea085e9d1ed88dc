/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest saw: every PCI function and the kernel log, read once, then judged. */
#ifndef GUEST_H
#define GUEST_H

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

/* Judges each line of a check and prints "ok SENTENCE" or "not ok SENTENCE" for it. */
void check_lines(struct guest *guest, char *check);

#endif
