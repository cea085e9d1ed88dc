/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware's screen on a running host, where the drivers of the cards are loaded:
 * what only an earlier moment, or such a driver, can tell.
 */
#include "facts/boot_display.h"

#include <stdlib.h>
#include <string.h>

#include "base/text_file.h"
#include "facts/facts.h"

#define MACHINE "/run/earlybind/machine"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* "# earlybind 0.1.0 boot=ID took=… us" */
static bool is_of_this_boot(const struct root *root)
{
	char id[64], head[LINE_SIZE], word[80];
	ssize_t n = sysfs_read_head(root, BOOT_ID, id, sizeof(id));
	ssize_t m = sysfs_read_head(root, REPORT_FILE, head, sizeof(head));
	struct text t = TEXT_IN(word);
	struct span first = sysfs_trim(head, m);

	if (n <= 0 || m <= 0)
		return false;
	text_add(&t, " boot=");
	text_span(&t, sysfs_trim(id, n));
	text_char(&t, ' ');
	return span_has(span_cut(&first, '\n'), word);
}

static void copy_screens(struct machine *m, const struct machine *seen)
{
	unsigned i;

	for (i = 0; i < seen->n; i++) {
		unsigned at = machine_at(m, seen->fn[i].addr);

		if (at != NO_FUNCTION && seen->fn[i].screen != SCREEN_UNKNOWN &&
		    pci_id_equal(m->fn[at].id, seen->fn[i].id))
			m->fn[at].screen = seen->fn[i].screen;
	}
}

static void recall(struct machine *m, const struct root *root)
{
	struct machine *seen = is_of_this_boot(root) ? malloc(sizeof(*seen)) : NULL;
	struct fault fault;
	struct span text;
	char *buffer = seen ? text_file_read(root, MACHINE, &text) : NULL;

	if (buffer && machine_parse(seen, MACHINE, text, &fault) == 0)
		copy_screens(m, seen);
	free(buffer);
	free(seen);
}

struct card {
	const struct root *root;
	const char *dir;
};

/* Since Linux 7.2: drivers/gpu/drm/drm_sysfs.c. */
static int is_boot_display(const char *name, void *with)
{
	const struct card *card = with;
	char path[PATH_SIZE], flag[8];
	ssize_t n = -1;

	if (sysfs_path(path, card->dir, name, "boot_display"))
		n = sysfs_read_head(card->root, path, flag, sizeof(flag));
	return n > 0 && span_is(sysfs_trim(flag, n), "1");
}

static bool driver_says(const struct machine *m, unsigned i, const struct root *root)
{
	char addr[24], dir[PATH_SIZE];
	struct card card = { root, dir };
	struct text t = TEXT_IN(addr);

	pci_addr_text(m->fn[i].addr, &t);
	return sysfs_path(dir, SYSFS_DEVICES, addr, "drm") &&
	       sysfs_list(root, dir, is_boot_display, &card) == 1;
}

void screen_complete(struct machine *m, const struct root *root)
{
	unsigned i;

	recall(m, root);
	if (machine_boot_display(m) != NO_FUNCTION)
		return;
	for (i = 0; i < m->n; i++)
		if (function_is_display(&m->fn[i]) &&
		    m->fn[i].screen == SCREEN_UNKNOWN && driver_says(m, i, root))
			m->fn[i].screen = SCREEN_YES;
}
