/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the distribution's own programs, one at a time. The callers choose which. Who is
 * told to stop meanwhile ends the program first, with all that it started: it would go
 * on to write to /boot, where nobody waits for it any more.
 */
#include "base/command.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a program gets to clean up; dracut removes some 100 MB of files. */
enum { GRACE_S = 5 };

/* What programs write: shown at once, or kept here until it is asked for. */
static struct {
	bool is_shown;
	int fd;			/* of the last program, or 0 */
} output;

void command_show(bool is_shown)
{
	output.is_shown = is_shown;
}

/* Where there is no memory for it, it is shown. */
static int open_output(void)
{
	if (output.fd > 0)
		close(output.fd);
	output.fd = output.is_shown ? 0 : memfd_create("earlybind", MFD_CLOEXEC);
	return output.fd > 0 ? output.fd : STDERR_FILENO;
}

void command_tell(void)
{
	char buffer[4096];
	ssize_t n;

	if (output.fd <= 0)
		return;
	fflush(stdout);
	lseek(output.fd, 0, SEEK_SET);
	while ((n = read(output.fd, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, (size_t)n, stderr);
	close(output.fd);
	output.fd = 0;
}

/* At a terminal, that something is done and for how long; it leaves no line behind. */
static void show_seconds(const char *program, unsigned seconds)
{
	if (output.fd > 0 && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s works, %u s ", program, seconds);
}

static void clear_seconds(const char *program, unsigned seconds)
{
	if (seconds > 0 && output.fd > 0 && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%*s\r", (int)strlen(program) + 20, "");
}

/* Of these, those that we were not started to ignore, as by nohup. */
static void fill_stops(sigset_t *set)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	unsigned i;

	sigemptyset(set);
	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (sigaction(stops[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(set, stops[i]);
}

void command_hold_stops(sigset_t *ret_before)
{
	sigset_t set;

	fill_stops(&set);
	sigprocmask(SIG_BLOCK, &set, ret_before);
	signal(SIGPIPE, SIG_IGN);
}

void command_let_stops(const sigset_t *before)
{
	fflush(NULL);	/* one that has come ends us here */
	sigprocmask(SIG_SETMASK, before, NULL);
}

bool command_is_stopped(void)
{
	sigset_t set, pending;
	int signal;

	fill_stops(&set);
	sigemptyset(&pending);
	sigpending(&pending);
	for (signal = 1; signal < NSIG; signal++)
		if (sigismember(&set, signal) == 1 && sigismember(&pending, signal) == 1)
			return true;
	return false;
}

/* In a process group of its own, so that all that it starts can be ended with it. */
static int spawn(const char *const argv[], int out, pid_t *ret_pid)
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
	sigaddset(&none, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
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
			 ", see its output above", NULL);
}

/* Whether the program has ended; its status is left to be asked for. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid == pid;
}

/* Waits for the program's end or one of the signals: that, or 0. SIGCHLD is blocked, so
 * that none is missed between two looks. */
static int wait_for(pid_t pid, const sigset_t *stops, const struct timespec *patience)
{
	sigset_t set = *stops;

	sigaddset(&set, SIGCHLD);
	while (!has_ended(pid)) {
		int signal = sigtimedwait(&set, NULL, patience);

		if (signal < 0 && errno == EAGAIN)
			break;
		if (signal > 0 && signal != SIGCHLD)
			return signal;
	}
	return 0;
}

/* Ends the program, and what it leaves behind. Its number is its own until it is waited
 * for, and that of the group with it. */
static void end(pid_t pid, int signal)
{
	static const struct timespec grace = { .tv_sec = GRACE_S };
	sigset_t none;

	sigemptyset(&none);
	kill(-pid, signal);
	wait_for(pid, &none, &grace);
	kill(-pid, SIGKILL);
}

/* The same without an end, second by second. */
static int wait_seconds(const char *program, pid_t pid, const sigset_t *stops)
{
	static const struct timespec second = { .tv_sec = 1 };
	unsigned n = 0;
	int signal = 0;

	while (signal == 0 && !has_ended(pid)) {
		show_seconds(program, n++);
		signal = wait_for(pid, stops, &second);
	}
	clear_seconds(program, n);
	return signal;
}

/* With the signals blocked: one that comes is raised again, for the caller's end. */
static int run(const char *const argv[], const sigset_t *stops, struct fault *reterr)
{
	pid_t pid;
	int status, signal, r;

	if (command_is_stopped())
		return fault_set(reterr, EINTR, argv[0], " was not run: we were told to "
				 "stop", NULL);
	r = spawn(argv, open_output(), &pid);
	if (r < 0)
		return fault_set(reterr, -r, argv[0], " cannot be run: ", strerror(-r),
				 NULL);
	signal = wait_seconds(argv[0], pid, stops);
	if (signal)
		end(pid, signal);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_set(reterr, errno, argv[0], " got lost: ",
					 strerror(errno), NULL);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		command_tell();
	if (!signal)
		return judge(argv[0], status, reterr);
	raise(signal);
	return fault_set(reterr, EINTR, argv[0], " was stopped: this program got the "
			 "signal ", strsignal(signal), NULL);
}

int command_run(const char *const argv[], struct fault *reterr)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, child;
	sigset_t stops, block, before;
	int r;

	fflush(stdout);
	fill_stops(&stops);
	block = stops;
	sigaddset(&block, SIGCHLD);
	/* one that is ignored takes the exit code with it: waitpid(2) */
	sigaction(SIGCHLD, &usual, &child);
	sigprocmask(SIG_BLOCK, &block, &before);
	r = run(argv, &stops, reterr);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGCHLD, &child, NULL);
	return r;
}

static bool is_plain_word(const char *word)
{
	return word[0] && word[strspn(word, "-abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				      "_.,:=/+@%")] == '\0';
}

/* No word that we run has a single quote. */
void command_text(const char *const argv[], struct text *t)
{
	unsigned i;

	for (i = 0; argv[i]; i++) {
		const char *quote = is_plain_word(argv[i]) ? "" : "'";

		text_add(t, i ? " " : "");
		text_add(t, quote);
		text_add(t, argv[i]);
		text_add(t, quote);
	}
}
