/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the programs that decompress kernel modules and images: what a kernel can unpack.
 */
#include "base/packer.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel's list: lib/decompress.c. */
static const struct packer packers[] = {
	{ "\x1f\x8b", 2, ".gz", "gzip", "-dc", "gzip" },
	{ "\xfd" "7zXZ", 5, ".xz", "xz", "-dc", "xz-utils or xz" },
	{ "\x28\xb5\x2f\xfd", 4, ".zst", "zstd", "-dcq", "zstd" },
	{ "\x02\x21\x4c\x18", 4, NULL, "lz4", "-dcq", "lz4" },
	{ "\x04\x22\x4d\x18", 4, NULL, "lz4", "-dcq", "lz4" },
	{ "BZh", 3, NULL, "bzip2", "-dc", "bzip2" },
	{ "\x5d\0\0", 3, NULL, "xz", "-dc", "xz-utils or xz" },
	{ "\x89LZO", 4, NULL, "lzop", "-dc", "lzop" },
};

enum { PACKERS = sizeof(packers) / sizeof(packers[0]) };

const struct packer *packer_of_magic(const unsigned char magic[PACKER_MAGIC])
{
	unsigned i;

	for (i = 0; i < PACKERS; i++)
		if (memcmp(magic, packers[i].magic, packers[i].n) == 0)
			return &packers[i];
	return NULL;
}

const struct packer *packer_of_name(const char *file)
{
	size_t n = strlen(file);
	unsigned i;

	for (i = 0; i < PACKERS; i++) {
		size_t end = packers[i].ending ? strlen(packers[i].ending) : n;

		if (n > end && strcmp(file + n - end, packers[i].ending) == 0)
			return &packers[i];
	}
	return NULL;
}

int packer_start(const struct packer *packer, int from, int to, int said, pid_t *ret_pid)
{
	char program[8], option[8];
	char *const argv[] = { program, option, NULL };
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return -r;
	strcpy(program, packer->program);
	strcpy(option, packer->option);
	posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	if (said >= 0)
		posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
	r = posix_spawnp(ret_pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

int packer_wait(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}
