/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what people and loaders write (UUID=, /dev/…, 8:1, nfs:…, ZFS=pool/x) to block
 * devices or to "across the network". A label that two disks have means both of them.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "host/scan.h"

void host_found_add(struct host_scan *s, struct host_found *found,
		    const struct host_block *b)
{
	uint16_t at = (uint16_t)(b - s->blocks->block);
	unsigned i;

	for (i = 0; i < found->n; i++)
		if (found->block[i] == at)
			return;
	found->block[found->n++] = at;
}

static bool add_if(struct host_scan *s, struct host_found *found,
		   const struct host_block *b)
{
	if (b)
		host_found_add(s, found, b);
	return b != NULL;
}

static struct span without(struct span s, const char *prefix)
{
	if (span_starts(s, prefix)) {
		s.s += strlen(prefix);
		s.n -= strlen(prefix);
	}
	return s;
}

static bool find_tag(struct host_scan *s, enum host_tag tag, struct span value,
		     struct host_found *found)
{
	unsigned i;

	for (i = 0; i < s->blocks->n; i++)
		if (host_block_has(&s->blocks->block[i], tag, value))
			host_found_add(s, found, &s->blocks->block[i]);
	return found->n > 0;
}

/* Turns the path of a link into that of its target. False: no link. */
static bool follow(struct host_scan *s, char path[PATH_SIZE])
{
	char link[PATH_SIZE];
	struct text t = { path, PATH_SIZE, strlen(path), false };

	if (sysfs_link(s->root, path, link, sizeof(link)) < 0)
		return false;
	if (link[0] == '/')
		t.n = 0;
	while (t.n > 0 && path[t.n - 1] != '/')
		t.n--;
	text_add(&t, link);
	return !t.full;
}

static bool find_link(struct host_scan *s, struct span spec, struct host_found *found)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);
	unsigned left = 8;

	text_span(&t, spec);
	while (!t.full && left-- > 0 && follow(s, path)) {
		struct span name = span_last(span_of(path), '/');

		if (add_if(s, found, host_blocks_named(s->blocks, name)))
			return true;
	}
	return false;
}

/* fstat() would ask the server of a file that is across the network, and sleep until it
 * answers: statx(2) need not. */
bool host_spec_node(struct host_scan *s, struct span path, struct host_found *found)
{
	char buffer[PATH_SIZE];
	struct text t = TEXT_IN(buffer);
	struct statx st;

	text_span(&t, path);
	if (!t.full) {
		_cleanup_close_ int fd = root_open_file(s->root, buffer, O_PATH, 0);

		if (fd >= 0 &&
		    statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE,
			  &st) == 0 && S_ISBLK(st.stx_mode))
			return add_if(s, found,
				      host_blocks_numbered(s->blocks, st.stx_rdev_major,
							   st.stx_rdev_minor));
	}
	return false;
}

/* "vg/lv" is called "vg-lv" by dm; a '-' of their own is doubled. */
static bool find_volume(struct host_scan *s, struct span name, struct host_found *found)
{
	char mapped[256];
	struct text t = TEXT_IN(mapped);
	size_t i;

	for (i = 0; i < name.n; i++) {
		text_char(&t, name.s[i] == '/' ? '-' : name.s[i]);
		if (name.s[i] == '-')
			text_char(&t, '-');
	}
	return !t.full && add_if(s, found, host_blocks_mapped(s->blocks, text_is(&t)));
}

/* "cciss/c0d0" is "cciss!c0d0" in sysfs. */
static bool find_kernel_name(struct host_scan *s, struct span name,
			     struct host_found *found)
{
	char kernel[HOST_BLOCK_NAME];
	struct text t = TEXT_IN(kernel);
	size_t i;

	for (i = 0; i < name.n; i++)
		text_char(&t, name.s[i] == '/' ? '!' : name.s[i]);
	return !t.full && add_if(s, found, host_blocks_named(s->blocks, text_is(&t)));
}

/* A name below /dev/disk/by-label and its like, where no such link is. */
static bool find_label(struct host_scan *s, enum host_tag tag, struct span name,
		       struct host_found *found)
{
	char label[HOST_LABEL_SIZE];
	struct text t = TEXT_IN(label);

	host_decode(name, &t);
	return !t.full && find_tag(s, tag, text_is(&t), found);
}

static const struct {
	const char *word;	/* "UUID=" */
	const char *dir;	/* the same as links of udev, below /dev */
	enum host_tag tag;
} tags[] = {
	{ "UUID=", "disk/by-uuid/", HOST_UUID },
	{ "LABEL=", "disk/by-label/", HOST_LABEL },
	{ "PARTUUID=", "disk/by-partuuid/", HOST_PART_UUID },
	{ "PARTLABEL=", "disk/by-partlabel/", HOST_PART_LABEL },
	{ "CDLABEL=", "disk/by-label/", HOST_LABEL },	/* of dracut's dmsquash-live */
};

static bool find_device(struct host_scan *s, struct span spec, struct host_found *found)
{
	struct span name = without(spec, "/dev/");
	size_t i;

	if (find_kernel_name(s, name, found) || find_link(s, spec, found) ||
	    host_spec_node(s, spec, found) || find_volume(s, name, found) ||
	    add_if(s, found, host_blocks_mapped(s->blocks, without(name, "mapper/"))))
		return true;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (span_starts(name, tags[i].dir))
			return find_label(s, tags[i].tag, without(name, tags[i].dir),
					  found);
	return add_if(s, found, host_blocks_linked(s->blocks, name));
}

/* "PARTUUID=…/PARTNROFF=1": block/early-lookup.c. The disk is the same. */
static bool find_tagged(struct host_scan *s, struct span spec, struct host_found *found)
{
	char path[PATH_SIZE];
	struct text t = TEXT_IN(path);
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct span value = without(spec, tags[i].word);

		if (value.n == spec.n)
			continue;
		if (tags[i].tag == HOST_PART_UUID)
			value = span_cut(&value, '/');
		if (value.n >= 2 && value.s[0] == '"' && value.s[value.n - 1] == '"')
			value = (struct span){ value.s + 1, value.n - 2 };
		if (find_tag(s, tags[i].tag, value, found))
			return true;
		text_add(&t, "/dev/");
		text_add(&t, tags[i].dir);
		text_span(&t, value);
		return !t.full && find_link(s, text_is(&t), found);
	}
	if (!span_starts(spec, "ID="))
		return false;
	text_add(&t, "/dev/disk/by-id/");
	text_span(&t, without(spec, "ID="));
	return !t.full && find_device(s, text_is(&t), found);
}

/* "8:1", "0801": numbers of a device. */
static bool find_number(struct host_scan *s, struct span spec, struct host_found *found)
{
	struct span rest = spec;
	struct span first = span_cut(&rest, ':');
	uint64_t major, minor;

	if (span_number(first, 10, 9, UINT32_MAX, &major) == 0 &&
	    span_number(rest, 10, 9, UINT32_MAX, &minor) == 0)
		return add_if(s, found, host_blocks_numbered(s->blocks, (unsigned)major,
							     (unsigned)minor));
	if (spec.n < 3 || span_number(without(spec, "0x"), 16, 8, UINT32_MAX, &major) < 0)
		return false;
	return add_if(s, found, host_blocks_numbered(s->blocks, (unsigned)major >> 8,
						     (unsigned)major & 0xff));
}

bool host_spec_pool(struct host_scan *s, struct span pool, struct host_found *found)
{
	unsigned i;

	pool = span_cut(&pool, '/');
	*found = (struct host_found){ .n = 0 };
	for (i = 0; i < s->blocks->n; i++) {
		const struct host_block *b = &s->blocks->block[i];

		if (strcmp(b->type, "zfs_member") == 0 &&
		    (span_is(pool, b->label) || span_is(pool, "AUTO") || pool.n == 0))
			host_found_add(s, found, b);
	}
	return found->n > 0;
}

/* The first IPv4 address in "nfs:10.0.0.1:/srv:ro", "iscsi:user@10.0.0.1::::iqn…". */
void host_found_server(struct host_found *found, struct span spec)
{
	size_t i = 0;

	found->is_net = true;
	while (i < spec.n) {
		struct text t = TEXT_IN(found->server);
		struct in_addr addr;

		for (; i < spec.n && strchr("0123456789.", spec.s[i]); i++)
			text_char(&t, spec.s[i]);
		if (inet_pton(AF_INET, found->server, &addr) == 1)
			return;
		i++;
	}
	found->server[0] = '\0';
}

static bool find_net(struct span spec, struct host_found *found)
{
	static const char *const words[] = {
		"nfs:", "nfs4:", "iscsi:", "nbd:", "cifs:", "smb:", "http:", "https:",
		"ftp:", "tftp:", "fcoe:", "nvmf:", "ceph:", "gluster:", "//", NULL,
	};
	unsigned i;

	for (i = 0; words[i]; i++)
		if (span_starts(spec, words[i])) {
			host_found_server(found, spec);
			return true;
		}
	found->is_net = span_is(spec, "/dev/nfs") || span_is(spec, "nfs") ||
			span_is(spec, "dhcp") || span_is(spec, "dhcp6") ||
			span_is(spec, "/dev/cifs") || span_is(spec, "iscsi");
	return found->is_net;
}

static bool needs_nothing(struct span spec)
{
	static const char *const words[] = {
		"tmpfs", "ramfs", "rootfs", "none", "fstab", "gpt-auto",
		"gpt-auto-force", "auto", NULL,
	};
	static const char *const starts[] = {
		"/dev/ram", "/dev/zram", "/dev/mtd", "/dev/ubi", "ubi", "mtd", NULL,
	};
	unsigned i;

	for (i = 0; words[i]; i++)
		if (span_is(spec, words[i]))
			return true;
	for (i = 0; starts[i]; i++)
		if (span_starts(spec, starts[i]))
			return true;
	return false;
}

bool host_spec_find(struct host_scan *s, struct span spec, struct host_found *found)
{
	*found = (struct host_found){ .n = 0 };
	spec = without(without(spec, "block:"), "live:");
	if (spec.n == 0)
		return false;
	if (span_starts(spec, "ZFS=") || span_starts(spec, "zfs:"))
		return host_spec_pool(s, (struct span){ spec.s + 4, spec.n - 4 }, found);
	if (find_net(spec, found) || find_tagged(s, spec, found))
		return true;
	if (span_starts(spec, "/dev/") && find_device(s, spec, found))
		return true;
	return find_number(s, spec, found) || needs_nothing(spec);
}
