#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Images that are not what they were, or not what they seem: made again by others while
# dracut works, damaged since the boot, links, one file by two paths, of a kernel that is
# gone. And a sync that is killed while its dracut works on.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

dracut=usr/lib/dracut/build-parameter.txt
former=/boot/.initrd.img-6.1.earlybind-former

with() {	# PROGRAM...: the tree has them
	for program; do
		add_program "$program"
	done
}

image_of() {	# KERNEL: an image with modules of that one
	marks="$dracut usr/lib/modules/$1/kernel/x.ko"
	image_with
	unset marks
}

# --- somebody else makes it while dracut works
plant $dracut
with mv
marks="conf/initramfs.conf scripts/x"
image_with </dev/null >"$tree/other.img"
unset marks
sed -i '3i cat /other.img >/boot/new; mv /boot/new /boot/initrd.img-6.1' \
	"$tree/usr/bin/dracut"
inside /earlybind sync --images
gives 1 err "$image: something else has made it meanwhile, and that one stays: run *" \
	"another program's image of the meantime is not replaced"
same "$tree/other.img" "$tree$image" "it stays"
holds "nothing lies beside it" [ -z "$(find "$tree/boot" -name '.*')" ]

plant $dracut
with mv cp
sed -i "3i cp -p $image /boot/new; mv /boot/new $image" "$tree/usr/bin/dracut"
inside /earlybind sync --images
gives 0 out "$image is made" "the same file with another inode, as FAT has it each time"

plant $dracut
with mv
rm "$tree$image"
echo linux | put lib/modules/6.1/pkgbase
echo "bind id=10de:2206" | image_of 6.1 >"$tree/boot/initramfs-linux.img"
image_of 6.1 <"$tree/etc/earlybind.conf" >"$tree/made/6.1"
image_of 6.2 <"$tree/etc/earlybind.conf" >"$tree/other.img"
sed -i '3i cat /other.img >/boot/new; mv /boot/new /boot/initramfs-linux.img' \
	"$tree/usr/bin/dracut"
inside /earlybind sync --images
gives 1 err "/boot/initramfs-linux.img: something else has made it meanwhile, *" \
	"Arch: an update in the meantime"
same "$tree/other.img" "$tree/boot/initramfs-linux.img" "its image stays"

# --- sync is killed, and its dracut works on
plant $dracut
with sleep
sed -i '2i test -e /first || { : >/first; sleep 30; exit 1; }' "$tree/usr/bin/dracut"
(inside /earlybind sync --images) &
job=$!
until [ -e "$tree/first" ]; do
	sleep 0.1
done
for proc in /proc/[0-9]*; do
	[ "$(readlink "$proc/root" 2>/dev/null)" = "$(readlink -f "$tree")" ] || continue
	pid=${proc#/proc/}
	case $(tr '\0' ' ' <"$proc/cmdline" 2>/dev/null) in
	"/earlybind sync"*) kill -9 "$pid" ;;
	*dracut*) left=$pid ;;
	esac
done
wait $job
inside /earlybind sync --images
gives 111 err "*: another earlybind sync runs, or dracut of one that was killed: *" \
	"the next one waits for the dracut of one that was killed"
kill -9 -"$left"
inside /earlybind sync --images
gives 0 out "$image is made" "and works when that has ended"

# --- nobody reads what it says
plant $dracut
contents "$work/before"
# shellcheck disable=SC2016,SC2086,SC2154 # of inside.sh
sh -c 'exec "$@"' sh env PATH=/usr/sbin:/usr/bin:/sbin:/bin $chroot "$tree" \
	/earlybind sync 2>"$work/err" | :
same "$tree/made/6.1" "$tree$image" "sync ends its work when its reader has gone"
holds "the loader's part too" [ -e "$tree/boot/grub/earlybind.cfg" ]

# --- damaged since the boot
plant $dracut
with gzip
image_of 6.1 <"$tree/etc/earlybind.conf" >"$work/none"
# shellcheck disable=SC2154 # of inside.sh
printf 'version %s\n# image 11111111111111111111111111111111\nend\n' "$version" |
	tee "$work/files/usr/lib/earlybind/image.conf" | put run/earlybind/image.conf
head -c 100000 /dev/urandom >"$work/files/usr/lib/modules/6.1/kernel/x.ko"
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet | gzip -1c) >"$tree$image"
cp "$tree$image" "$tree$former"
head -c 4096 /dev/zero |
	dd of="$tree$image" bs=1 seek=60000 conv=notrunc 2>/dev/null
inside /earlybind status
has_line out "differs $image: it has the present config, but * ends in an error: *" \
	"status tells of a damaged image"
inside /earlybind sync --images
gives 1 err "$image: *, or it is damaged: *" "sync too"
holds "and the former image stays" [ -e "$tree$former" ]

# --- a link, and one file by two paths
plant $dracut
with mv
mv "$tree$image" "$tree/boot/real"
ln -s real "$tree$image"
refused "a link" "this is a link, and is not replaced: *"
plant $dracut
rm "$tree$image"
# shellcheck disable=SC2034 # for inside.sh
marks=$dracut
echo "bind id=10de:2206" | image_with |
	put boot/efi/0123456789abcdef0123456789abcdef/6.1/initrd
unset marks
ln -s boot/efi "$tree/efi"
sed -i '2i echo >>/called' "$tree/usr/bin/dracut"
inside /earlybind sync --images
gives 0 out "*/0123456789abcdef0123456789abcdef/6.1/initrd is made" "one file, two paths"
holds "is made once" [ "$(wc -l <"$tree/called")" = 1 ]

# --- /boot is not there
plant $dracut
echo "UUID=b /boot ext4 noauto 0 2" | put etc/fstab
echo "1 0 8:1 / / rw - ext4 /dev/sda1 rw" | put proc/self/mountinfo
contents "$work/before"
inside /earlybind sync
gives 1 err "earlybind: /boot is in /etc/fstab and not mounted: mount it, *" \
	"what lies below a mount point is none of the boot's"
unchanged "it is left alone"
inside /earlybind status
has_line out "unknown /boot: it is in /etc/fstab and not mounted, *: mount it" \
	"status says so too"
echo "2 1 8:2 / /boot rw - ext4 /dev/sda2 rw" >>"$tree/proc/self/mountinfo"
inside /earlybind sync --images
gives 0 out "$image is made" "mounted, it is the boot's"

# --- a config that has two names, whose content stands at the last one
plant $dracut
mkdir "$work/files/root"
cp "$tree/etc/earlybind.conf" "$work/files/etc/earlybind.conf"
ln "$work/files/etc/earlybind.conf" "$work/files/root/earlybind.conf"
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree/made/6.1"
inside /earlybind sync --images
gives 0 out "$image is made" "equal files that dracut has linked"

# --- a folder whose name would write to the terminal
plant $dracut
rm "$tree/etc/machine-id"
odd=$(printf 'x\ninitrd: is fine\033[31m')
mkdir -p "$tree/boot/$odd/6.1"
cp "$tree$image" "$tree/boot/$odd/6.1/initrd"
inside /earlybind sync --images
gives 0 out "$image is made" "a folder with such a name stops nothing"
holds "and is nobody's" [ -z "$(grep "is fine" "$work/out" "$work/err")" ]

# --- what dracut's settings leave out
plant $dracut
rm -r "$work/files/usr/lib/earlybind"
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree/made/6.1"
inside /earlybind sync --images
gives 1 err "$image: the new image *: it has no earlybind: *omit_dracutmodules*" \
	"a new image without earlybind: the setting is named"

# --- the running kernel's modules are gone
plant $dracut
cp "$tree$image" "$tree/boot/initrd.img-6.5"
echo 6.5 | put proc/sys/kernel/osrelease
inside /earlybind sync --images
gives 1 err "/boot/initrd.img-6.5: its config *: the modules of this kernel are gone: *" \
	"the running kernel has no modules any more: its image is told of"
finish
