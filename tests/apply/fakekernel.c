/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake kernel, linked in place of binder/poke.c. It behaves as Linux does towards the
 * few attributes that the binder writes, on a tree of plain files of tests/lib/tree, and
 * as ROOT/kernel says where a case wants a failure. Every poke is a line in ROOT/pokes.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakefiles.h"
#include "fakescreen.h"
#include "poke.h"

enum { SLOW_SECONDS = 4, LONG = PATH_SIZE + PARAMS_SIZE + 64 };

static bool has_driver(const char *root, const char *addr, char *ret_name)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t n;

	device_path(root, addr, "driver", path);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return false;
	link[n] = '\0';
	if (ret_name)
		snprintf(ret_name, 256, "%s", strrchr(link, '/') + 1);
	return true;
}

static bool is_registered(const char *root, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" PCI "drivers/%s", root, driver);
	return exists(path);
}

static void touch(const char *dir, const char *name)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "ae");
	if (f)
		fclose(f);
}

static void register_driver(const char *root, const char *driver)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" PCI "drivers/%s", root, driver);
	mkdir(path, 0755);
	touch(path, "bind");
	touch(path, "unbind");
	touch(path, "remove_id");
	touch(path, "ids");	/* no attribute: the fake's own memory */
}

/* Probes, with success. */
static void attach(const char *root, const char *addr, const char *driver)
{
	char path[PATH_MAX], target[PATH_MAX];

	device_path(root, addr, "driver", path);
	snprintf(target, sizeof(target), "/sys/bus/pci/drivers/%s", driver);
	if (symlink(target, path) < 0)
		abort();
	snprintf(path, sizeof(path), "%s" PCI "drivers/%s/%s", root, driver, addr);
	if (symlink("nowhere", path) < 0)
		abort();
	if (strstr(driver, "vfio"))
		screen_evict(root, addr);
	if (!strstr(driver, "vfio") || script_kernel_is(root, "old"))
		return;	/* before the class vfio-dev */
	snprintf(path, sizeof(path), "%s/sys/class/vfio-dev", root);
	mkdir(path, 0755);
	if (script_answer(root, "probe", addr, "", target) &&
	    strcmp(target, "unfinished") == 0)
		return;
	device_path(root, addr, "vfio-dev", path);
	mkdir(path, 0755);
	touch(path, "vfio0");
}

static void detach(const char *root, const char *addr, const char *driver)
{
	char path[PATH_MAX];

	device_path(root, addr, "driver", path);
	unlink(path);
	snprintf(path, sizeof(path), "%s" PCI "drivers/%s/%s", root, driver, addr);
	unlink(path);
	device_path(root, addr, "vfio-dev/vfio0", path);
	unlink(path);
	device_path(root, addr, "vfio-dev", path);
	rmdir(path);
}

static void read_id(const char *root, const char *addr, char ret_id[16])
{
	char path[PATH_MAX], vendor[32], device[32];

	device_path(root, addr, "vendor", path);
	read_line(path, vendor, sizeof(vendor));
	device_path(root, addr, "device", path);
	read_line(path, device, sizeof(device));
	snprintf(ret_id, 16, "%.4s:%.4s", vendor + 2, device + 2);
}

static bool has_override(const char *root, const char *addr, char ret[256])
{
	char path[PATH_MAX];

	device_path(root, addr, "driver_override", path);
	return read_line(path, ret, 256) == 0 && ret[0] && strcmp(ret, "(null)") != 0;
}

/* The line of ids that a driver has, without those of a plain "ids=A,B". */
static bool has_id(const char *root, const char *driver, const char *id)
{
	char path[PATH_MAX], ids[1024];

	snprintf(path, sizeof(path), "%s" PCI "drivers/%s/ids", root, driver);
	return read_line(path, ids, sizeof(ids)) == 0 && strstr(ids, id);
}

/* A probe that takes nothing. The group that the device is in shows only now, and only
 * once the IOMMU has its driver. */
static int find_group(const char *root, const char *addr)
{
	char module[PATH_MAX], late[PATH_MAX], path[PATH_MAX];

	snprintf(module, sizeof(module), "%s/sys/module/virtio_iommu", root);
	device_path(root, addr, "late_group", late);
	device_path(root, addr, "iommu_group", path);
	if (exists(module))
		rename(late, path);
	return -ENODEV;
}

static int bind(const char *root, const char *driver, const char *addr)
{
	char override[256], id[16], path[PATH_MAX];

	device_path(root, addr, "", path);
	if (!exists(path))
		return -ENODEV;
	if (has_driver(root, addr, NULL))
		return -EBUSY;
	read_id(root, addr, id);
	if (has_override(root, addr, override) ? strcmp(override, driver) != 0
					       : !has_id(root, driver, id))
		return -ENODEV;
	if (strcmp(driver, "pcieport") == 0)
		return find_group(root, addr);
	attach(root, addr, driver);
	return 0;
}

static int unbind(const char *root, const char *driver, const char *addr)
{
	char now[256];

	if (!has_driver(root, addr, now) || strcmp(now, driver) != 0)
		return -ENODEV;
	detach(root, addr, driver);
	return 0;
}

static int remove_id(const char *root, const char *driver, const char *value)
{
	char path[PATH_MAX], ids[1024], id[16];
	char *at;

	snprintf(id, sizeof(id), "%.4s:%.4s", value, value + 5);
	snprintf(path, sizeof(path), "%s" PCI "drivers/%s/ids", root, driver);
	read_line(path, ids, sizeof(ids));
	at = strstr(ids, id);
	if (!at)
		return -ENODEV;
	memset(at, ' ', strlen(id));
	return write_line(path, ids);
}

/* Offers a device to all drivers: those with its identity from ids= were there first. */
static int probe(const char *root, const char *addr)
{
	char override[256], native[256], id[16], path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	device_path(root, addr, "", path);
	if (!exists(path))
		return -ENODEV;
	if (has_driver(root, addr, NULL))
		return 0;
	if (has_override(root, addr, override)) {
		if (is_registered(root, override))
			attach(root, addr, override);
		return 0;
	}
	read_id(root, addr, id);
	snprintf(path, sizeof(path), "%s" PCI "drivers", root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !has_driver(root, addr, NULL) &&
		    has_id(root, entry->d_name, id))
			attach(root, addr, entry->d_name);
	if (dir)
		closedir(dir);
	if (!has_driver(root, addr, NULL) && script_word(root, "native", addr, native)) {
		register_driver(root, native);
		attach(root, addr, native);
	}
	return 0;
}

/* What the kernel would do with a write. */
static int act(const char *root, const char *path, const char *value)
{
	char driver[256], name[256], whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	if (sscanf(path, PCI "drivers/%255[^/]/%255s", driver, name) == 2) {
		if (!exists(whole))
			return -ENOENT;
		if (strcmp(name, "bind") == 0)
			return bind(root, driver, value);
		if (strcmp(name, "unbind") == 0)
			return unbind(root, driver, value);
		return remove_id(root, driver, value);
	}
	if (sscanf(path, PLATFORM "drivers/%255[^/]/%255s", driver, name) == 2)
		return screen_tell(root, driver, name, value);
	if (strcmp(path, PCI "drivers_probe") == 0)
		return probe(root, value);
	if (strstr(path, "/driver_override") && strcmp(value, "\n") == 0)
		return write_line(whole, "(null)");
	return write_line(whole, value);
}

/* The device of this path leaves, as if unplugged. */
static int unplug(const char *root, const char *path)
{
	char addr[256], whole[PATH_MAX];

	if (sscanf(path, PCI "devices/%255[^/]", addr) != 1)
		abort();
	device_path(root, addr, "", whole);
	unlink(whole);
	return -ENOENT;
}

static int poke(const char *root, const char *path, const char *value)
{
	const char *shown = strncmp(path, PCI, strlen(PCI)) ? path : path + strlen(PCI);
	const char *word = strcmp(value, "\n") ? value : "\\n";
	char line[LONG], answer[256];
	bool is_scripted = script_answer(root, "write", path, word, answer);
	int r = is_scripted ? script_errno(answer) : act(root, path, value);

	if (is_scripted && strcmp(answer, "gone") == 0)
		r = unplug(root, path);
	if (is_scripted && strcmp(answer, "slow") == 0) {
		sleep(SLOW_SECONDS);
		r = act(root, path, value);
	}
	snprintf(line, sizeof(line), "write %s %s%s%s", shown, word,
		 is_scripted ? " -> " : "", is_scripted ? answer : "");
	script_log(root, line);
	if (is_scripted && strcmp(answer, "hang") == 0)
		script_hang();
	return r;
}

int poke_write(const struct root *root, const char *path, const char *value)
{
	return poke(root_path(root), path, value);
}

ssize_t poke_and_read(const struct root *root, const char *path, const char *value,
		      char *buffer, size_t size)
{
	const char *at = root_path(root);
	char whole[PATH_MAX], answer[256];
	int r = poke(at, path, value);

	if (r < 0)
		return r;
	snprintf(whole, sizeof(whole), "%s%s", at, path);
	r = read_line(whole, buffer, size);
	if (script_answer(at, "readback", path, value, answer))
		snprintf(buffer, size, "%s\n", answer);
	return r < 0 ? r : (ssize_t)strlen(buffer);
}

/* Gives the devices of an ids= parameter to a driver that was just registered. */
static void take_ids(const char *root, const char *driver, const char *params)
{
	const char *ids = strstr(params, "ids=");
	char path[PATH_MAX], line[1024];
	struct dirent *entry;
	DIR *dir;

	if (!ids)
		return;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(ids + 4, " "), ids + 4);
	snprintf(path, sizeof(path), "%s" PCI "drivers/%s/ids", root, driver);
	write_line(path, line);
	snprintf(path, sizeof(path), "%s" PCI "devices", root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			bind(root, driver, entry->d_name);
	if (dir)
		closedir(dir);
}

/* Loads it: the module, and what drivers it is said, or known, to register. */
static int load(const char *root, const char *module, const char *params)
{
	char path[PATH_MAX], driver[256];

	snprintf(path, sizeof(path), "%s/sys/module/%s", root, module);
	if (exists(path))
		return -EEXIST;
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/sys/class/vfio-dev", root);
	if (strcmp(module, "vfio") == 0 && !script_kernel_is(root, "old"))
		mkdir(path, 0755);
	if (!script_word(root, "driver", module, driver)) {
		snprintf(driver, sizeof(driver), "%s", module);
		if (strcmp(module, "vfio_pci") == 0 || strcmp(module, "pci_stub") == 0)
			*strchr(driver, '_') = '-';
		else if (!strstr(module, "vfio_pci") || strstr(module, "core"))
			return 0;
	}
	snprintf(path, sizeof(path), "%s/sys/module/%s/drivers", root, module);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/sys/module/%s/drivers/pci:%s", root, module,
		 driver);
	mkdir(path, 0755);
	register_driver(root, driver);
	take_ids(root, driver, params);
	return 0;
}

int poke_module(const struct root *root, const char *file, const char *params)
{
	const char *at = root_path(root);
	const char *name = strrchr(file, '/') + 1;
	char module[256], line[LONG], answer[256];
	bool is_scripted;
	char *dash;
	int r;

	snprintf(module, sizeof(module), "%.*s", (int)strcspn(name, "."), name);
	while ((dash = strchr(module, '-')))
		*dash = '_';
	is_scripted = script_answer(at, "module", module, "", answer);
	r = is_scripted ? script_errno(answer) : load(at, module, params);
	snprintf(line, sizeof(line), "module %s%s%s%s%s", name, params[0] ? " " : "",
		 params, is_scripted ? " -> " : "", is_scripted ? answer : "");
	script_log(at, line);
	if (is_scripted && strcmp(answer, "hang") == 0)
		script_hang();
	return r;
}
