# SPDX-License-Identifier: GPL-2.0-or-later
"""uki.py FILE VERSION INITRD: a unified kernel image with that initramfs, or with a
version of "" one without a section .uname."""
import struct, sys
name, uname, initrd = sys.argv[1:]
sections = [(b".text", b"\0" * 700), (b".initrd", open(initrd, "rb").read()),
            (b".linux", b"MZ" + b"\1" * 3000)]
if uname:
    sections.insert(1, (b".uname", uname.encode() + b"\n"))
at, rows, data = 1024, b"", b""
for key, content in sections:
    stored = -(-len(content) // 512) * 512
    rows += struct.pack("<8sIIIIIIHHI", key, len(content), at, stored, at, 0, 0, 0, 0, 0)
    data += content.ljust(stored, b"\0")
    at += stored
head = b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", 0x80)
head = head.ljust(0x80, b"\0") + b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664,
    len(sections), 0, 0, 0, 240, 0x22f) + b"\0" * 240 + rows
open(name, "wb").write(head.ljust(1024, b"\0") + data)
