/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets the boot go on whatever happens. A driver's probe or remove, and the loading of a
 * module, can sleep in the kernel where no signal wakes them, or oops and kill the
 * caller. So a child does the work, and what it left undone is cleaned up here, by
 * another child: before Linux 6.12 even a write to driver_override waits for the lock of
 * a stuck device.
 */
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "giveback.h"
#include "params.h"

/* The system calls themselves: fork() and sigaction() of musl bring three kilobytes of
 * locks for threads. Without flags clone() takes nothing else, fork() takes nothing. */
#ifdef SYS_fork
#define FORK_CALL SYS_fork
#else
#define FORK_CALL SYS_clone
#endif

/* Together below the TimeoutStartSec= of our unit, 15 s. */
enum { WORK_MS = 10000, GIVE_BACK_MS = 3000, KILL_MS = 200 };

static int wait_until(pid_t pid, uint64_t end, int *ret_status)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		pid_t done = waitpid(pid, ret_status, WNOHANG);
		uint64_t now = boot_clock();
		struct timespec left;

		if (done == pid)
			return 0;
		if (done < 0 && errno != EINTR)
			return -errno;
		if (now >= end)
			return -ETIMEDOUT;
		left.tv_sec = (time_t)((end - now) / 1000000);
		left.tv_nsec = (long)((end - now) % 1000000) * 1000;
		sigtimedwait(&set, NULL, &left);
	}
}

/* One that sleeps in the kernel dies when it wakes up, before its next instruction; until
 * then it is stuck. One that was only slow is dead at once. */
static int wait_for(pid_t pid, unsigned ms, int *ret_status, bool *ret_is_stuck)
{
	int status;
	int r = wait_until(pid, boot_clock() + ms * 1000ull, ret_status);

	*ret_is_stuck = false;
	if (r == -ETIMEDOUT) {
		kill(pid, SIGKILL);
		*ret_is_stuck =
		    wait_until(pid, boot_clock() + KILL_MS * 1000ull, &status) < 0;
	}
	return r;
}

/* Returns the exit code, -EINTR and the signal that killed the child, or -errno. */
static int run(struct boot *b, int (*work)(struct boot *b), unsigned ms, bool is_killed,
	       int *ret_signal)
{
	int status, r;
	pid_t pid;

	log_close(&b->log);	/* its fd would be the same number of another file */
	pid = (pid_t)syscall(FORK_CALL, SIGCHLD, 0);
	if (pid < 0)
		return -errno;
	if (pid == 0)
		_exit(work(b));
	r = is_killed ? wait_for(pid, ms, &status, &b->is_stuck) :
	    wait_until(pid, boot_clock() + ms * 1000ull, &status);
	log_init(&b->log, &b->root);
	if (r < 0)
		return r;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	*ret_signal = WTERMSIG(status);
	return -EINTR;
}

static void add_signal(struct text *t, int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
		{ SIGILL, "SIGILL" }, { SIGKILL, "SIGKILL" }, { SIGSEGV, "SIGSEGV" },
		{ SIGSYS, "SIGSYS" }, { SIGTERM, "SIGTERM" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number) {
			text_add(t, names[i].name);
			return;
		}
	text_add(t, "signal ");
	text_decimal(t, (uint64_t)number);
}

/* "the child hung in step bind at 0000:01:00.0", or why there was none. */
static void say_end(struct boot *b, int r, int signal)
{
	char line[LINE_SIZE], addr[24];
	struct text t = TEXT_IN(line);

	if (r != -EINTR && r != -ETIMEDOUT) {
		boot_say(b, LOG_ERROR, "no child process: ", errno_name(-r, addr), NULL);
		return;
	}
	text_add(&t, "the child ");
	if (r == -EINTR) {
		text_add(&t, "was killed by ");
		add_signal(&t, signal);
	} else {
		text_add(&t, "hung");
	}
	text_add(&t, " in step ");
	text_add(&t, doing_word(b->now.doing));
	if (b->now.doing == DOING_LOAD) {
		text_add(&t, " of ");
		text_span(&t, b->rules.load[b->now.load].file);
	}
	if (b->now.fn != NO_FUNCTION) {
		text_add(&t, " at ");
		text_add(&t, boot_address(b, b->now.fn, addr));
	}
	boot_say(b, LOG_ERROR, line, NULL);
}

static void set_failed(struct boot *b, unsigned i, const struct progress *at, int err)
{
	struct outcome *o = &b->outcome[i];
	struct text t;

	o->kind = OUTCOME_FAILED;
	o->at = at->doing;
	o->err = (uint16_t)-err;
	text_init(&t, o->who, sizeof(o->who));
	if (at->doing == DOING_LOAD)
		text_quote(&t, params_module(b->rules.load[at->load].file));
}

/* The device at which it happened has failed; so have all that wait for the module. */
static void blame(struct boot *b, int err)
{
	struct progress at = b->now;
	unsigned k;

	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *step = &b->plan.step[k];
		uint8_t kind;

		if (step->verb != PLAN_BIND)
			continue;
		kind = b->outcome[step->fn].kind;
		if (kind == OUTCOME_NONE && (step->fn == at.fn || at.doing == DOING_LOAD))
			set_failed(b, step->fn, &at, err);
		if (kind == OUTCOME_BOUND && step->fn == at.fn &&
		    at.doing == DOING_GIVE_BACK)
			set_failed(b, step->fn, &at, err);
	}
}

/* The device that is to blame comes last: nothing else may wait for it. */
static int clean_up(struct boot *b)
{
	give_back_rest(b, b->stuck);
	if (!b->is_stuck) {
		give_back_rest(b, NO_FUNCTION);
		give_back_strays(b);
	}
	return 0;
}

static void take_over(struct boot *b, int r)
{
	struct progress late = { .doing = DOING_GIVE_BACK };
	unsigned k;
	int signal = 0;

	if (!b->is_planned)
		return;
	blame(b, r);
	b->stuck = b->now.fn;
	r = run(b, clean_up, GIVE_BACK_MS, true, &signal);
	if (r < 0)
		say_end(b, r, signal);
	for (k = 0; k < b->plan.n; k++)
		if (b->plan.step[k].verb == PLAN_BIND &&
		    b->outcome[b->plan.step[k].fn].kind == OUTCOME_NONE)
			set_failed(b, b->plan.step[k].fn, &late, -ETIMEDOUT);
}

static int start(struct boot *b, int (*work)(struct boot *b), bool is_killed)
{
	static const struct sigaction by_default;	/* all zero, for the kernel too */
	sigset_t set;
	int sig = 0;
	int r;

	/* a parent that ignores SIGCHLD would hand that on, and children would vanish */
	syscall(SYS_rt_sigaction, SIGCHLD, &by_default, NULL, _NSIG / 8);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r = run(b, work, WORK_MS, is_killed, &sig);
	if (r < 0)
		say_end(b, r, sig);
	return r;
}

int watch(struct boot *b, int (*work)(struct boot *b))
{
	int r = start(b, work, true);

	if (r == -EINTR || r == -ETIMEDOUT)
		take_over(b, r);
	return r;
}

int watch_part(struct boot *b, int (*work)(struct boot *b))
{
	return start(b, work, false);
}
