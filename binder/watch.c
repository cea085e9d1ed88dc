/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets the boot go on whatever happens. A driver's probe or remove, and the loading of a
 * module, can sleep in the kernel where no signal wakes them, or oops and kill the
 * caller. So a child does the work; where it ends, the next one goes on with the other
 * units. What they left undone others give back in the same way: before Linux 6.12 even a
 * write to driver_override waits for the lock of a stuck device.
 */
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "giveback.h"

/* The system calls themselves: fork() and sigaction() of musl bring three kilobytes of
 * locks for threads. Without flags clone() takes nothing else, fork() takes nothing. */
#ifdef SYS_fork
#define FORK_CALL SYS_fork
#else
#define FORK_CALL SYS_clone
#endif

/* In milliseconds; together below the TimeoutStartSec= of our unit, 60 s. */
enum {
	WORK_MS = 30000,	/* all that work */
	STEP_MS = 10000,	/* one step of theirs */
	GIVE_BACK_MS = 12000,	/* all that clean up */
	GIVE_BACK_STEP_MS = 3000,
	LOOK_MS = 500,		/* how often it is looked whether there was a step */
	KILL_MS = 200,
};

/* How long a child may take, since the start and for one step; and what else ends it. */
struct patience {
	uint64_t end;
	unsigned step_ms;
	bool is_ended_by_signal;	/* of those that end us */
	bool may_hang;			/* else it is killed when it does */
	bool may_outlast;		/* else when all time is over */
};

static struct patience patience_until(uint64_t end, unsigned step_ms)
{
	return (struct patience){ .end = end, .step_ms = step_ms };
}

static uint64_t time_after(unsigned ms)
{
	return boot_clock() + ms * 1000ull;
}

static void get_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGPIPE);
	sigaddset(set, SIGTERM);
}

void watch_signals(void)
{
	static const struct sigaction by_default;	/* all zero, for the kernel too */
	sigset_t set;

	/* a parent that ignores SIGCHLD would hand that on, and children would vanish */
	syscall(SYS_rt_sigaction, SIGCHLD, &by_default, NULL, _NSIG / 8);
	get_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* A child has these blocked and cannot die of them. */
static bool is_for_us(int signal)
{
	return signal == SIGTERM || signal == SIGINT;
}

/* Returns 0 at the end of the child; -ETIMEDOUT where it hangs, -ETIME where all of them
 * took too long, -EINTR and the signal that came, or another -errno. */
static int wait_for(const struct boot *b, pid_t pid, const struct patience *patience,
		    int *ret_status, int *ret_signal)
{
	uint64_t step_end = time_after(patience->step_ms);
	uint32_t steps = b->now.steps;
	sigset_t set;

	get_signals(&set);
	for (;;) {
		const struct timespec look = { 0, LOOK_MS * 1000000l };
		pid_t done = waitpid(pid, ret_status, WNOHANG);
		int signal;

		if (done == pid)
			return 0;
		if (done < 0 && errno != EINTR)
			return -errno;
		if (b->now.steps != steps)
			step_end = time_after(patience->step_ms);
		steps = b->now.steps;
		if (boot_clock() >= step_end)
			return -ETIMEDOUT;
		if (boot_clock() >= patience->end)
			return -ETIME;
		signal = sigtimedwait(&set, NULL, &look);
		if (patience->is_ended_by_signal && is_for_us(signal)) {
			*ret_signal = signal;
			return -EINTR;
		}
	}
}

/* A child that sleeps in the kernel dies when it wakes up, before its next instruction;
 * until then it is stuck. One that was only slow is dead at once. */
static void end_child(struct boot *b, pid_t pid)
{
	struct patience patience = patience_until(time_after(KILL_MS), KILL_MS);
	char addr[24];
	int status, signal;

	kill(pid, SIGKILL);
	if (wait_for(b, pid, &patience, &status, &signal) < 0 &&
	    b->now.fn != NO_FUNCTION)
		boot_say(b, LOG_ERROR, "the kernel is still busy with ",
			 boot_address(b, b->now.fn, addr), ": a reboot may stop there, "
			 "and then needs the reset button", NULL);
}

static void be_child(struct boot *b, int (*work)(struct boot *b))
{
	/* one that systemd's shutdown does not wait for: killall.c:ignore_proc() */
	if (b->name)
		b->name[0] = '@';
	_exit(work(b));
}

/* Returns the exit code, or what wait_for() says; -EINTR also where a signal killed the
 * child. */
static int run(struct boot *b, int (*work)(struct boot *b),
	       const struct patience *patience, int *ret_signal)
{
	int status, r;
	pid_t pid;

	log_close(&b->log);	/* its fd would be the same number of another file */
	pid = (pid_t)syscall(FORK_CALL, SIGCHLD, 0);
	if (pid < 0)
		return -errno;
	if (pid == 0)
		be_child(b, work);
	r = wait_for(b, pid, patience, &status, ret_signal);
	log_init(&b->log, &b->root);
	if (b->now.doing == DOING_PLAN && !b->is_planned)
		b->now.fn = b->machine.busy;
	if (r < 0 && !(r == -ETIME ? patience->may_outlast : patience->may_hang))
		end_child(b, pid);
	if (r < 0)
		return r;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	*ret_signal = WTERMSIG(status);
	return -EINTR;
}

/* "the child hung in step bind at 0000:01:00.0", or why there was none. */
static void say_end(struct boot *b, int r, int signal)
{
	char line[LINE_SIZE], addr[24];
	struct text t = TEXT_IN(line);

	if (r != -EINTR && r != -ETIMEDOUT && r != -ETIME) {
		boot_say(b, LOG_ERROR, "no child process: ", errno_name(-r, addr), NULL);
		return;
	}
	text_add(&t, "the child ");
	if (r == -EINTR) {
		text_add(&t, is_for_us(signal) ? "was stopped by signal " :
						 "was killed by signal ");
		text_decimal(&t, (uint64_t)signal);
	} else {
		text_add(&t, r == -ETIME ? "took too long" : "hung");
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

static void set_failed(struct boot *b, unsigned i, enum doing at, int err)
{
	struct outcome *o = &b->outcome[i];

	o->kind = OUTCOME_FAILED;
	o->at = (uint8_t)at;
	o->err = (uint16_t)-err;
}

static void be_late(struct outcome *o, enum turn turn)
{
	if (o->turn < turn)
		o->turn = (uint8_t)turn;
}

/* All functions of the unit where it happened go back, and after those of its slot. */
static void drop_unit(struct boot *b, unsigned i)
{
	const struct plan_step *at = plan_binds(&b->plan, i);
	unsigned k;

	/* behind its last step, or at one that needs no other */
	if (at && (b->outcome[i].kind == OUTCOME_BOUND_ALREADY ||
		   give_back_spares(b, at->unit)))
		return;
	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *step = &b->plan.step[k];
		struct outcome *o;
		bool is_unit;

		if (step->verb != PLAN_BIND)
			continue;
		o = &b->outcome[step->fn];
		is_unit = at && step->unit == at->unit;
		if (is_unit || pci_addr_same_slot(b->machine.fn[step->fn].addr,
						  b->machine.fn[i].addr))
			be_late(o, TURN_MATES);
		if (is_unit && (o->kind == OUTCOME_NONE || o->kind == OUTCOME_BOUND))
			o->kind = OUTCOME_GIVEN_BACK;
	}
}

/* A child has ended before its time: notes what failed. Returns whether another one can
 * go on behind it; not twice at the same place. */
static bool drop(struct boot *b, int err, enum turn turn)
{
	struct progress at = b->now;
	struct outcome *o;

	if (!b->is_planned)
		return machine_note_stuck(&b->machine, at.fn);
	if (at.doing == DOING_LOAD)
		b->load_err[at.load] = err;
	if (at.fn == NO_FUNCTION)
		return at.doing == DOING_LOAD || at.doing == DOING_OPTIONS ||
		       at.doing == DOING_PLAN;
	o = &b->outcome[at.fn];
	if (o->turn >= turn)
		return false;
	o->turn = (uint8_t)turn;
	if (o->kind == OUTCOME_NONE ||
	    (at.doing == DOING_GIVE_BACK &&
	     (o->kind == OUTCOME_BOUND || o->kind == OUTCOME_GIVEN_BACK)))
		set_failed(b, at.fn, at.doing, err);
	drop_unit(b, at.fn);
	return true;
}

static int give_back_all(struct boot *b)
{
	boot_doing(b, DOING_GIVE_BACK, NO_FUNCTION);
	give_back_rest(b);
	give_back_strays(b, TURN_LAST);
	return 0;
}

/* What did not go back in time, or was never taken. */
static void set_late(struct boot *b, const struct plan_step *step)
{
	struct outcome *o = &b->outcome[step->fn];

	if (o->kind != OUTCOME_NONE && o->kind != OUTCOME_GIVEN_BACK)
		return;
	o->kind = OUTCOME_GIVEN_BACK;
	if (o->is_touched)
		set_failed(b, step->fn, DOING_GIVE_BACK, -ETIMEDOUT);
}

/* Runs one child after the other, each behind the place where the one before it ended.
 * Returns what run() says of the last. */
static int run_all(struct boot *b, int (*work)(struct boot *b),
		   const struct patience *patience, enum turn turn, bool *ret_is_cut)
{
	int signal = 0;

	for (;;) {
		int r = run(b, work, patience, &signal);

		if (r >= 0)
			return r;
		say_end(b, r, signal);
		if (r != -EINTR && r != -ETIMEDOUT && r != -ETIME)
			return r;
		*ret_is_cut |= b->is_planned;
		if (!drop(b, r == -EINTR ? -EINTR : -ETIMEDOUT, turn) ||
		    is_for_us(signal) || boot_clock() >= patience->end)
			return r;
	}
}

int watch(struct boot *b, int (*work)(struct boot *b))
{
	struct patience patience = patience_until(time_after(WORK_MS), STEP_MS);
	bool is_cut = false;
	int r;

	patience.is_ended_by_signal = true;
	r = run_all(b, work, &patience, TURN_LAST, &is_cut);
	if (!is_cut)
		return r;
	patience = patience_until(time_after(GIVE_BACK_MS), GIVE_BACK_STEP_MS);
	patience.may_outlast = true;	/* it offers devices to slow drivers */
	run_all(b, give_back_all, &patience, TURN_NEVER, &is_cut);
	boot_each_bind(b, set_late);
	return r;
}

int watch_part(struct boot *b, int (*work)(struct boot *b))
{
	struct patience patience = patience_until(time_after(2 * STEP_MS), STEP_MS);
	int signal = 0;
	int r;

	patience.may_hang = true;
	patience.may_outlast = true;
	r = run(b, work, &patience, &signal);
	if (r < 0)
		say_end(b, r, signal);
	return r;
}
