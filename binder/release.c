/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the firmware's screen off a card that is bound, and only off that. A framebuffer
 * that still holds a BAR does not hinder the bind: it shows hours later, as "BAR 0: can't
 * reserve" when the virtual machine starts. So what the kernel made of it is read in
 * /proc/iomem, and not concluded from its version.
 */
#include "release.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "device.h"
#include "poke.h"

enum { TAKEOVER_US = 200000, LOOK_AGAIN_MS = 10, CLASS_VGA = 0x0300 };

static bool is_planned(const struct boot *b, unsigned i)
{
	const struct plan_step *step = plan_releases(&b->plan);

	return step && step->fn == i;
}

static bool is_text(const struct boot *b, unsigned i)
{
	return b->machine.fn[i].screen == SCREEN_TEXT;
}

/*
 * The last that this screen shows, so it must be there before the screen goes. With
 * CONFIG_FRAMEBUFFER_CONSOLE_DEFERRED_TAKEOVER and quiet it is this line that makes the
 * console take the framebuffer, a moment later: drivers/video/fbdev/core/fbcon.c.
 */
static void announce(struct boot *b, unsigned i)
{
	uint64_t end = boot_clock() + TAKEOVER_US;
	char addr[24];

	boot_say(b, LOG_ERROR, "display output on ", boot_address(b, i, addr),
		 " ends here; the boot continues, but nothing of it is seen, not even a "
		 "passphrase prompt, until another display has its driver; to keep this "
		 "screen, boot with rd.earlybind=0", NULL);
	boot_log_notes(b);
	while (!is_text(b, i) && screen_has_console(&b->root, "frame buffer") == 0 &&
	       boot_clock() < end)
		poll(NULL, 0, LOOK_AGAIN_MS);
}

/* Finds the device that draws on function i. Without a parent (before Linux 6.12) it is
 * the only one, and the memory that it reserved tells. */
static bool find_device(struct boot *b, unsigned i, struct screen_device *ret_device)
{
	const struct pci_addr *addr = &b->machine.fn[i].addr;
	struct screen_region region;

	if (screen_device(&b->root, ret_device) != 1)
		return false;
	if (ret_device->has_parent)
		return pci_addr_compare(ret_device->parent, *addr) == 0;
	return screen_region(&b->root, NULL, &region) != 1 ||
	       pci_addr_compare(region.addr, *addr) == 0;
}

/* What of the firmware is still on function i: 1 and its name, 0, or -errno. */
static int look(struct boot *b, unsigned i, char ret_who[DRIVER_MAX])
{
	struct screen_region region;
	struct screen_device device;
	struct text t;
	int r;

	text_init(&t, ret_who, DRIVER_MAX);
	if (is_text(b, i)) {
		text_add(&t, "VGA+");
		return screen_has_console(&b->root, ret_who);
	}
	r = screen_region(&b->root, &b->machine.fn[i].addr, &region);
	if (r == 1) {
		text_add(&t, region.name);
	} else if (find_device(b, i, &device)) {	/* it reserved nothing */
		text_add(&t, device.name);
		r = 1;
	}
	return r;
}

static int tell_driver(struct boot *b, const char *attribute)
{
	const struct screen_device *device = &b->release.device;
	char path[PATH_SIZE];

	if (!sysfs_path(path, "/sys/bus/platform/drivers", device->driver, attribute))
		return -ENAMETOOLONG;
	return poke_write(&b->root, path, device->name);
}

static int unbind(struct boot *b, unsigned i)
{
	int r;

	if (!find_device(b, i, &b->release.device))
		return 0;
	b->release.is_unbound = true;
	r = tell_driver(b, "unbind");
	if (r < 0)
		b->release.is_unbound = false;
	return r == -ENODEV ? 0 : r;
}

int release_before(struct boot *b, unsigned i, const char *driver)
{
	if (!is_planned(b, i))
		return 0;
	boot_doing(b, DOING_RELEASE, i);
	if (look(b, i, b->release.who) == 0)
		return 0;	/* nothing draws there any more */
	announce(b, i);
	b->release.state = RELEASE_BEGUN;
	/* Before Linux 6.0 nothing is evicted, and the card sleeps once it is bound
	 * (vfio_pci_core.c: D3hot), while the console would go on drawing on it. */
	if (screen_may_evict(&b->machine.fn[i], span_of(driver)) &&
	    !device_vfio_is_old(b))
		return 0;
	return unbind(b, i);
}

static void say_stays(struct boot *b, unsigned i)
{
	char addr[24];
	const char *maker = screen_is_coreboot(span_of(b->release.who)) ?
			    "framebuffer_driver_init" : "sysfb_init";

	boot_say(b, LOG_ERROR, boot_address(b, i, addr), ": ", b->release.who,
		 is_text(b, i) ?
		 " still draws on it: use Linux 6.0 or later, or let the boot loader set "
		 "a graphics mode" :
		 " still holds its memory, and a virtual machine will be refused that: "
		 "boot with initcall_blacklist=", is_text(b, i) ? NULL : maker, NULL);
}

void release_after(struct boot *b, unsigned i)
{
	struct release *release = &b->release;
	int r;

	if (!is_planned(b, i))
		return;
	r = look(b, i, release->who);
	if (r == 1 && !release->is_unbound && unbind(b, i) == 0)
		r = look(b, i, release->who);
	release->state = r == 1 ? RELEASE_STAYS : r == 0 ? RELEASE_DONE : RELEASE_UNKNOWN;
	if (r == 1)
		say_stays(b, i);
}

/* What vfio-pci evicted has no device any more, and comes back with a driver of the
 * card. */
void release_undo(struct boot *b, unsigned i)
{
	struct release *release = &b->release;
	char number[12];
	int r = 0;

	if (!is_planned(b, i) || release->state == RELEASE_NONE)
		return;
	if (release->is_unbound)
		r = tell_driver(b, "bind");
	if (r < 0)
		boot_say(b, LOG_ERROR, release->device.name, ": bind failed: ",
			 errno_name(-r, number), NULL);
	release->is_unbound = false;
	release->state = look(b, i, release->who) == 1 ? RELEASE_BACK : RELEASE_LOST;
}

/* Linux 6.1 takes the firmware's screen away with the default VGA card, and its first
 * releases with any VGA card, also from a card that stays with the host: sysfb_disable()
 * in drivers/video/aperture.c. */
void release_note_other(struct boot *b)
{
	struct screen_device device;
	unsigned boot = machine_boot_display(&b->machine);
	unsigned i;

	for (i = 0; i < b->machine.n; i++)
		if (b->machine.fn[i].class >> 8 == CLASS_VGA && plan_binds(&b->plan, i))
			break;
	b->release.has_other |= i < b->machine.n &&
			       (boot == NO_FUNCTION || !plan_binds(&b->plan, boot)) &&
			       screen_device(&b->root, &device) == 1;
}

void release_check_other(struct boot *b)
{
	struct screen_device device;

	if (b->release.has_other && screen_device(&b->root, &device) == 0)
		boot_say(b, LOG_ERROR, "this kernel took the firmware's screen away from "
			 "a card that is not bound: the console is dark until the driver "
			 "of that card is loaded" REMARK(REMARK_SCREEN_LOST), NULL);
}
