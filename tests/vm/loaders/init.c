/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole userspace of a loader's boot: tells which kernel was started and with which
 * arguments, and turns the machine off.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void tell(const char *word, const char *path)
{
	char text[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n > 0 ? n : 0] = '\0';
	/* the console may be in the middle of a line */
	printf("\nEB-%s %s\n", word, text);
	close(fd);
}

int main(void)
{
	mkdir("/proc", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	tell("KERNEL", "/which");
	tell("CMDLINE", "/proc/cmdline");
	puts("EB-DONE");
	fflush(stdout);
	sync();
	tcdrain(1);
	reboot(RB_POWER_OFF);
	return 1;
}
