#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whose an image is, and what a new one must be before it takes the place of an old one.
# Below a root of its own, with a stub for dracut.
# shellcheck disable=SC2034 # some variables are for inside.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

ours=0123456789abcdef0123456789abcdef
dracut=usr/lib/dracut/build-parameter.txt

# Gzip, for the program that looks into images.
pack() {	# [PROGRAM]
	add_program "${1-gzip}"
}

stale() {	# FILE MARK...: an image that is out of date
	file=$1
	shift
	marks=$*
	echo "bind id=10de:2206" | image_with | put "$file"
	unset marks
}

present() {	# FILE MARK...: an image as dracut would make it now
	file=$1
	shift
	marks=$*
	image_with <"$tree/etc/earlybind.conf" | put "$file"
	unset marks
}

# What dracut leaves outside of the file system that has all the rest.
squashed() {	# FILE NAME
	present "$1" $dracut "$2"
	rm -r "$work/files/etc" "$work/files/usr/lib/earlybind"
	(cd "$work/files" && find . | cpio -o -H newc --quiet) | put "$1"
}

# --- folders of kernel-install
plant $dracut
present "${image#/}" $dracut
stale boot/efi/fedcba9876543210fedcba9876543210/6.1/initrd $dracut
stale boot/suse/6.1/initrd.img-6.1 $dracut
contents "$work/before"
inside /earlybind sync --images
gives 0 out "images: none is out of date" \
	"images below another system's token are none of ours"
unchanged "and are left as they are"
inside /earlybind status
holds "status does not name them" [ -z "$(grep -e fedcba -e suse "$work/out")" ]
stale boot/efi/$ours/6.1/initrd $dracut
inside /earlybind sync --images
gives 0 out "/boot/efi/$ours/6.1/initrd is made" "those below our own are made"
echo ID=debian | put etc/os-release
stale boot/debian/6.1/initrd $dracut
contents "$work/before"
inside /earlybind sync --images
gives 1 err "/boot/debian/6.1/initrd: *may be of another system *entry-token*" \
	"below the name of the distribution nobody knows whose it is"
unchanged "and it is left"
mkdir -p "$tree/etc/kernel"
cp "$tree/etc/machine-id" "$tree/etc/kernel/entry-token"
contents "$work/before"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "another token says that it is none of ours"
unchanged "it is left then too"
echo debian | put etc/kernel/entry-token
inside /earlybind sync --images
gives 0 out "/boot/debian/6.1/initrd is made" "unless that is the token of this system"
rm "$tree/etc/kernel/entry-token"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "one that is right needs no owner"
echo "# none" | put etc/earlybind.conf
present "${image#/}" $dracut
present boot/debian/6.1/initrd conf/initramfs.conf
present boot/efi/$ours/6.1/initrd $dracut
echo damaged | put boot/debian/6.2/initrd
inside /earlybind sync --images
gives 0 out "images: none is out of date" "nor does one without earlybind without rules"
holds "and nothing is said of it" [ ! -s "$work/err" ]

plant $dracut
rm "$tree$image"
echo ID=debian | put etc/os-release
stale boot/debian/6.1/initrd $dracut
inside /earlybind sync --images
gives 1 err "6.1: no image of the running kernel *" "nor is it the running kernel's image"
present boot/debian/6.1/initrd $dracut
inside /earlybind sync --images
gives 0 out "images: none is out of date" "unless it is right"

# an image for clouds has the token of the machine that made it
built=11111111222222223333333344444444
started() {	# SENTENCE
	stale boot/$built/6.1/initrd $dracut
	inside /earlybind sync --images
	gives 0 out "/boot/$built/6.1/initrd is made" "$1"
}
plant $dracut
rm "$tree$image"
booted "root=UUID=own"
stale boot/$built/6.1/initrd $dracut
inside /earlybind sync --images
gives 1 err "6.1: no image of the running kernel *" \
	"one that was not booted is none of ours"
loader_says LoaderEntrySelected $built-6.1.conf
started "what systemd-boot started is ours"
rm -r "$tree/sys/firmware/efi/efivars"
echo "BOOT_IMAGE=(hd0,gpt2)/$built/6.1/linux root=UUID=own" | put proc/cmdline
started "what GRUB started is ours"
printf 'initrd=\\%s\\6.1\\initrd root=UUID=own\n' $built | put proc/cmdline
started "what the firmware was told to load is ours"
loader_says LoaderEntrySelected $built-6.1.1.conf
echo "root=UUID=own" | put proc/cmdline
stale boot/$built/6.1/initrd $dracut
inside /earlybind sync --images
gives 1 err "6.1: no image of the running kernel *" "another version is not"

# --- what dracut is asked to make, and does not
turned_away() {	# WORDS SENTENCE
	contents "$work/before"
	inside /earlybind sync --images
	gives 1 err "$image: the new image is not right, and the old one stays: *$1" "$2"
	unchanged "$2: the old one stays"
}
plant $dracut
present made/6.1 conf/initramfs.conf
turned_away "nothing in it says that dracut made it" "a new image of another program"
plant $dracut usr/lib/modules/6.1/kernel/vfio.ko
turned_away "it has no modules of this kernel, and the old one has modules" \
	"a new image without modules"
present made/6.1 $dracut usr/lib/modules/6.2/kernel/vfio.ko
turned_away "it has no modules of this kernel, and the old one has modules" \
	"a new image with modules of another kernel"
present made/6.1 $dracut lib/modules/6.1/kernel/vfio.ko
inside /earlybind sync --images
gives 0 out "$image is made" "one with its own modules is taken"
plant $dracut
pack
gzip -n "$tree/made/6.1"
mv "$tree/made/6.1.gz" "$tree/made/6.1"
inside /earlybind sync --images
gives 0 out "$image is made" "a compressed one is taken"
plant $dracut
pack
gzip -n "$tree/made/6.1"
head -c -8 "$tree/made/6.1.gz" >"$tree/made/6.1"
printf 'wrongsum' >>"$tree/made/6.1"
rm "$tree/made/6.1.gz"
turned_away "its compressed part ends in an error" "a new image with a wrong checksum"

# without rules no image is wrong, and that of another program is one beside dracut's
plant $dracut
echo "# none" | put etc/earlybind.conf
present "${image#/}" conf/initramfs.conf
stale "boot/$ours/6.1/initrd.img-6.1" $dracut
contents "$work/before"
inside /earlybind sync --images
gives 1 err "/boot/$ours/6.1/initrd.img-6.1: *nothing in it says that dracut made it" \
	"a copy of another program's image"
unchanged "is not put over dracut's"

# --- an old image that is dracut's, and something more
plant $dracut
echo more | (cd "$work" && echo more >added && echo added | cpio -o -H newc --quiet) \
	>>"$tree$image"
refused "an archive behind dracut's" "somebody has added an archive to dracut's, *"
in_front() {	# FILE: the image gets an archive with that file in front
	plant $dracut
	mkdir -p "$work/front/${1%/*}"
	echo more >"$work/front/$1"
	(cd "$work/front" && find . | cpio -o -H newc --quiet) |
		cat - "$tree$image" >"$work/both"
	cp "$work/both" "$tree$image"
	rm -r "$work/front"
}
in_front kernel/firmware/acpi/dsdt.aml
refused "an archive in front of dracut's" "somebody has added an archive to dracut's, *"
in_front ./early_cpio
inside /earlybind sync --images
gives 0 out "$image is made" "dracut's own archive of microcode is none of that"
plant $dracut
pack
gzip -n <"$tree$image" >"$work/gz"
cat "$work/gz" >"$tree$image"
echo "no archive" >>"$tree$image"
refused "bytes behind dracut's stream" "something is behind what dracut made, *"
plant $dracut
pack bzip2
bzip2 <"$tree$image" >"$work/bz2"
echo more | gzip -n | cat "$work/bz2" - >"$tree$image"
refused "what bzip2 leaves out behind its stream" \
	"something is behind what dracut made, *"
for squash in squash-root.img squashfs-root.img erofs-root.img squash/root.img; do
	plant $dracut
	squashed "${image#/}" $squash
	contents "$work/before"
	inside /earlybind sync --images
	gives 1 err "$image: its contents cannot be read, *squash module hides its *" \
		"files in $squash cannot be seen"
	unchanged "that image is left"
done
inside /earlybind status
gives 1 out "unknown $image: its contents cannot be read, *omit_dracutmodules*" \
	"status does not say that it has no earlybind"
echo "# none" | put etc/earlybind.conf
inside /earlybind status
has_line out "ok      $image: its contents cannot be read, *" "without rules that is well"
plant $dracut
squashed made/6.1 squashfs-root.img
turned_away "its contents cannot be read, * squash module hides its files" \
	"a new one like that"

# --- Arch: named for the package of the kernel
arch=/boot/initramfs-linux.img
plant $dracut
rm "$tree$image"
echo linux | put lib/modules/6.1/pkgbase
echo linux | put lib/modules/6.2/pkgbase
stale "${arch#/}" $dracut usr/lib/modules/6.2/kernel/vfio.ko
present made/6.2 $dracut usr/lib/modules/6.2/kernel/vfio.ko
inside /earlybind sync --images
gives 0 out "$arch is made" "of two versions the one whose modules the image has is made"
gives 0 err "note: 6.1: its image is of another version by now, * boot: reboot" \
	"and that the running one has none by now is no failure"
holds "and once" [ "$(grep -c ' is made' "$work/out")" = 1 ]
same_file() { cmp -s "$1" "$2"; }
holds "by its own version" same_file "$tree$arch" "$tree/made/6.2"
rm "$tree/lib/modules/6.2/modules.dep"
inside /earlybind sync --images
gives 1 err "6.1: no image of the running kernel *" \
	"that of a kernel that is gone is a failure"
echo "#" | put lib/modules/6.2/modules.dep
stale "${arch#/}" $dracut
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$arch: *two versions in /lib/modules are of the package *" \
	"an image without modules is of neither"
unchanged "and is left"

# --- what makes images where dracut is not
for other in usr/sbin/mkinitramfs=initramfs-tools usr/bin/mkinitramfs=initramfs-tools \
	sbin/mkinitfs=mkinitfs usr/sbin/mktirfs=tiny-initramfs \
	usr/bin/mkinitcpio=mkinitcpio \
	usr/bin/booster=booster usr/sbin/genkernel=genkernel usr/local/bin/ugrd=ugrd \
	usr/sbin/make-initrd=make-initrd; do
	plant $dracut
	rm "$tree/usr/bin/dracut"
	: | put "${other%=*}"
	inside /earlybind sync --images
	gives 1 err "earlybind: only dracut can make these images, *${other#*=}: *" \
		"without dracut ${other%=*} is named"
done

# --- what is only told of
plant $dracut
present "${image#/}" $dracut
: | put boot/vmlinuz-6.2
contents "$work/before"
inside /earlybind sync --images
gives 0 err "note: 6.2: no image of this kernel is where images are looked for: *" \
	"a kernel without an image is told of"
inside /earlybind status
holds "by status too" grep -q "^wish *6.2: no image of this kernel" "$work/out"
rm "$tree/boot/vmlinuz-6.2"
inside /earlybind sync --images
holds "and one that is gone is not" [ ! -s "$work/err" ]
if command -v python3 >/dev/null; then
	uki=/boot/efi/EFI/Linux/debian-6.1.efi
	plant $dracut
	rm "$tree$image"
	version=0.0.1
	present made/6.1 $dracut
	mkdir -p "$tree${uki%/*}"
	python3 "$here/layouts/uki.py" "$tree$uki" 6.1 "$tree/made/6.1"
	inside /earlybind sync --images
	gives 0 err "note: $uki: it has the present config, and its own earlybind *" \
		"a unified image of an older earlybind is a wish and no failure"
else
	skip "a unified image of an older version" "there is no python3"
fi

# --- more kernels than are looked at
plant $dracut
present "${image#/}" $dracut
i=0
while [ $i -lt 70 ]; do
	echo "#" | put lib/modules/5.$i/modules.dep
	i=$((i + 1))
done
inside /earlybind sync --images
gives 1 err "/lib/modules: it has more kernels than are looked at, *: remove kernels *" \
	"too many kernels are not passed over in silence"
finish
