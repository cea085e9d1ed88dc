#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to the same files while earlybind sync works: what they made stays, and
# what is said of it is true.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

# --- a package's hook makes grub.cfg for a new kernel while grub-mkconfig of ours works
hooked() {	# A system with what the hook makes
	layout_debian
	furnish
	sed "s/vmlinuz-6.1/vmlinuz-6.9/" "$tree/boot/grub/grub.cfg" >"$tree/hooks.cfg"
}

hooked
echo "cat /hooks.cfg >/boot/grub/grub.cfg" >>"$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: something else changed it just now: run *" \
	"a grub.cfg of the meantime is told of"
same "$tree/hooks.cfg" "$tree/boot/grub/grub.cfg" "and stays"
holds "it is not told that it could not be put back" \
	[ "$(grep -c "grub.cfg" "$work/err")" = 1 ]
sed -i '/hooks/d' "$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 0 out "/boot/grub/grub.cfg is made" "the next run makes it"

hooked
grub_cfg boot/grub2/grub.cfg
sed -i '2i case $2 in *grub2*) cat /hooks.cfg >/boot/grub/grub.cfg; exit 1 ;; esac' \
	"$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 1 err "/boot/grub2/grub.cfg: /usr/sbin/grub-mkconfig failed *" \
	"the second menu cannot be made"
same "$tree/hooks.cfg" "$tree/boot/grub/grub.cfg" \
	"the first one, of the meantime, is not replaced by the one of before"

# --- another program's image is put there while the former one is kept: a copy, on FAT
stopped() {	# NUMBER: waits until sync has stopped so often; 1: it has ended
	until [ "$(grep -c "stopped by SIGSTOP" "$work/trace")" = "$1" ]; do
		kill -0 $job 2>/dev/null || return 1
		sleep 0.1
	done
}

goes_on() {
	kill -CONT "$(sed -n 's/ .*stopped by SIGSTOP.*//p' "$work/trace" | tail -n 1)"
}

if strace -o /dev/null -e inject=fsync:error=EIO:signal=SIGCHLD true 2>/dev/null; then
	plant usr/lib/dracut/build-parameter.txt
	echo "another program's image" >"$tree/boot/new"
	: >"$work/trace"
	plain=$chroot
	chroot="strace -f -o $work/trace -e trace=linkat \
		-e inject=linkat:error=EPERM:signal=SIGSTOP $chroot"
	(inside /earlybind sync --images; echo "$code" >"$work/code") &
	job=$!
	stopped 1 && goes_on		# it asks whether it can link
	stopped 2 && {
		mv "$tree/boot/new" "$tree$image"
		goes_on
	}
	wait $job
	chroot=$plain
	code=$(cat "$work/code")
	gives 1 err "$image: something else has made it meanwhile, and that *" \
		"an image of the time in which the former one is copied is told of"
	echo "another program's image" >"$work/expected"
	same "$work/expected" "$tree$image" "and stays"
else
	skip "an image of the time in which the former one is copied" "no strace"
fi

# --- the disk that a rule would take is mounted while dracut works
plant usr/lib/dracut/build-parameter.txt
"$top/tests/lib/tree" "$top/tests/plan/machines/desktop.machine" "$work/desktop"
rm -r "$tree/sys"
mv "$work/desktop/sys" "$tree/sys"
echo "bind class=nvme" | put etc/earlybind.conf
disk=$(readlink -f "$tree/sys/bus/pci/devices/0000:04:00.0")
mkdir -p "$disk/nvme/nvme0/nvme0n1/holders" "$tree/sys/class/block"
echo 259:0 >"$disk/nvme/nvme0/nvme0n1/dev"
echo 2097152 >"$disk/nvme/nvme0/nvme0n1/size"
ln -s "../../${disk#*/tree/sys/}/nvme/nvme0/nvme0n1" "$tree/sys/class/block/nvme0n1"
cp "$tree/proc/self/mountinfo" "$tree/before"
echo "2 1 259:0 / /mnt rw - ext4 /dev/nvme0n1 rw" |
	cat "$tree/before" - >"$tree/proc/self/mountinfo"
cp "$tree/proc/self/mountinfo" "$tree/mounted"
inside /earlybind image
{ cat "$work/out"; echo end; } >"$work/image.conf"
for v in 6.1 6.2; do
	image_with <"$tree/etc/earlybind.conf" >/dev/null
	cp "$work/image.conf" "$work/files/usr/lib/earlybind/image.conf"
	(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree/made/$v"
done
cp "$tree$image" "$tree/boot/initrd.img-6.2"
cp "$tree/before" "$tree/proc/self/mountinfo"
inside /earlybind plan
has_line out "bind *0000:04:00.0 *" "the disk is free, and would be bound"
sed -i '2i cat /mounted >/proc/self/mountinfo' "$tree/usr/bin/dracut"
inside /earlybind sync --images
gives 0 out "/boot/initrd.img-6.2 is made" "it is mounted meanwhile: the image is right"
gives 0 out "$image is made" "and that behind it"

cp "$tree/before" "$tree/proc/self/mountinfo"
sed -i '2s/.*/cat \/before >\/proc\/self\/mountinfo/' "$tree/usr/bin/dracut"
echo "bind id=10de:2206" | image_with >"$tree$image"
inside /earlybind sync --images
gives 1 err "/boot/initrd.img-6.2: the new image is not right, *: it would not bind *" \
	"an image that does not know the host is not right, and is told of"
finish
