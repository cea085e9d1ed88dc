/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the distribution's own programs, one at a time. Which, is for others.
 */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(const char *const argv[], pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -r;
	}
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	/* posix_spawn(3) changes none of the words */
	r = posix_spawnp(ret_pid, argv[0], &actions, &attributes,
			 (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int judge(const char *program, int status, struct fault *reterr)
{
	char number[16];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return fault_set(reterr, ECHILD, program, " was ended by signal ",
				 strsignal(WTERMSIG(status)), NULL);
	snprintf(number, sizeof(number), "%d", WEXITSTATUS(status));
	return fault_set(reterr, ECHILD, program, " failed with exit code ", number,
			 ", its own words are above", NULL);
}

int command_run(const char *const argv[], struct fault *reterr)
{
	pid_t pid;
	int status, r;

	fflush(stdout);
	r = spawn(argv, &pid);
	if (r < 0)
		return fault_set(reterr, -r, argv[0], " cannot be run: ", strerror(-r),
				 NULL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_set(reterr, errno, argv[0], " got lost: ",
					 strerror(errno), NULL);
	return judge(argv[0], status, reterr);
}

void command_text(const char *const argv[], struct text *t)
{
	unsigned i;

	for (i = 0; argv[i]; i++) {
		text_add(t, i ? " " : "");
		text_add(t, argv[i]);
	}
}
