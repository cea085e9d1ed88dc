/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what a verb judges: rules, machine, and the plan of both. In the same order and
 * with the same limits as the binder, so that host and boot reason alike. Says nothing.
 */
#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts/boot_display.h"
#include "facts/image_name.h"

/* What nobody writes to is left, and not waited for without end. */
enum { WRITER_WAIT = 3000 };	/* milliseconds */

static int cannot_read(int err, struct fault *reterr)
{
	if (err == EACCES || err == EPERM)
		return fault_set(reterr, err, "the file cannot be read: run as root",
				 NULL);
	if (err == EISDIR)
		return fault_set(reterr, err,
				 "this is a directory, not a file: move it away", NULL);
	if (err == ETIMEDOUT)
		return fault_set(reterr, err, "nobody writes to this pipe", NULL);
	return fault_set(reterr, err, "the file cannot be read: ", strerror(err), NULL);
}

/* The first read of a pipe, which was opened without waiting; from the next one on it
 * will wait. Returns what read(2) does, with -errno. */
static ssize_t read_first(int fd, char *buffer, size_t size)
{
	struct pollfd pipe = { .fd = fd, .events = POLLIN };
	int r = poll(&pipe, 1, WRITER_WAIT);
	ssize_t n = read(fd, buffer, size);

	/* a writer that is slow, none that came yet, one that has gone */
	if (n < 0)
		n = errno == EAGAIN ? 0 : -errno;
	else if (n == 0 && r == 0)
		n = -ETIMEDOUT;
	return fcntl(fd, F_SETFL, 0) < 0 ? -errno : n;
}

/* A file that the user named is the caller's own, and not below the root; it may be a
 * pipe, as <(...) of a shell is. Terminates the text. Returns the length or -errno;
 * -EFBIG where it has `size` bytes or more. */
static ssize_t read_given(const char *name, char *buffer, size_t size)
{
	_cleanup_close_ int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t first = 0, n;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode))
		first = read_first(fd, buffer, size);
	else if (fcntl(fd, F_SETFL, 0) < 0)
		return -errno;
	if (first < 0)
		return first;
	n = sysfs_read_fd(fd, buffer + first, size - (size_t)first, false);
	if (n < 0)
		return n;
	n += first;
	if (n == (ssize_t)size)
		return -EFBIG;
	buffer[n] = '\0';
	return n;
}

int inputs_open(struct inputs *in, const struct request *request, struct fault *reterr)
{
	int r = root_open(&in->root, request->root);
	ssize_t n;

	*reterr = (struct fault){ .name = request->root };
	rules_init(&in->rules);
	in->sources.root = &in->root;
	in->sources.config_name = request->config;
	in->sources.image_name = request->image;
	in->sources.read = read_given;
	if (r < 0)
		return fault_set(reterr, -r, "this root cannot be opened: ", strerror(-r),
				 NULL);
	n = request->machine ? 0 :
	    sysfs_read_head(&in->root, "/proc/cmdline", in->running, sizeof(in->running));
	in->running[sysfs_trim(in->running, n < 0 ? 0 : n).n] = '\0';
	return 0;
}

/* The rules were not even read: what a person can do about it. */
static int explain(int r, struct fault *reterr)
{
	return r < 0 && r != -EINVAL && r != -E2BIG && r != -EFBIG ?
	       cannot_read(-r, reterr) : r;
}

int inputs_config(struct inputs *in, struct fault *reterr)
{
	return explain(sources_config(&in->sources, &in->rules, reterr), reterr);
}

int inputs_rules(struct inputs *in, const struct request *request, struct fault *reterr)
{
	struct cmdline cmdline = { .mode = CMDLINE_ACT };
	ssize_t n = 0;

	*reterr = (struct fault){ .name = request->cmdline };
	if (request->cmdline)
		n = read_given(request->cmdline, in->cmdline, sizeof(in->cmdline));
	if (n == -EFBIG)
		return fault_set(reterr, EFBIG, CMDLINE_TOO_LONG, NULL);
	if (n < 0)
		return cannot_read((int)-n, reterr);
	cmdline_parse(&cmdline, sysfs_trim(in->cmdline, n));
	return explain(sources_read(&in->sources, &cmdline, &in->rules, reterr), reterr);
}

static ssize_t read_machine(const char *name, char *buffer, size_t size)
{
	ssize_t n;

	if (strcmp(name, "-") != 0)
		return read_given(name, buffer, size);
	n = sysfs_read_fd(STDIN_FILENO, buffer, size, false);
	return n == (ssize_t)size ? -EFBIG : n;
}

static int parse_machine(struct inputs *in, const char *name, struct fault *reterr)
{
	ssize_t n = read_machine(name, in->machine_text, sizeof(in->machine_text));

	*reterr = (struct fault){ .name = name };
	if (strcmp(name, "-") == 0)
		reterr->name = "standard input";
	if (n == -EFBIG)
		return fault_set(reterr, EFBIG, "the machine text is larger than 4 MiB",
				 NULL);
	if (n < 0)
		return cannot_read((int)-n, reterr);
	return machine_parse(&in->machine, reterr->name,
			     (struct span){ in->machine_text, (size_t)n }, reterr);
}

/* Entries that the machine lacks: what they are cannot be read. */
static int count_unread(const char *name, void *with)
{
	struct inputs *in = with;
	struct pci_addr addr;

	if (pci_addr_parse(span_of(name), &addr) == 0 &&
	    machine_at(&in->machine, addr) == NO_FUNCTION && in->n_unread++ == 0)
		in->unread = addr;
	return 0;
}

int inputs_machine(struct inputs *in, const struct request *request, unsigned want,
		   struct fault *reterr)
{
	int r;

	if (request->machine)
		return parse_machine(in, request->machine, reterr);
	r = sources_machine(&in->rules, &in->root, span_of(in->running),
			    want | MACHINE_DETAILS, &in->machine, reterr);
	if (r == -EACCES)
		return fault_set(reterr, EACCES, "the PCI functions of this machine "
				 "cannot be listed: run as root", NULL);
	if (r < 0)
		return r;
	sysfs_list(&in->root, SYSFS_DEVICES, count_unread, in);
	if (in->n_unread > 0 && in->machine.n == 0)
		return fault_set(reterr, EACCES, "no PCI function of this machine can be "
				 "read: run as root", NULL);
	screen_complete(&in->machine, &in->root);
	return 0;
}

int inputs_host(struct inputs *in, const struct request *request, struct fault *reterr)
{
	struct text why;
	int r = 0;

	if (in->has_host)
		return 0;
	why = TEXT_IN(in->host.why);
	if (request->machine)
		text_add(&why, "the machine is a recorded one");
	else
		r = host_scan(&in->host, &in->machine, &in->root, in->running,
			      request->wait_for, reterr);
	if (r < 0)
		return r;
	if (!request->machine)
		host_read_models(&in->machine, &in->root);
	host_add_twins(&in->host, &in->machine, &in->rules);
	in->has_host = true;
	return 0;
}

void inputs_host_text(const struct inputs *in, struct text *t)
{
	text_add(t, "version " VERSION "\n");
	image_name_text(t);
	host_image_text(&in->host, &in->machine, t);
}

int inputs_host_rules(struct inputs *in, struct fault *reterr)
{
	struct text t = TEXT_IN(in->sources.image.s);

	inputs_host_text(in, &t);
	*reterr = (struct fault){ .name = HOST_TEXT };
	if (t.full)
		return fault_set(reterr, EFBIG, "more than the limit CONFIG_MAX, 262144 "
				 "bytes", NULL);
	return rules_parse(&in->rules, SOURCE_IMAGE, HOST_TEXT, text_is(&t), reterr);
}

int inputs_plan(struct inputs *in, const struct request *request, struct fault *reterr)
{
	int r = inputs_machine(in, request, 0, reterr);

	if (r == 0 && !in->sources.image.is_there && !request->machine) {
		r = inputs_host(in, request, reterr);
		if (r == 0)
			r = inputs_host_rules(in, reterr);
	}
	if (r == 0)
		r = plan_make(&in->plan, &in->rules, &in->machine, reterr);
	return r;
}
