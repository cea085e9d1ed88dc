/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_LOG_H
#define EARLYBIND_LOG_H

#include "core/sysfs.h"

/* The kernel's levels, include/linux/kern_levels.h. */
enum log_level { LOG_ERROR = 3, LOG_INFO = 6 };

/* Where lines go: /dev/kmsg below the root, or stderr where there is none. */
struct log {
	const struct root *root;	/* NULL: stderr */
	int fd;
	unsigned lines;			/* written to fd */
};

/* Starts a log, and forgets an fd that another process opened. root may be NULL. */
void log_init(struct log *log, const struct root *root);

/* Writes one line, in several records where it is longer than a record. */
void log_line(struct log *log, enum log_level level, struct span line);

/* Closes what is open; the next line opens it again. */
void log_close(struct log *log);

#endif
