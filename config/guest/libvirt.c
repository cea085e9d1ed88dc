/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices as libvirt wants them: https://libvirt.org/formatdomain.html.
 */
#include "guest/export.h"
#include "guest/xml.h"

static void address(struct xml *xml, const struct pci_addr *addr)
{
	xml_start(xml, "address");
	xml_hex(xml, "domain", addr->domain, 4);
	xml_hex(xml, "bus", addr->bus, 2);
	xml_hex(xml, "slot", addr->dev, 2);
	xml_hex(xml, "function", addr->fn, 1);
	xml_end(xml);
}

/* With the firmware's screen on it, what the kernel shows as the card's ROM may be the
 * firmware's copy, which has run already: drivers/pci/rom.c, IORESOURCE_ROM_SHADOW. */
static void hint_rom(const struct export *e, unsigned i, struct xml *xml)
{
	const struct function *f = &e->m->fn[i];

	if (!function_is_display(f) || list_boot_display(e->list, i) != FACT_YES)
		return;
	xml_comment(xml, "The firmware's screen was on this card, so that its ROM may be "
		    "seen only as the firmware has changed it. If the guest's screen "
		    "stays dark: <rom file='/path/of/the/ROM'/> inside this element.");
}

static void hostdev(const struct export *e, const struct export_device *device,
		    struct xml *xml, unsigned first_port)
{
	const struct function *f = &e->m->fn[device->fn];
	char words[LINE_SIZE];
	struct text t = TEXT_IN(words);

	pci_addr_text(f->addr, &t);
	text_char(&t, ' ');
	pci_id_text(f->id, &t);
	text_add(&t, ", which earlybind binds to ");
	text_quote(&t, device->driver);
	/* virPCIDeviceGetCurrentDriverNameAndType() is in 11.3, and not in 9.0 */
	if (!span_same_name(device->driver, SPAN("vfio-pci")))
		text_add(&t, ": libvirt 9.0 does not know such a driver and refuses to "
			 "start, 11.3 does");
	xml_comment(xml, words);
	xml_start(xml, "hostdev");
	xml_word(xml, "mode", "subsystem");
	xml_word(xml, "type", "pci");
	xml_word(xml, "managed", "no");
	xml_start(xml, "source");
	address(xml, &f->addr);
	xml_end(xml);
	hint_rom(e, device->fn, xml);
	xml_start(xml, "address");
	xml_word(xml, "type", "pci");
	xml_hex(xml, "domain", 0, 4);
	xml_hex(xml, "bus", first_port + device->port, 2);
	xml_hex(xml, "slot", 0, 2);
	xml_hex(xml, "function", device->function, 1);
	if (device->is_multi)
		xml_word(xml, "multifunction", "on");
	xml_end(xml);
	xml_end(xml);
}

void export_hostdevs(const struct export *e, struct xml *xml, unsigned first_port)
{
	unsigned k;

	for (k = 0; k < e->n_ports; k++) {
		xml_start(xml, "controller");
		xml_word(xml, "type", "pci");
		xml_number(xml, "index", first_port + k);
		xml_word(xml, "model", "pcie-root-port");
		xml_end(xml);
	}
	xml_comment(xml, "managed='no': earlybind gives these devices away at every "
		    "boot, before another driver has them. With 'yes' libvirt would hand "
		    "them to the host's own drivers whenever the guest stops, and take "
		    "them away from those at the next start, which can freeze the host.");
	for (k = 0; k < e->n; k++)
		hostdev(e, &e->device[k], xml, first_port);
}
