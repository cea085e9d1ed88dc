/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts lines into the kernel log, where they stand between the kernel's own lines about
 * the same devices and survive into the journal. Callers decide what is worth a line.
 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	/* devkmsg_write() drops a writer's lines past ten in five seconds, for each open
	 * file: kernel/printk/printk.c, Documentation/admin-guide/sysctl/kernel.rst */
	LINES_A_FILE = 8,
	/* and refuses records of more than 1024 bytes, 976 in older kernels */
	RECORD_MAX = 900,
};

void log_init(struct log *log, const struct root *root)
{
	*log = (struct log){ .root = root, .fd = -1 };
}

void log_close(struct log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
	log->lines = 0;
}

static bool open_kmsg(struct log *log)
{
	if (log->lines == LINES_A_FILE)
		log_close(log);
	if (log->root && log->fd < 0)
		log->fd = root_open_file(log->root, "/dev/kmsg",
					 O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK, 0);
	if (log->fd < 0)
		log->root = NULL;	/* none here: do not ask again for every line */
	return log->fd >= 0;
}

/* One write is one record. */
static bool write_all(int fd, struct span s)
{
	ssize_t n;

	do
		n = write(fd, s.s, s.n);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)s.n;
}

static void log_record(struct log *log, enum log_level level, struct span part,
		       const char *lead)
{
	char record[RECORD_MAX + 64];
	struct text t = TEXT_IN(record);

	text_char(&t, '<');
	text_decimal(&t, level);
	text_add(&t, ">earlybind: ");
	text_add(&t, lead);
	text_span(&t, part);
	text_char(&t, '\n');
	if (open_kmsg(log) && write_all(log->fd, text_is(&t))) {
		log->lines++;
		return;
	}
	/* without "<6>"; there is nobody left to tell where this fails too */
	write_all(STDERR_FILENO, (struct span){ t.s + 3, t.n - 3 });
}

void log_line(struct log *log, enum log_level level, struct span line)
{
	const char *lead = "";

	do {
		struct span part = line;

		if (part.n > RECORD_MAX)
			part.n = RECORD_MAX;
		log_record(log, level, part, lead);
		line.s += part.n;
		line.n -= part.n;
		lead = "... ";
	} while (line.n > 0);
}
