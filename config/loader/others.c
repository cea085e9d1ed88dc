/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot loaders and tools that nobody booted in a test here: known by their files, and
 * left alone, with words on how to add the arguments by hand.
 */
#include <string.h>

#include "loader/loader.h"

#define ADD_TO_LINE "add these arguments to its line of kernel arguments"

/* In a path "*" is any start of a file's name. */
static const struct {
	const char *name;
	const char *evidence;
	bool is_owner;		/* it writes the files of other loaders too */
	const char *remedy;
} others[] = {
	{ "rpm-ostree", "/ostree/repo", true,
	  "give each of these arguments to rpm-ostree kargs --append-if-missing=" },
	{ "proxmox-boot-tool", "/etc/kernel/proxmox-boot-uuids", true,
	  "add these arguments to /etc/kernel/cmdline (or, with GRUB, to "
	  "GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub) and run proxmox-boot-tool "
	  "refresh" },
	{ "kernelstub", "/etc/kernelstub/configuration", true,
	  "give these arguments, in quotes, to kernelstub -a" },
	{ "sdbootutil", "/usr/bin/sdbootutil", true,
	  "add these arguments to /etc/kernel/cmdline and run sdbootutil "
	  "update-all-entries" },
	{ "NixOS", "/etc/NIXOS", true,
	  "add these arguments to boot.kernelParams and run nixos-rebuild boot" },
	{ "unified kernel images", "/boot/EFI/Linux/*.efi", false,
	  "add these arguments to /etc/kernel/cmdline and make the images again" },
	{ "unified kernel images", "/efi/EFI/Linux/*.efi", false,
	  "add these arguments to /etc/kernel/cmdline and make the images again" },
	{ "unified kernel images", "/boot/efi/EFI/Linux/*.efi", false,
	  "add these arguments to /etc/kernel/cmdline and make the images again" },
	{ "extlinux", "/boot/extlinux/extlinux.conf", false,
	  "add these arguments to its append lines; with u-boot-menu, to "
	  "U_BOOT_PARAMETERS in /etc/default/u-boot, and run u-boot-update" },
	{ "extlinux", "/boot/extlinux.conf", false, ADD_TO_LINE "s append" },
	{ "syslinux", "/boot/syslinux/syslinux.cfg", false, ADD_TO_LINE "s append" },
	{ "rEFInd", "/boot/refind_linux.conf", false,
	  "add these arguments to the lines of that file" },
	{ "Limine", "/boot/limine.conf", false,
	  "add these arguments to its cmdline lines" },
	{ "Limine", "/boot/limine/limine.conf", false,
	  "add these arguments to its cmdline lines" },
	{ "Limine", "/boot/efi/limine.conf", false,
	  "add these arguments to its cmdline lines" },
	{ "Raspberry Pi firmware", "/boot/firmware/cmdline.txt", false,
	  "add these arguments to the one line of that file" },
	{ "ZFSBootMenu", "/etc/zfsbootmenu/config.yaml", false,
	  "add these arguments to the property org.zfsbootmenu:commandline of the root "
	  "file system" },
	{ "zipl", "/etc/zipl.conf", false,
	  "add these arguments to its parameters lines and run zipl" },
	{ "LILO", "/etc/lilo.conf", false,
	  "add these arguments to its append line and run lilo" },
	{ "GRUB 0.97", "/boot/grub/menu.lst", false,
	  "add these arguments to its kernel lines" },
};

struct search {
	const char *end;	/* of the name */
	char name[PATH_SIZE];
};

static int match(const char *name, void *with)
{
	struct search *search = with;
	size_t n = strlen(name), end = strlen(search->end);
	struct text t;

	if (n <= end || name[0] == '.' || strcmp(name + n - end, search->end) != 0)
		return 0;
	t = TEXT_IN(search->name);
	text_add(&t, name);
	return 1;
}

/* Finds the evidence itself, as a path without "*". */
static bool find(const struct root *root, const char *evidence, char path[PATH_SIZE])
{
	const char *star = strchr(evidence, '*');
	struct search search = { .end = star ? star + 1 : "" };
	struct text t;

	text_init(&t, path, PATH_SIZE);
	if (!star) {
		text_add(&t, evidence);
		return loader_has(root, evidence);
	}
	text_span(&t, (struct span){ evidence, (size_t)(star - evidence) });
	if (sysfs_list(root, path, match, &search) != 1)
		return false;
	text_add(&t, search.name);
	return !t.full;
}

bool loader_find_others(struct sync *sync)
{
	const char *last = "";
	bool is_owned = false;
	unsigned i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct sync_loader *loader;
		char path[PATH_SIZE];

		if (strcmp(others[i].name, last) == 0 ||
		    !find(sync->root, others[i].evidence, path))
			continue;
		last = others[i].name;
		is_owned |= others[i].is_owner;
		loader = sync_add_loader(sync, last, path);
		sync_refuse(loader, "earlybind does not write its files",
			    others[i].remedy);
	}
	return is_owned;
}
