/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether something in the kernel has a block device for itself. ZFS, the external
 * journal of a file system, older DRBD and others leave no trace in sysfs; but the kernel
 * gives a device to one of them only (block/bdev.c, bd_may_claim()), and so it can be
 * asked: by opening the device exclusively, which reads nothing of it. Only devices that
 * would be free otherwise are asked, for the moment of a system call.
 */
#include "host/use.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* 1: in use, 0: not in use, or -errno. */
static int claim(const struct host_block *b)
{
	char path[HOST_BLOCK_NAME + 8];
	struct text t = TEXT_IN(path);
	struct stat st;
	char *at;
	int fd;

	text_add(&t, "/dev/");
	text_add(&t, b->name);
	for (at = path; *at; at++)
		if (*at == '!')
			*at = '/';
	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISBLK(st.st_mode) || major(st.st_rdev) != b->major ||
	    minor(st.st_rdev) != b->minor)
		return -ENODEV;
	fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == EBUSY ? 1 :
		       errno == ENOMEDIUM || errno == ENXIO ? 0 : -errno;
	close_fd(&fd);
	return 0;
}

/* Says so. Returns whether it is known. */
static bool scan_leaf(struct host_scan *s, const struct host_block *b)
{
	char words[] = "in use by the kernel", reason[64], number[12];
	const struct text by = { words, sizeof(words), sizeof(words) - 1, false };
	struct text why = TEXT_IN(reason);
	int r = claim(b);

	text_add(&why, " is not known: it cannot be opened: ");
	text_add(&why, errno_name(r < 0 ? -r : 0, number));
	if (r == 1)
		host_use(s, b, &by);
	if (r == -EACCES || r == -EPERM)
		host_note(s->host, "which disks the kernel uses is not known: only root "
			  "may ask", SPAN(""), "");
	else if (r < 0)
		host_note(s->host, "whether the kernel uses ", span_of(b->name), why.s);
	return r >= 0;
}

/* Device nodes of a tree are not those of the machine that we run on. */
bool host_claim_scan(struct host_scan *s)
{
	enum { FLOPPY = 2, SCSI_CDROM = 11 };	/* include/uapi/linux/major.h */
	bool is_known = s->root->is_host;
	unsigned i;

	for (i = 0; i < s->blocks->n && s->root->is_host; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (b->major != FLOPPY && b->major != SCSI_CDROM &&
		    !host_use_is_judged(b) && host_use_is_leaf(s, b) &&
		    host_use_is_free(s, b) && !scan_leaf(s, b))
			is_known = false;
	}
	return is_known;
}
