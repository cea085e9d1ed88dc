/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what host_scan() finds below a root: image.conf's lines, parsed back as the
 * binder does, or with a second argument what each function holds. For
 * tests/tool/host.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../config/host/host.h"

static struct machine machine;
static struct host host;
static struct rules rules;
static char image[CONFIG_MAX], config[CONFIG_MAX];

static int fail(const struct fault *fault)
{
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);

	fault_text(fault, &t);
	fprintf(stderr, "show: %s\n", words);
	return EXIT_FAILURE;
}

static void show_holds(void)
{
	char address[32];
	unsigned i, at;

	for (i = 0; i < machine.n; i++) {
		const struct host_hold *hold;
		struct text t = TEXT_IN(address);

		pci_addr_text(machine.fn[i].addr, &t);
		for (at = 0; (hold = host_next_hold(&host, i, &at));)
			printf("%s %s\n", address, hold->text);
	}
}

/* The rules whose twins are asked for are on standard input. */
static int add_twins(struct fault *fault)
{
	size_t n = fread(config, 1, sizeof(config), stdin);
	int r;

	rules_init(&rules);
	r = rules_parse(&rules, SOURCE_CONF, "stdin", (struct span){ config, n }, fault);
	if (r == 0)
		host_add_twins(&host, &machine, &rules);
	return r;
}

int main(int argc, char **argv)
{
	static char running[CMDLINE_MAX];
	struct text t = TEXT_IN(image);
	struct fault fault;
	struct root root;

	if (argc < 2 || root_open(&root, argv[1]) < 0)
		return EXIT_FAILURE;
	sysfs_read_head(&root, "/proc/cmdline", running, sizeof(running));
	if (machine_scan(&machine, &root, MACHINE_DETAILS, &fault) < 0 ||
	    host_scan(&host, &machine, &root, running, NULL, &fault) < 0)
		return fail(&fault);
	if (argc > 2 && strcmp(argv[2], "holds") == 0) {
		show_holds();
		return EXIT_SUCCESS;
	}
	if (argc > 2 && add_twins(&fault) < 0)
		return fail(&fault);
	host_image_text(&host, &machine, &t);
	rules_init(&rules);
	if (rules_parse(&rules, SOURCE_IMAGE, "image.conf", text_is(&t), &fault) < 0)
		return fail(&fault);
	fputs(image, stdout);
	return t.full ? EXIT_FAILURE : EXIT_SUCCESS;
}
