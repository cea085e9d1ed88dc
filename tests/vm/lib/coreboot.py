# SPDX-License-Identifier: GPL-2.0-or-later
"""What coreboot tells a kernel of its framebuffer, and the ACPI device that says where.

Debian's kernels make a simple-framebuffer of it, as others do of what UEFI tells: its
memory belongs to the platform device and stays taken when the driver is unbound.
include/linux/platform_data and drivers/firmware/google of Linux have the formats.
"""
import struct

TABLE = 0x8000000 # where QEMU puts it; the kernel must leave these 64 KiB alone
FRAMEBUFFER = 0xfd000000 # where SeaBIOS puts the memory of other1 or vga1 beside a card2
TAG_FRAMEBUFFER = 0x12
WIDTH, HEIGHT, DEPTH = 1280, 800, 32 # the mode that the BIOS of bochs-display sets


def make_table():
    """A table with one entry, the framebuffer."""
    colours = (16, 8, 8, 8, 0, 8, 24, 8) # position and size: red, green, blue, rest
    entry = struct.pack("<QIIIB8B", FRAMEBUFFER, WIDTH, HEIGHT, WIDTH * DEPTH // 8, DEPTH,
                        *colours)
    entry += bytes(-len(entry) % 8)
    entry = struct.pack("<II", TAG_FRAMEBUFFER, 8 + len(entry)) + entry
    head = struct.pack("<4s5I", b"LBIO", 24, 0, len(entry), 0, 1)
    return (head + entry).ljust(4096, b"\0")


def package(data):
    """Data behind its length, as ACPI packs it."""
    if len(data) < 63:
        return bytes([len(data) + 1]) + data
    size = len(data) + 2
    return bytes([0x40 | size & 15, size >> 4]) + data


def make_acpi():
    """The body of an SSDT: a device BOOT0000 whose resource is the table."""
    memory = bytes([0x86, 9, 0, 0]) + struct.pack("<II", TABLE, 4096) + b"\x79\0"
    device = b"CBT0" + b"\x08_HID\x0dBOOT0000\0"
    device += b"\x08_CRS\x11" + package(bytes([0x0a, len(memory)]) + memory)
    return b"\x10" + package(b"\\_SB_" + b"\x5b\x82" + package(device))


def write(folder):
    for name, data in (("table", make_table()), ("acpi", make_acpi())):
        with open(f"{folder}/coreboot.{name}", "wb") as file:
            file.write(data)
