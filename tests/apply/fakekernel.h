/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FAKEKERNEL_H
#define EARLYBIND_FAKEKERNEL_H

/*
 * The script of a fake kernel: what ROOT/kernel says, and what ROOT/pokes is told. Apart
 * from fakekernel.c, its only user, which has what a kernel does that nobody scripted.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sysfs.h"

/* The path of the root, for the C library's functions. The links of a tree are
 * relative. */
static const char *root_path(const struct root *root)
{
	static char path[PATH_SIZE];
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root->fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 1)
		abort();	/* never the real machine */
	path[n] = '\0';
	return path;
}

enum { WORDS = 6 };

/* Splits a line at blanks; the last word keeps the rest. Returns how many words. */
static unsigned split(char *line, char *word[WORDS])
{
	unsigned n = 0;
	char *at = line;

	line[strcspn(line, "\n")] = '\0';
	while (n < WORDS && *(at += strspn(at, " ")) != '\0') {
		word[n++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = '\0';
	}
	return n;
}

static FILE *open_script(const char *root)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/kernel", root);
	return fopen(path, "re");
}

static bool is_end(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return n >= m && strcmp(path + n - m, end) == 0;
}

/* The answer to a poke: copies what stands behind "->" in the first line "VERB SUBJECT
 * [VALUE] -> ANSWER" that fits; SUBJECT may be the end of a path. Returns whether there
 * is one. */
static bool script_answer(const char *root, const char *verb, const char *subject,
			  const char *value, char ret_answer[256])
{
	FILE *f = open_script(root);
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		char *word[WORDS];
		unsigned n = split(line, word);

		if (n < 4 || strcmp(word[0], verb) != 0 || !is_end(subject, word[1]))
			continue;
		if (strcmp(word[n - 2], "->") != 0 ||
		    (n > 4 && strcmp(word[2], value) != 0))
			continue;
		snprintf(ret_answer, 256, "%s", word[n - 1]);
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

/* The second word behind "VERB WORD": "native 0000:01:00.0 nouveau". */
static bool script_word(const char *root, const char *verb, const char *word,
			char ret_word[256])
{
	FILE *f = open_script(root);
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		char *w[WORDS];
		unsigned n = split(line, w);

		if (n != 3 || strcmp(w[0], verb) != 0 || strcmp(w[1], word) != 0)
			continue;
		snprintf(ret_word, 256, "%s", w[2]);
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

/* "kernel is old" */
static bool script_kernel_is(const char *root, const char *kind)
{
	char word[256];

	return script_word(root, "kernel", "is", word) && strcmp(word, kind) == 0;
}

/* -errno of "EBUSY"; 0 where it is no such name. */
static int script_errno(const char *answer)
{
	static const struct {
		const char *name;
		int err;
	} names[] = {
		{ "EACCES", EACCES }, { "EAGAIN", EAGAIN }, { "EBADMSG", EBADMSG },
		{ "EBUSY", EBUSY }, { "EEXIST", EEXIST }, { "EINVAL", EINVAL },
		{ "EIO", EIO }, { "EKEYREJECTED", EKEYREJECTED }, { "ENODEV", ENODEV },
		{ "ENOENT", ENOENT }, { "ENOEXEC", ENOEXEC }, { "ENOMEM", ENOMEM },
		{ "EPERM", EPERM }, { "missing", ENOENT }, { "short", EIO },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(answer, names[i].name) == 0)
			return -names[i].err;
	return 0;
}

static void end_here(const char *root, bool is_hang)
{
	char path[PATH_SIZE];
	int fd;

	snprintf(path, sizeof(path), "%s/ended", root);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	close(fd);
	while (is_hang)
		pause();
	kill(getpid(), SIGKILL);
}

/* For as long as anybody waits. */
static void script_hang(void)
{
	pid_t parent = getppid();

	while (getppid() == parent)
		usleep(100000);
	_exit(0);
}

/* Adds a line to ROOT/pokes, counts it, and dies or hangs where the script says so: "die
 * after 3", "hang after 3"; only once in a tree, so that the next process lives. "stop
 * after 3" tells the parent to end, and hangs. */
static void script_log(const char *root, const char *line)
{
	static unsigned count;
	char path[PATH_SIZE], word[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/pokes", root);
	f = fopen(path, "ae");
	if (f) {
		fprintf(f, "%s\n", line);
		fclose(f);
	}
	count++;
	if (script_word(root, "die", "after", word) && (unsigned)atoi(word) == count)
		end_here(root, false);
	if (script_word(root, "stop", "after", word) && (unsigned)atoi(word) == count &&
	    getppid() != 1)
		kill(getppid(), SIGTERM);
	if ((script_word(root, "hang", "after", word) ||
	     script_word(root, "stop", "after", word)) && (unsigned)atoi(word) == count)
		end_here(root, true);
}

#endif
