// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shot NAME DEVICE: asks the host for a picture of what that device of the emulated
 * machine shows, and waits until it is taken. What /proc/fb and /proc/iomem say then is
 * in /run/shot.NAME.fb and /run/shot.NAME.iomem.
 *
 * shot NAME DEVICE when TEXT: does so the moment the kernel log has TEXT, and returns at
 * once. On a machine with one processor nothing else runs until the picture is taken: the
 * process that asks for it has a real time priority and does not sleep.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_US 500000
#define SECONDS 20 /* for one picture; the host answers in a fraction of one */

static void copy(const char *from, const char *name, const char *suffix)
{
	char path[128], buffer[65536];
	ssize_t n;
	int in, out;

	snprintf(path, sizeof(path), "/run/shot.%s.%s", name, suffix);
	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	while (in >= 0 && out >= 0 && (n = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, n) != n)
			break;
	close(in);
	close(out);
}

static int port_open(void)
{
	struct termios raw;
	int fd;

	fd = open("/dev/ttyS2", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || tcgetattr(fd, &raw) != 0)
		return -1;
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL;
	return tcsetattr(fd, TCSANOW, &raw) == 0 ? fd : -1;
}

/* No sleep between the reads: with it the boot would go on. */
static int take(const char *name, const char *device)
{
	time_t end = time(NULL) + SECONDS;
	char answer = '\0';
	int fd = port_open();

	copy("/proc/fb", name, "fb");
	copy("/proc/iomem", name, "iomem");
	if (fd < 0 || dprintf(fd, "%s %s\n", name, device) < 0)
		return 1;
	while (time(NULL) < end)
		if (read(fd, &answer, 1) == 1 && answer == '\n')
			return 0;
	return 1;
}

static int wait_for(int log, const char *text)
{
	char record[8192];
	ssize_t n;

	for (;;) {
		n = read(log, record, sizeof(record) - 1);
		if (n < 0 && errno != EPIPE && errno != EAGAIN)
			return -1;
		record[n < 0 ? 0 : n] = '\0';
		/* A kernel that can be preempted (7.x) may not have begun to draw it.
		 * While it draws nobody else gets the processor. */
		if (strstr(record, text))
			return usleep(100);
		/* The kernel wakes readers at its next tick, which is too late. */
		if (n < 0 && errno == EAGAIN)
			usleep(100);
	}
}

int main(int argc, char **argv)
{
	struct sched_param high = { .sched_priority = 50 };
	int log;

	/* A graphics driver shows what was drawn a moment later, from a worker. */
	if (argc == 3)
		return usleep(SETTLE_US) == 0 ? take(argv[1], argv[2]) : 111;
	if (argc != 5)
		return 100;
	log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log < 0 || lseek(log, 0, SEEK_END) < 0 ||
	    /* musl has only a stub */
	    syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &high) != 0)
		return 111;
	if (fork() != 0)
		return 0;
	return wait_for(log, argv[4]) == 0 ? take(argv[1], argv[2]) : 111;
}
