/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EARLYBIND_FAKESCREEN_H
#define EARLYBIND_FAKESCREEN_H

/*
 * The firmware's screen in the fake kernel: platform devices and their drivers, what they
 * reserve in /proc/iomem, the console that draws text. tests/apply/pokes.sh makes them,
 * ROOT/iomem is how /proc/iomem looks with every driver.
 */
#include "fakekernel.h"

#define PLATFORM "/sys/bus/platform/"

/* Writes /proc/iomem anew, without the lines that end with this; NULL: without any of a
 * firmware. */
static void screen_iomem(const char *root, const char *without)
{
	static const char *const all[] = { "BOOTFB", "efifb", "vesafb", "simplefb",
					   NULL };
	char from[PATH_SIZE], to[PATH_SIZE], line[256];
	FILE *in, *out;

	snprintf(from, sizeof(from), "%s/iomem", root);
	snprintf(to, sizeof(to), "%s/proc/iomem", root);
	in = access(to, F_OK) == 0 ? fopen(from, "re") : NULL;
	out = in ? fopen(to, "we") : NULL;
	while (out && fgets(line, sizeof(line), in)) {
		bool is_out = false;
		unsigned i;

		line[strcspn(line, "\n")] = '\0';
		for (i = 0; all[i]; i++)
			is_out |= is_end(line, all[i]) &&
				  (!without || is_end(line, without));
		if (!is_out)
			fprintf(out, "%s\n", line);
	}
	if (out)
		fclose(out);
	if (in)
		fclose(in);
}

/* Whether the firmware's framebuffer lies on this function. */
static bool screen_is_on(const char *root, const char *addr)
{
	char path[PATH_SIZE], line[256];
	bool is_below = false, found = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/iomem", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, " : 0000:"))
			is_below = is_end(line, addr);
		found |= is_below && is_end(line, "fb");
		found |= is_below && is_end(line, "BOOTFB");
	}
	if (f)
		fclose(f);
	return found;
}

/* "efi-framebuffer" reserves "efifb". */
static void screen_region_name(const char *driver, char ret_name[64])
{
	snprintf(ret_name, 64, "%.*sfb", (int)strcspn(driver, "-"), driver);
}

/* What a write into an attribute of a platform driver does. */
static int screen_tell(const char *root, const char *driver, const char *name,
		       const char *device)
{
	char path[PATH_SIZE], link[PATH_SIZE], region[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%s" PLATFORM "devices/%s", root, device);
	if (access(path, F_OK) < 0)
		return -ENODEV;
	snprintf(path, sizeof(path), "%s" PLATFORM "devices/%s/driver", root, device);
	n = readlink(path, link, sizeof(link) - 1);
	if (strcmp(name, "bind") == 0) {
		if (n >= 0)
			return -EBUSY;
		snprintf(link, sizeof(link), "../../drivers/%s", driver);
		if (symlink(link, path) < 0)
			return -errno;
		screen_iomem(root, "-");
		return 0;
	}
	if (n < 0)
		return -ENODEV;
	unlink(path);
	screen_region_name(driver, region);
	screen_iomem(root, region);
	return 0;
}

static bool screen_is_vga(const char *root, const char *addr)
{
	char path[PATH_SIZE], class[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/sys/bus/pci/devices/%s/class", root, addr);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(class, sizeof(class), f))
		class[0] = '\0';
	fclose(f);
	return strncmp(class, "0x0300", 6) == 0;
}

/* vfio-pci has taken a card: what Linux since 6.0 does then. "kernel is old": nothing;
 * "kernel is early-6.1": it evicts the framebuffer of another card too. */
static void screen_evict(const char *root, const char *addr)
{
	static const char *const devices[] = { "efi-framebuffer.0", "vesa-framebuffer.0",
					       "simple-framebuffer.0" };
	char path[PATH_SIZE];
	unsigned i;

	if (!screen_is_vga(root, addr) || script_kernel_is(root, "old"))
		return;
	snprintf(path, sizeof(path), "%s/sys/class/vtconsole/vtcon0/name", root);
	unlink(path);
	if (!screen_is_on(root, addr) && !script_kernel_is(root, "early-6.1"))
		return;
	for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		snprintf(path, sizeof(path), "%s" PLATFORM "devices/%s/driver", root,
			 devices[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s" PLATFORM "devices/%s", root,
			 devices[i]);
		rmdir(path);
	}
	screen_iomem(root, NULL);
}

#endif
