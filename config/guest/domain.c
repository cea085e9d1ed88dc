/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole domain for libvirt, with what a guest needs that has devices of its own:
 * https://libvirt.org/formatdomain.html. What is not said here libvirt fills in.
 */
#include "guest/domain.h"

#include <string.h>

static void leaf_number(struct xml *xml, const char *name, const char *key, uint64_t n,
			const char *key2, const char *value2)
{
	xml_start(xml, name);
	xml_number(xml, key, n);
	if (key2)
		xml_word(xml, key2, value2);
	xml_end(xml);
}

static void words_number(struct xml *xml, const char *name, const char *key,
			 const char *value, uint64_t n)
{
	char words[24];
	struct text t = TEXT_IN(words);

	text_decimal(&t, n);
	xml_start(xml, name);
	if (key)
		xml_word(xml, key, value);
	xml_words(xml, words);
	xml_end(xml);
}

static void memory(const struct domain *d, struct xml *xml)
{
	char words[200];
	struct text t = TEXT_IN(words);

	words_number(xml, "memory", "unit", "MiB", d->guest->memory);
	if (!d->guest->has_hugepages)
		return;
	text_add(&t, "Pages of 2 MiB must be there before: vm.nr_hugepages=");
	text_decimal(&t, (d->guest->memory + 1) / 2);
	text_add(&t, " in a file of /etc/sysctl.d.");
	xml_comment(xml, words);
	xml_start(xml, "memoryBacking");
	xml_start(xml, "hugepages");
	xml_end(xml);
	xml_end(xml);
}

/* Whether any device is known to be on another node than the processors. */
static bool is_spread(const struct domain *d)
{
	unsigned k;

	for (k = 0; k < d->export->n; k++) {
		uint16_t node = d->topology->node_of[d->export->device[k].fn];

		if (node != TOPOLOGY_NONE && node != d->cpus->node)
			return true;
	}
	return false;
}

static void say_where(const struct domain *d, struct xml *xml)
{
	const struct cpus *cpus = d->cpus;
	const struct export *e = d->export;
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);

	text_add(&t, "Whole cores for the guest alone, each of its threads on a thread "
		 "of them");
	if (cpus->has_nodes && cpus->is_near) {
		text_add(&t, ", on node ");
		text_decimal(&t, cpus->node);
		text_add(&t, " as ");
		pci_addr_text(e->m->fn[e->device[cpus->of].fn].addr, &t);
	} else if (cpus->has_nodes) {
		text_add(&t, ", on one node: the machine does not tell which is near ");
		pci_addr_text(e->m->fn[e->device[cpus->of].fn].addr, &t);
	}
	if (is_spread(d))
		text_add(&t, "; other devices of the guest are on other nodes");
	text_add(&t, ". The emulator and its disk thread have others.");
	xml_comment(xml, words);
}

static void pinning(const struct domain *d, struct xml *xml)
{
	const struct cpus *cpus = d->cpus;
	char host[LINE_SIZE];
	struct text t = TEXT_IN(host);
	unsigned i, k, vcpu = 0;

	cpus_host_text(cpus, d->topology, &t);
	words_number(xml, "vcpu", "placement", "static", cpus->n * cpus->threads);
	words_number(xml, "iothreads", NULL, NULL, 1);
	say_where(d, xml);
	xml_start(xml, "cputune");
	for (i = 0; i < cpus->n; i++)
		for (k = 0; k < cpus->threads; k++) {
			xml_start(xml, "vcpupin");
			xml_number(xml, "vcpu", vcpu++);
			xml_number(xml, "cpuset",
				   d->topology->core[cpus->core[i]].cpu[k]);
			xml_end(xml);
		}
	xml_leaf(xml, "emulatorpin", "cpuset", host, NULL, NULL);
	leaf_number(xml, "iothreadpin", "iothread", 1, "cpuset", host);
	xml_end(xml);
	if (!cpus->has_nodes)
		return;
	xml_start(xml, "numatune");
	xml_start(xml, "memory");
	xml_word(xml, "mode", "strict");
	xml_number(xml, "nodeset", cpus->node);
	xml_end(xml);
	xml_end(xml);
}

/* Without <firmware> libvirt takes the first build that fits, which on Debian is one for
 * Secure Boot with keys enrolled. */
static void firmware(const struct domain *d, struct xml *xml)
{
	const struct guest *guest = d->guest;

	xml_start(xml, "os");
	if (!guest->firmware)
		xml_word(xml, "firmware", "efi");
	xml_start(xml, "type");
	xml_word(xml, "arch", "x86_64");
	xml_word(xml, "machine", "q35");
	xml_words(xml, "hvm");
	xml_end(xml);
	if (guest->firmware) {
		xml_start(xml, "loader");
		xml_word(xml, "readonly", "yes");
		xml_word(xml, "type", "pflash");
		xml_words(xml, guest->firmware);
		xml_end(xml);
		xml_leaf(xml, "nvram", "template", guest->vars, NULL, NULL);
	} else {
		xml_comment(xml, "UEFI runs the ROM of a card by itself. libvirt makes "
			    "the variable store. Secure Boot would run signed ROMs "
			    "only.");
		xml_start(xml, "firmware");
		xml_leaf(xml, "feature", "enabled", "no", "name", "secure-boot");
		xml_end(xml);
	}
	xml_leaf(xml, "boot", "dev", "hd", NULL, NULL);
	xml_leaf(xml, "boot", "dev", "cdrom", NULL, NULL);
	xml_end(xml);
}

/* QEMU shows vendor_id only with other words of Hyper-V: hyperv_enabled() in
 * target/i386/kvm/kvm.c. */
static void hide(const struct domain *d, struct xml *xml)
{
	if (!export_has_display_of(d->export, 0x10de))
		return;
	xml_comment(xml, "NVIDIA's Windows driver before 465 stops with code 43 in a "
		    "guest of KVM or Hyper-V; later ones, and Linux, need neither "
		    "vendor_id nor hidden.");
	xml_start(xml, "hyperv");
	xml_word(xml, "mode", "custom");
	xml_leaf(xml, "relaxed", "state", "on", NULL, NULL);
	xml_leaf(xml, "vapic", "state", "on", NULL, NULL);
	xml_leaf(xml, "spinlocks", "state", "on", "retries", "8191");
	xml_leaf(xml, "vendor_id", "state", "on", "value", "earlybind");
	xml_end(xml);
	xml_start(xml, "kvm");
	xml_leaf(xml, "hidden", "state", "on", NULL, NULL);
	xml_end(xml);
}

static void features(const struct domain *d, struct xml *xml)
{
	xml_start(xml, "features");
	xml_start(xml, "acpi");
	xml_end(xml);
	xml_start(xml, "apic");
	xml_end(xml);
	hide(d, xml);
	xml_end(xml);
}

static void cpu(const struct domain *d, struct xml *xml)
{
	const struct cpus *cpus = d->cpus;

	xml_start(xml, "cpu");
	xml_word(xml, "mode", "host-passthrough");
	xml_word(xml, "check", "none");
	xml_word(xml, "migratable", "off");
	xml_start(xml, "topology");
	xml_number(xml, "sockets", 1);
	xml_number(xml, "dies", cpus->dies);
	xml_number(xml, "cores", cpus->n / cpus->dies);
	xml_number(xml, "threads", cpus->threads);
	xml_end(xml);
	xml_leaf(xml, "cache", "mode", "passthrough", NULL, NULL);
	/* a guest on AMD sees no threads without it, and QEMU leaves it out of "host" */
	if (d->export->m->cpu == CPU_AMD && cpus->threads > 1)
		xml_leaf(xml, "feature", "policy", "require", "name", "topoext");
	xml_end(xml);
}

static void disk(const struct domain *d, struct xml *xml)
{
	bool is_block = guest_has_block(d->guest);
	char file[PATH_SIZE], words[2 * PATH_SIZE];
	struct text f = TEXT_IN(file), w = TEXT_IN(words);

	if (d->guest->disk) {
		text_add(&f, d->guest->disk);
	} else {
		text_add(&f, "/var/lib/libvirt/images/");
		text_add(&f, d->guest->name);
		text_add(&f, ".qcow2");
		text_add(&w, "It must be made: qemu-img create -f qcow2 ");
		text_add(&w, file);
		text_add(&w, " 64G");
		xml_comment(xml, words);
	}
	xml_start(xml, "disk");
	xml_word(xml, "type", is_block ? "block" : "file");
	xml_word(xml, "device", "disk");
	xml_start(xml, "driver");
	xml_word(xml, "name", "qemu");
	xml_word(xml, "type", guest_format(d->guest));
	if (is_block) {
		xml_word(xml, "cache", "none");
		xml_word(xml, "io", "native");
	}
	xml_word(xml, "discard", "unmap");
	xml_number(xml, "iothread", 1);
	xml_end(xml);
	xml_leaf(xml, "source", is_block ? "dev" : "file", file, NULL, NULL);
	xml_leaf(xml, "target", "dev", "vda", "bus", "virtio");
	xml_end(xml);
}

/* With a display of its own the guest gets no second one, on which it would start. */
static void screen(const struct domain *d, struct xml *xml)
{
	bool is_dark = export_has_display(d->export);

	if (is_dark)
		xml_comment(xml, "Its screen is the card's. This one is for the keyboard "
			    "alone, until the guest has a USB controller or "
			    "keyboard.");
	xml_leaf(xml, "graphics", "type", "vnc", "listen", "127.0.0.1");
	xml_start(xml, "video");
	xml_leaf(xml, "model", "type", is_dark ? "none" : "virtio", NULL, NULL);
	xml_end(xml);
}

static void devices(const struct domain *d, struct xml *xml)
{
	xml_start(xml, "devices");
	disk(d, xml);
	xml_leaf(xml, "controller", "type", "usb", "model", "qemu-xhci");
	xml_start(xml, "interface");
	xml_word(xml, "type", "network");
	xml_leaf(xml, "source", "network", "default", NULL, NULL);
	xml_leaf(xml, "model", "type", "virtio", NULL, NULL);
	xml_end(xml);
	xml_leaf(xml, "serial", "type", "pty", NULL, NULL);
	xml_leaf(xml, "input", "type", "tablet", "bus", "usb");
	screen(d, xml);
	export_hostdevs(d->export, xml, 1);
	xml_comment(xml, "A device writes to all of the guest's memory at any time: none "
		    "of it can be given back while it runs.");
	xml_leaf(xml, "memballoon", "model", "none", NULL, NULL);
	xml_end(xml);
}

/* libvirt has no word of its own for it. */
static void window(const struct domain *d, struct xml *xml)
{
	char words[64];
	struct text t = TEXT_IN(words);

	text_add(&t, "name=opt/ovmf/X-PciMmio64Mb,string=");
	text_decimal(&t, d->window);
	xml_comment(xml, "A window above 4 GiB for the large BARs, in MiB, for builds of "
		    "OVMF that make one of 32 GiB.");
	xml_start(xml, "qemu:commandline");
	xml_leaf(xml, "qemu:arg", "value", "-fw_cfg", NULL, NULL);
	xml_leaf(xml, "qemu:arg", "value", words, NULL, NULL);
	xml_end(xml);
}

void domain_print(const struct domain *d, struct xml *xml)
{
	xml_start(xml, "domain");
	xml_word(xml, "type", "kvm");
	if (d->window)
		xml_word(xml, "xmlns:qemu", "http://libvirt.org/schemas/domain/qemu/1.0");
	xml_start(xml, "name");
	xml_words(xml, d->guest->name);
	xml_end(xml);
	memory(d, xml);
	pinning(d, xml);
	firmware(d, xml);
	features(d, xml);
	cpu(d, xml);
	devices(d, xml);
	if (d->window)
		window(d, xml);
	xml_end(xml);
}
