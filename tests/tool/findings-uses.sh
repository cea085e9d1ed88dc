#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind check: what the host has on the devices that the config takes; check, generate
# and list say it in the same words.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
one="path=0000:00:1c.0/00.0 id=10de:2206"	# the second graphics card
place=/etc/earlybind.conf
usb=/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input1

told() {	# SENTENCE DEVICE FINDING: of the last check; generate and list, too
	gives "$code" out "$3" "$1"
	sed -n "s/^[a-z]* [^ ]*:1: \(0000:$2 \)/\1/p" "$work/out" >"$work/words"
	run "$tool" generate --root "$tree" --only "$2" </dev/null
	holds "$1: generate says so" grep -qFf "$work/words" "$work/err"
	sed -n 's/^# *//p' "$work/out" | tr '\n' ' ' >"$work/comments"
	holds "$1: in a comment" grep -qFf "$work/words" "$work/comments"
	run "$tool" list --root "$tree" --json
	sed 's/\(.*\): .*/\1/; s/^/"text": "/' "$work/words" >"$work/text"
	sed 's/\\"/"/g' "$work/out" >"$work/json"
	holds "$1: list says so" grep -qFf "$work/text" "$work/json"
	holds "$1: that is something" [ -s "$work/words" ]
}

plant_host desktop
plant_route 0000:00:1f.6
check "bind path=0000:00:1f.6 id=8086:15bc"
told "the default route" 00:1f.6 "warning $place:1: 0000:00:1f.6 holds eth0 default \
route, which the host will not have any more: *"
put proc/net/route "Iface Destination Gateway Flags RefCnt Use Metric Mask
eth0 0000000A 00000000 0001 0 0 100 00FFFFFF"
check "bind path=0000:00:1f.6 id=8086:15bc"
told "an address" 00:1f.6 "note $place:1: 0000:00:1f.6 holds eth0 address, which *: *"
check "bind $one with=card"
none holds "another card"
put proc/bus/input/devices "N: Name=\"A Keyboard\"
S: Sysfs=$usb
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
check "bind path=0000:00:14.0 id=8086:a36d"
told "the only keyboard" 00:14.0 "warning $place:1: 0000:00:14.0 holds the only keyboard \
*, which the host will not have any more: *"
put etc/crypttab "luks-1 UUID=1 none luks"
check "bind path=0000:00:14.0 id=8086:a36d"
gives 1 out "error $place:1: the boot asks for a passphrase (*" "and a passphrase"
none "holds the only" "that is said once"
rm "$tree/etc/crypttab"
check "bind id=1b73:1100"
none holds "another USB controller"
two() {		# ADDRESS: a second keyboard, on that function
	put proc/bus/input/devices "N: Name=\"A Keyboard\"
S: Sysfs=$usb
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

N: Name=\"Another\"
S: Sysfs=$1/input/input2
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
}
other=$(readlink -f "$tree/sys/bus/pci/devices/0000:03:00.0")
two "${other#"$tree/sys"}/usb3/3-3/3-3:1.0/0003:046D:C31C.0002"
check "bind path=0000:00:14.0 id=8086:a36d"
none keyboard "one of two keyboards"
check "bind class=usb"
gives 0 out "warning $place:1: 0000:00:14.0 has a keyboard, as others that are taken \
have: none is left: *" "both of two keyboards"
put etc/crypttab "luks-1 UUID=1 none luks"
check "bind class=usb"
gives 1 out "error $place:1: the boot asks for a passphrase (*), and 0000:00:14.0 has a \
keyboard, as others that are taken have: none is left: *" "and a passphrase"
none "warning.*keyboard" "that is said once, too"
two /devices/platform/i8042/serio0
check "bind class=usb"
none keyboard "the other one is on no function"
rm "$tree/etc/crypttab"
disk=$(readlink -f "$tree/sys/bus/pci/devices/0000:04:00.0")
mkdir -p "$tree/sys/class/block" "$tree/run/udev/data"
for n in 1 2; do
	part=$disk/nvme/nvme0/nvme0n1/nvme0n1p$n
	mkdir -p "$part"
	echo "259:$n" >"$part/dev"
	echo $n >"$part/partition"
	echo 2097152 >"$part/size"
	ln -s "../../${part#*/tree/sys/}" "$tree/sys/class/block/nvme0n1p$n"
	echo "E:ID_FS_TYPE=ntfs" >"$tree/run/udev/data/b259:$n"
done
check "bind path=0000:00:1d.0/00.0 id=144d:a808"
told "file systems that nobody mounted" 04:00.0 "note $place:1: 0000:04:00.0 holds ntfs \
nvme0n1p? 1G, not mounted, and 1 more, which the host will not have any more: *"
put etc/fstab "/dev/nvme1n1p2 / ext4 defaults 0 1"
mkdir -p "$disk/nvme/nvme0/nvme0n1"
echo 259:0 >"$disk/nvme/nvme0/nvme0n1/dev"
ln -s "../../${disk#*/tree/sys/}/nvme/nvme0/nvme0n1" "$tree/sys/class/block/nvme0n1"
check "bind path=0000:00:1d.0/00.0 id=144d:a808"
gives 1 out "error $place:1: 0000:04:00.0 is in use by the host (nvme0n1, without which \
/dev/nvme1n1p2 in /etc/fstab is another disk): write UUID= in place of that name *" \
	"the root is named by the kernel's count"
run "$tool" generate --root "$tree" --only 04:00.0 </dev/null
gives 1 err "*0000:04:00.0 is in use by the host (nvme0n1, without which */etc/fstab*" \
	"generate refuses it"
rm "$tree/etc/fstab"
tty=$(readlink -f "$tree/sys/bus/pci/devices/0000:00:1f.3")
mkdir -p "$tty/tty/ttyS4" "$tree/sys/class/tty/console"
ln -s "../../${tty#*/tree/sys/}/tty/ttyS4" "$tree/sys/class/tty/ttyS4"
put sys/class/tty/console/active "tty0 ttyS4"
check "bind path=0000:00:1f.3 id=8086:a348"
told "a console" 00:1f.3 "warning $place:1: 0000:00:1f.3 holds console ttyS4, which *: *"
plant_host apu
check "bind path=0000:00:08.1/00.0 id=1002:1681 with=card"
told "the platform's security processor" 05:00.2 "warning $place:1: 0000:05:00.2 is the \
processor's own security processor (fTPM, PSP), *: keep it, *"
check "bind path=0000:00:08.1/00.0 id=1002:1681" \
	"bind path=0000:00:08.1/00.1 id=1002:1640"
none "security" "its neighbours alone"
check "bind path=0000:00:01.1/00.0 id=1002:73ff with=card"
told "an unknown boot display" 01:00.0 "note $place:1: 0000:01:00.0 may be the boot \
display, *: see to it that you can log in another way"
plant_host sriov
check "bind path=0000:00:01.1/00.0 id=8086:1572"
told "virtual functions" 03:00.0 "warning $place:1: 0000:03:00.0 has * virtual *, \
which *: name one of them *"
plant_host no-iommu-intel
plant_route 0000:02:00.0
check "bind address=02:00.0 id=10de:1b80"
gives 1 out "warning $place:1: 0000:02:00.0 holds eth0 default route, *" \
	"also while the IOMMU is off"
shown config/judge/uses.c
finish
