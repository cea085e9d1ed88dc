/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of vendors, devices and classes from libpci. The bus is never scanned with it:
 * what is there comes from machine.c, so that --root and recorded machines get names
 * too.
 */
#include "show/names.h"

#include <errno.h>
#include <pci/pci.h>
#include <setjmp.h>

/* libpci's error handler may not return, and the one that it brings ends the program. The
 * library takes no argument for it: hence the one variable. */
static jmp_buf on_error;

static void fail(char *format, ...) __attribute__((noreturn));
static void fail(char *format, ...)
{
	(void)format;
	longjmp(on_error, 1);
}

static void be_silent(char *format, ...)
{
	(void)format;
}

int names_open(struct names *names, struct fault *reterr)
{
	names->access = pci_alloc();
	if (!names->access)
		return fault_set(reterr, ENOMEM, "no memory for the list of PCI names",
				 NULL);
	names->access->error = fail;
	names->access->warning = be_silent;
	names->access->debug = be_silent;
	return 0;
}

/* The list is UTF-8, and a terminal may take control characters for commands. */
static const char *make_plain(char *buffer)
{
	char *at;

	for (at = buffer; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return buffer;
}

static const char *plain_number(char *buffer, const char *what, unsigned n)
{
	struct text t;

	text_init(&t, buffer, NAME_SIZE);
	text_add(&t, what);
	text_char(&t, ' ');
	text_hex(&t, n, 4);
	return buffer;
}

/* Of the list alone: udev's database names the chip where the card was asked for. */
enum { FLAGS = PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB };

/* A broken list is as good as none. */
static const char *look_up(struct names *names, char *buffer, int what, int a, int b,
			   int c, int d)
{
	const char *name;

	if (setjmp(on_error) != 0)
		return NULL;
	name = pci_lookup_name(names->access, buffer, NAME_SIZE, what | FLAGS, a, b, c,
			       d);
	if (name && name != buffer)
		return NULL;	/* "<pci_lookup_name: buffer too small>" */
	return name ? make_plain(buffer) : NULL;
}

const char *names_vendor(struct names *names, struct pci_id id, char buffer[NAME_SIZE])
{
	if (look_up(names, buffer, PCI_LOOKUP_VENDOR, id.vendor, 0, 0, 0))
		return buffer;
	return plain_number(buffer, "Vendor", id.vendor);
}

const char *names_device(struct names *names, struct pci_id id, char buffer[NAME_SIZE])
{
	if (look_up(names, buffer, PCI_LOOKUP_DEVICE, id.vendor, id.device, 0, 0))
		return buffer;
	return plain_number(buffer, "Device", id.device);
}

const char *names_subsystem(struct names *names, struct pci_id id,
			    struct pci_id subsystem, char buffer[NAME_SIZE])
{
	char maker[NAME_SIZE], model[NAME_SIZE];
	struct text t;

	names_vendor(names, subsystem, maker);
	if (!look_up(names, model, PCI_LOOKUP_DEVICE | PCI_LOOKUP_SUBSYSTEM, id.vendor,
		     id.device, subsystem.vendor, subsystem.device))
		plain_number(model, "Device", subsystem.device);
	text_init(&t, buffer, NAME_SIZE);
	text_add(&t, maker);
	text_char(&t, ' ');
	text_add(&t, model);
	return buffer;
}

const char *names_class(struct names *names, uint32_t class, char buffer[NAME_SIZE])
{
	if (look_up(names, buffer, PCI_LOOKUP_CLASS, (int)(class >> 8), 0, 0, 0))
		return buffer;
	return plain_number(buffer, "Class", class >> 8);
}

void names_close(struct names *names)
{
	if (names->access)
		pci_cleanup(names->access);
	names->access = NULL;
}
