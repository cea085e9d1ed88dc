/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_TESTS_FILES_H
#define EARLYBIND_TESTS_FILES_H

/* A directory of files for tests in C. What fails ends the test. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char files_top[] = "/tmp/earlybind-test-XXXXXX";

static inline void run(const char *command)
{
	if (system(command) != 0)
		abort();
}

/* Makes a directory and goes there. */
static inline void files_begin(void)
{
	if (!mkdtemp(files_top) || chdir(files_top) < 0)
		abort();
}

static inline void files_end(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", files_top);
	if (chdir("/") < 0)
		abort();
	run(command);
}

static inline void put(const char *path, const void *data, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	close(fd);
}

static inline void say(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

#endif
