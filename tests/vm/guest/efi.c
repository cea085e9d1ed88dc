// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A UEFI program for guests, which efi.py puts at two places. In the ROM of a card it
 * tells, once the firmware that has run it has a screen and is about to boot, that it was
 * run. On a disk it is what is booted: it says so, and waits.
 *
 * Of each table and protocol stands here what is called, where the UEFI specification has
 * it.
 */
#include <stdint.h>

#define API __attribute__((ms_abi))

enum { LOADER_CODE = 1, NOTIFY_SIGNAL = 0x200, PRIORITY_CALLBACK = 8, WIDTH_32 = 2 };

struct guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct con_out {
	void *reset;
	uint64_t (API *output)(struct con_out *self, const uint16_t *text);
};

struct boot_services {
	uint8_t before_handle_protocol[0x98];
	uint64_t (API *handle_protocol)(void *handle, const struct guid *guid,
					void **ret);
	uint8_t before_stall[0xf8 - 0xa0];
	uint64_t (API *stall)(uint64_t microseconds);
	uint64_t (API *set_watchdog)(uint64_t seconds, uint64_t code, uint64_t size,
				     void *data);
	uint8_t before_create_event_ex[0x170 - 0x108];
	uint64_t (API *create_event_ex)(uint32_t type, uint64_t priority,
					void (API *notify)(void *event, void *context),
					void *context, const struct guid *group,
					void **ret);
};

struct system_table {
	uint8_t before_con_out[0x40];
	struct con_out *con_out;
	uint8_t before_boot[0x18];
	struct boot_services *boot;
};

struct loaded_image {
	uint8_t before_device[0x18];
	void *device;
	uint8_t before_type[0x50 - 0x20];
	uint32_t type;
};

struct pci_io {
	uint8_t before_read[0x30];
	uint64_t (API *read)(struct pci_io *self, int width, uint32_t offset,
			     uint64_t count, void *buffer);
};

static const struct guid image_guid = {
	0x5b1b31a1, 0x9562, 0x11d2, { 0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b }
};
static const struct guid pci_guid = {
	0x4cf5b200, 0x68b8, 0x4ca5, { 0x9e, 0xec, 0xb2, 0x3e, 0x3f, 0x50, 0x02, 0x9a }
};
static const struct guid ready_to_boot = {
	0x7ce88fb3, 0x4bd7, 0x4679, { 0x87, 0xa8, 0xa8, 0xd8, 0xde, 0xe5, 0x0d, 0x2b }
};

static struct system_table *table;
static uint32_t id;
static int is_said;

static void hex(uint16_t *to, uint32_t n)
{
	int i;

	for (i = 0; i < 4; i++)
		to[i] = (uint16_t)("0123456789abcdef"[n >> (12 - 4 * i) & 15]);
}

static void API say(void *event, void *context)
{
	static uint16_t text[] = u"\r\nThe firmware of this guest has run the ROM of "
				 "its card 0000:0000.\r\n";
	uint16_t *at = text + sizeof(text) / sizeof(text[0]) - 13;

	(void)event;
	(void)context;
	if (is_said++)
		return;
	hex(at, id & 0xffff);
	hex(at + 5, id >> 16);
	table->con_out->output(table->con_out, text);
}

static _Noreturn void boot(void)
{
	static const uint16_t text[] = u"\r\nThe guest has booted from its disk.\r\n";

	table->con_out->output(table->con_out, text);
	table->boot->set_watchdog(0, 0, 0, 0);
	for (;;)
		table->boot->stall(1000000);
}

uint64_t API __attribute__((section(".text.entry"))) start(void *image,
							   struct system_table *given)
{
	struct boot_services *services = given->boot;
	struct loaded_image *own;
	struct pci_io *pci;
	void *event;

	table = given;
	if (services->handle_protocol(image, &image_guid, (void **)&own) != 0)
		return 1;
	if (own->type == LOADER_CODE)
		boot();
	if (services->handle_protocol(own->device, &pci_guid, (void **)&pci) == 0)
		pci->read(pci, WIDTH_32, 0, 1, &id);
	return services->create_event_ex(NOTIFY_SIGNAL, PRIORITY_CALLBACK, say, 0,
					 &ready_to_boot, &event);
}
