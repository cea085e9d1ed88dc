/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which block devices need no PCI function, and no network either: those on the buses of
 * a board or of a hypervisor, and those in memory. What is in no list here may be
 * anywhere, across the network too.
 */
#include <string.h>

#include "host/scan.h"

/* Parts of a path below /sys/devices. A '#' stands for digits up to the part's end. */
static const char *const known[] = {
	"mmc_host",	/* drivers/mmc/core/host.c */
	"ndbus#",	/* NVDIMM: drivers/nvdimm/bus.c */
	"virtio#",	/* virtio-mmio, or s390's: drivers/virtio/virtio.c */
	"usb#",		/* drivers/usb/core/hcd.c */
	"ata#",		/* drivers/ata/libata-transport.c */
	"css0",		/* s390: drivers/s390/cio/css.c */
	"vio",		/* POWER: arch/powerpc/platforms/pseries/vio.c */
	NULL,
};

static const char *const starts[] = {
	"VMBUS:", "MSFT1000:",	/* Hyper-V, by the ids that drivers/hv/vmbus_drv.c has */
	"vbd-",			/* Xen: drivers/xen/xenbus/xenbus_probe_frontend.c */
	NULL,
};

/* "1d84000.ufshc": named by the device tree for its node. */
static const char *const ends[] = { ".ufs", ".ufshc", ".nvme", NULL };

/* Nobody knows what is behind these. USB/IP: drivers/usb/usbip/vhci_hcd.c. */
static const char *const unknown[] = { "virtual", "vhci_hcd", "dummy_hcd", NULL };

static bool is_numbered(struct span part, const char *form)
{
	size_t n = strcspn(form, "#");
	uint64_t number;

	if (form[n] == '\0')
		return span_is(part, form);
	return part.n > n && strncmp(part.s, form, n) == 0 &&
	       span_number((struct span){ part.s + n, part.n - n }, 10, 9, UINT32_MAX,
			   &number) == 0;
}

static bool is_any(struct span part, const char *const list[],
		   bool (*is)(struct span part, const char *word))
{
	unsigned i;

	for (i = 0; list[i]; i++)
		if (is(part, list[i]))
			return true;
	return false;
}

bool host_is_platform(struct span path)
{
	bool is_known = false;

	if (span_starts(path, "/sys/devices/virtual/block/ram") ||
	    span_starts(path, "/sys/devices/virtual/block/zram"))
		return true;
	while (path.s) {
		struct span part = span_cut(&path, '/');

		if (is_any(part, unknown, span_starts))
			return false;
		is_known = is_known || is_any(part, known, is_numbered) ||
			   is_any(part, starts, span_starts) ||
			   is_any(part, ends, span_ends);
	}
	return is_known;
}
