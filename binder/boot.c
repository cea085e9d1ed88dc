/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of the binder: what it was told, what it sees, what it plans and where it is.
 * Changes nothing in the machine; apply.c does that.
 */
#include "boot.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "release.h"

/* With seconds of 64 bits, as struct timespec has them, on machines of 32 bits too. */
#if defined(SYS_clock_gettime64) && !defined(SYS_clock_gettime)
#define CLOCK_CALL SYS_clock_gettime64	/* the only one that musl has there */
#elif defined(SYS_clock_gettime64)
#define CLOCK_CALL (sizeof(long) == 4 ? SYS_clock_gettime64 : SYS_clock_gettime)
#else
#define CLOCK_CALL SYS_clock_gettime
#endif

/* mmap() of musl has 200 bytes for what threads do at the same time. */
#ifdef SYS_mmap2
#define MMAP_CALL SYS_mmap2
#else
#define MMAP_CALL SYS_mmap
#endif

/* The system call itself: what libc has brings the parser of the vdso, 900 bytes. */
uint64_t boot_clock(void)
{
	struct timespec t = { 0, 0 };

	syscall(CLOCK_CALL, CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static ssize_t read_given(const char *name, char *buffer, size_t size)
{
	static const struct root caller = { .fd = -1, .is_host = true };

	return sysfs_read(&caller, name, buffer, size);
}

struct boot *boot_new(const struct options *options, struct fault *reterr)
{
	uint64_t start = boot_clock();
	char number[12];
	struct boot *b;
	int r;

	*reterr = (struct fault){ .name = options->root };
	b = (struct boot *)syscall(MMAP_CALL, NULL, sizeof(*b), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0L);
	if (b == MAP_FAILED) {
		fault_set(reterr, ENOMEM, "no memory", NULL);
		return NULL;
	}
	b->options = options;
	b->start = start;
	b->now.fn = NO_FUNCTION;
	b->machine.busy = NO_FUNCTION;
	r = root_open(&b->root, options->root);
	if (r < 0) {
		fault_set(reterr, -r, "this root cannot be opened: ",
			  errno_name(-r, number), NULL);
		return NULL;
	}
	b->sources = (struct sources){ .root = &b->root, .config_name = options->config,
				       .image_name = options->image, .read = read_given };
	log_init(&b->log, options->verb == OPTIONS_DRY_RUN ? NULL : &b->root);
	rules_init(&b->rules);
	return b;
}

void boot_doing(struct boot *b, enum doing doing, unsigned fn)
{
	b->now.steps++;
	b->now.doing = (uint8_t)doing;
	b->now.fn = (uint16_t)fn;
}

/* Keeps a line for report and log, behind its level; one that does not fit is counted. It
 * is not logged here: a slow console would cost devices. */
static void keep_note(struct boot *b, enum log_level level, struct span line)
{
	struct text t = { b->notes, NOTES_SIZE, b->n_notes, false };

	if (line.n + 3 > NOTES_SIZE - b->n_notes) {
		b->lost_notes++;
		return;
	}
	text_decimal(&t, level);
	text_span(&t, line);
	text_char(&t, '\n');
	b->n_notes = t.n;
}

void boot_log_notes(struct boot *b)
{
	struct span rest = { b->notes + b->n_logged, b->n_notes - b->n_logged };
	uint64_t end = boot_clock() + LOG_MS * 1000ull;

	while (rest.n > 0 && boot_clock() < end) {
		struct span line = span_cut(&rest, '\n');

		log_line(&b->log, (enum log_level)(line.s[0] - '0'),
			 (struct span){ line.s + 1, line.n - 1 });
		b->n_logged += line.n + 1;
	}
}

void boot_say(struct boot *b, enum log_level level, ...)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);
	const char *word;
	va_list words;

	va_start(words, level);
	while ((word = va_arg(words, const char *)))
		text_add(&t, word);
	va_end(words);
	if (t.full)
		memcpy(line + sizeof(line) - 4, "...", 4);
	keep_note(b, level, text_is(&t));
}

void boot_say_fault(struct boot *b, const struct fault *fault)
{
	char line[2 * LINE_SIZE];
	struct text t = TEXT_IN(line);

	fault_text(fault, &t);
	boot_say(b, LOG_ERROR, line, NULL);
}

const char *boot_address(const struct boot *b, unsigned i, char buffer[24])
{
	struct text t;

	text_init(&t, buffer, 24);
	pci_addr_text(b->machine.fn[i].addr, &t);
	return buffer;
}

/* The word that turns us off may be in what cannot be read, so that nothing is bound
 * then. A tree without /proc is no running system: nobody said anything there. */
int boot_read_cmdline(struct boot *b)
{
	ssize_t n = sysfs_read(&b->root, "/proc/cmdline", b->cmdline_text, CMDLINE_MAX);
	char number[12];

	if (n == -ENOENT && !b->root.is_host)
		n = 0;
	if (n < 0) {
		boot_say(b, LOG_ERROR, "/proc/cmdline: ", n == -EFBIG ?
			 CMDLINE_TOO_LONG :
			 errno_name((int)-n, number), ": nothing is bound", NULL);
		return (int)n;
	}
	cmdline_parse(&b->cmdline, sysfs_trim(b->cmdline_text, n));
	return 0;
}

bool boot_is_off(struct boot *b)
{
	char off[64];
	struct text t = TEXT_IN(off);

	if (sysfs_exists(&b->root, "/proc/vmcore") == 1) {
		boot_say(b, LOG_INFO, "off: this kernel saves a crash dump"
			 REMARK(REMARK_CRASH_KERNEL), NULL);
		return true;
	}
	if (b->cmdline.mode != CMDLINE_OFF)
		return false;
	text_quote(&t, b->cmdline.off);
	boot_say(b, LOG_INFO, "off: the kernel command line says ", off,
		 REMARK(REMARK_OFF), NULL);
	return true;
}

int boot_read(struct boot *b)
{
	struct fault fault;
	int r;

	boot_doing(b, DOING_READ, NO_FUNCTION);
	rules_init(&b->rules);	/* the child before us may have read some */
	r = sources_read(&b->sources, &b->cmdline, &b->rules, &fault);
	if (r < 0)
		boot_say_fault(b, &fault);
	return r;
}

static bool look_at(struct boot *b, unsigned i)
{
	return i != NO_FUNCTION && machine_look_closer(&b->machine, i, &b->root);
}

/* Looks closer at all that the plan speaks of, and at what shares a group with that.
 * Returns whether there is anything new: then the plan may be another one. */
static bool look_closer(struct boot *b)
{
	bool is_new = false;
	unsigned i, k;

	for (k = 0; k < b->plan.n; k++) {
		const struct plan_step *step = &b->plan.step[k];

		is_new |= look_at(b, step->fn);
		is_new |= look_at(b, step->other);
		if (step->verb != PLAN_BIND || b->machine.fn[step->fn].group < 0)
			continue;
		for (i = 0; i < b->machine.n; i++)
			if (b->machine.fn[i].group == b->machine.fn[step->fn].group)
				is_new |= look_at(b, i);
	}
	return is_new;
}

int boot_plan(struct boot *b)
{
	struct fault fault;
	int r;

	b->is_planned = false;	/* half a plan is none, also the second time */
	boot_doing(b, DOING_PLAN, NO_FUNCTION);
	r = sources_machine(&b->rules, &b->root, b->cmdline.text, 0, &b->machine, &fault);
	do
		r = r < 0 ? r : plan_make(&b->plan, &b->rules, &b->machine, &fault);
	while (r == 0 && look_closer(b));
	if (r < 0)
		boot_say_fault(b, &fault);
	b->is_planned = r == 0;
	return r;
}

bool boot_is_complete(const struct boot *b)
{
	unsigned i;

	for (i = 0; i < b->plan.n; i++) {
		const struct plan_step *step = &b->plan.step[i];

		if (step->verb == PLAN_REFUSE || step->verb == PLAN_MISS)
			return false;
		if (step->verb == PLAN_BIND && !outcome_is_bound(&b->outcome[step->fn]))
			return false;
	}
	return true;
}

void boot_step_text(const struct boot *b, const struct plan_step *step, struct text *t)
{
	plan_step_text(step, &b->rules, &b->machine, t);
	if (step->verb == PLAN_RELEASE)
		outcome_release_text((enum release_state)b->release.state,
				     b->release.who, t);
	if (step->verb != PLAN_BIND || b->outcome[step->fn].kind == OUTCOME_NONE)
		return;
	text_add(t, " -> ");
	outcome_text(&b->outcome[step->fn], t);
}

void boot_each_bind(struct boot *b,
		    void (*each)(struct boot *b, const struct plan_step *step))
{
	unsigned i;

	for (i = 0; i < b->plan.n; i++)
		if (b->plan.step[i].verb == PLAN_BIND)
			each(b, &b->plan.step[i]);
}
