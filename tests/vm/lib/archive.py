# SPDX-License-Identifier: GPL-2.0-or-later
"""newc cpio archives, the format of an initramfs.

The kernel unpacks archives that stand one behind another, and a later file replaces an
earlier one of the same name. So a case is one base image and a few kilobytes behind it.
"""

FILE, DIRECTORY = 0o100000, 0o040000


def entry(number, name, mode, data=b""):
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    head += name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def write(files, known=()):
    """An archive of files, path -> (mode, bytes); directories in known exist already."""
    done, out = set(known), b""
    for number, (path, (mode, data)) in enumerate(sorted(files.items()), 1):
        parts = path.strip("/").split("/")
        for n in range(1, len(parts)):
            parent = "/".join(parts[:n])
            if parent not in done:
                out += entry(0x800000 + len(done), parent, DIRECTORY | 0o755)
                done.add(parent)
        out += entry(0x700000 + number, "/".join(parts), FILE | mode, data)
    return out + entry(0, "TRAILER!!!", 0)


def read(data):
    """Every (name, mode, bytes) of the archives in data: dracut 112 makes two."""
    at = 0
    while data[at:at + 6] == b"070701":
        field = [int(data[at + 6 + 8 * n:at + 14 + 8 * n], 16) for n in range(13)]
        mode, size, name_size = field[1], field[6], field[11]
        name = data[at + 110:at + 110 + name_size - 1].decode()
        at += 110 + name_size + -(110 + name_size) % 4
        if name == "TRAILER!!!":
            while data[at:at + 1] == b"\0":
                at += 1
            continue
        yield name, mode, data[at:at + size]
        at += size + -size % 4
