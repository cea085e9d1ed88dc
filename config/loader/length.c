/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a kernel command line may be. The kernel cuts what is longer, without a word:
 * it loses the end, where our words are, or root= of another order.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "loader/loader.h"
#include "words/edit.h"

#define WAY_BACK "rd.earlybind=0"

/* COMMAND_LINE_SIZE of arch/ARCH/include/uapi/asm/setup.h, with the NUL; the last one is
 * that of include/uapi/asm-generic/setup.h. A name is the start of what uname(2) says. */
static const struct {
	const char *name;
	size_t size;
} architectures[] = {
	{ "x86_64", 2048 },
	{ "i", 2048 },		/* i386 to i686, ia64 */
	{ "aarch64", 2048 },
	{ "arm", 1024 },
	{ "ppc", 2048 },
	{ "riscv", 1024 },
	{ "s390", 4096 },
	{ "loongarch", 4096 },
	{ "mips", 4096 },
	{ "sparc", 2048 },
	{ "parisc", 1024 },
	{ "", 512 },
};

/* The kernel tells from 6.1 on: /proc/sys/kernel/arch. */
static size_t find_size(const struct root *root)
{
	char text[64];
	ssize_t n = sysfs_read_head(root, "/proc/sys/kernel/arch", text, sizeof(text));
	struct utsname name;
	struct span arch = sysfs_trim(text, n);
	unsigned i = 0;

	if (arch.n == 0 && uname(&name) == 0)
		arch = span_of(name.machine);
	while (!span_starts(arch, architectures[i].name))
		i++;
	return architectures[i].size;
}

size_t loader_expanded(const struct sync *sync, struct span line)
{
	size_t n = strlen(sync->args), back = sizeof(WAY_BACK) - 1;

	if (!edit_has_word(line, SPAN(SYNC_TOKEN)))
		return line.n;
	return line.n - (sizeof(SYNC_TOKEN) - 1) + (n > back ? n : back);
}

int loader_judge_length(const struct sync *sync, const char *path, size_t n,
			struct fault *reterr)
{
	size_t most = find_size(sync->root) - 1;
	char words[128];

	if (sync->is_undo || n <= most)
		return 0;
	*reterr = (struct fault){ .name = path };
	snprintf(words, sizeof(words), "the kernel would get %zu characters, and takes "
		 "%zu: ", n, most);
	return fault_set(reterr, E2BIG, words, "remove arguments that are not needed, or "
			 "rules that want some", NULL);
}

int loader_judge_cfg(const struct sync *sync, const struct grub_cfg *cfg,
		     const char *path, struct fault *reterr)
{
	size_t more = sizeof("BOOT_IMAGE= ") - 1 +
		      loader_expanded(sync, SPAN(SYNC_TOKEN));

	if (cfg->has_token)
		return loader_judge_length(sync, path, cfg->n_with + more, reterr);
	if (cfg->has_classic)
		return loader_judge_length(sync, path, cfg->n_without + more, reterr);
	return 0;
}
