/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks into unified kernel images (UAPI.5) for a section, as far as it takes to find the
 * initramfs and the kernel's version: the PE format, Microsoft PE/COFF specification.
 */
#include "image/uki.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	AT_PE = 0x3c,		/* where the offset of the PE header stands */
	PE_SIZE = 24, PE_SECTIONS = 6, PE_OPTIONAL = 20,
	SECTION_SIZE = 40, SECTION_NAME = 8, SECTION_LENGTH = 8, SECTION_STORED = 16,
	SECTION_AT = 20,
	UNAME_SIZE = 128,
};

static int read_at(int fd, void *to, size_t n, uint64_t at)
{
	ssize_t got = pread(fd, to, n, (off_t)at);

	if (got < 0)
		return -errno;
	return (size_t)got == n ? 0 : -ENOEXEC;
}

static uint32_t number(const unsigned char *s, unsigned bytes)
{
	uint32_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | s[bytes];
	return n;
}

bool uki_is_program(int fd)
{
	char magic[2];

	return read_at(fd, magic, sizeof(magic), 0) == 0 && memcmp(magic, "MZ", 2) == 0;
}

int uki_find(int fd, const char *section, uint64_t *ret_at, uint64_t *ret_n)
{
	unsigned char head[64], pe[PE_SIZE], row[SECTION_SIZE];
	char name[SECTION_NAME] = "";
	uint64_t at;
	unsigned i;
	int r = read_at(fd, head, sizeof(head), 0);

	if (r < 0 || memcmp(head, "MZ", 2) != 0)
		return r < 0 ? r : -ENOEXEC;
	at = number(head + AT_PE, 4);
	r = read_at(fd, pe, sizeof(pe), at);
	if (r < 0 || memcmp(pe, "PE\0\0", 4) != 0)
		return r < 0 ? r : -ENOEXEC;
	memcpy(name, section, strnlen(section, sizeof(name)));
	at += PE_SIZE + number(pe + PE_OPTIONAL, 2);
	for (i = 0; i < number(pe + PE_SECTIONS, 2); i++, at += SECTION_SIZE) {
		uint32_t length, stored;

		r = read_at(fd, row, sizeof(row), at);
		if (r < 0)
			return r;
		if (memcmp(row, name, sizeof(name)) != 0)
			continue;
		length = number(row + SECTION_LENGTH, 4);
		stored = number(row + SECTION_STORED, 4);
		*ret_n = length < stored ? length : stored;	/* padded in the file */
		*ret_at = number(row + SECTION_AT, 4);
		return 0;
	}
	return -ENOENT;
}

/* The version stands in it, and is not the beginning or the end of another one. */
static bool has_version(const char *path, const char *kernel)
{
	static const char letters[] = "0123456789.";
	const char *name = strrchr(path, '/');
	size_t n = strlen(kernel);
	const char *at;

	for (at = name ? name + 1 : path; (at = strstr(at, kernel)); at++)
		if ((at == path || !strchr(letters, at[-1])) &&
		    (strncmp(at + n, ".efi", 4) == 0 || strchr("-+_", at[n])))
			return true;
	return false;
}

bool uki_is_of(const struct root *root, const char *path, const char *kernel)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK, 0);
	char uname[UNAME_SIZE] = "";
	uint64_t at, n;

	if (fd < 0 || uki_find(fd, ".uname", &at, &n) < 0 || n >= sizeof(uname) ||
	    read_at(fd, uname, n, at) < 0)
		return has_version(path, kernel);
	return span_is(sysfs_trim(uname, (ssize_t)strlen(uname)), kernel);
}
