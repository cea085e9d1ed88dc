# SPDX-License-Identifier: GPL-2.0-or-later
"""efi.c as the ROM of a card, and as what a disk boots: for guests in the test machines.

The program needs no relocation, so that its PE file is a header and the code as it is.
"""
import os
import struct
import subprocess

from paths import VM

COMPILE = ("cc -Os -std=gnu11 -Wall -Wextra -ffreestanding -fpie -fno-stack-protector "
       "-mno-red-zone -fno-asynchronous-unwind-tables -fcf-protection=none "
       "-mgeneral-regs-only -c")
# One section at the address of its first page; the entry point is its first byte.
SCRIPT = ("SECTIONS { . = 0x1000; .all : { *(.text.entry) *(.text*) *(.rodata*) "
      "*(.data*) *(.bss*) *(COMMON) } /DISCARD/ : { *(*) } }\n")
PAGE, SECTOR = 4096, 512
DRIVER, APPLICATION = 11, 10
# What a card of QEMU's has, and OVMF runs; of 2 KiB it ran none.
ROM_SIZE = 64 * SECTOR
# A small one: QEMU's fw_cfg, which brings it into a test machine, gives a byte at a time.
DISK_SECTORS = 64


def compile_code(folder):
    path = os.path.join(folder, "efi")
    with open(f"{path}.lds", "w") as file:
        file.write(SCRIPT)
    source = os.path.join(VM, "guest", "efi.c")
    subprocess.run([*COMPILE.split(), "-o", f"{path}.o", source], check=True)
    subprocess.run(["ld", "-T", f"{path}.lds", "--oformat", "binary", "-e", "start",
                    "-o", f"{path}.bin", f"{path}.o"], check=True)
    with open(f"{path}.bin", "rb") as file:
        code = file.read()
    return code + bytes(-len(code) % SECTOR)


def make_pe(code, subsystem):
    """PE32+ for x86-64, one section that may be written and run."""
    size = PAGE + -(-len(code) // PAGE) * PAGE
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    head += struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, 240, 0x22e)
    head += struct.pack("<HBBIIIII", 0x20b, 0, 0, len(code), 0, 0, PAGE, PAGE)
    head += struct.pack("<QII12xIIIIHH", 0, PAGE, SECTOR, 0, size, SECTOR, 0,
                        subsystem, 0)
    head += struct.pack("<32xII128x", 0, 16)
    head += struct.pack("<8sIIIIIIHHI", b".text", len(code), PAGE, len(code), SECTOR,
                        0, 0, 0, 0, 0xe0000020)
    return head.ljust(SECTOR, b"\0") + code


def make_rom(code, vendor, device):
    """A PCI ROM of one image, for UEFI: PCI Firmware Specification, chapter 5."""
    head = struct.pack("<HHIHHH8xHH", 0xaa55, ROM_SIZE // SECTOR, 0xef1, DRIVER, 0x8664,
                       0, 0x38, 0x1c).ljust(0x1c, b"\0")
    head += struct.pack("<4sHHHHB3sHHBBH", b"PCIR", vendor, device, 0, 24, 0, b"\0\0\3",
                        ROM_SIZE // SECTOR, 0, 3, 0x80, 0)
    return (head.ljust(0x38, b"\0") + make_pe(code, DRIVER)).ljust(ROM_SIZE, b"\0")


def entry(name, attributes, cluster, size=0):
    return struct.pack("<11sB14xHI", name, attributes, cluster, size)


def make_disk(program):
    """FAT12 without partitions, with the one file that UEFI starts by itself."""
    n = -(-len(program) // SECTOR)
    fat = [0xff0, 0xfff, 0xfff, 0xfff] + list(range(5, 4 + n)) + [0xfff]
    fat += [0] * (len(fat) % 2)
    table = b"".join((a | b << 12).to_bytes(3, "little")
                     for a, b in zip(fat[::2], fat[1::2])).ljust(SECTOR, b"\0")
    boot = struct.pack("<3s8sHBHBHHBHHHII", b"\xeb\x3c\x90", b"mkfs.fat", SECTOR, 1, 1,
                       2, 16, DISK_SECTORS, 0xf0, 1, 18, 2, 0, 0)
    boot += struct.pack("<BBBI11s8s", 0, 0, 0x29, 1, b"GUEST      ", b"FAT12   ")
    boot = boot.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"
    folders = b""
    for own, up, inside in ((2, 0, entry(b"BOOT       ", 16, 3)),
                            (3, 2, entry(b"BOOTX64 EFI", 32, 4, len(program)))):
        folder = entry(b".          ", 16, own) + entry(b"..         ", 16, up) + inside
        folders += folder.ljust(SECTOR, b"\0")
    root = entry(b"EFI        ", 16, 2).ljust(SECTOR, b"\0")
    image = boot + table * 2 + root + folders + program
    return image.ljust(DISK_SECTORS * SECTOR, b"\0")


def write(folder):
    """guest.rom, for the piece guest-card of the topology, and guest.disk"""
    code = compile_code(folder)
    for name, data in (("guest.rom", make_rom(code, 0x1234, 0x1111)),
                       ("guest.disk", make_disk(make_pe(code, APPLICATION)))):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
