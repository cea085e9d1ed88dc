// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test program inside the guest. dracut's initqueue starts it when udev has settled,
 * or a unit of tests/vm/system when a whole system is up. It looks once at every PCI
 * function and at the kernel log, judges the lines of /ebtest/check, sends its sentences
 * and the files that the host wants to see over the second serial port, and turns the
 * machine off.
 *
 * One C program and no shell: under emulation a fork costs as much as this whole check.
 * What the lines of a check mean is in verbs.c and, for people, in README.md.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

static struct guest guest;

size_t read_text(const char *path, char *ret, size_t size)
{
	size_t used = 0;
	ssize_t n;
	int fd;

	ret[0] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (used < size - 1 && (n = read(fd, ret + used, size - 1 - used)) > 0)
		used += n;
	close(fd);
	ret[used] = '\0';
	return used;
}

static void read_word(const char *address, const char *name, char *ret, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", address, name);
	read_text(path, ret, size);
	ret[strcspn(ret, "\n")] = '\0';
}

static void read_link(const char *address, const char *name, char *ret, size_t size)
{
	char path[128], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", address, name);
	n = readlink(path, target, sizeof(target) - 1);
	target[n < 0 ? 0 : n] = '\0';
	snprintf(ret, size, "%s", n < 0 ? "-" : strrchr(target, '/') + 1);
}

static int by_address(const void *a, const void *b)
{
	return strcmp(((const struct device *)a)->address,
		      ((const struct device *)b)->address);
}

static void see_devices(void)
{
	char vendor[32], device[32];
	struct dirent *entry;
	struct device *dev;
	DIR *dir;

	guest.n_devices = 0;
	dir = opendir("/sys/bus/pci/devices");
	if (!dir)
		return;
	while ((entry = readdir(dir)) && guest.n_devices < MAX_DEVICES) {
		if (entry->d_name[0] == '.')
			continue;
		dev = &guest.devices[guest.n_devices++];
		snprintf(dev->address, sizeof(dev->address), "%.23s", entry->d_name);
		read_word(dev->address, "vendor", vendor, sizeof(vendor));
		read_word(dev->address, "device", device, sizeof(device));
		snprintf(dev->id, sizeof(dev->id), "%.4s:%.4s", vendor + 2, device + 2);
		read_word(dev->address, "class", dev->class, sizeof(dev->class));
		read_word(dev->address, "driver_override", dev->override,
			  sizeof(dev->override));
		read_link(dev->address, "driver", dev->driver, sizeof(dev->driver));
		read_link(dev->address, "iommu_group", dev->group, sizeof(dev->group));
	}
	closedir(dir);
	qsort(guest.devices, guest.n_devices, sizeof(guest.devices[0]), by_address);
}

/* A record of /dev/kmsg is "priority,sequence,microseconds,flags;text\n KEY=value...". */
static void see_log(void)
{
	char record[8192], *text;
	unsigned long long time;
	ssize_t n;
	int fd;

	guest.log_size = 0;
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	while (fd >= 0 && guest.log_size < MAX_LOG - sizeof(record)) {
		n = read(fd, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE)
			continue; /* overwritten while we read: take the next one */
		if (n <= 0)
			break;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || sscanf(record, "%*u,%*u,%llu", &time) != 1)
			continue;
		text[strcspn(text, "\n")] = '\0';
		guest.log_size +=
		    sprintf(guest.log + guest.log_size, "[%5llu.%06llu] %s\n",
			    time / 1000000, time % 1000000, text + 1);
	}
	if (fd >= 0)
		close(fd);
}

void see(void)
{
	see_devices();
	see_log();
}

static void send_begin(const char *name)
{
	printf("EB-BEGIN %s\n", name);
}

static void send_end(const char *name)
{
	printf("\nEB-END %s\n", name);
}

static void send_file(const char *name, const char *path)
{
	static char text[2 << 20];
	size_t size;

	if (access(path, F_OK) != 0)
		return;
	size = read_text(path, text, sizeof(text));
	send_begin(name);
	fwrite(text, 1, size, stdout);
	send_end(name);
}

static void send_devices(void)
{
	struct device *dev;
	int i;

	send_begin("devices");
	for (i = 0; i < guest.n_devices; i++) {
		dev = &guest.devices[i];
		printf("%s %s %s %-14s %-10s %s\n", dev->address, dev->id, dev->class,
		       dev->driver, dev->override, dev->group);
	}
	send_end("devices");
}

static void open_port(const char *path)
{
	struct termios raw;
	int fd;

	fd = open(path, O_RDWR | O_NOCTTY);
	if (fd < 0)
		return;
	if (tcgetattr(fd, &raw) == 0) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

/* With an argument the machine stays on: a whole system has its own way to end. */
int main(int argc, char **argv)
{
	static char check[1 << 16];

	(void)argv;
	open_port("/dev/ttyS1");
	printf("\nEB-START\n"); /* what is before it the firmware wrote */
	see();
	read_text("/ebtest/check", check, sizeof(check));
	check_lines(&guest, check);
	send_devices();
	send_file("report", "/run/earlybind/report");
	send_file("machine", "/run/earlybind/machine");
	send_file("config", "/run/earlybind/earlybind.conf");
	send_file("image", "/usr/lib/earlybind/image.conf");
	send_file("cmdline", "/proc/cmdline");
	send_file("modules", "/proc/modules");
	send_begin("log");
	fwrite(guest.log, 1, guest.log_size, stdout);
	send_end("log");
	printf("EB-DONE\n");
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	if (argc > 1)
		return 0;
	reboot(RB_POWER_OFF);
	return 111;
}
