#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What earlybind sync never does to an image: replace one of another kind, or one that
# another program made. Below a root of its own, with a stub for dracut.
# shellcheck disable=SC2034 # some variables are for inside.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

# --- who made it
of_dracut_only="made it, and earlybind is in images of dracut only: let dracut *"
plant conf/initramfs.conf scripts/functions
refused "an image of initramfs-tools" "initramfs-tools $of_dracut_only"
plant buildconfig init_functions
refused "an image of mkinitcpio" "mkinitcpio $of_dracut_only"
plant etc/booster.init.yaml
refused "an image of booster" "booster $of_dracut_only"
plant lib/dracut/build-parameter.txt lib/dracut/dracut-gk-version.info
refused "an image of genkernel" "genkernel $of_dracut_only"
plant some/file
refused "an image of whatever" "an unknown program $of_dracut_only"
plant conf/initramfs.conf usr/lib/dracut/build-parameter.txt
refused "an image with the marks of two" "an unknown program $of_dracut_only"
plant conf/initramfs.conf
image_with <"$tree/etc/earlybind.conf" >"$tree/boot/initrd.img-6.2"
echo "bind id=10de:2207" | image_with >"$tree/boot/initrd.img-6.2"
inside /earlybind sync --images
gives 1 err "$image: *initramfs-tools made it*" "beside one of dracut's it is refused"
gives 1 out "/boot/initrd.img-6.2 is made" "and that one is made"

plant lib/dracut/build-parameter.txt
inside /earlybind sync --images
gives 0 out "$image is made" "an image of dracut is made again"
plant lib/dracut/build-parameter.txt
echo damaged >"$tree$image"
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$image: *it does not say who made it: if that is dracut, run dracut *" \
	"a damaged one does not say who made it"
unchanged "and is left, even where there is only dracut"

# --- what a person sees of it
plant lib/dracut/build-parameter.txt
echo "bind id=10de:2206" | image_with >"$tree/boot/initrd.img-6.2"
inside /earlybind sync --images
has_line out "image 1 of 2: 6.2" "which image, and of how many"
has_line out "image 2 of 2: 6.1" "and the second one"
gives 0 out "done in * s: reboot to give the devices away, then run earlybind status" \
	"the time it took, and what is next"
holds "at the very end" sh -c "tail -n1 '$work/out' | grep -q '^done in'"
holds "dracut's words are not shown" \
	[ -z "$(grep "dracut: working" "$work/out" "$work/err")" ]
inside /earlybind sync --images
holds "no reboot where nothing was done" [ -z "$(grep reboot "$work/out")" ]
plant lib/dracut/build-parameter.txt
inside /earlybind sync --images --verbose
gives 0 err "dracut: working" "--verbose shows them"
plant lib/dracut/build-parameter.txt
# shellcheck disable=SC2086,SC2154 # a command and its option, of inside.sh
run python3 -c 'import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
	env PATH=/usr/bin:/bin:/usr/sbin:/sbin $chroot "$tree" /earlybind sync --images
gives 0 out "*dracut works, 0 s *" "a terminal shows that it works"
plant lib/dracut/build-parameter.txt
: >"$tree/etc/dracut-fails"
inside /earlybind sync --images
gives 1 err "dracut: failing" "so does a failure"
holds "each word once" [ "$(grep -c "dracut: working" "$work/err")" = 1 ]
holds "and no reboot" [ -z "$(grep reboot "$work/out")" ]
rm "$tree/etc/dracut-fails"
rm "$tree/made/6.1"
inside /earlybind sync --images
gives 1 err "*made/6.1*" "and what dracut wrote of an image that is no good"

# --- the running kernel comes last
plant lib/dracut/build-parameter.txt
echo "bind id=10de:2206" | image_with >"$tree/boot/initrd.img-6.2"
inside /earlybind sync --images
sed -n 's/ is made$//p' "$work/out" >"$work/order"
printf '/boot/initrd.img-6.2\n%s\n' "$image" >"$work/want"
same "$work/want" "$work/order" "the image of the running kernel is made last"

# --- unified kernel images
uki=/boot/efi/EFI/Linux/debian-6.1.efi

unified() {	# what is in /boot, and a unified image that is out of date
	plant lib/dracut/build-parameter.txt
	mkdir -p "$tree${uki%/*}"
	python3 "$here/layouts/uki.py" "$tree$uki" 6.1 "$tree$image"
	rm "$tree$image"
	contents "$work/before"
}

if command -v python3 >/dev/null; then
	unified
	inside /earlybind sync --images
	gives 1 err "$uki: its config is not the present one: make this unified *" \
		"a unified kernel image is refused"
	unchanged "and stays the kernel that it is"
	inside /earlybind status
	holds "status sends nobody to sync for it" \
		[ -z "$(grep -F "$uki" "$work/out" | grep "earlybind sync$")" ]
	unified
	mv "$tree$uki" "$tree$image"
	contents "$work/before"
	inside /earlybind sync --images
	gives 1 err "$image: *: make this unified *" "whatever its name is"
	unchanged "it stays then too"
	plant lib/dracut/build-parameter.txt
	python3 "$here/layouts/uki.py" "$work/made" 6.1 "$tree/made/6.1"
	cp "$work/made" "$tree/made/6.1"
	contents "$work/before"
	inside /earlybind sync --images
	gives 1 err "$image: it is an initramfs, and a unified kernel image was made: *" \
		"a dracut that makes unified images makes none over an initramfs"
	unchanged "the old image stays"
else
	skip "unified kernel images" "there is no python3"
fi

# --- where images are
plant some/file
rm "$tree$image"
inside /earlybind sync --images
gives 1 err "*no image of the running kernel is where it is looked for *" "no image"
holds "is not \"none is out of date\"" [ -z "$(grep "none is out" "$work/out")" ]
image_with <"$tree/etc/earlybind.conf" >"$tree$image"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "which is another sentence and exit code"
mv "$tree$image" "$tree/boot/initramfs-linux-zen.img"
echo linux-zen | put lib/modules/6.1/pkgbase
inside /earlybind sync --images
gives 0 out "images: none is out of date" "Arch: it is named for the kernel's package"
echo "bind id=10de:2206" | image_with >"$tree/boot/initramfs-linux-zen.img"
inside /earlybind sync --images
gives 0 out "/boot/initramfs-linux-zen.img is made" "and made again there"
plant usr/lib/dracut/build-parameter.txt
: | put run/ostree-booted
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$image: *this is an image-based system (ostree)*" "ostree is refused"
unchanged "nothing is changed there"
plant usr/lib/dracut/build-parameter.txt
: | put usr/bin/sdbootutil
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$image: *sdbootutil makes the images here*" "sdbootutil is refused"
unchanged "nothing is changed there either"
finish
