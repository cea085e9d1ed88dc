#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind status --guest: what is in the way of a guest is told, and nothing else is.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"

# Of others it says how much memory they may lock, which no test of theirs can raise.
as_root=
[ "$(id -u)" = 0 ] || as_root="unshare -r"
$as_root true 2>/dev/null || skip_all "it takes root or user namespaces"

# group 8 has 02:00.0, a display, and 02:00.1 behind the port 00:1c.0
ready() {	# WORD...: the tree as it is
	run $as_root "$tool" status --root "$tree" --guest "$@"
}
bind() {	# ADDRESS DRIVER
	mkdir -p "$tree/sys/bus/pci/drivers/$2"
	place=$(readlink -f "$tree/sys/bus/pci/devices/$1")
	rm -f "$place/driver"
	ln -s "$tree/sys/bus/pci/drivers/$2" "$place/driver"
}
of() {		# ADDRESS FILE TEXT
	printf '%s\n' "$3" >"$(readlink -f "$tree/sys/bus/pci/devices/$1")/$2"
}
plant() {
	plant_host desktop
	put etc/earlybind.conf "bind address=0000:02:00.0 with=card"
	bind 0000:02:00.0 vfio-pci
	bind 0000:02:00.1 vfio-pci
	mkdir -p "$tree/dev/vfio"
	: >"$tree/dev/vfio/8"
	: >"$tree/dev/kvm"
}

plant
plant_rom 0000:02:00.0
ready
gives 0 out "ok *0000:02:00.0: IOMMU group 8 is viable: no driver of the host *" \
	"a group that is whole"
none '^\(differs\|unknown\|wish\)' "nothing is in the way"
gives 0 out "ok *guest: interrupt remapping is on" "interrupts are remapped"
gives 0 out "ok *0000:02:00.0: its ROM is whole: 1 KiB, for UEFI" "a ROM for UEFI"
none "02:00.1: .*ROM" "audio is not asked for one"
none 'image\|arguments\|earlybind.conf' "of the boot nothing is said"
ready --json
gives 0 out '*"as_planned": true*' "as JSON"
gives 0 out '*"topic": "guest"*' "with a topic of its own"

bind 0000:02:00.1 snd_hda_intel
ready
gives 1 out "differs *02:00.1: snd_hda_intel has it, and no guest can: earlybind status" \
	"a function that is with the host"
gives 1 out "differs *group 8 is not viable: snd_hda_intel has 0000:02:00.1: *" \
	"a driver of the host in the group"
bind 0000:02:00.1 mlx5_vfio_pci
ready
gives 0 out "ok *IOMMU group 8 is viable: *" "a variant driver of VFIO"
bind 0000:02:00.1 pci-stub
ready
gives 1 out "ok *IOMMU group 8 is viable: *" "pci-stub, which the kernel lets stand there"
gives 1 out "differs *0000:02:00.1: pci-stub has it, and no guest can: *" \
	"but no guest can use it"

plant
place=$(readlink -f "$tree/sys/bus/pci/devices/0000:02:00.0")
of 0000:02:00.0 reset_method "flr bus"
ready
gives 0 out "ok *02:00.0: each start resets it (flr bus): a second one finds it as *" \
	"a reset that the kernel names"
of 0000:02:00.0 reset_method "pm"
ready
gives 0 out "ok *02:00.0: each start resets it by its power state alone (pm), *" \
	"the weakest reset"
rm -f "$place/reset" "$place/reset_method"
ready
gives 0 out "ok *02:00.0: it has no reset of its own; all of its slot is bound, and *" \
	"the whole slot is reset"
put etc/earlybind.conf "bind address=0000:02:00.0 with=card
bind address=0000:03:00.0"
bind 0000:02:00.1 nvidia
ready
gives 1 out "wish *02:00.0: it has no reset: a second start may find it as the guest *" \
	"no reset, and a part of the slot is with the host"

plant
of 0000:02:00.0 resource "0x00000000a0000000 0x00000000a0ffffff 0x0000000000040200
0x0000004000000000 0x00000047ffffffff 0x000000000014220c
0x0000000000000000 0x0000000000000000 0x0000000000000000
0x0000000000003000 0x000000000000307f 0x0000000000040101"
ready
gives 0 out "ok *02:00.0: its largest BAR has 32 GiB: UEFI of before 2023 has no room *" \
	"a large BAR"
echo "address sizes	: 46 bits physical, 48 bits virtual" >>"$tree/proc/cpuinfo"
put sys/class/iommu/dmar0/intel-iommu/cap d2008c402f0462
ready
gives 0 out "ok *02:00.0: its largest BAR has 32 GiB*" "an IOMMU with as much address"
put sys/class/iommu/dmar0/intel-iommu/cap 1c0000c40260462
ready
gives 0 out "wish *46 bits of address, and the IOMMU only 39: *host-phys-bits-limit=39" \
	"an IOMMU with less address than the processor"

plant
of 0000:02:00.0 power_state D3hot
of 0000:02:00.0 d3cold_allowed 1
ready
gives 0 out "ok *02:00.0: its power state is D3hot, and idle it may lose all power *" \
	"power"
mkdir -p "$tree/proc/4711/fd"
echo qemu-system-x86 >"$tree/proc/4711/comm"
ln -s /dev/vfio/8 "$tree/proc/4711/fd/23"
ready
gives 0 out "ok *a guest has it: qemu-system-x86, process 4711, has IOMMU group 8 open" \
	"who has it open"
rm "$tree/dev/vfio/8"
ready
gives 1 out "differs /dev/vfio/8: it is not there: modprobe vfio_pci, *" "no file"
: >"$tree/dev/vfio/8"
rm "$tree/dev/kvm"
ready
gives 1 out "differs /dev/kvm: it is not there: turn on VT-x or SVM *" "no KVM"

plant
echo "  1: 7 7 IO-APIC 1-edge i8042" >"$tree/proc/interrupts"
ready
gives 1 out "differs guest: interrupt remapping is off, so that VFIO refuses every *" \
	"interrupts are not remapped"
put sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts Y
ready
gives 0 out "wish *guest: interrupt remapping is off, and a guest can send any *" \
	"and that is let pass"
put etc/earlybind.conf "bind id=abcd:0001"
ready
gives 1 out "differs *guest: the plan binds nothing: see earlybind plan" "nothing bound"
run "$tool" status --root "$tree" --memory 4G
gives 100 err "*--memory is that of a guest: add --guest" "--memory without --guest"
ready --memory 4
gives 100 err "*--memory is not a size: *" "a size that is none"

# What root may, others may not.
plant
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	skip "the files and limits of another user" "that takes root and setpriv"
	finish
fi
chmod 711 "$work"
cp "$top/build/test/earlybind" "$work/earlybind"
chmod 666 "$tree/dev/kvm"
user=$(id -un 65534 2>/dev/null || echo 65534)
as_user() {	# KIB WORD...: nobody here may lock more than that
	limit=$1
	shift
	run sh -c 'ulimit -l "$0" && exec setpriv --reuid 65534 --regid 65534 "$@"' \
		"$limit" --clear-groups "$work/earlybind" status \
		--root "$tree" --guest "$@"
}
# shellcheck disable=SC3045 # dash and bash have -l
can_lock() {	# KIB
	(ulimit -l "$1") 2>/dev/null
}
chmod 660 "$tree/dev/vfio/8"
as_user 4096
gives 1 out "differs /dev/vfio/8: $user may not write to it, *: usermod -a -G kvm $user" \
	"a user without the group"
chmod 666 "$tree/dev/vfio/8"
as_user 4096
gives 1 out "differs guest: $user may start it with libvirt alone: *memlock 4 MiB, and \
the smallest guest needs 1152 MiB: \"@kvm - memlock 1179648\" in /etc/security/*" \
	"a user who may lock too little"
as_user 4096 --memory 16G
gives 1 out "differs guest: *memlock 4 MiB of 17408 MiB: \"@kvm - memlock 17825792\" *" \
	"for a guest of that size"
# a machine of tests may have a limit that root cannot raise
if can_lock 17825792; then
	as_user 17825792 --memory 16G
	gives 0 out "ok *guest: $user may start it: *memlock 17408 MiB of 17408 MiB" \
		"a user who may lock enough"
	as_user 17825792
	gives 0 out "ok *guest: $user may start it: *for guests of up to 16384 MiB" \
		"how large a guest may be"
fi
finish
