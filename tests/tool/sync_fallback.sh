#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The fallback images that Arch, EndeavourOS and kernel-install have beside the usual one:
# with a config of before they would bind the wrong device again, when something is wrong.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

arch() {	# KERNEL...: they are installed; the first one runs
	layout_arch
	furnish
	echo linux | put lib/modules/6.1/pkgbase
	for v; do
		echo "#" | put lib/modules/$v/modules.dep
		image_with <"$tree/etc/earlybind.conf" | put "made/$v"
	done
	image_with <"$tree/etc/earlybind.conf" >"$tree/boot/initramfs-linux.img"
}

# --- Arch
fallback=/boot/initramfs-linux-fallback.img
arch 6.1
echo "bind class=network" | image_with >"$tree$fallback"
inside /earlybind status
has_line out "differs $fallback: its config is not the present one: earlybind sync" \
	"status tells of a fallback image of before"
inside /earlybind sync --images
gives 0 out "$fallback is made" "sync makes it anew"
same "$tree/made/6.1" "$tree$fallback" "by dracut"
holds "no former one of it is kept: the usual one is the way back" \
	[ -z "$(find "$tree/boot" -name '.*')" ]
echo "bind class=network" | image_with | tee "$tree$fallback" \
	>"$tree/boot/initramfs-linux.img"
inside /earlybind sync --images
gives 0 out "$fallback is made" "both are of before: the fallback image is made"
gives 0 out "/boot/initramfs-linux.img is made" "and the usual one"
find "$tree/boot" -name '.*' >"$work/beside"
echo "$tree/boot/.initramfs-linux.img.earlybind-former" >"$work/expected"
same "$work/expected" "$work/beside" "whose former one is kept"

# --- without earlybind it is a way back
arch 6.1
image_with </dev/null >/dev/null
rm -r "$work/files/usr/lib/earlybind"
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree$fallback"
cp "$tree$fallback" "$work/expected"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "one without earlybind is left alone"
same "$work/expected" "$tree$fallback" "and stays"
inside /earlybind status
holds "status has no line of it" sh -c "! grep -q fallback '$work/out'"

# --- of a kernel of before, whose package has another version by now
arch 6.1
marks="usr/lib/dracut/build-parameter.txt usr/lib/modules/6.0/kernel/x.ko"
echo "bind class=network" | image_with >"$tree$fallback"
unset marks
cp "$tree$fallback" "$work/expected"
inside /earlybind sync --images
same "$work/expected" "$tree$fallback" "one with modules of another kernel is not made"

# --- kernel-install: each kernel has one of that name
arch 6.1 6.2
for v in 6.1 6.2; do
	marks="usr/lib/dracut/build-parameter.txt usr/lib/modules/$v/x.ko"
	image_with <"$tree/etc/earlybind.conf" >"$tree/made/$v"
	echo "bind class=network" | image_with | put "efi/$id/$v/initrd-fallback"
	unset marks
done
inside /earlybind sync --images
for v in 6.1 6.2; do
	gives 0 out "/efi/$id/$v/initrd-fallback is made" "kernel-install's of $v is made"
	same "$tree/made/$v" "$tree/efi/$id/$v/initrd-fallback" "for that kernel"
done
finish
