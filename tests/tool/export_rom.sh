#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind export rom: what the card shows, only if it is one, and what is in it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"

plant_host desktop
place=$(readlink -f "$tree/sys/bus/pci/devices/0000:02:00.0")

# A ROM of images in a row: "bios" or "uefi", with the vendor of the card or of another,
# 1 KiB each; the last is marked, unless the last word is "open".
rom() {	# IMAGE...
	python3 - "$place/rom" "$@" <<'END'
import struct
import sys

kinds = [word for word in sys.argv[2:] if word != "open"]
out = b""
for n, kind in enumerate(kinds):
    name, _, vendor = kind.partition("/")
    head = struct.pack("<HHI" if name == "uefi" else "<HBBI", 0xaa55, 2,
                       *([0xef1] if name == "uefi" else [0, 0]))
    head += struct.pack("<HHI", 11, 0xaa64 if name == "arm" else 0x8664, 0)
    last = 0x80 if n == len(kinds) - 1 and "open" not in sys.argv else 0
    pcir = struct.pack("<4sHHHHB3sHHBB", b"PCIR", int(vendor or "10de", 16), 0x2206, 0,
                       24, 0, b"\0\0\3", 2, 0, 3 if name == "uefi" else 0, last)
    out += (head.ljust(0x18, b"\0") + struct.pack("<H", 0x1c) + b"\0\0" + pcir).ljust(
        1024, b"\0")
with open(sys.argv[1], "wb") as file:
    file.write(out + b"\xff" * 512)
END
}
rom_of() {	# WORD...
	run "$tool" export --root "$tree" rom "$@"
}

rom_of 02:00.0
gives 1 err "earlybind: 0000:02:00.0 shows no ROM: *" "a device without a ROM has none"
rom bios uefi
rom_of 02:00.0
gives 0 err "earlybind: 0000:02:00.0: ROM of 2 KiB, for BIOS and UEFI" \
	"what is in it is said"
head -c 2048 "$place/rom" >"$work/wanted"
same "$work/wanted" "$work/out" "the images are written, and not what lies behind them"
rom bios
rom_of 0000:02:00.0
gives 0 err "*ROM of 1 KiB, for BIOS alone; a UEFI guest shows nothing on this card *" \
	"a ROM that UEFI cannot run"
rom uefi/1002
rom_of 02:00.0
gives 0 err "*for UEFI; it names another maker than the card*" "the ROM of another card"
rom uefi open
rom_of 02:00.0
gives 1 err "*its ROM ends within an image: take the ROM that the maker offers *" \
	"a ROM that is not whole"
holds "of which nothing is written" [ ! -s "$work/out" ]
head -c 65536 /dev/zero | tr '\0' '\377' >"$place/rom"
rom_of 02:00.0
gives 1 err "*what is read is no ROM, which begins with 55 AA and has PCIR: *" \
	"what a sleeping device reads as"
: >"$place/rom"
rom_of 02:00.0
gives 1 err "*what is read is no ROM, *" "an empty file"
rom bios uefi
cp "$place/rom" "$work/good"
for n in 1 511 512 1023 1050 2047; do
	head -c "$n" "$work/good" >"$place/rom"
	rom_of 02:00.0
	holds "of $n bytes nothing is written" [ "$code:$(wc -c <"$work/out")" = 1:0 ]
done

rom_of
gives 100 err "*export rom needs one address: earlybind export rom 01:00.0 >card.rom" \
	"an address is needed"
rom_of 02:00.0 01:00.0
gives 100 err "*export rom needs one address: *" "and only one"
rom_of 7f:00.0
gives 1 err 'earlybind: there is no device "7f:00.0": see earlybind list' \
	"a device that is not there"
rom_of --memory 1G 02:00.0
gives 100 err "*export rom reads a card of this computer, and takes no option *" \
	"an option of a guest"
finish
