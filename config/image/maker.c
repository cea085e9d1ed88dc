/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which program made an initramfs image. An image is only ever replaced by the program
 * that made it: where dracut lies beside another one, it would take the images of all
 * kernels, with other drivers and another way to the root.
 */
#include "image/maker.h"

#include <string.h>

/* A file that the maker puts into each image, whatever its settings: dracut.sh,
 * mkinitramfs of initramfs-tools, mkinitcpio (functions, build_image),
 * generator/generator.go of booster. */
static const struct {
	const char *file;
	enum image_maker maker;
} marks[] = {
	{ "usr/lib/dracut/build-parameter.txt", MAKER_DRACUT },
	{ "lib/dracut/build-parameter.txt", MAKER_DRACUT },
	{ "conf/initramfs.conf", MAKER_INITRAMFS_TOOLS },
	{ "conf/arch.conf", MAKER_INITRAMFS_TOOLS },
	{ "buildconfig", MAKER_MKINITCPIO },
	{ "init_functions", MAKER_MKINITCPIO },
	{ "etc/booster.init.yaml", MAKER_BOOSTER },
	{ "usr/lib/dracut/dracut-gk-version.info", MAKER_GENKERNEL },
	{ "lib/dracut/dracut-gk-version.info", MAKER_GENKERNEL },
};

unsigned image_maker_leaves(const char *name)
{
	unsigned i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strcmp(name, marks[i].file) == 0)
			return 1u << marks[i].maker;
	return 0;
}

enum image_maker image_maker_of(unsigned seen)
{
	unsigned maker;

	/* it leaves dracut's mark too, for lsinitrd */
	if (seen & 1u << MAKER_GENKERNEL)
		seen &= ~(1u << MAKER_DRACUT);
	for (maker = MAKER_DRACUT; maker <= MAKER_GENKERNEL; maker++)
		if (seen == 1u << maker)
			return maker;
	return MAKER_UNKNOWN;
}

const char *image_maker_name(enum image_maker maker)
{
	static const char *const names[] = {
		[MAKER_UNKNOWN] = "an unknown program",
		[MAKER_DRACUT] = "dracut",
		[MAKER_INITRAMFS_TOOLS] = "initramfs-tools",
		[MAKER_MKINITCPIO] = "mkinitcpio",
		[MAKER_BOOSTER] = "booster",
		[MAKER_GENKERNEL] = "genkernel",
	};

	return names[maker];
}

const char *image_maker_installed(const struct root *root)
{
	static const char *const dirs[] = {
		"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin",
		"/usr/local/bin",
	};
	static const struct {
		const char *program;
		const char *name;
	} makers[] = {
		{ "mkinitramfs", "initramfs-tools" }, { "mkinitcpio", "mkinitcpio" },
		{ "booster", "booster" }, { "genkernel", "genkernel" },
		{ "mkinitfs", "mkinitfs" },		/* Alpine, postmarketOS */
		{ "mktirfs", "tiny-initramfs" },	/* Debian */
		{ "ugrd", "ugrd" },			/* Gentoo */
		{ "make-initrd", "make-initrd" },	/* ALT */
	};
	char path[PATH_SIZE];
	unsigned i, k;

	for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		for (k = 0; k < sizeof(dirs) / sizeof(dirs[0]); k++)
			if (sysfs_path(path, dirs[k], makers[i].program, NULL) &&
			    sysfs_exists(root, path) == 1)
				return makers[i].name;
	return NULL;
}

const char *image_maker_of_system(const struct root *root)
{
	if (sysfs_exists(root, "/run/ostree-booted") == 1)
		return "this is an image-based system (ostree), whose deployments bring "
		       "their images: build earlybind into the system's image, or use "
		       "rpm-ostree initramfs --enable";
	if (sysfs_exists(root, "/usr/bin/sdbootutil") == 1)
		return "sdbootutil makes the images here, one for each snapshot: run "
		       "sdbootutil add-all-kernels after a change of the config";
	return NULL;
}
