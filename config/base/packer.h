/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_PACKER_H
#define EARLYBIND_PACKER_H

#include <sys/types.h>

enum { PACKER_MAGIC = 6 };	/* bytes that tell which one it was */

/* A program that decompresses. */
struct packer {
	const char *magic;	/* the file begins so */
	unsigned n;
	const char *ending;	/* and its name ends so; NULL: no module's does */
	const char *program;
	const char *option;
	const char *package;	/* that has the program */
};

/* Which one made a file, by its beginning; by its name. NULL: none that is known. */
const struct packer *packer_of_magic(const unsigned char magic[PACKER_MAGIC]);
const struct packer *packer_of_name(const char *file);

/* Starts it: PROGRAM OPTION <from >to 2>said; -1 for `said` leaves standard error as it
 * is. Returns 0 or -errno. */
int packer_start(const struct packer *packer, int from, int to, int said, pid_t *ret_pid);

/* Waits for its end. Returns its status, as waitpid() does. */
int packer_wait(pid_t pid);

#endif
