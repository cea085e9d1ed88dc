/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The partition that the firmware started this system from, mounted or not: the device
 * path of the boot entry in the EFI variables (UEFI Specification, 3.1.3 and 10.3.5.1),
 * or what systemd-boot says.
 */
#include <string.h>

#include "host/scan.h"

#define EFIVARS "/sys/firmware/efi/efivars"
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"

enum {
	VARIABLE_SIZE = 16384,
	ATTRIBUTES = 4,		/* of the variable, before its value in efivarfs */
	OPTION_HEAD = 6,	/* attributes, length of the paths; a description */
	DISK_NODE = 42,		/* length of a hard drive node */
};

/* A GUID is printed with its first three fields turned round. */
static void guid_text(const unsigned char *guid, struct text *t)
{
	static const uint8_t order[] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15,
	};
	unsigned i;

	for (i = 0; i < sizeof(order); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_char(t, '-');
		text_hex(t, guid[order[i]], 2);
	}
}

static void require(struct host_scan *s, struct span part_uuid)
{
	char spec[80];
	struct text t = TEXT_IN(spec);
	struct host_found found;

	text_add(&t, "PARTUUID=");
	text_span(&t, part_uuid);
	if (!t.full && host_spec_find(s, text_is(&t), &found))
		host_require(s, &found, FOR_BOOT);
}

/* Looks for the hard drive node (type 4, subtype 1) with a GUID. */
static void scan_paths(struct host_scan *s, const unsigned char *at, size_t n)
{
	char uuid[40];
	struct text t = TEXT_IN(uuid);

	while (n >= 4) {
		size_t size = (size_t)at[2] | (size_t)at[3] << 8;

		if (size < 4 || size > n)
			return;
		if (at[0] == 4 && at[1] == 1 && size >= DISK_NODE && at[41] == 2) {
			guid_text(at + 24, &t);
			require(s, text_is(&t));
			return;
		}
		at += size;
		n -= size;
	}
}

static ssize_t read_variable(struct host_scan *s, const char *name, char *buffer)
{
	char path[PATH_SIZE];

	if (!sysfs_path(path, EFIVARS, name, NULL))
		return -1;
	return sysfs_read_head(s->root, path, buffer, VARIABLE_SIZE);
}

static void scan_option(struct host_scan *s, unsigned number)
{
	char name[64], buffer[VARIABLE_SIZE];
	const unsigned char *value = (const unsigned char *)buffer + ATTRIBUTES;
	struct text t = TEXT_IN(name);
	size_t at = OPTION_HEAD;
	ssize_t n;

	text_add(&t, "Boot0000" EFI_GLOBAL);
	t.n = 4;
	text_hex(&t, number & 0xffff, 4);
	for (n = 4; n < 8; n++)	/* the names have capital letters */
		if (name[n] >= 'a' && name[n] <= 'f')
			name[n] = (char)(name[n] - 'a' + 'A');
	text_add(&t, EFI_GLOBAL);
	n = read_variable(s, name, buffer) - ATTRIBUTES;
	if (n < OPTION_HEAD)
		return;
	while (at + 1 < (size_t)n && (value[at] || value[at + 1]))
		at += 2;
	if (at + 2 < (size_t)n)
		scan_paths(s, value + at + 2, (size_t)n - at - 2);
}

void host_esp_scan(struct host_scan *s)
{
	char buffer[VARIABLE_SIZE], uuid[40];
	struct text t = TEXT_IN(uuid);
	const unsigned char *value = (const unsigned char *)buffer + ATTRIBUTES;
	ssize_t n = read_variable(s, "BootCurrent" EFI_GLOBAL, buffer);
	ssize_t i;

	if (n >= ATTRIBUTES + 2)
		scan_option(s, (unsigned)value[0] | (unsigned)value[1] << 8);
	n = read_variable(s, "LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
			  buffer);
	for (i = ATTRIBUTES; i + 1 < n && buffer[i]; i += 2)
		text_char(&t, buffer[i]);
	if (t.n > 0)
		require(s, text_is(&t));
}
