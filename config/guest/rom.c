/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option ROM of a card, as the kernel lets it be read, and what is in it: PCI
 * Firmware Specification, chapter 5. Of the host tool this alone asks a device for more
 * than sysfs shows by itself: drivers/pci/pci-sysfs.c, pci_write_rom().
 */
#include "guest/rom.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	BLOCK = 512,
	PCIR_AT = 0x18,		/* where the head has the offset of its data structure */
	PCIR_SIZE = 24,
	CODE_BIOS = 0, CODE_UEFI = 3,
	EFI_SIGNATURE = 0xef1, EFI_X86_64 = 0x8664,
};

static const char *attribute(char path[PATH_SIZE], const struct function *f,
			     const char *name)
{
	char address[24];
	struct text t = TEXT_IN(address);

	pci_addr_text(f->addr, &t);
	return sysfs_path(path, SYSFS_DEVICES, address, name);
}

int rom_exists(const struct root *root, const struct function *f)
{
	char path[PATH_SIZE];

	return attribute(path, f, "rom") ? sysfs_exists(root, path) : -ENAMETOOLONG;
}

static int write_word(const struct root *root, const struct function *f, const char *name,
		      const char *word)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_SIZE];

	fd = attribute(path, f, name) ?
	     root_open_file(root, path, O_WRONLY, 0) : -ENAMETOOLONG;
	if (fd < 0)
		return fd;
	return write(fd, word, strlen(word)) < 0 ? -errno : 0;
}

/* A device that sleeps reads as ones; "on" wakes it before the write returns. Returns
 * whether it may sleep again afterwards. */
static bool wake(const struct root *root, const struct function *f)
{
	char path[PATH_SIZE], word[16];
	ssize_t n = attribute(path, f, "power/control") ?
		    sysfs_read(root, path, word, sizeof(word)) : -ENAMETOOLONG;

	return n > 0 && span_is(sysfs_trim(word, n), "auto") &&
	       write_word(root, f, "power/control", "on") == 0;
}

static ssize_t read_whole(const struct root *root, const struct function *f, char *buffer)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_SIZE];
	size_t used = 0;
	ssize_t n = 1;

	fd = attribute(path, f, "rom") ? root_open_file(root, path, O_RDONLY, 0) :
	     -ENAMETOOLONG;
	if (fd < 0)
		return fd;
	while (n > 0 && used < ROM_MAX) {
		n = read(fd, buffer + used, ROM_MAX - used);
		if (n < 0)
			return -errno;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

static int say_why(ssize_t why, const struct function *f, struct fault *reterr)
{
	char address[24];
	struct text t = TEXT_IN(address);

	pci_addr_text(f->addr, &t);
	if (why == -ENOENT)
		return fault_set(reterr, ENOENT, address, " shows no ROM: a guest needs "
				 "none for it, or the firmware of the card hides it",
				 NULL);
	if (why == -EACCES || why == -EPERM)
		return fault_set(reterr, EACCES, address, ": its ROM may be read by root "
				 "alone: run as root", NULL);
	return fault_set(reterr, (int)-why, address, ": the kernel reads no ROM there: ",
			 strerror((int)-why), ": boot once with another card as the "
			 "firmware's display and try again, or take the ROM that the "
			 "maker offers for this card", NULL);
}

ssize_t rom_read(const struct root *root, const struct function *f, char *buffer,
		 struct fault *reterr)
{
	bool may_sleep = false;
	ssize_t n = rom_exists(root, f);

	*reterr = (struct fault){ .name = "earlybind" };
	if (n <= 0)
		return say_why(n < 0 ? n : -ENOENT, f, reterr);
	/* in a copied tree it is a file, and nothing is to be opened */
	if (!root->is_host)
		n = read_whole(root, f, buffer);
	else {
		may_sleep = wake(root, f);
		/* the kernel takes "0" for a yes without the newline */
		n = write_word(root, f, "rom", "1\n");
		if (n == 0) {
			n = read_whole(root, f, buffer);
			write_word(root, f, "rom", "0\n");
		}
		if (may_sleep)
			write_word(root, f, "power/control", "auto");
	}
	return n < 0 ? say_why(n, f, reterr) : n;
}

static unsigned half(const char *data, size_t at)
{
	return (unsigned char)data[at] | (unsigned)(unsigned char)data[at + 1] << 8;
}

/* The image that begins there. Returns its length, with 0 for none; the last one is
 * marked. */
static size_t parse_image(struct rom *rom, const struct function *f, const char *data,
			  size_t n, bool *ret_last)
{
	size_t pcir, length;
	unsigned code;

	if (n < BLOCK || half(data, 0) != 0xaa55)
		return 0;
	pcir = half(data, PCIR_AT);
	if (pcir + PCIR_SIZE > n || memcmp(data + pcir, "PCIR", 4) != 0)
		return 0;
	length = (size_t)half(data, pcir + 16) * BLOCK;
	if (length == 0 || length > n)
		return 0;
	code = (unsigned char)data[pcir + 20];
	*ret_last = data[pcir + 21] & 0x80;
	rom->has_bios |= code == CODE_BIOS;
	rom->has_uefi |= code == CODE_UEFI && half(data, 4) == EFI_SIGNATURE &&
			 half(data, 10) == EFI_X86_64;
	rom->is_others |= half(data, pcir + 4) != f->id.vendor;
	rom->n_images++;
	return length;
}

int rom_parse(struct rom *rom, const struct function *f, const char *data, size_t n,
	      struct fault *reterr)
{
	bool is_last = false;
	size_t length = 1;
	char address[24];
	struct text t = TEXT_IN(address);

	*rom = (struct rom){ .n = 0 };
	*reterr = (struct fault){ .name = "earlybind" };
	while (!is_last && length > 0) {
		length = parse_image(rom, f, data + rom->n, n - rom->n, &is_last);
		rom->n += length;
	}
	if (is_last)
		return 0;
	pci_addr_text(f->addr, &t);
	return fault_set(reterr, EBADMSG, address, rom->n_images ?
			 ": its ROM ends within an image" :
			 ": what is read is no ROM, which begins with 55 AA and has PCIR",
			 ": take the ROM that the maker offers for this card", NULL);
}

void rom_text(const struct rom *rom, struct text *t)
{
	text_decimal(t, (rom->n + 1023) / 1024);
	text_add(t, " KiB, ");
	if (rom->has_bios && rom->has_uefi)
		text_add(t, "for BIOS and UEFI");
	else if (rom->has_uefi)
		text_add(t, "for UEFI");
	else if (rom->has_bios)
		text_add(t, "for BIOS alone");
	else
		text_add(t, "for neither BIOS nor UEFI of x86-64");
}
