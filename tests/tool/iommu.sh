#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The IOMMU and its arguments: what is only a wish where it is on, how the kernel reads
# the words, and what to do in a virtual machine.
# shellcheck disable=SC2119 # sync takes options, and here it has none
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/sync.sh
. "$here/layouts/sync.sh"
card=0000:02:00.0

# A layout whose machine has its IOMMU on, after a boot that went well; no image is there.
plant_on() {	# LAYOUT
	plant "$1"
	for device in "$tree"/sys/bus/pci/devices/*; do
		mkdir -p "$tree/sys/kernel/iommu_groups/${device##*:}"
		ln -s "../../../../kernel/iommu_groups/1" \
			"$(readlink -f "$device")/iommu_group"
	done
	find "$tree/boot" "$tree/lib/modules" \( -name 'init*' -o -name modules.dep \) \
		-delete 2>/dev/null || :
	echo "bind id=10de:10f0 driver=none" | put etc/earlybind.conf
	echo "bind id=10de:1b80 with=card" >>"$tree/etc/earlybind.conf"
	mkdir -p "$tree/run/earlybind" "$tree/sys/bus/pci/drivers/vfio-pci"
	cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
	printf '# earlybind\nbind %s 10de:1b80 vfio-pci conf:1 %s\n' "$card" \
		"matches [matches] -> bound" >"$tree/run/earlybind/report"
	ln -s ../../../../bus/pci/drivers/vfio-pci \
		"$tree/sys/bus/pci/devices/$card/driver"
}

status() {	# [OPTION...]
	run "$tool" status --root "$tree" "$@"
}

# --- it is on without the arguments
for layout in debian systemd_boot fedora; do
	plant_on $layout
	status
	gives 0 out "wish    arguments: the running kernel was started without \
$words, and \
its IOMMU is on: earlybind sync && reboot" "$layout: missing arguments are a wish"
	none '^differs\|^unknown' "$layout: and nothing differs"
	status --quiet
	holds "$layout: --quiet says nothing" [ ! -s "$work/out" ]
	run "$tool" check --root "$tree"
	none "^warning.*sync" "$layout: check has a note of it"
	gives 0 out "note *: the running kernel was started without *" "$layout: \
which is it"
done
plant_on systemd_boot
status
gives 0 out "wish    /boot/efi/loader/entries/*: its arguments are not those that the \
config wants: earlybind sync" "a file of the boot loader as well"
sync
status
gives 0 out "wish    arguments: *: reboot" "after sync a reboot is what is left"
plant_on systemd_boot
echo "set ids=always" >>"$tree/etc/earlybind.conf"
cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
status
gives 1 out "differs arguments: the running kernel was started without \
vfio-pci.ids=*: *" \
	"other arguments are no wish"
gives 1 out "wish    arguments: *" "beside those that are"
if command -v python3 >/dev/null; then
	plant_on systemd_boot
	status --json
	holds "JSON: a wish, and all is as planned" python3 - "$work/out" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
assert j['as_planned'] is True, j
assert 'wish' in {x['state'] for x in j['others']}, j
END
fi
: >"$tree/boot/limine.conf"
status
gives 0 out "wish    arguments: *" "a loader that is not kept in step makes no difference"
rm -rf "$tree/boot/efi" "$tree/etc/kernel"
status
gives 0 out "wish    arguments: *: earlybind sync --dry-run" \
	"where it is the only one, that is what says what to do"

# --- the words, as the kernel reads them
started() {	# WORDS MISSING SENTENCE
	plant_on systemd_boot
	sync
	echo "root=1 $1" | put proc/cmdline
	status
	if [ "$2" ]; then
		gives 0 out "wish    arguments: the running kernel was started \
without $2, *" "$3"
	else
		none "started without" "$3"
	fi
}
started "intel_iommu=on,sm_on iommu=pt" "" "intel_iommu=on,sm_on is on"
started "intel_iommu=sm_on,on iommu=force,pt" "" "anywhere in a list"
started "intel_iommu=off intel_iommu=on iommu=nopt iommu=pt" "" "the last word wins"
started "intel_iommu=on intel_iommu=off iommu=pt iommu=nopt" "$words" "either way"
started "intel_iommu=on,off iommu=pt,nopt" "$words" "in a list too"
started "intel_iommu=sm_on iommu=soft" "$words" "other options are neither"
started "intel-iommu=on iommu.passthrough=1" "" "by another name"
started "intel_iommu=on iommu=pt iommu.passthrough=0" "iommu=pt" "and that undoes it"
plant systemd_boot
file=$(cd "$tree" && find boot/efi/loader/entries -name '*.conf' | sort | head -n 1)
sed -i "s/^options .*/options root=UUID=1-2 intel_iommu=on,sm_on/" "$tree/$file"
sync
has "sync: a list of another hand serves" "$file" \
	"options root=UUID=1-2 intel_iommu=on,sm_on iommu=pt"
holds "sync: and is no contradiction" [ -z "$(grep 'another hand' "$work/err")" ]
snapshot "$work/once"
sync
snapshot "$work/twice"
same "$work/once" "$work/twice" "sync: a second run changes nothing"

# --- a virtual machine
guest() {	# MACHINE CONFIG
	plant_host "$1" </dev/null
	echo "$2" | put etc/earlybind.conf
	echo quiet | put proc/cmdline
	echo "flags		: fpu hypervisor lm" >>"$tree/proc/cpuinfo"
}
found() {	# PATTERN SENTENCE
	run "$tool" check --root "$tree"
	gives 1 out "$1" "$2"
}
# shellcheck disable=SC2317 # of tap.sh, as layouts.sh has another put()
plant_host() {	# MACHINE
	rm -rf "$tree"
	"$top/tests/lib/tree" "$top/tests/plan/machines/$1.machine" "$tree"
	echo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw" | put proc/self/mountinfo
}
bind="bind id=10de:1b80 with=card"
vm="this is a virtual machine"
guest no-iommu-intel "$bind"
found "error *: $vm: give it an IOMMU in the settings of its hypervisor (QEMU: \
intel-iommu) and boot with intel_iommu=on" "a guest on Intel"
status
gives 1 out "differs arguments: the IOMMU is off: $vm: *" "status says the same"
run "$tool" list --root "$tree"
none "VT-d in the firmware and" "and nobody speaks of the firmware"
echo quiet intel_iommu=on,sm_on | put proc/cmdline
found "error *: $vm: give it an IOMMU in the settings of its hypervisor (QEMU: \
intel-iommu)" "the argument is there"
: | put sys/firmware/acpi/tables/DMAR
echo quiet | put proc/cmdline
found "error *: boot with intel_iommu=on; the hypervisor offers an IOMMU" \
	"its hypervisor offers one"
echo intel_iommu=on intel_iommu=off,sm_on | put proc/cmdline
found "error *: remove the kernel argument that turns it off *" "turned off in a list"
echo intel_iommu=off intel_iommu=on | put proc/cmdline
run "$tool" check --root "$tree"
none "turns it off" "turned off and on again"
guest no-iommu-amd "bind class=network
bind display=other with=card"
found "error *: $vm: give it an IOMMU in the settings of its hypervisor (QEMU: \
amd-iommu)" "a guest on AMD"
plant_host no-iommu-intel
echo "$bind" | put etc/earlybind.conf
echo "QEMU" | put sys/class/dmi/id/sys_vendor
found "error *: $vm: *" "a guest by its DMI tables"
echo "Dell Inc." | put sys/class/dmi/id/sys_vendor
found "error *: turn on VT-d in the firmware and boot with intel_iommu=on" "no guest"
guest no-iommu-intel "$bind"
echo control_d | put proc/xen/capabilities
run "$tool" check --root "$tree"
none "$vm" "the domain that Xen runs the machine from is no guest"

# --- a card without any screen
cat >"$work/machine" <<'END'
machine 1 cpu=intel
address=0000:00:00.0 path=0000:00:00.0 id=8086:1237 class=060000 bridge=1
address=0000:01:00.0 path=0000:00:01.0/00.0 id=10de:2335 class=030200
END
run "$tool" list --machine "$work/machine"
none "boot display" "a compute card has no screen"
sed -i 's/class=030200/class=030000/' "$work/machine"
run "$tool" list --machine "$work/machine"
gives 0 out "*perhaps the boot display*" "a graphics card may"
finish
