#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind import: what older recipes took becomes a config that takes the same, and each
# of their lines is named with what to do about it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
first="bind path=0000:00:01.0/00.0 id=10de:2206 subsystem=1043:87c6 with=card"
second="bind path=0000:00:1c.0/00.0 id=10de:2206 subsystem=1043:87c6 with=card"

import() {	# [OPTION...]
	run "$tool" import --root "$tree" "$@"
}

rules() {	# SENTENCE LINE...: just these, comments left out
	sentence=$1
	shift
	for rule; do
		echo "$rule"
	done >"$work/expected"
	grep -v -e '^#' -e '^$' "$work/out" >"$work/got" || :
	same "$work/expected" "$work/got" "$sentence"
}

left() {	# FILE LINES SENTENCE RULE...: a recipe of its own, and what replaces it
	put "$1" "$2"
	import
	old=$1
	sentence=$3
	shift 3
	rules "$sentence" "$@"
	rm "$tree/$old"
}

plant_host desktop
import
gives 0 err "earlybind: no line of an older recipe was found on this host" "nothing"
holds "and no config" [ ! -s "$work/out" ]

# --- by id: every device of that kind was taken
ids=10de:2206,10de:1aef
put etc/modprobe.d/vfio.conf "options vfio-pci ids=$ids disable_vga=1
softdep nouveau pre: vfio-pci"
import
rules "ids= in modprobe.d, with its other options" "set vfio-pci.disable_vga=1" \
	"$first" "$second"
gives 0 err "earlybind: to be removed before earlybind sync:" "what is to be removed"
gives 0 err "earlybind:   /etc/modprobe.d/vfio.conf:1: \"options vfio-pci ids=*\": \
delete the line" "the line with ids="
gives 0 err "earlybind:   /etc/modprobe.d/vfio.conf:2: \"softdep *\": delete the line" \
	"and softdep"
none "^earlybind: warning.*vfio.conf" "nothing is said twice"
cp "$work/out" "$tree/etc/earlybind.conf"
run "$tool" plan --root "$tree"
holds "the config binds the second card" \
	[ "$(grep -c '^bind  *0000:02:00.[01] ' "$work/out")" = 2 ]
gives 0 out "refuse *0000:01:00.0 * last display *" "and asks for the last display"
import
gives 0 err "earlybind: 0000:01:00.0 is taken already, by /etc/earlybind.conf:*" \
	"a second time"
gives 0 err "earlybind:   /etc/modprobe.d/vfio.conf:2: *" "the lines are still named"
rules "and no second rule, and no option twice"
rm "$tree/etc/earlybind.conf" "$tree/etc/modprobe.d/vfio.conf"

left etc/default/grub "GRUB_CMDLINE_LINUX=\"quiet vfio-pci.ids=$ids\"" \
	"vfio-pci.ids= in /etc/default/grub" "$first" "$second"
left boot/loader/entries/a.conf "options root=/dev/x pci-stub.ids=$ids" \
	"pci-stub.ids= in a loader entry" "$first" "$second"
left proc/cmdline "vfio-pci.ids=10de:ffffffff:ffffffff:ffffffff:00030000:ffff0000" \
	"any card of a maker, by class" "$first" "$second"
left etc/modules "vfio_pci ids=$ids" "ids= in /etc/modules" "$first" "$second"
udev='ATTR{vendor}=="0x10de", ATTR{device}=="0x2206", '
left etc/udev/rules.d/9.rules "${udev}ATTR{driver_override}=\"vfio-pci\"" \
	"a rule of udev, by id" "$first" "$second"

# --- by address: this device alone
put usr/sbin/driverctl "#!/bin/bash"
left etc/driverctl.d/0000:02:00.0 vfio-pci "driverctl" "$second"
left etc/driverctl.d/0000:02:00.0 uio_pci_generic "driverctl: for another driver"
# shellcheck disable=SC2016 # the script expands it
script='#!/bin/sh
# not 0000:04:00.0
DEVS="0000:02:00.0 0000:02:00.1"
for DEV in $DEVS; do
	echo vfio-pci >/sys/bus/pci/devices/$DEV/driver_override
done'
left etc/initramfs-tools/scripts/init-top/vfio.sh "$script" \
	"a script of initramfs-tools, though dracut makes the images" "$second"
left etc/initcpio/hooks/vfio "$script" "a hook of mkinitcpio" "$second"
put sbin/vfio-pci-override.sh "$script"
left etc/modprobe.d/vfio.conf "install vfio-pci /sbin/vfio-pci-override.sh; true" \
	"a script that modprobe runs" "$second"
left etc/udev/rules.d/9.rules 'KERNEL=="0000:02:00.0", ATTR{driver_override}="vfio-pci"' \
	"a rule of udev, by address" "$second"
left etc/initramfs-tools/scripts/init-top/vfio.sh '#!/bin/sh
echo 10de 2206 >/sys/bus/pci/drivers/vfio-pci/new_id' "new_id" "$first" "$second"

# --- what cannot be taken
put etc/modprobe.d/vfio.conf "options vfio-pci ids=10de:2206,1234:5678"
import
gives 0 err "earlybind: /etc/modprobe.d/vfio.conf:1: \"1234:5678\" is no device of this \
machine: *" "a device that is gone"
rules "the others get their rules" "$first" "$second"
put etc/driverctl.d/0000:00:01.0 vfio-pci
import
rules "a bridge gets none" "$first" "$second"
rm -r "$tree/etc/driverctl.d"

# --- in place, and what check says of it
mkdir -p "$tree/var/lib"
import --write
gives 0 err "earlybind: /etc/earlybind.conf is written; next: earlybind check, *" \
	"--write"
holds "it has the rules" grep -q "^$second" "$tree/etc/earlybind.conf"
run "$tool" check --root "$tree"
gives 1 out "note this machine: older recipes name devices to bind: earlybind import \
prints the rules for these, and the lines to remove" "check points to it"

# --- what the host needs
rm -rf "$tree"
(
	# shellcheck disable=SC2030 # for that file alone
	TREE=$tree
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	nvme 0000:00:1b.0 0000:01:00.0 nvme0
	nvme_part 0000:00:1b.0 0000:01:00.0 nvme0 1 ID_FS_TYPE=ext4
	mount 259:1 / ext4 /dev/nvme0n1p1
)
put etc/modprobe.d/vfio.conf "options vfio-pci ids=144d:a808"
import
gives 0 err "earlybind: /etc/modprobe.d/vfio.conf:1: \"144d:a808\" takes 0000:01:00.0, \
which the host needs (it holds / *): it gets no rule" "what the host needs stays"
rules "without a rule"
finish
