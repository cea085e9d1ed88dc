/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the generators of the distributions put the images of a kernel.
 */
#include "image/places.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "host/boot_tops.h"
#include "image/uki.h"

struct places {
	const struct root *root;
	const struct loader_system *system;
	const char *kernel;
	image_found *found;
	void *with;
	const char *dir;		/* that is listed */
};

/* Such letters are in nobody's token, and would reach a terminal. */
static bool has_control(const char *name)
{
	while (*name && (unsigned char)*name >= ' ' && *name != 0x7f)
		name++;
	return *name != '\0';
}

/* "/boot/TOKEN/VERSION/initrd" of kernel-install(8), or with the name that the image
 * has in /boot: Debian. Another system's token is passed over: it has kernels of the
 * same version, and another root. */
static int add_token(const char *name, void *with)
{
	const struct places *places = with;
	const char *kernel = places->kernel;
	enum likeness owner = loader_system_folder(places->system, span_of(name));
	enum image_place place = owner == LIKE_SAME ? PLACE_VERSION : PLACE_UNSURE;
	char path[PATH_SIZE];
	int n;

	if (owner == LIKE_OTHER || has_control(name))
		return 0;
	n = snprintf(path, sizeof(path), "%s/%s/%s/initrd", places->dir, name, kernel);
	if (n > 0 && (size_t)n < sizeof(path))
		places->found(path, place, places->with);
	n = snprintf(path, sizeof(path), "%s/%s/%s/initrd-fallback", places->dir, name,
		     kernel);
	if (n > 0 && (size_t)n < sizeof(path))
		places->found(path, place, places->with);
	n = snprintf(path, sizeof(path), "%s/%s/%s/initrd.img-%s", places->dir, name,
		     kernel, kernel);
	if (n > 0 && (size_t)n < sizeof(path))
		places->found(path, place, places->with);
	return 0;
}

/* "/efi/EFI/Linux/NAME.efi" of the UAPI group's boot loader specification. */
static int add_unified(const char *name, void *with)
{
	const struct places *places = with;
	size_t n = strlen(name);
	char path[PATH_SIZE];

	if (n > 4 && strcasecmp(name + n - 4, ".efi") == 0 &&
	    sysfs_path(path, places->dir, name, NULL) &&
	    uki_is_of(places->root, path, places->kernel))
		places->found(path, PLACE_UNIFIED, places->with);
	return 0;
}

bool image_is_fallback(const char *path)
{
	struct span name = span_last(span_of(path), '/');

	return span_is(name, "initrd-fallback") || span_ends(name, "-fallback.img");
}

/* Arch names an image for the package of the kernel: "/boot/initramfs-linux.img". */
static void find_arch(const struct places *places)
{
	static const char *const ends[] = { ".img", "-fallback.img" };
	char path[PATH_SIZE], base[128];
	struct text t;
	unsigned i;
	ssize_t n;

	if (!sysfs_path(path, "/lib/modules", places->kernel, "pkgbase"))
		return;
	n = sysfs_read(places->root, path, base, sizeof(base));
	if (n <= 0 || memchr(base, '/', (size_t)n))
		return;
	for (i = 0; i < 2; i++) {
		t = TEXT_IN(path);
		text_add(&t, "/boot/initramfs-");
		text_span(&t, sysfs_trim(base, n));
		text_add(&t, ends[i]);
		if (!t.full)
			places->found(path, PLACE_PACKAGE, places->with);
	}
}

/* The form with the kernel's version for "%s"; false: it does not fit. */
static bool form_path(char path[PATH_SIZE], const char *words, const char *kernel)
{
	struct span form = span_of(words);
	struct text t = text_start(path, PATH_SIZE);

	text_span(&t, span_cut(&form, '%'));
	text_add(&t, kernel);
	text_span(&t, (struct span){ form.s + 1, form.n - 1 });
	return !t.full;
}

/* Where the generators of the distributions put them. */
void image_places(const struct root *root, const struct loader_system *system,
		  const char *kernel, image_found *found, void *with)
{
	static const char *const forms[] = {
		"/boot/initramfs-%s.img", "/boot/initrd.img-%s", "/boot/initrd-%s",
		"/boot/initrd-%s.img", "/boot/initramfs-%s",
	};
	struct places places = { root, system, kernel, found, with, NULL };
	char path[PATH_SIZE];
	unsigned i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (form_path(path, forms[i], kernel))
			found(path, PLACE_VERSION, with);
	find_arch(&places);
	for (i = 0; i < BOOT_TOPS; i++) {
		places.dir = boot_tops[i];
		if (!boot_top_is_second(root, i, "."))
			sysfs_list(root, boot_tops[i], add_token, &places);
		places.dir = path;
		if (sysfs_path(path, boot_tops[i], "EFI", "Linux") &&
		    !boot_top_is_second(root, i, "EFI/Linux"))
			sysfs_list(root, path, add_unified, &places);
	}
}

bool image_has_kernel(const struct root *root, const char *kernel)
{
	static const char *const forms[] = {
		"/boot/vmlinuz-%s", "/boot/vmlinux-%s", "/lib/modules/%s/vmlinuz",
	};
	char path[PATH_SIZE];
	unsigned i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (form_path(path, forms[i], kernel) &&
		    sysfs_exists(root, path) == 1)
			return true;
	return false;
}
