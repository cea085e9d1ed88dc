// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of a check that run a program. What a shell command prints is kept until the
 * next one: for a line "prints", and for whoever reads why it failed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define OUTPUT "/run/ebtest.output"

static char output[1 << 17];

/* Returns the exit status, or -1 and why. Without a file the program prints as we do. */
static int run(const char *const *words, const char *file)
{
	int status = -1, fd;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (file) {
			fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
			dup2(fd, STDOUT_FILENO);
			dup2(fd, STDERR_FILENO);
		}
		execv(words[0], (char *const *)words);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		fail("it could not be started");
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Its end, for whoever reads why a line does not hold. */
static const char *last_words(void)
{
	enum { SHOWN = 4000 };
	size_t n = strlen(output);

	return output + (n > SHOWN ? n - SHOWN : 0);
}

/* A command may change what the lines behind it look at. */
static bool run_shell(const char *command, int wanted)
{
	const char *const words[] = { "/bin/sh", "-c", command, NULL };
	int status = run(words, OUTPUT);

	read_text(OUTPUT, output, sizeof(output));
	see();
	return status == wanted || fail("it ended with status %d:\n%s", status,
					last_words());
}

bool is_sh(struct guest *guest, char *words)
{
	(void)guest;
	return run_shell(words, 0);
}

bool is_exit(struct guest *guest, char *words)
{
	char *command;
	long wanted = strtol(words, &command, 10);

	(void)guest;
	if (command == words || *command != ' ')
		return fail("write: exit STATUS COMMAND");
	return run_shell(command + 1, (int)wanted);
}

bool is_prints(struct guest *guest, char *words)
{
	const char *text = output;
	char line[2048];

	(void)guest;
	while (*text) {
		text = next_line(text, line, sizeof(line));
		if (matches(words, line))
			return true;
	}
	return fail("the last command printed no such line:\n%s", last_words());
}

bool is_vfio(struct guest *guest, char *words)
{
	const char *command[34] = { "/ebtest/vfio" };
	int n = 1, status;

	(void)guest;
	for (words = strtok(words, " "); words && n < 33; words = strtok(NULL, " "))
		command[n++] = words;
	status = run(command, NULL);
	return status == 0 || fail("it ended with status %d", status);
}

bool is_shot(struct guest *guest, char *words)
{
	const char *command[4] = { "/ebtest/shot" };
	int status;

	(void)guest;
	command[1] = strtok(words, " ");
	command[2] = strtok(NULL, " ");
	status = run(command, NULL);
	return status == 0 || fail("it ended with status %d", status);
}
