/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_SYNC_LOADERS_H
#define EARLYBIND_SYNC_LOADERS_H

#include <stdbool.h>

struct inputs;
struct loader_system;
struct request;

/* A line of what is done, before what a program prints. */
void sync_say(const char *words);
void sync_say_two(const char *a, const char *b);

/* Whether a step can be done now, and not only be told. */
bool sync_is_acting(const struct request *request, const struct inputs *in);

/* Brings the boot loaders' files in step with the config, or shows what that would
 * change; *ret_is_changed is set where there was something. Returns an exit code. */
int sync_loaders(const struct request *request, struct inputs *in,
		 const struct loader_system *system, bool *ret_is_changed);

#endif
