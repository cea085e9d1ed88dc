/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the firmware's screen is: every source, what each may not tell, and which of two
 * comes first. Two displays, 01:00.0 of class 0300 and 02:00.0 of class 0380. */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "core/screen.h"
#include "files.h"

#define DEVICES "sys/bus/pci/devices/"
#define FIRST DEVICES "0000:01:00.0/"
#define SECOND DEVICES "0000:02:00.0/"
#define PLATFORM "sys/bus/platform/"

static struct machine m;

/* What the boot loader said of the screen. */
static void boot(unsigned char kind, uint64_t base, bool is_64)
{
	unsigned char info[4096] = { 0 };
	uint32_t low = (uint32_t)base, high = (uint32_t)(base >> 32);

	info[0x0f] = kind;
	memcpy(info + 0x18, &low, sizeof(low));
	info[0x36] = is_64 ? 2 : 1;
	memcpy(info + 0x3a, &high, sizeof(high));
	put("sys/kernel/boot_params/data", info, sizeof(info));
}

/* "first second", as the machine text has it. */
static const char *screens(void)
{
	static const char *const words[] = { "-", "none", "yes", "text", "framebuffer" };
	static char both[64];
	struct root root;
	struct fault fault;

	if (root_open(&root, ".") < 0 || machine_scan(&m, &root, 0, &fault) < 0 ||
	    m.n != 2)
		abort();
	close_fd(&root.fd);
	snprintf(both, sizeof(both), "%s %s", words[m.fn[0].screen],
		 words[m.fn[1].screen]);
	return both;
}

#define NO_BAR "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
#define BRIDGE "0x00000000c0000000 0x00000000cfffffff 0x0000000000000200\n"

static void plant(void)
{
	files_begin();
	run("mkdir -p " FIRST " " SECOND " sys/kernel/boot_params proc " PLATFORM
	    "devices " PLATFORM "drivers/efi-framebuffer sys/class");
	say(FIRST "modalias", "pci:v000010DEd00002206sv00000000sd00000000bc03sc00i00\n");
	say(SECOND "modalias", "pci:v00001002d00001586sv00000000sd00000000bc03sc80i00\n");
	say(FIRST "resource",
	    "0x00000000fc000000 0x00000000fcffffff 0x0000000000040200\n"
	    "0x00000060c0000000 0x00000060cfffffff 0x000000000014220c\n"
	    NO_BAR NO_BAR "0x000000000000e000 0x000000000000e07f 0x0000000000040101\n"
	    NO_BAR NO_BAR);
	say(SECOND "resource",
	    "0x00000000c0000000 0x00000000c0ffffff 0x0000000000042208\n"
	    NO_BAR NO_BAR NO_BAR NO_BAR NO_BAR BRIDGE);
}

static void test_boot(void)
{
	CHECK_TEXT(screens(), "- -", "boot: nothing is known");
	boot(0, 0xc0000000, false);
	CHECK_TEXT(screens(), "- -", "boot: no screen was handed over");
	boot(0x70, 0xc0000000, false);
	CHECK_TEXT(screens(), "none framebuffer", "boot: EFI, at the start of a BAR");
	boot(0x23, 0xc0ffffff, false);
	CHECK_TEXT(screens(), "none framebuffer", "boot: VESA, at the end of a BAR");
	boot(0x70, 0xc1000000, false);
	CHECK_TEXT(screens(), "- -", "boot: behind a BAR is in none, and tells nothing");
	boot(0x70, 0x60c0100000, true);
	CHECK_TEXT(screens(), "framebuffer none", "boot: above 4 GiB");
	boot(0x70, 0x60c0100000, false);
	CHECK_TEXT(screens(), "none framebuffer",
		   "boot: the upper half counts only with its flag");
	boot(0x70, 0xe000, false);
	CHECK_TEXT(screens(), "- -", "boot: ports are no memory");
	boot(0x70, 0, false);
	CHECK_TEXT(screens(), "- -", "boot: an address of zero tells nothing");
	boot(0x70, 0xc8000000, false);
	CHECK_TEXT(screens(), "- -", "boot: the seventh line is no BAR");
	boot(0x70, 0xc0000000, false);
	say(SECOND "resource", "0x00000000c0000000 0x00000000c0ffffff\n");
	CHECK_TEXT(screens(), "- -", "boot: a resource that is cut off tells nothing");
	say(SECOND "resource", "0x00000000c0000000 0x00000000c0ffffff 0x42208\n");
	CHECK_TEXT(screens(), "none framebuffer",
		   "boot: what was read before the cut does");
	put("sys/kernel/boot_params/data", "", 0);
	CHECK_TEXT(screens(), "- -", "boot: too short");
}

static void test_text(void)
{
	boot(1, 0, false);
	CHECK_TEXT(screens(), "- -", "text: which card decodes VGA is not known");
	say(FIRST "boot_vga", "0\n");
	CHECK_TEXT(screens(), "- -", "text: not this one");
	say(FIRST "boot_vga", "1\n");
	CHECK_TEXT(screens(), "text none", "text: the default VGA card");
	CHECK(machine_boot_display(&m) == 0, "text: which is the boot display");
	boot(0x70, 0xc0000000, false);
	CHECK_TEXT(screens(), "none framebuffer", "text: a framebuffer beats boot_vga");
	CHECK(machine_boot_display(&m) == 1, "text: and is the boot display");
	boot(0, 0, false);
	CHECK_TEXT(screens(), "- -", "text: boot_vga alone is no screen");
	CHECK(machine_boot_display(&m) == 0, "text: but tells the boot display");
}

#define IOMEM(a, b) \
	"00000000-00000000 : Reserved\n" \
	"00000000-00000000 : PCI Bus 0000:00\n" \
	"  00000000-00000000 : PCI Bus 0000:02\n" \
	"    00000000-00000000 : 0000:02:00.0\n" a \
	"  00000000-00000000 : PCI Bus 0000:01\n" \
	"    00000000-00000000 : 0000:01:00.0\n" b \
	"  00000000-00000000 : efifb\n"

static void test_iomem(void)
{
	say("proc/iomem", IOMEM("", ""));
	CHECK_TEXT(screens(), "- -", "iomem: below no function");
	say("proc/iomem", IOMEM("      00000000-00000000 : efifb\n", ""));
	CHECK_TEXT(screens(), "none framebuffer", "iomem: names need no root rights");
	say("proc/iomem", IOMEM("", "      00000000-00000000 : BOOTFB\n"
				    "        00000000-00000000 : simpledrm\n"));
	CHECK_TEXT(screens(), "framebuffer none", "iomem: memory reserved by the kernel");
	say("proc/iomem", IOMEM("      00000000-00000000 : Coreboot Framebuffer\n", ""));
	CHECK_TEXT(screens(), "none framebuffer", "iomem: what coreboot tells of");
	say("proc/iomem", IOMEM("", "      00000000-00000000 : simple-framebuffer.0\n"));
	CHECK_TEXT(screens(), "framebuffer none", "iomem: and as Linux 7 calls it");
	say("proc/iomem", IOMEM("", "      00000000-00000000 : amdgpu\n"));
	CHECK_TEXT(screens(), "- -", "iomem: a driver of the card is not the firmware");
	say("proc/iomem", "    00000000-00000000 : 0000:02:00.0\n"
			  "    00000000-00000000 : efifb\n");
	CHECK_TEXT(screens(), "- -", "iomem: beside a function is not below it");
	say("proc/iomem", "00000000-00000000 : 0000:09:00.0\n"
			  "  00000000-00000000 : efifb");
	CHECK_TEXT(screens(), "- -", "iomem: a function that is not there");
	say("proc/iomem", ":\n: \n : : \n0000:01:00.0\n\n : efifb\n");
	CHECK_TEXT(screens(), "- -", "iomem: no such text");
	say("proc/iomem", IOMEM("      00000000-00000000 : efifb\n", ""));
	boot(0x70, 0x60c0000000, true);
	CHECK_TEXT(screens(), "- -",
		   "iomem: and the boot loader name two functions: nothing is known");
	boot(0x70, 0xc0000000, false);
	CHECK_TEXT(screens(), "none framebuffer", "iomem: they name one");
	boot(0, 0, false);
	run("{ for i in $(seq 4000); do echo '    00000000-00000000 : 0000:07:00.0'; "
	    "echo '      00000000-00000000 : vfio-pci'; done; cat proc/iomem; } "
	    ">proc/long && mv proc/long proc/iomem");
	CHECK_TEXT(screens(), "none framebuffer", "iomem: behind the first 128 KiB");
	say("proc/iomem", "");
}

static void test_device(void)
{
	struct screen_device device;
	struct root root;

	if (root_open(&root, ".") < 0)
		abort();
	run("mkdir -p " PLATFORM "devices/7e000000.framebuffer " PLATFORM "devices/x.0 "
	    "&& ln -s ../../drivers/simple-framebuffer " PLATFORM
	    "devices/7e000000.framebuffer/driver");
	CHECK(screen_device(&root, &device) == 0,
	      "device: a device tree's framebuffer is not sysfb's");
	run("mkdir -p sys/devices/pci0/0000:02:00.0/efi-framebuffer.0 && ln -s "
	    "../../../devices/pci0/0000:02:00.0/efi-framebuffer.0 " PLATFORM "devices/");
	CHECK(screen_device(&root, &device) == 0, "device: one without a driver");
	run("ln -s ../../../../bus/platform/drivers/efi-framebuffer "
	    "sys/devices/pci0/0000:02:00.0/efi-framebuffer.0/driver");
	CHECK(screen_device(&root, &device) == 1 && device.has_parent &&
	      device.parent.bus == 2, "device: the function it lies below");
	CHECK_TEXT(device.name, "efi-framebuffer.0", "device: its name");
	CHECK_TEXT(device.driver, "efi-framebuffer", "device: its driver");
	CHECK_TEXT(screens(), "none framebuffer", "device: tells where the screen is");
	run("rm -r " PLATFORM "devices/efi-framebuffer.0 && mkdir " PLATFORM
	    "devices/efi-framebuffer.0 && ln -s ../../drivers/efi-framebuffer " PLATFORM
	    "devices/efi-framebuffer.0/driver");
	CHECK(screen_device(&root, &device) == 1 && !device.has_parent,
	      "device: before Linux 6.12 it lies below none");
	CHECK_TEXT(screens(), "- -", "device: and does not tell then");
	close_fd(&root.fd);
}

/* What a machine text says, in which two displays may claim it. */
static unsigned boot_display(const char *first, const char *second)
{
	char text[256];
	struct fault fault;

	snprintf(text, sizeof(text), "machine 1\n"
		 "address=01:00.0 id=10de:2206 class=030000 %s\n"
		 "address=02:00.0 id=1002:1586 class=038000 %s\n", first, second);
	if (machine_parse(&m, "x", span_of(text), &fault) < 0)
		abort();
	return machine_boot_display(&m);
}

static void test_claims(void)
{
	CHECK(boot_display("boot_vga=1", "") == 0, "claims: boot_vga");
	CHECK(boot_display("boot_vga=1", "screen=framebuffer") == 1,
	      "claims: the screen beats boot_vga");
	CHECK(boot_display("boot_vga=1", "screen=yes") == 1, "claims: of whatever kind");
	CHECK(boot_display("boot_vga=1 screen=none", "") == NO_FUNCTION,
	      "claims: what has not the screen is not the boot display");
	CHECK(boot_display("screen=text", "screen=framebuffer") == NO_FUNCTION,
	      "claims: two, and nobody knows");
}

static void test_console(void)
{
	struct root root;

	if (root_open(&root, ".") < 0)
		abort();
	CHECK(screen_has_console(&root, "VGA+") < 0, "console: no consoles at all");
	run("mkdir -p sys/class/vtconsole/vtcon0 sys/class/vtconsole/vtcon1");
	say("sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
	CHECK(screen_has_console(&root, "VGA+") == 0, "console: another kind");
	say("sys/class/vtconsole/vtcon1/name", "(S) VGA+\n");
	CHECK(screen_has_console(&root, "VGA+") == 1, "console: this kind");
	close_fd(&root.fd);
}

int main(void)
{
	plant();
	test_boot();
	test_text();
	test_iomem();
	test_device();
	test_claims();
	test_console();
	files_end();
	return check_done();
}
