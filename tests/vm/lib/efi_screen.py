# SPDX-License-Identifier: GPL-2.0-or-later
"""The text that OVMF shows, read back from the pixels with OVMF's own font."""
import lzma
import struct
import uuid

import screens

CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
# What is compressed in a firmware volume: LzmaCustomDecompress in edk2.
LZMA = uuid.UUID("ee4e5898-3914-4259-9d6e-dc7bd79403cf").bytes_le
# EFI_NARROW_GLYPH: the character, an attribute, and 19 rows of eight pixels.
GLYPH, HEIGHT, FIRST, LAST = 22, 19, 0x20, 0x7e
COLUMNS, ROWS = 100, 31


def unpack(path):
    """What is compressed in a firmware."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.find(LZMA)
    while at >= 0:
        # behind the GUID: where the data begins in this section, and attributes
        start = at - 4 + struct.unpack_from("<H", data, at + 16)[0]
        try:
            yield lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(data[start:])
        except lzma.LZMAError:
            pass
        at = data.find(LZMA, at + 1)


def read_font(path=CODE):
    """glyph -> character"""
    starts = [struct.pack("<HB", char, 0) for char in range(FIRST, LAST + 1)]
    for data in unpack(path):
        at = data.find(starts[0])
        while at >= 0:
            if all(data[at + n * GLYPH:at + n * GLYPH + 3] == start
                   for n, start in enumerate(starts)):
                return {data[at + n * GLYPH + 3:at + (n + 1) * GLYPH]: chr(FIRST + n)
                        for n in range(len(starts))}
            at = data.find(starts[0], at + 1)
    raise screens.Wrong(f"{path} has no font")


def read_text(path, font):
    """The lines of text in the middle of a screendump, without those that are empty."""
    picture = screens.Picture(path)
    left = (picture.width - 8 * COLUMNS) // 2
    top = (picture.height - HEIGHT * ROWS) // 2
    out = []
    for row in range(ROWS):
        cells = [picture.glyph(left + 8 * n, top + HEIGHT * row, HEIGHT)
                 for n in range(COLUMNS)]
        line = "".join(font.get(cell, "?") for cell in cells).rstrip()
        if line.strip(" ?"):
            out.append(line)
    return out
