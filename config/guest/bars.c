/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much address space a device wants: the lines "START END FLAGS" of its attribute
 * resource, drivers/pci/pci-sysfs.c, with the flags of include/linux/ioport.h.
 */
#include "guest/bars.h"

enum { BARS = 6, IS_MEMORY = 0x200, IS_64 = 0x100000 };

static uint64_t number(struct span word)
{
	uint64_t n;

	if (!span_starts(word, "0x") ||
	    span_number((struct span){ word.s + 2, word.n - 2 }, 16, 16, UINT64_MAX,
			&n) < 0)
		return 0;
	return n;
}

void bars_read(struct bars *bars, const struct root *root, struct pci_addr addr)
{
	char path[PATH_SIZE], address[24], buffer[2048];
	struct text a = TEXT_IN(address);
	struct span text;
	ssize_t n;
	unsigned i;

	*bars = (struct bars){ .largest = 0 };
	pci_addr_text(addr, &a);
	n = sysfs_path(path, SYSFS_DEVICES, address, "resource") ?
	    sysfs_read(root, path, buffer, sizeof(buffer)) : -1;
	if (n < 0)
		return;
	text = sysfs_trim(buffer, n);
	for (i = 0; i < BARS && text.s; i++) {
		struct span line = span_cut(&text, '\n');
		uint64_t start = number(span_cut_word(&line));
		uint64_t end = number(span_cut_word(&line));
		uint64_t flags = number(span_cut_word(&line));
		uint64_t size = end > start ? end - start + 1 : 0;

		if (!(flags & IS_MEMORY))
			continue;
		if (size > bars->largest)
			bars->largest = size;
		if (flags & IS_64)
			bars->high += size;
	}
}

/* A BAR lies at a multiple of its size, which a window of twice the sum always has.
 * Builds of OVMF of before 2023 have a window of 32 GiB. */
uint64_t bars_window(uint64_t high)
{
	uint64_t window = (uint64_t)32 << 10, mib = high >> 20;

	while (window < 2 * mib)
		window *= 2;
	return window > (uint64_t)32 << 10 ? window : 0;
}
