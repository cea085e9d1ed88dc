/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the PCI function that the firmware's screen is on: what the kernel shows before
 * any driver of a card. The attribute boot_vga alone does not tell: only class 0300 has
 * it, and of several such cards it may name another one (drivers/pci/vgaarb.c). What is
 * done about it is left to others.
 */
#include "screen.h"

#include <errno.h>
#include <string.h>

#define PLATFORM_DEVICES "/sys/bus/platform/devices"
#define CONSOLES "/sys/class/vtconsole"

/* struct screen_info, include/uapi/linux/screen_info.h. It is what the boot loader said,
 * and does not change when a driver takes over. */
enum {
	IS_VGA = 0x0f, LFB_BASE = 0x18, CAPABILITIES = 0x36, EXT_LFB_BASE = 0x3a,
	INFO_SIZE = 0x40,
	TYPE_TEXT = 0x01,	/* arch/x86/boot/video-vga.c; not in the header */
	TYPE_VGA_TEXT = 0x22, TYPE_VESA = 0x23, TYPE_EFI = 0x70,
	CAPABILITY_64BIT_BASE = 2,
};

enum {
	BARS = 6,
	BAR_MEMORY = 0x200,	/* IORESOURCE_MEM, include/linux/ioport.h */
};

static bool cut_hex(struct span *line, uint64_t *ret_n)
{
	struct span word = span_cut(line, ' ');

	return span_starts(word, "0x") &&
	       span_number((struct span){ word.s + 2, word.n - 2 }, 16, 16, UINT64_MAX,
			   ret_n) == 0;
}

/* Whether the address lies in a BAR of function i. */
static enum fact has_memory(const struct machine *m, unsigned i, const struct root *root,
			    uint64_t address)
{
	char path[PATH_SIZE], addr[24], buffer[ATTRIBUTE_MAX];
	struct text t = TEXT_IN(addr);
	struct span rest;
	unsigned bar;
	ssize_t n;

	pci_addr_text(m->fn[i].addr, &t);
	sysfs_path(path, SYSFS_DEVICES, addr, "resource");
	n = sysfs_read_head(root, path, buffer, sizeof(buffer));
	rest = sysfs_trim(buffer, n);
	for (bar = 0; bar < BARS; bar++) {
		struct span line = span_cut(&rest, '\n');
		uint64_t first, last, flags;

		if (!cut_hex(&line, &first) || !cut_hex(&line, &last) ||
		    !cut_hex(&line, &flags))
			return FACT_UNKNOWN;
		if (flags & BAR_MEMORY && first <= address && address <= last)
			return FACT_YES;
	}
	return FACT_NO;
}

static void set_all(struct machine *m, enum screen kind)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (function_is_display(&m->fn[i]))
			m->fn[i].screen = (uint8_t)kind;
}

/* The screen is on function `at`, so on no other. */
static void set_screen(struct machine *m, unsigned at, enum screen kind)
{
	set_all(m, SCREEN_NONE);
	m->fn[at].screen = (uint8_t)kind;
}

/* A framebuffer that is in no BAR (the kernel may have moved them) tells nothing. */
static void find_memory(struct machine *m, const struct root *root, uint64_t address)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (function_is_display(&m->fn[i]) &&
		    has_memory(m, i, root, address) == FACT_YES) {
			set_screen(m, i, SCREEN_FRAMEBUFFER);
			return;
		}
}

/* Text is in the legacy memory of VGA, which one card at a time decodes. */
static void find_text(struct machine *m)
{
	unsigned boot = machine_boot_display(m);

	if (boot != NO_FUNCTION)
		set_screen(m, boot, SCREEN_TEXT);
}

/* Says nothing where none was handed over: PVH, a kernel without a screen. */
static void find_by_boot(struct machine *m, const struct root *root)
{
	char info[INFO_SIZE + 1];
	uint64_t base;

	if (sysfs_read_head(root, "/sys/kernel/boot_params/data", info, sizeof(info)) !=
	    INFO_SIZE)
		return;
	switch (info[IS_VGA]) {
	case TYPE_TEXT:
	case TYPE_VGA_TEXT:
		find_text(m);
		break;
	case TYPE_VESA:
	case TYPE_EFI:
		base = sysfs_word(info, LFB_BASE);
		if (sysfs_word(info, CAPABILITIES) & CAPABILITY_64BIT_BASE)
			base |= (uint64_t)sysfs_word(info, EXT_LFB_BASE) << 32;
		if (base != 0)
			find_memory(m, root, base);
		break;
	}
}

bool screen_is_coreboot(struct span name)
{
	return span_is(name, "Coreboot Framebuffer") ||
	       span_is(name, "simple-framebuffer.0");
}

/* The names under which drivers reserve it; with BOOTFB the kernel does so for them:
 * drivers/firmware/sysfb_simplefb.c. */
static bool is_firmware(struct span name)
{
	static const char names[] =
		"BOOTFB\0efifb\0vesafb\0simplefb\0simpledrm\0efidrm\0vesadrm\0"
		"corebootdrm\0";
	const char *s;

	for (s = names; *s; s += strlen(s) + 1)
		if (span_is(name, s))
			return true;
	return screen_is_coreboot(name);
}

struct search_region {
	const struct pci_addr *of;
	struct screen_region *region;
	struct pci_addr addr;	/* the function that the lines are below */
	size_t above;		/* how far its line is indented */
};

/* "c0000000-c0ffffff : 0000:01:00.0" */
static int look_at_region(struct span line, void *with)
{
	struct search_region *search = with;
	struct span name = line;
	struct text t;
	size_t depth;

	while (name.n > 0 && name.s[0] == ' ')
		name = (struct span){ name.s + 1, name.n - 1 };
	depth = (size_t)(name.s - line.s);
	span_cut(&name, ':');
	if (name.n == 0)
		return 0;
	name = (struct span){ name.s + 1, name.n - 1 };
	if (pci_addr_parse(name, &search->addr) == 0)
		search->above = depth;
	else if (depth <= search->above)
		search->above = SIZE_MAX;
	else if (is_firmware(name) &&
		 (!search->of || pci_addr_compare(search->addr, *search->of) == 0)) {
		t = TEXT_IN(search->region->name);
		text_span(&t, name);
		search->region->addr = search->addr;
		return 1;
	}
	return 0;
}

int screen_region(const struct root *root, const struct pci_addr *of,
		  struct screen_region *ret_region)
{
	struct search_region search = { of, ret_region, { 0 }, SIZE_MAX };

	return sysfs_lines(root, "/proc/iomem", look_at_region, &search);
}

/* "simple-framebuffer.0" is sysfb's (drivers/firmware/sysfb.c), "7e000000.framebuffer" a
 * device tree's and on no PCI function. */
static bool is_screen_device(struct span name)
{
	return span_ends(name, "framebuffer.0") || span_is(name, "vga16fb.0");
}

bool screen_may_evict(const struct function *f, struct span driver)
{
	return f->class >> 8 == 0x0300 && span_has(driver, "vfio");
}

struct search {
	const struct root *root;
	struct screen_device *device;
};

static int look_at_device(const char *name, void *with)
{
	const struct search *search = with;
	struct screen_device *device = search->device;
	char path[PATH_SIZE], link[PATH_SIZE];
	struct span rest, part;
	struct text t;
	ssize_t n;

	if (!is_screen_device(span_of(name)) ||
	    !sysfs_path(path, PLATFORM_DEVICES, name, "driver"))
		return 0;
	n = sysfs_link(search->root, path, link, sizeof(link));
	if (n < 0)
		return 0;
	text_init(&t, device->name, sizeof(device->name));
	text_add(&t, name);
	text_init(&t, device->driver, sizeof(device->driver));
	text_span(&t, span_last((struct span){ link, (size_t)n }, '/'));
	sysfs_path(path, PLATFORM_DEVICES, name, NULL);
	n = sysfs_link(search->root, path, link, sizeof(link));
	device->has_parent = false;
	for (rest = sysfs_trim(link, n); rest.s && n > 0;) {
		part = span_cut(&rest, '/');
		if (pci_addr_parse(part, &device->parent) == 0)
			device->has_parent = true;
	}
	return 1;
}

int screen_device(const struct root *root, struct screen_device *ret_device)
{
	struct search search = { root, ret_device };
	int r = sysfs_list(root, PLATFORM_DEVICES, look_at_device, &search);

	return r == -ENOENT ? 0 : r;
}

struct console {
	const struct root *root;
	const char *kind;
};

static int look_at_console(const char *name, void *with)
{
	const struct console *console = with;
	char path[PATH_SIZE], buffer[64];

	return sysfs_path(path, CONSOLES, name, "name") &&
	       span_has(sysfs_trim(buffer, sysfs_read_head(console->root, path, buffer,
							   sizeof(buffer))),
			console->kind);
}

int screen_has_console(const struct root *root, const char *kind)
{
	struct console console = { root, kind };

	return sysfs_list(root, CONSOLES, look_at_console, &console);
}

/* What is there now: a driver of the card would have taken its place. The kernel may have
 * moved BARs since the boot loader wrote down an address, which then lies in those of
 * another card: where the two name different functions, nothing is known. */
static void find_by_effect(struct machine *m, const struct root *root)
{
	struct screen_region region;
	struct screen_device device;
	unsigned i = NO_FUNCTION, said = NO_FUNCTION, j;

	for (j = 0; j < m->n; j++)
		if (m->fn[j].screen >= SCREEN_YES)
			said = j;
	if (screen_device(root, &device) == 1 && device.has_parent)
		i = machine_at(m, device.parent);
	else if (screen_region(root, NULL, &region) == 1)
		i = machine_at(m, region.addr);
	if (i == NO_FUNCTION || !function_is_display(&m->fn[i]) || i == said)
		return;
	if (said == NO_FUNCTION)
		set_screen(m, i, SCREEN_FRAMEBUFFER);
	else
		set_all(m, SCREEN_UNKNOWN);
}

void screen_find(struct machine *m, const struct root *root)
{
	unsigned i;

	for (i = 0; i < m->n && !function_is_display(&m->fn[i]); i++)
		;
	if (i == m->n)
		return;
	find_by_boot(m, root);
	find_by_effect(m, root);
}
