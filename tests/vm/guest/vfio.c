// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio ADDRESS...: does what a virtual machine monitor does with its first passed-through
 * cards, and says for each step whether it worked. All functions must be of one group.
 * vfio hold ADDRESS: opens the device and leaves a process that keeps it open;
 * its number is in /run/vfio.pid.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DMA_SIZE 65536
#define DMA_ADDRESS 0x100000
#define PATTERN 0x5a5aa5a5u

static int failures;

static bool say(bool holds, const char *address, const char *sentence)
{
	printf("%s VFIO %s: %s\n", holds ? "ok" : "not ok", address, sentence);
	if (!holds) {
		printf("# %s\n", strerror(errno));
		failures++;
	}
	return holds;
}

static int group_open(const char *address, int container)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[256], target[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", address);
	n = readlink(path, target, sizeof(target) - 1);
	if (!say(n > 0, address, "the device has an IOMMU group"))
		return -1;
	target[n] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(target, '/'));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (!say(fd >= 0, address, "its group can be opened"))
		return -1;
	errno = 0;
	if (!say(ioctl(fd, VFIO_GROUP_GET_STATUS, &status) == 0 &&
		     (status.flags & VFIO_GROUP_FLAGS_VIABLE),
		 address, "its group is viable"))
		return -1;
	if (!say(ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container) == 0 &&
		 ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) == 0,
		 address, "its group joins a type 1 container"))
		return -1;
	return fd;
}

static bool region(int fd, unsigned int index, struct vfio_region_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->argsz = sizeof(*ret);
	ret->index = index;
	return ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, ret) == 0 && ret->size > 0;
}

static void config_check(int fd, const char *address)
{
	struct vfio_region_info config;
	char path[128], text[16] = "";
	uint16_t words[4] = { 0 }, command;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vendor", address);
	file = fopen(path, "re");
	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	errno = 0;
	say(region(fd, VFIO_PCI_CONFIG_REGION_INDEX, &config) &&
	    pread(fd, words, sizeof(words), config.offset) == sizeof(words) &&
	    words[0] == strtoul(text, NULL, 16),
	    address, "its config space names the vendor that sysfs names");
	command = words[2] | 2; /* memory space on: else a BAR reads as ones */
	say(pwrite(fd, &command, sizeof(command), config.offset + 4) == sizeof(command),
	    address, "its memory space can be switched on");
}

static void bar_check(int fd, const char *address, bool can_write)
{
	struct vfio_region_info bar;
	volatile uint32_t *word;
	uint32_t former, now;
	int i;

	for (i = VFIO_PCI_BAR0_REGION_INDEX; i <= VFIO_PCI_BAR5_REGION_INDEX; i++)
		if (region(fd, i, &bar) && (bar.flags & VFIO_REGION_INFO_FLAG_MMAP))
			break;
	if (i > VFIO_PCI_BAR5_REGION_INDEX) {
		errno = 0;
		say(false, address, "it has a BAR that can be mapped");
		return;
	}
	word = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, bar.offset);
	if (!say(word != MAP_FAILED, address, "a BAR can be mapped"))
		return;
	if (can_write) {
		former = word[0];
		word[0] = PATTERN;
		now = word[0];
		word[0] = former;
		errno = 0;
		say(now == PATTERN, address,
		    "what is written to its frame buffer is there");
	}
	munmap((void *)word, bar.size);
}

static void dma_check(int container, const char *address)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = DMA_ADDRESS,
		.size = DMA_SIZE,
	};
	void *memory;

	memory = mmap(NULL, DMA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	map.vaddr = (uintptr_t)memory;
	say(memory != MAP_FAILED && ioctl(container, VFIO_IOMMU_MAP_DMA, &map) == 0,
	    address, "memory can be mapped for its DMA");
}

static void reset_check(int fd, int group, const char *address)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct {
		struct vfio_pci_hot_reset head;
		int32_t group;
	} reset = { .head = { .argsz = sizeof(reset), .count = 1 }, .group = group };

	if (ioctl(fd, VFIO_DEVICE_GET_INFO, &info) == 0 &&
	    (info.flags & VFIO_DEVICE_FLAGS_RESET)) {
		say(ioctl(fd, VFIO_DEVICE_RESET) == 0, address, "it can be reset");
		return;
	}
	say(ioctl(fd, VFIO_DEVICE_PCI_HOT_RESET, &reset) == 0, address,
	    "it can be reset with its bus, as one group");
}

static bool is_display(const char *address)
{
	char path[128], text[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/class", address);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return strncmp(text, "0x03", 4) == 0;
}

/* Whoever started us goes on, and the device stays open. */
static int leave_holder(void)
{
	FILE *file = fopen("/run/vfio.pid", "we");
	pid_t child;

	child = fork();
	if (child == 0)
		for (;;)
			pause();
	if (!file || child < 0)
		return 1;
	fprintf(file, "%d\n", (int)child);
	return fclose(file) != 0;
}

int main(int argc, char **argv)
{
	int container, group = -1, fds[32], n = 0, i;
	bool hold = argc > 1 && strcmp(argv[1], "hold") == 0;

	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (!say(container >= 0, argv[argc - 1], "/dev/vfio/vfio can be opened"))
		return 1;
	for (i = hold ? 2 : 1; i < argc && n < 32; i++) {
		if (group < 0)
			group = group_open(argv[i], container);
		if (group < 0)
			break;
		fds[n] = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[i]);
		if (!say(fds[n] >= 0, argv[i], "it can be opened"))
			break;
		config_check(fds[n], argv[i]);
		bar_check(fds[n], argv[i], is_display(argv[i]));
		if (n++ == 0)
			dma_check(container,
				  argv[i]); /* one container: the map is for all */
	}
	if (hold && failures == 0)
		return leave_holder();
	/* Reset last, with every function open: a bus reset wants the whole group. */
	for (i = 0; i < n; i++)
		reset_check(fds[i], group, argv[argc - n + i]);
	fflush(stdout);
	return failures > 0;
}
