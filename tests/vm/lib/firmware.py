# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk with GRUB and nothing else, and the firmware that starts it."""
import os
import subprocess

import machine
from paths import VM

NAMES = ("bios", "efi")


def make_grub(suite, label, home, out):
    """GRUB of a suite in the directory out, for the menu in the file system of that
    label."""
    subprocess.run([os.path.join(VM, "bed", "grub"), suite, label, home, out], check=True)
    with open(os.path.join(out, "mbr.img"), "rb") as file:
        mbr = bytearray(file.read(512))
    with open(os.path.join(out, "core.img"), "rb") as file:
        core = bytearray(file.read())
    # As grub-bios-setup: the first sector starts the core, which lies behind it and
    # learns where, and how many sectors it has; a jump of old firmwares goes.
    core += bytes(-len(core) % 512)
    mbr[0x5c:0x64] = (1).to_bytes(8, "little")
    mbr[0x66:0x68] = b"\x90\x90"
    mbr[510:512] = b"\x55\xaa"
    core[0x1f4:0x1fc] = (2).to_bytes(8, "little")
    core[0x1fc:0x1fe] = (len(core) // 512 - 1).to_bytes(2, "little")
    core[0x1fe:0x200] = (0x820).to_bytes(2, "little")
    with open(os.path.join(out, "bios.img"), "wb") as file:
        file.write(mbr + core + bytes(1 << 20))


def drive(name, path, index):
    return ["-drive", f"if=none,id={name},format=raw,file={path}",
            "-device", f"virtio-blk-pci,drive={name},bootindex={index}"]


def arguments(firmware, out):
    """QEMU's arguments: that firmware, and the disk that it starts."""
    if firmware == "bios":
        return drive("loader", os.path.join(out, "bios.img"), 0)
    return machine.FIRMWARE["ovmf"] + drive("loader", f"fat:rw:{out}/esp", 0)
