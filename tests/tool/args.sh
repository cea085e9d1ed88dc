#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind args as a command: which kernels it asks, what goes where, how it fails. What
# it decides is in tests/plan/cases, in the files "args".
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
PATH=$PATH:/usr/sbin:/sbin
command -v depmod >/dev/null || skip_all "depmod is not installed"

machine=$top/tests/plan/machines/desktop.machine
"$top/tests/lib/tree" "$machine" "$tree"
mkdir -p "$tree/etc"
echo "bind path=0000:00:1c.4/00.0 id=1b73:1100" >"$tree/etc/earlybind.conf"
xhci="kernel/drivers/usb/host/xhci-pci.ko pci:v*d*sv*sd*bc0Csc03i30*"
cat >"$work/facts" <<END
kernel 6.1
module kernel/drivers/vfio/pci/vfio-pci.ko
module $xhci
kernel 6.8
built-in kernel/drivers/vfio/pci/vfio-pci.ko
built-in $xhci
END
"$top/tests/lib/facts" "$work/facts" "$tree"
iommu="intel_iommu=on iommu=pt"

args() {	# ARGUMENT...
	run "$tool" args "$@"
	printf '%s\n' "$want" >"$work/line"
}

want="$iommu vfio-pci.ids=1b73:1100"
args --root "$tree"
same "$work/line" "$work/out" "of all installed kernels: what one of them wants"
gives 0 err "vfio-pci.ids=1b73:1100: 0000:03:00.0: its driver * kernel 6.8, *" "and why"
args --root "$tree" --kernel 6.8
same "$work/line" "$work/out" "of the kernel that wants it"
want=$iommu
args --root "$tree" --kernel 6.1
same "$work/line" "$work/out" "of the kernel that does not"
run "$tool" args --root "$tree" --kernel 6.9
gives 111 err "*6.9: the modules of this kernel cannot be opened: *" \
	"a kernel that is not there"
holds "then there is no line" [ ! -s "$work/out" ]
run "$tool" args --root "$tree" --kernel ../6.8
gives 111 err "*no kernel has the version \"../6.8\"*" "no version"

config=$tree/etc/earlybind.conf
args --machine "$machine" --config "$config"
same "$work/line" "$work/out" "of a recorded machine: nothing is known of its kernels"
want="$iommu vfio-pci.ids=1b73:1100"
args --machine "$machine" --config "$config" --root "$tree" --kernel 6.8
same "$work/line" "$work/out" "of a recorded machine, and a kernel below the root"

rm "$tree/etc/earlybind.conf"
want=
args --root "$tree"
same "$work/line" "$work/out" "without a config: an empty line"
holds "and no word" [ ! -s "$work/err" ]
echo "bind id=1b73" >"$tree/etc/earlybind.conf"
run "$tool" args --root "$tree"
gives 2 err "/etc/earlybind.conf:1:*" "a wrong config"
holds "then there is no line either" [ ! -s "$work/out" ]
echo "bind id=1b73:1100" >"$tree/etc/earlybind.conf"
rm -r "$tree/sys"
want=
args --root "$tree"
same "$work/line" "$work/out" "a tree that is no running system: an empty line"
gives 0 err "note: there are no PCI devices*" "and why"

# more ids than the kernel has room for
{
	echo "machine 1 cpu=amd"
	i=0
	while [ $i -lt 120 ]; do
		printf 'address=%04x:00:00.0 id=1234:%04x class=020000 group=%d\n' \
			$i $i $i
		i=$((i + 1))
	done
} >"$work/many"
printf 'set ids=always\nset iommu=none\nbind id=1234:*\n' >"$work/many.conf"
run "$tool" args --machine "$work/many" --config "$work/many.conf"
holds "ids= has at most 1023 bytes" \
	[ "$(sed 's/vfio-pci.ids=//' "$work/out" | wc -c)" -le 1024 ]
holds "and nearly as many" [ "$(wc -c <"$work/out")" -gt 1020 ]
gives 0 err "note: 0077:00:00.0 is not in vfio-pci.ids=: the kernel takes 1023 *" \
	"what has no room is named"
i=0
while [ $i -lt 120 ]; do
	printf 'address=%04x:10:00.0 id=1235:%04x class=020000 group=%d\n' $i $i $i
	printf 'address=%04x:11:00.0 id=1235:%04x class=020000 group=%d\n' $i $i $i
	echo "bind address=$(printf %04x $i):10:00.0" >>"$work/many.conf"
	i=$((i + 1))
done >>"$work/many"
sed -i /1234/d "$work/many" "$work/many.conf"
run "$tool" args --machine "$work/many" --config "$work/many.conf"
gives 0 err "note: and 56 more than the limit KARG_NOTES_MAX, 64" "many notes"
finish
