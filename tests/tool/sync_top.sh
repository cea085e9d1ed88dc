#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A file system of boot files that is in /etc/fstab and not mounted: what lies below its
# mount point is none of the boot's.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"

for at in /efi /boot/efi; do
	layout_systemd_boot
	[ $at = /boot/efi ] || mv "$tree/boot/efi" "$tree/efi"
	printf 'UUID=1-2 / ext4 defaults 0 1\nUUID=ABCD-1234 %s vfat noauto 0 2\n' $at |
		put etc/fstab
	echo "1 0 8:2 / / rw - ext4 /dev/sda2 rw" | put proc/self/mountinfo
	contents "$work/before"
	run "$tool" sync --loader --root "$tree"
	gives 1 err "earlybind: $at is in /etc/fstab and not mounted: mount it, *" \
		"$at: sync says so"
	contents "$work/after"
	same "$work/before" "$work/after" "$at: and edits nothing"
	run "$tool" status --root "$tree"
	gives "$code" out \
		"unknown *$at: it is in /etc/fstab and not mounted, *: mount it" \
		"$at: status says so too"
	echo "2 1 8:1 / $at rw - vfat /dev/sda1 rw" >>"$tree/proc/self/mountinfo"
	run "$tool" sync --loader --root "$tree"
	gives 0 out "$at/loader/entries/$id-6.1.conf is written" "$at: mounted, it does"
done
finish
