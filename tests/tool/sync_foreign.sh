#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two systems on one /boot with a kernel of the same version: a flat image is one file,
# and what is made for one of them may not boot the other.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

image=/boot/initramfs-6.1.img
entries=boot/loader/entries

shared() {	# [MACHINE-ID]: of the image
	layout_shared grub
	rm "$tree/$entries/$other_id"-* "$tree/$entries"/*third*
	furnish
	echo "#" | put lib/modules/6.1/modules.dep
	image_with <"$tree/etc/earlybind.conf" | put made/6.1
	echo "bind id=10de:2206" | image_with >"$tree$image"
	[ -z "${1-}" ] || {
		echo "$1" >"$work/files/etc/machine-id"
		(cd "$work/files" && find . | sort |
			cpio -o -H newc --quiet) >"$tree$image"
	}
}

is_made() {	# SENTENCE
	inside /earlybind sync --images
	gives 0 out "$image is made" "$1"
}

shared
is_made "an image that is ours alone"
shared "$id"
is_made "with our machine-id as well"
for none in "" uninitialized; do
	shared "$none"
	is_made "with the machine-id \"$none\""
done
shared "$other_id"
refused "the machine-id of another system" "it has the machine-id of another system, *"
printf 'version %s\n# image %s\nend\n' "$version" 11111111111111111111111111111111 |
	tee "$work/files/usr/lib/earlybind/image.conf" | put run/earlybind/image.conf
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree$image"
is_made "it has booted here: the number is one of before"

for initrd in /initramfs-6.1.img $image "/microcode.img $image"; do
	shared
	entry $entries/third-6.1.conf "root=UUID=third ro"
	sed -i "s|^initrd.*|initrd $initrd|" "$tree/$entries/third-6.1.conf"
	refused "an entry of another system with $initrd" "an entry of another system *"
done
shared
entry $entries/third-6.1.conf "root=UUID=third ro"
sed -i "s|^initrd.*|initrd /initramfs-6.2.img|" "$tree/$entries/third-6.1.conf"
is_made "one that starts another image"
shared
entry $entries/$id-6.1-rescue.conf "root=UUID=third ro"
is_made "an entry for rescue is of no other system"
finish
