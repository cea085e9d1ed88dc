/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills a directory with the files of an image, whole or not at all. What goes in is for
 * others.
 *
 * Modules are decompressed by the program that made them (xz, zstd, gzip). libkmod can
 * decompress, but gives no file away, and three more libraries would be linked for what
 * most kernels need none or one of.
 */
#include "image/tree.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/packer.h"
#include "base/place.h"
int tree_open(struct tree *tree, const char *dir, struct fault *reterr)
{
	int r = 0;

	*reterr = (struct fault){ .name = dir };
	tree->n = 0;
	tree->root.fd = -1;
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0)
		r = root_open(&tree->root, dir);
	if (r < 0)
		return fault_set(reterr, -r, "this directory cannot be written to: ",
				 strerror(-r), NULL);
	return 0;
}

void tree_close(struct tree *tree)
{
	close_fd(&tree->root.fd);
}

static int cannot(const char *what, int err, struct fault *reterr)
{
	return fault_set(reterr, err, what, strerror(err), NULL);
}

/* Makes the directories above a path. */
static int make_dirs(const struct tree *tree, const char *path)
{
	char dir[PATH_SIZE];
	size_t i;

	for (i = 1; i < sizeof(dir) && path[i]; i++) {
		if (path[i] != '/')
			continue;
		memcpy(dir, path + 1, i - 1);
		dir[i - 1] = '\0';
		if (mkdirat(tree->root.fd, dir, 0755) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static const char *part_name(char buffer[PATH_SIZE], const char *path)
{
	struct text t;

	text_init(&t, buffer, PATH_SIZE);
	text_add(&t, path + 1);
	text_add(&t, ".part");
	return buffer;
}

/* Opens PATH.part; tree_finish() gives it its name. Returns the fd or -errno. */
static int start_file(struct tree *tree, const char *path, struct fault *reterr)
{
	char part[PATH_SIZE];
	int r = make_dirs(tree, path);

	*reterr = (struct fault){ .name = path };
	if (tree->n == TREE_MAX || strlen(path) + sizeof(".part") > PATH_SIZE)
		r = -ENAMETOOLONG;
	if (r == 0)
		r = openat(tree->root.fd, part_name(part, path),
			   O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (r < 0)
		return cannot("the file cannot be made: ", r == -1 ? errno : -r, reterr);
	return r;
}

/* Gives the file its mode and its name, or removes it where `r` says that it failed. */
static int finish_file(struct tree *tree, const char *path, int fd, mode_t mode, int r,
		       struct fault *reterr)
{
	char part[PATH_SIZE];

	part_name(part, path);
	if (r == 0 && (fchmod(fd, mode) < 0 ||
		       renameat(tree->root.fd, part, tree->root.fd, path + 1) < 0))
		r = cannot("the file cannot be finished: ", errno, reterr);
	if (r < 0) {
		unlinkat(tree->root.fd, part, 0);
		return r;
	}
	strcpy(tree->path[tree->n++], path);
	return 0;
}

static int write_all(int fd, const char *s, size_t n, struct fault *reterr)
{
	int r = place_write_fd(fd, (struct span){ s, n });

	return r < 0 ? cannot("the file cannot be written: ", -r, reterr) : 0;
}

static int copy_all(int from, int to, struct fault *reterr)
{
	bool is_source;
	int r = copy_fd(from, to, &is_source);

	return r == 0 ? 0 : cannot(is_source ? "its source cannot be read: " :
				   "the file cannot be written: ", -r, reterr);
}

int tree_write(struct tree *tree, const char *path, struct span text,
	       struct fault *reterr)
{
	_cleanup_close_ int fd = start_file(tree, path, reterr);

	if (fd < 0)
		return fd;
	return finish_file(tree, path, fd, 0644, write_all(fd, text.s, text.n, reterr),
			   reterr);
}

static int open_source(const struct root *from, const char *file, struct fault *reterr)
{
	int fd = root_open_file(from, file, O_RDONLY | O_NONBLOCK, 0);

	*reterr = (struct fault){ .name = file };
	if (fd < 0)
		return fault_set(reterr, -fd, "the file cannot be read: ", strerror(-fd),
				 ": install what it belongs to", NULL);
	return fd;
}

int tree_copy(struct tree *tree, const char *path, mode_t mode, const struct root *from,
	      const char *file, struct fault *reterr)
{
	_cleanup_close_ int source = open_source(from, file, reterr);
	_cleanup_close_ int fd = source < 0 ? -1 : start_file(tree, path, reterr);

	if (source < 0)
		return source;
	if (fd < 0)
		return fd;
	return finish_file(tree, path, fd, mode, copy_all(source, fd, reterr), reterr);
}

static int unpack(const struct packer *packer, int from, int to, struct fault *reterr)
{
	pid_t pid;
	int r = packer_start(packer, from, to, -1, &pid);

	if (r < 0)
		return fault_set(reterr, -r, "the program ", packer->program, " cannot "
				 "be run to decompress it: ", strerror(-r), ", install ",
				 packer->package, NULL);
	if (packer_wait(pid) != 0)
		return fault_set(reterr, EIO, packer->program,
				 " cannot decompress it: install the kernel again", NULL);
	return 0;
}

/* Where the last thing in an ELF file ends, the table of its sections (elf(5)). */
static uint64_t elf_end(const Elf64_Ehdr *head, size_t n)
{
	Elf32_Ehdr small;

	if (head->e_ident[EI_CLASS] == ELFCLASS64 && n == sizeof(*head))
		return head->e_shoff + (uint64_t)head->e_shnum * head->e_shentsize;
	if (head->e_ident[EI_CLASS] != ELFCLASS32 || n < sizeof(small))
		return 0;
	memcpy(&small, head, sizeof(small));
	return (uint64_t)small.e_shoff + (uint64_t)small.e_shnum * small.e_shentsize;
}

/* A truncated or foreign file would only be found at boot. */
static int check_elf(int fd, struct fault *reterr)
{
	Elf64_Ehdr head = { 0 };
	ssize_t n = pread(fd, &head, sizeof(head), 0);
	off_t size = lseek(fd, 0, SEEK_END);

	if (n >= SELFMAG && memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
	    elf_end(&head, (size_t)n) <= (uint64_t)size)
		return 0;
	return fault_set(reterr, ENOEXEC, "this is not a kernel module: install the "
			 "kernel package again", NULL);
}

int tree_copy_module(struct tree *tree, const char *path, const struct root *from,
		     const char *file, struct fault *reterr)
{
	_cleanup_close_ int source = open_source(from, file, reterr);
	_cleanup_close_ int fd = source < 0 ? -1 : start_file(tree, path, reterr);
	const struct packer *packer = packer_of_name(file);
	int r;

	if (source < 0)
		return source;
	if (fd < 0)
		return fd;
	reterr->name = file;
	r = packer ? unpack(packer, source, fd, reterr) : copy_all(source, fd, reterr);
	if (r == 0)
		r = check_elf(fd, reterr);
	return finish_file(tree, path, fd, 0644, r, reterr);
}

void tree_remove(struct tree *tree, const char *path)
{
	unlinkat(tree->root.fd, path + 1, 0);
}

void tree_undo(struct tree *tree)
{
	while (tree->n > 0)
		tree_remove(tree, tree->path[--tree->n]);
}
