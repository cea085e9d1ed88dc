/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlybind export: what the plan binds, as a guest gets it: elements or a domain for
 * libvirt, a script for QEMU. All is printed, or nothing; what must be known besides is
 * said on standard error.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/words.h"

#include "base/memory.h"
#include "cmd/cmd.h"
#include "guest/bars.h"
#include "guest/domain.h"
#include "guest/rom.h"

/* virt-install gives a new domain the root ports 1 to 14, and one or two more. */
enum { FIRST_PORT = 0x11 };

static bool is_qemu(const struct request *request)
{
	return strcmp(request->operand, "qemu") == 0;
}

static bool is_rom(const struct request *request)
{
	return strcmp(request->operand, "rom") == 0;
}

static void say_not_yet(const struct export *e)
{
	unsigned k;

	for (k = 0; k < e->n && e->list->has_host; k++) {
		char address[24], driver[DRIVER_MAX];
		struct text a = TEXT_IN(address), d = TEXT_IN(driver);
		bool has = list_driver(e->list, e->device[k].fn, &d);

		if (has && span_same_name(text_is(&d), e->device[k].driver))
			continue;
		pci_addr_text(e->m->fn[e->device[k].fn].addr, &a);
		fprintf(stderr, "earlybind: %s: %s has it now, a guest can start after: "
			"earlybind sync, then reboot\n", address,
			has ? driver : "no driver");
	}
}

static void print_fragment(const struct export *e)
{
	struct xml xml = { .to = stdout };

	xml_comment(&xml, "For <devices> of a q35 domain: virsh edit DOMAIN. If it has a "
		    "controller with one of these indices, take free ones here and in "
		    "bus= below.");
	export_hostdevs(e, &xml, FIRST_PORT);
}

/* Of a recorded machine the BARs are not known. */
static uint64_t window_of(const struct export *e)
{
	uint64_t high = 0;
	unsigned k;

	for (k = 0; k < e->n && e->list->has_host; k++) {
		struct bars bars;

		bars_read(&bars, &e->list->in->root, e->m->fn[e->device[k].fn].addr);
		high += bars.high;
	}
	return bars_window(high);
}

static int print_domain(const struct export *e, const struct request *request,
			struct guest *guest)
{
	static struct topology topology;
	static struct cpus cpus;
	struct domain domain = { e, &topology, &cpus, guest, window_of(e) };
	struct xml xml = { .to = stdout };
	struct fault fault = { .name = "earlybind" };

	if (request->machine && !topology_is_given()) {
		fault_set(&fault, ENODATA, "the machine is a recorded one, and its "
			  "processors are not known: name what lstopo wrote there, "
			  "HWLOC_XMLFILE=FILE", NULL);
		return cmd_fail(STATUS_SYSTEM, &fault);
	}
	if (topology_read(&topology, e->m, request->root, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (cpus_choose(&cpus, &topology, e, guest->threads, &fault) < 0 ||
	    guest_complete(guest, &cpus, &fault) < 0)
		return cmd_fail(STATUS_FINDING, &fault);
	if (is_qemu(request) &&
	    guest_find_firmware(guest, &e->list->in->root, &fault) < 0)
		return cmd_fail(STATUS_FINDING, &fault);
	if (is_qemu(request))
		domain_print_qemu(&domain, stdout);
	else
		domain_print(&domain, &xml);
	return STATUS_DONE;
}

static int export(struct export *e, const struct request *request, struct guest *guest)
{
	struct fault fault;
	int status = STATUS_DONE;
	int r = export_choose(e, request->operands + 1, request->n_operands - 1, &fault);

	if (r < 0)
		return cmd_fail(STATUS_FINDING, &fault);
	if (request->new_domain || is_qemu(request))
		status = print_domain(e, request, guest);
	else
		print_fragment(e);
	fflush(stdout);
	if (status == STATUS_DONE)
		say_not_yet(e);
	return status;
}

/* The function at an address, of whatever the machine has: a ROM is also asked for before
 * any rule is written. */
static int find_function(const struct machine *m, const struct request *request,
			 unsigned *ret_i, struct fault *reterr)
{
	struct pci_addr addr;

	if (request->n_operands != 2 ||
	    pci_addr_parse(span_of(request->operands[1]), &addr) < 0)
		return fault_set(reterr, EINVAL, "export rom needs one address: "
				 "earlybind export rom 01:00.0 >card.rom", NULL);
	*ret_i = machine_at(m, addr);
	if (*ret_i == NO_FUNCTION)
		return fault_quote(reterr, ENOENT, "there is no device ",
				   span_of(request->operands[1]), ": see earlybind list");
	return 0;
}

static void say_rom(const struct list *list, unsigned i, const struct rom *rom)
{
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);

	pci_addr_text(list->in->machine.fn[i].addr, &t);
	text_add(&t, ": ROM of ");
	rom_text(rom, &t);
	if (rom->is_others)
		text_add(&t, "; it names another maker than the card");
	if (!rom->has_uefi && function_is_display(&list->in->machine.fn[i]))
		text_add(&t, "; a UEFI guest shows nothing on this card until its driver "
			 "is loaded");
	if (list_boot_display(list, i) == FACT_YES)
		text_add(&t, "; the firmware's screen is on this card, and this may be "
			 "the copy that it has run: boot once with another card as its "
			 "display if a guest stays dark");
	fprintf(stderr, "earlybind: %s\n", words);
}

static int export_rom(const struct list *list, const struct request *request)
{
	const struct inputs *in = list->in;
	struct fault fault = { .name = "earlybind" };
	_cleanup_free_ char *data = memory_new(ROM_MAX, &fault);
	struct rom rom;
	ssize_t n;
	unsigned i;
	int r;

	if (!data)
		return cmd_fail(STATUS_SYSTEM, &fault);
	r = find_function(&in->machine, request, &i, &fault);
	if (r < 0)
		return cmd_fail(r == -EINVAL ? STATUS_USAGE : STATUS_FINDING, &fault);
	if (isatty(STDOUT_FILENO)) {
		fault_set(&fault, EINVAL, "a ROM is not text: earlybind export rom ",
			  request->operands[1], " >card.rom", NULL);
		return cmd_fail(STATUS_USAGE, &fault);
	}
	n = rom_read(&in->root, &in->machine.fn[i], data, &fault);
	if (n < 0)
		return cmd_fail(n == -ENOENT ? STATUS_FINDING : STATUS_SYSTEM, &fault);
	if (rom_parse(&rom, &in->machine.fn[i], data, (size_t)n, &fault) < 0)
		return cmd_fail(STATUS_FINDING, &fault);
	fwrite(data, 1, rom.n, stdout);
	say_rom(list, i, &rom);
	return STATUS_DONE;
}

enum { ONLY_NEW = OPTION_CPUS | OPTION_MEMORY | OPTION_DISK | OPTION_FIRMWARE |
		  OPTION_HUGEPAGES };

static int check_request(const struct request *request, struct guest *guest)
{
	static const char *const known[] = { "libvirt", "qemu", "rom", NULL };
	struct fault fault = { .name = "earlybind" };

	if (is_rom(request)) {
		if (!(request->given & (OPTION_MACHINE | OPTION_NEW_DOMAIN | ONLY_NEW |
					OPTION_IOMMUFD)))
			return 0;
		fault_set(&fault, EINVAL, "export rom reads a card of this computer, and "
			  "takes no option of a guest or of a recorded machine", NULL);
	} else if (strcmp(request->operand, "libvirt") != 0 && !is_qemu(request))
		words_unknown(&fault, "export knows no ", span_of(request->operand),
			      known);
	else if (request->given & OPTION_IOMMUFD && !is_qemu(request))
		fault_set(&fault, EINVAL, "--iommufd is for export qemu: libvirt chooses "
			  "by itself", NULL);
	else if (request->given & ONLY_NEW && !request->new_domain && !is_qemu(request))
		fault_set(&fault, EINVAL, "--cpus, --memory, --disk, --firmware and "
			  "--hugepages are of a whole guest: add --new-domain NAME",
			  NULL);
	else if (guest_read(guest, request, "guest", &fault) == 0)
		return 0;
	return cmd_fail(STATUS_USAGE, &fault);
}

int cmd_export(const struct request *request, struct inputs *in)
{
	static struct list list;
	static struct export e;
	struct fault fault;
	struct guest guest;
	int status = check_request(request, &guest);

	if (status != 0)
		return status;
	if (inputs_open(in, request, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	if (inputs_rules(in, request, &fault) < 0)
		return cmd_fail(STATUS_CONFIG, &fault);
	if (inputs_plan(in, request, &fault) < 0 || list_open(&list, in, &fault) < 0)
		return cmd_fail(STATUS_SYSTEM, &fault);
	cmd_say_unread(in);
	list.has_plan = true;
	list.has_host = !request->machine;
	e.list = &list;
	e.m = &in->machine;
	if (is_rom(request))
		status = export_rom(&list, request);
	else if (cmd_is_blind(request, in))
		status = STATUS_SYSTEM;
	else
		status = export(&e, request, &guest);
	list_close(&list);
	return status;
}
