/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One PCI function and its driver: looks and pokes, one kernel word each, with the path
 * that belongs to it (Documentation/ABI/testing/sysfs-bus-pci). In which order is for
 * others.
 */
#include "device.h"

#include <errno.h>
#include <string.h>

#include "poke.h"

static const char *device_path(const struct boot *b, unsigned i, const char *attribute,
			       char path[PATH_SIZE])
{
	char addr[24];

	return sysfs_path(path, SYSFS_DEVICES, boot_address(b, i, addr), attribute);
}

int device_driver(const struct boot *b, unsigned i, char ret_name[DRIVER_MAX])
{
	char path[PATH_SIZE], link[PATH_SIZE];
	struct text t;
	ssize_t n;

	text_init(&t, ret_name, DRIVER_MAX);
	n = sysfs_link(&b->root, device_path(b, i, "driver", path), link, sizeof(link));
	if (n == -ENOENT)
		return 0;
	if (n < 0)
		return (int)n;
	text_span(&t, span_last((struct span){ link, (size_t)n }, '/'));
	return t.full ? -ENAMETOOLONG : 1;
}

static int stop_at_first(const char *name, void *with)
{
	(void)name;
	(void)with;
	return 1;
}

/*
 * The link "driver" is there before the probe has begun (drivers/base/dd.c:really_probe),
 * so it proves nothing. A VFIO driver that has finished has a device of class vfio-dev;
 * the class came with Linux 6.1, and before it there is only the link.
 */
int device_is_bound(const struct boot *b, unsigned i, const char *driver)
{
	char path[PATH_SIZE], name[DRIVER_MAX];
	int r = device_driver(b, i, name);

	if (r <= 0)
		return r;
	if (strcmp(name, driver) != 0)
		return -EBUSY;
	if (!span_has(span_of(driver), "vfio"))
		return 1;
	device_path(b, i, "vfio-dev", path);
	r = sysfs_list(&b->root, path, stop_at_first, NULL);
	return r != -ENOENT ? r : device_vfio_is_old(b);
}

bool device_vfio_is_old(const struct boot *b)
{
	return sysfs_exists(&b->root, "/sys/class/vfio-dev") == 0;
}

bool device_is_there(const struct boot *b, unsigned i)
{
	char path[PATH_SIZE];

	return sysfs_exists(&b->root, device_path(b, i, NULL, path)) == 1;
}

/* What cannot be read is taken for a screen. */
bool device_has_screen(const struct boot *b, unsigned i)
{
	char path[PATH_SIZE];

	return sysfs_exists(&b->root, device_path(b, i, "drm", path)) != 0;
}

int device_set_override(const struct boot *b, unsigned i, const char *driver)
{
	char path[PATH_SIZE], now[DRIVER_MAX + 8];
	ssize_t n;

	device_path(b, i, "driver_override", path);
	n = poke_and_read(&b->root, path, driver, now, sizeof(now));
	if (n < 0)
		return (int)n;
	return span_is(sysfs_trim(now, n), driver) ? 0 : -EBADMSG;
}

/* "(null)" is what the kernel shows for none, in all versions. */
bool device_override(const struct boot *b, unsigned i, char ret_name[DRIVER_MAX])
{
	char path[PATH_SIZE], now[DRIVER_MAX + 8];
	struct text t;
	struct span s;
	ssize_t n;

	device_path(b, i, "driver_override", path);
	n = sysfs_read_head(&b->root, path, now, sizeof(now));
	s = sysfs_trim(now, n);
	text_init(&t, ret_name, DRIVER_MAX);
	text_span(&t, s);
	return n < 0 || (s.n != 0 && !span_is(s, "(null)"));
}

bool device_is_free(const struct boot *b, unsigned i)
{
	char name[DRIVER_MAX];

	return !device_override(b, i, name);
}

/* A zero-length write never reaches the attribute; a newline alone clears it. */
int device_clear_override(const struct boot *b, unsigned i)
{
	char path[PATH_SIZE];

	return poke_write(&b->root, device_path(b, i, "driver_override", path), "\n");
}

int device_tell_driver(const struct boot *b, unsigned i, const char *driver,
		       const char *attribute)
{
	char path[PATH_SIZE], addr[24];

	if (!sysfs_path(path, SYSFS_DRIVERS, driver, attribute))
		return -ENAMETOOLONG;
	return poke_write(&b->root, path, boot_address(b, i, addr));
}

int device_remove_id(const struct boot *b, unsigned i, const char *driver)
{
	char path[PATH_SIZE], id[16];
	struct text t = TEXT_IN(id);

	if (!sysfs_path(path, SYSFS_DRIVERS, driver, "remove_id"))
		return -ENAMETOOLONG;
	text_hex(&t, b->machine.fn[i].id.vendor, 4);
	text_char(&t, ' ');
	text_hex(&t, b->machine.fn[i].id.device, 4);
	return poke_write(&b->root, path, id);
}

int device_offer(const struct boot *b, unsigned i)
{
	char addr[24];

	return poke_write(&b->root, "/sys/bus/pci/drivers_probe",
			  boot_address(b, i, addr));
}

int device_announce(const struct boot *b, unsigned i)
{
	char path[PATH_SIZE];

	return poke_write(&b->root, device_path(b, i, "uevent", path), "add");
}
