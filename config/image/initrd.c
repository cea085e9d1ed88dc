/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks into initramfs images for the files of earlybind, without the generator's own
 * tools: each generator has others, and all make what the kernel reads.
 */
#include "image/initrd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/packer.h"
#include "image/uki.h"

enum {
	HEAD_SIZE = 110,	/* of a newc entry: magic and 13 numbers of 8 digits */
	NAME_MAX_SIZE = 4096,
	FIELD_INODE = 0, FIELD_LINKS = 4, FIELD_SIZE = 6, FIELD_NAME = 11, /* from 0 */
};

/* A file or a pipe that is read once, from front to end. */
struct stream {
	int fd;
	int err;		/* the first error, positive */
	uint64_t done;		/* bytes that were taken */
	uint64_t left;		/* bytes that may be read */
	size_t at, n;
	char buffer[65536];
};

/* Whether there is a next byte. */
static bool fill(struct stream *s)
{
	size_t most = s->left < sizeof(s->buffer) ? (size_t)s->left : sizeof(s->buffer);
	ssize_t n;

	if (s->at < s->n)
		return true;
	do
		n = read(s->fd, s->buffer, most);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		s->err = errno;
	s->at = 0;
	s->n = n > 0 ? (size_t)n : 0;
	s->left -= s->n;
	return n > 0;
}

/* Takes n bytes, into `to` as far as they fit (NULL: nowhere). Returns whether all were
 * there. */
static bool take(struct stream *s, uint64_t n, char *to, size_t size)
{
	while (n > 0 && fill(s)) {
		size_t part = s->n - s->at < n ? s->n - s->at : (size_t)n;
		size_t fits = to && part < size ? part : to ? size : 0;

		if (fits)
			memcpy(to, s->buffer + s->at, fits);
		if (to) {
			to += fits;
			size -= fits;
		}
		s->at += part;
		s->done += part;
		n -= part;
	}
	return n == 0;
}

static bool align(struct stream *s)
{
	return take(s, -s->done & 3, NULL, 0);
}

static bool read_field(const char *head, unsigned field, uint64_t *ret_n)
{
	return span_number((struct span){ head + 6 + 8 * field, 8 }, 16, 8, UINT32_MAX,
			   ret_n) == 0;
}

/* "./etc/x", "/etc/x" and "etc/x" are one file. */
static const char *without_top(const char *name)
{
	while (name[0] == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	return name;
}

static bool is_file(const char *name, const char *file)
{
	return strcmp(name, file) == 0;
}

/* Keeps as much of the content as counts, in place of what an archive before this one
 * had there. */
static bool take_text(struct initrd_text *text, struct stream *s, uint64_t size,
		      size_t most)
{
	free(text->s);
	text->n = size < most ? (size_t)size : most;
	text->s = calloc(1, text->n + 1);
	if (!text->s) {
		s->err = ENOMEM;
		text->n = 0;
		return false;
	}
	return take(s, size, text->s, text->n);
}

/* The content of an entry: "lib/…" may be "usr/lib/…", a link on hosts. */
static bool take_content(struct initrd *initrd, struct stream *s, const char *name,
			 uint64_t size)
{
	if (size > 0 && is_file(name, "etc/earlybind.conf"))
		return take_text(&initrd->config, s, size, CONFIG_MAX);
	if (is_file(name, "etc/machine-id"))
		return take_text(&initrd->machine_id, s, size, 64);
	if (is_file(name, "usr/lib/earlybind/image.conf") ||
	    is_file(name, "lib/earlybind/image.conf")) {
		initrd->has_image = true;
		return take_text(&initrd->image, s, size, CONFIG_MAX);
	}
	if (image_maker_leaves(name) & 1u << MAKER_DRACUT)
		return take_text(&initrd->parameters, s, size, IMAGE_OPTIONS_SIZE);
	return take(s, size, NULL, 0);
}

/* "usr/lib/modules/VERSION/…" */
static void note_kernel(struct initrd *initrd, const char *name)
{
	struct span rest = span_of(name), version;
	struct text t;

	if (span_starts(rest, "usr/"))
		span_cut(&rest, '/');
	if (!span_starts(rest, "lib/modules/"))
		return;
	span_cut(&rest, '/');
	span_cut(&rest, '/');
	version = span_cut(&rest, '/');
	/* a file of that folder is no version */
	if (version.n == 0 || !rest.s || version.n >= INITRD_KERNEL_SIZE ||
	    initrd->n_kernels == INITRD_KERNELS_MAX)
		return;
	t = TEXT_IN(initrd->kernel[initrd->n_kernels]);
	text_span(&t, version);
	if (!initrd_has_kernel(initrd, initrd->kernel[initrd->n_kernels]))
		initrd->n_kernels++;
}

bool initrd_has_kernel(const struct initrd *initrd, const char *version)
{
	unsigned i;

	for (i = 0; i < initrd->n_kernels; i++)
		if (strcmp(initrd->kernel[i], version) == 0)
			return true;
	return false;
}

/* What dracut's module squash makes: squashfs-root.img since 104 (lsinitrd.sh). */
static bool is_squash(const char *name)
{
	return is_file(name, "squash/root.img") || is_file(name, "squash-root.img") ||
	       is_file(name, "squashfs-root.img") || is_file(name, "erofs-root.img");
}

static void note_name(struct initrd *initrd, const char *name)
{
	note_kernel(initrd, name);
	initrd->makers |= image_maker_leaves(name);
	initrd->has_config |= is_file(name, "etc/earlybind.conf");
	initrd->has_binder |= is_file(name, "usr/lib/earlybind/earlybind-binder") ||
			      is_file(name, "lib/earlybind/earlybind-binder");
	initrd->is_squashed |= is_squash(name);
	/* dracut.sh has it in the archive of microcode and ACPI tables that it makes */
	initrd->is_early |= is_file(name, "early_cpio");
}

/* Of a file with several names the content is at the last of them: early-userspace's
 * buffer-format.rst. dracut links files that are equal. Sets *name to the one of ours. */
static void follow_links(struct initrd *initrd, const char *head, uint64_t size,
			 const char **name)
{
	static const char *const ours[INITRD_LINKS] = {
		"etc/earlybind.conf", "usr/lib/earlybind/image.conf",
		"lib/earlybind/image.conf",
	};
	uint64_t inode, links;
	unsigned i;

	if (!read_field(head, FIELD_INODE, &inode) ||
	    !read_field(head, FIELD_LINKS, &links) || links < 2)
		return;
	for (i = 0; i < INITRD_LINKS; i++) {
		if (size == 0 && is_file(*name, ours[i])) {
			initrd->is_linked |= 1u << i;
			initrd->linked[i] = (uint32_t)inode;
		} else if (size > 0 && initrd->is_linked & 1u << i &&
			   initrd->linked[i] == inode) {
			initrd->is_linked &= (uint8_t)~(1u << i);
			*name = ours[i];
		}
	}
}

/* One archive, to its trailer. Returns 0 or -errno. */
static int read_archive(struct initrd *initrd, struct stream *s)
{
	char head[HEAD_SIZE], whole[NAME_MAX_SIZE];
	const char *name;
	uint64_t size, n;

	for (;;) {
		if (!take(s, HEAD_SIZE, head, HEAD_SIZE) ||
		    memcmp(head, "07070", 5) != 0 ||
		    !read_field(head, FIELD_SIZE, &size) ||
		    !read_field(head, FIELD_NAME, &n) || n == 0 || n > sizeof(whole) ||
		    !take(s, n, whole, sizeof(whole)) || !align(s))
			return s->err ? -s->err : -EBADMSG;
		whole[n - 1] = '\0';
		name = without_top(whole);
		if (strcmp(name, "TRAILER!!!") == 0)
			return 0;
		note_name(initrd, name);
		follow_links(initrd, head, size, &name);
		if (!take_content(initrd, s, name, size) || !align(s))
			return s->err ? -s->err : -EBADMSG;
	}
}

/* The archives up to the end, or to what is none. Returns 1 for that, 0 or -errno. */
static int read_archives(struct initrd *initrd, struct stream *s)
{
	while (fill(s)) {
		int r;

		if (s->buffer[s->at] == '\0') {
			take(s, 1, NULL, 0);
			continue;
		}
		initrd->has_more |= image_maker_of(initrd->makers) == MAKER_DRACUT;
		if (s->buffer[s->at] != '0')
			return 1;
		initrd->is_early = false;
		r = read_archive(initrd, s);
		if (r < 0)
			return r;
		initrd->has_more |= initrd->makers == 0 && !initrd->is_early;
	}
	return s->err ? -s->err : 0;
}

/* Starts it with the rest of the file, and a pipe to read from. */
static int start(const struct packer *packer, int from, int said, int *ret_pipe,
		 pid_t *ret_pid)
{
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	r = packer_start(packer, from, ends[1], said, ret_pid);
	close(ends[1]);
	if (r < 0)
		close(ends[0]);
	else
		*ret_pipe = ends[0];
	return r;
}

/* The rest of the file, from `at` on, is one compressed stream. */
static int read_packed(struct initrd *initrd, int fd, uint64_t at, struct fault *reterr)
{
	static struct stream unpacked;
	_cleanup_close_ int said = memfd_create("said", MFD_CLOEXEC);
	unsigned char magic[PACKER_MAGIC] = { 0 };
	const struct packer *packer;
	int r, status;
	pid_t pid;

	if (pread(fd, magic, sizeof(magic), (off_t)at) < 0 ||
	    lseek(fd, (off_t)at, SEEK_SET) < 0)
		return fault_set(reterr, errno, "it cannot be read: ", strerror(errno),
				 NULL);
	packer = packer_of_magic(magic);
	if (!packer)
		return fault_set(reterr, EBADMSG, "it is not an initramfs image of a "
				 "known kind", NULL);
	unpacked = (struct stream){ .fd = -1, .left = UINT64_MAX };
	r = said < 0 ? -errno : start(packer, fd, said, &unpacked.fd, &pid);
	if (r < 0)
		return fault_set(reterr, -r, "the program ", packer->program,
				 " cannot be run to decompress it: ", strerror(-r), NULL);
	r = read_archives(initrd, &unpacked);
	close(unpacked.fd);
	status = packer_wait(pid);
	/* A wrong checksum, or something that it does not know behind the stream: bzip2
	 * ends well then, and says that it left something out. */
	initrd->is_torn = status != 0 || (strcmp(packer->program, "bzip2") == 0 &&
					  lseek(said, 0, SEEK_END) > 0);
	/* the program reads on, behind the section */
	initrd->is_torn &= !initrd->is_unified;
	if (r != 0 || unpacked.done == 0)
		return fault_set(reterr, EBADMSG, packer->program,
				 " cannot decompress it", NULL);
	return 0;
}

/* In a unified kernel image it is a section: sets *ret_at to its beginning. */
static int find_start(struct stream *s, uint64_t *ret_at, struct fault *reterr)
{
	int r = uki_find(s->fd, ".initrd", ret_at, &s->left);

	if (r == -ENOENT)
		return fault_set(reterr, ENODATA, "it has no section .initrd", NULL);
	if (r < 0)
		return 0;
	if (lseek(s->fd, (off_t)*ret_at, SEEK_SET) < 0)
		return fault_set(reterr, errno, "it cannot be read: ", strerror(errno),
				 NULL);
	return 0;
}

int initrd_read(struct initrd *initrd, const struct root *root, const char *path,
		struct fault *reterr)
{
	static struct stream s;
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_NONBLOCK, 0);
	uint64_t at = 0;
	int r;

	*reterr = (struct fault){ .name = path };
	*initrd = (struct initrd){ .n_kernels = 0 };
	if (fd >= 0 && fstat(fd, &initrd->stat) < 0)
		return fault_set(reterr, errno, "it cannot be read: ", strerror(errno),
				 NULL);
	if (fd < 0)
		return fault_set(reterr, -fd, "it cannot be read: ", strerror(-fd),
				 fd == -EACCES ? ": run as root" : "", NULL);
	s = (struct stream){ .fd = fd, .left = UINT64_MAX };
	initrd->is_unified = uki_is_program(fd);
	if (find_start(&s, &at, reterr) < 0)
		return -reterr->err;
	r = read_archives(initrd, &s);
	if (r == 1)
		return read_packed(initrd, fd, at + s.done, reterr);
	if (r < 0)
		return fault_set(reterr, -r, "it ends too early or is damaged", NULL);
	return s.done ? 0 : fault_set(reterr, ENODATA, "it is empty", NULL);
}

void initrd_free(struct initrd *initrd)
{
	free(initrd->config.s);
	free(initrd->image.s);
	free(initrd->machine_id.s);
	free(initrd->parameters.s);
}

struct span initrd_span(const struct initrd_text *text)
{
	return (struct span){ text->s ? text->s : "", text->n };
}
