#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind check: every finding with a system that shows it and one that does not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
tool=$top/build/test/earlybind
tree=$work/tree
conf=$tree/etc/earlybind.conf
one="path=0000:00:1c.0/00.0 id=10de:2206"	# the second graphics card
place=/etc/earlybind.conf

plant() {	# MACHINE: a host in memory, which needs no disk
	rm -rf "$tree"
	"$top/tests/tree" "$top/tests/machines/$1.machine" "$tree"
	mkdir -p "$tree/proc/self"
	echo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw" >"$tree/proc/self/mountinfo"
	echo "  1: 7 7 IR-IO-APIC 1-edge i8042" >"$tree/proc/interrupts"
}

check() {	# RULE...: a line each
	printf '%s\n' "$@" >"$conf"
	run "$tool" check --root "$tree"
}

none() {	# PATTERN SENTENCE: the last check has no such line
	if grep -q -- "$1" "$work/out"; then
		not_ok "$2" "$work/out"
	else
		ok "$2"
	fi
}

put() {		# FILE TEXT
	mkdir -p "$tree/${1%/*}"
	printf '%s\n' "$2" >"$tree/$1"
}

# --- nothing to say
plant desktop
check "bind $one with=card"
echo "$place: 1 rule, no error" >"$work/want"
same "$work/want" "$work/out" "a right config on a good machine: no finding"
holds "and exit code 0" [ "$code" = 0 ]

# --- lines of the plan
check "bind $one"
gives 0 out "warning $place:1: 0000:02:00.0: group 8 also holds 0000:02:00.1, *: take *" \
	"group mates that stay with the host"
check "bind id=ffff:0001"
gives 1 out "error $place:1: no device matches: see earlybind list, *" \
	"a device is missing"
check "" "bind path=0000:00:1c.0/00.0 id=10de:2204"
gives 1 out "error $place:2: 0000:02:00.0 is at the place *, but its id is 10de:2206 and \
not 10de:2204: correct the rule" "another device at the place"
check "bind id=144d:a808"
none "^error" "a disk that is free"
plant desktop
sed -i 's/^/#/' "$tree/proc/self/mountinfo"
check "bind id=144d:a808"
gives 1 out "error $place:1: 0000:04:00.0 is storage *: name it by path= *" \
	"a disk that is not known to be free"
gives 1 out "note this machine: which disks *is not known, *: run this on *" \
	"the host's disks are not known"
plant desktop
put sys/kernel/iommu_groups/8/reserved_regions "0x3e2e0000 0x3e2fffff direct"
check "bind $one with=card"
gives 0 out "warning $place:1: 0000:02:00.0: group 8 has a reserved memory region *" \
	"a reserved region"
put sys/kernel/iommu_groups/8/reserved_regions "0x3e2e0000 0x3e2fffff direct-relaxable"
check "bind $one with=card"
none "reserved" "a region that is no obstacle"
rm "$tree/sys/bus/pci/devices/0000:02:00.0/reset"
check "bind $one with=card"
gives 0 out "warning $place:1: 0000:02:00.0 has no reset method: *: reboot *" "no reset"

# --- IOMMU
plant no-iommu-intel
check "bind id=10de:1b80 with=card" "bind id=10de:10f0"
gives 1 out "error $place:1: 0000:02:00.0 and 1 more are in no IOMMU group, *: turn on \
VT-d in the firmware and boot with intel_iommu=on" "no IOMMU: once for all devices"
put proc/cmdline "intel_iommu=on"
check "bind id=10de:1b80 with=card"
gives 1 out "error *: turn on VT-d in the firmware; intel_iommu=on is there" \
	"no IOMMU: the argument is there"
put proc/cmdline "quiet"
put sys/firmware/acpi/tables/DMAR ""
check "bind id=10de:1b80 with=card"
gives 1 out "error *: boot with intel_iommu=on; VT-d is on in the firmware" \
	"no IOMMU: the firmware has it on"
put proc/cmdline "intel_iommu=off"
check "bind id=10de:1b80 with=card"
gives 1 out "error *: remove the kernel argument that turns it off *" \
	"no IOMMU: an argument turns it off"
check "bind id=10de:1b80 with=card driver=pci-stub"
none "IOMMU" "pci-stub needs no IOMMU"
plant no-iommu-amd
check "bind class=network" "bind display=other with=card"
gives 1 out "error *: turn on the IOMMU (AMD-Vi) in the firmware" "no IOMMU on AMD"
put sys/firmware/acpi/tables/IVRS ""
check "bind class=network" "bind display=other with=card"
gives 1 out "error *: the firmware offers the IOMMU (AMD-Vi) and the kernel *" \
	"AMD, and the firmware has it on"

plant desktop
echo "  1: 7 7 IO-APIC 1-edge i8042" >"$tree/proc/interrupts"
check "bind $one with=card"
gives 0 out "warning this machine: interrupt remapping is off: *: turn on x2APIC *" \
	"interrupt remapping is off"
put proc/cmdline "intremap=off"
check "bind $one with=card"
gives 0 out "warning this machine: interrupt remapping *: remove intremap=off *" \
	"interrupt remapping is turned off"
check "bind $one with=card driver=pci-stub"
none remapping "pci-stub needs no interrupt remapping"
rm "$tree/proc/interrupts"
check "bind $one with=card"
none remapping "what cannot be read is not off"
put proc/cmdline "pcie_acs_override=downstream,multifunction"
check "bind $one with=card"
gives 0 out "warning /proc/cmdline: pcie_acs_override is in use: *: remove it, *" \
	"pcie_acs_override"

# --- the way to the device
plant desktop
check "bind address=01:00.0 id=10de:2206 with=card"
gives 0 out "note $place:1: 0000:01:00.0 is behind 0000:00:01.0, which does not keep \
apart *(no ACS): *" "a bridge without ACS"
check "bind $one with=card"
none ACS "a bridge with ACS"

config() {	# DEVCTL-HIGH SIZE: config space of the card, an Express capability at 40
	dd if=/dev/zero bs=1 count="$2" 2>/dev/null >"$work/config"
	printf '\100' | dd of="$work/config" bs=1 seek=52 conv=notrunc 2>/dev/null
	[ "$2" = 64 ] || {
		printf '\020' | dd of="$work/config" bs=1 seek=64 conv=notrunc 2>/dev/null
		# shellcheck disable=SC2059 # an octal number
		printf "$1" | dd of="$work/config" bs=1 seek=73 conv=notrunc 2>/dev/null
	}
	cat "$work/config" >"$tree/sys/bus/pci/devices/0000:02:00.0/config"
	check "bind $one with=card"
}

config '\010' 256
gives 0 out "note $place:1: 0000:02:00.0 may bypass * (NoSnoop is enabled): *, \
setpci -s 0000:02:00.0 CAP_EXP+8.w=0:800 *" "NoSnoop"
config '\020' 256
none NoSnoop "NoSnoop is not enabled"
config '\010' 64
none NoSnoop "NoSnoop is not known"
printf '\100' | dd of="$work/config" bs=1 seek=65 conv=notrunc 2>/dev/null
dd if=/dev/zero bs=1 count=200 2>/dev/null >>"$work/config"
cat "$work/config" >"$tree/sys/bus/pci/devices/0000:02:00.0/config"
check "bind $one with=card"
none NoSnoop "a list of capabilities without end"

# --- a passphrase
plant desktop
put etc/crypttab "luks-1 UUID=1 none luks"
check "bind $one with=card"
none passphrase "a passphrase, and the screen stays"
check "bind address=01:00.0 id=10de:2206 with=card"
gives 0 out "warning $place:1: the boot asks for a passphrase, and 0000:01:00.0 has *" \
	"a passphrase, and the boot screen goes"
check "bind class=display with=card" "set headless=yes"
gives 1 out "error $place:1: the boot asks for a passphrase, and 0000:01:00.0 is the \
last screen *: keep a screen, *" "a passphrase, and no screen"
put proc/cmdline "console=tty0 console=ttyS0,115200"
check "bind class=display with=card" "set headless=yes"
none passphrase "a passphrase on a serial console"
put proc/cmdline "console=tty1"
check "bind class=display with=card" "set headless=yes"
gives 1 out "error *passphrase*" "tty1 is no serial console"
for line in "luks-1 UUID=1 /key luks" "luks-1 UUID=1 - tpm2-device=auto" \
	"luks-1 UUID=1 none noauto" "# luks-1 UUID=1"; do
	put etc/crypttab "$line"
	check "bind class=display with=card" "set headless=yes"
	none passphrase "no passphrase: $line"
done
rm "$tree/etc/crypttab"
put proc/cmdline "rd.luks.uuid=1"
check "bind class=display with=card" "set headless=yes"
gives 1 out "error *passphrase*" "a passphrase because of rd.luks.uuid="
put proc/cmdline "rd.luks.uuid=1 rd.luks.options=tpm2-device=auto"
check "bind class=display with=card" "set headless=yes"
none passphrase "none with rd.luks.options="
put proc/cmdline "rd.luks.uuid=1"
usb=/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input1
put proc/bus/input/devices "N: Name=\"A Keyboard\"
S: Sysfs=$usb
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
check "bind address=00:14.0 id=8086:a36d"
gives 1 out "error $place:1: *passphrase, and 0000:00:14.0 has the only key*: keep *" \
	"a passphrase, and no keyboard"
check "bind address=03:00.0 id=1b73:1100"
none keyboard "another controller"

# --- rules
plant desktop
check "bind address=01:00.0 id=10de:2206 with=card moved=follow"
gives 1 out "error $place:1: moved=follow could take 0000:02:00.0 *: tell them apart *" \
	"moved=follow with a twin"
check "bind address=01:00.0 id=10de:2206 with=card moved=follow" \
	"bind address=02:00.0 id=10de:2206 with=card"
none "moved=follow" "a twin that has a rule of its own"
check "keep id=ffff:0001"
gives 0 out "warning $place:1: this rule keeps nothing: *: see earlybind list, *" \
	"a keep that matches nothing"
check "keep address=05:00.0 id=10de:2206"
gives 0 out "warning $place:1: this rule keeps every device *not at 0000:05:00.0: *" \
	"a keep whose device moved"
check "keep address=02:00.0 id=10de:2206"
none "this rule" "a keep that keeps"
check "bind address=02:00.0 with=card"
gives 0 out "warning $place:1: a place without an id: *: add id=10de:2206" \
	"a place without an id"
check "bind path=0000:00:1c.4/00.0 class=usb"
gives 0 out "note $place:1: a place without an id: *: add id=1b73:1100" \
	"a place with a class is meant so"
check "keep path=0000:00:1c.4/00.0 class=usb"
gives 0 out "warning $place:1: a place without an id: *, and is not kept: *" \
	"a keep by its place alone"
check "bind $one with=card"
none "without an id" "a place with an id"

# --- leftovers
left() {	# FILE LINE PATTERN SENTENCE
	put "$1" "
$2"
	check "bind $one with=card"
	gives 0 out "$3" "$4"
	put "$1" "# $2"
	check "bind $one with=card"
	none "\"" "$4: in a comment"
	rm "$tree/$1"
}

left etc/modprobe.d/vfio.conf "softdep nouveau pre: vfio-pci" \
	"note /etc/modprobe.d/vfio.conf:2: \"softdep nouveau *-pci\" *: delete *" \
	"softdep"
left etc/modprobe.d/vfio.conf "options vfio_pci disable_vga=1 ids=10de:2206" \
	"warning /etc/modprobe.d/vfio.conf:2: \"options *ids=*\" takes *: delete *" \
	"options vfio-pci ids="
left usr/lib/modprobe.d/vfio.conf "options vfio-pci disable_vga=1" \
	"warning /usr/lib/modprobe.d/vfio.conf:2: * no effect *: write the option *" \
	"options vfio-pci"
left etc/modprobe.d/vfio.conf "install vfio-pci /usr/local/bin/vfio-pci-override.sh" \
	"warning /etc/modprobe.d/vfio.conf:2: \"install vfio-pci *\" runs a script *" \
	"install vfio-pci"
left etc/modprobe.d/vfio.conf "install nvidia /sbin/modprobe vfio-pci" \
	"warning /etc/modprobe.d/vfio.conf:2: \"install nvidia *" "install that loads it"
left etc/default/grub 'GRUB_CMDLINE_LINUX="quiet vfio-pci.ids=10de:2206"' \
	"warning /etc/default/grub:2: \"vfio-pci.ids=10de:2206\" takes *: remove it *" \
	"vfio-pci.ids= in /etc/default/grub"
left etc/default/grub.d/x.cfg 'GRUB_CMDLINE_LINUX=rd.driver.pre=vfio-pci' \
	"note /etc/default/grub.d/x.cfg:2: \"rd.driver.pre=vfio-pci\" *: remove it *" \
	"rd.driver.pre="
left boot/loader/entries/a.conf 'options root=/dev/x pci-stub.ids=10de:2206' \
	"warning /boot/loader/entries/a.conf:2: \"pci-stub.ids=*" "a loader entry"
left etc/dracut.conf.d/v.conf 'force_drivers+=" vfio_pci "' \
	"note /etc/dracut.conf.d/v.conf:2: *: delete the line" "force_drivers"
put proc/cmdline "quiet vfio_pci.ids=10de:2206"
check "bind $one with=card"
gives 0 out "warning /proc/cmdline:1: \"vfio_pci.ids=10de:2206\" *" "the running kernel"
put proc/cmdline quiet
put etc/modprobe.d/vfio.conf "softdep a pre: b
options snd_hda_intel ids=1
install a /bin/true
blacklist nouveau"
put etc/modprobe.d/vfio.conf.bak "options vfio-pci ids=10de:2206"
check "bind $one with=card"
none "modprobe.d" "lines of others, files that nobody reads"

# --- kernels
if command -v depmod >/dev/null; then
	for kernel in 6.1 6.2 6.3; do
		dir=$tree/lib/modules/$kernel
		mkdir -p "$dir"
		for name in vfio-pci nouveau; do
			echo "kernel/$name.ko"
		done >"$dir/modules.builtin"
		: >"$dir/modules.order"
		printf 'nouveau.alias=pci:v000010DEd*sv*sd*bc03sc*i*\0' \
			>"$dir/modules.builtin.modinfo"
	done
	: >"$tree/lib/modules/6.2/modules.builtin"
	: >"$tree/lib/modules/6.2/modules.builtin.modinfo"
	mkdir "$tree/lib/modules/removed"
	for kernel in 6.1 6.2; do
		depmod -b "$tree" $kernel
	done
	rm -r "$tree/lib/modules/6.3"
	check "bind $one with=card"
	gives 1 out "error $place:1: kernel 6.2 has no module vfio-pci, *: install *" \
		"a kernel without vfio-pci"
	none "kernel 6.1 has no module" "a kernel with vfio-pci"
	none "removed" "a directory of a kernel that is gone"
	gives 1 out "warning $place:1: 0000:02:00.0: its own driver nouveau is built \
into kernel 6.1 *" "a display driver that is built in"
	check "bind class=network driver=none"
	none "built into" "no driver is built in"
	none "has no module" "driver=none needs none"
else
	skip "kernels" "depmod is not installed"
fi

# --- where nothing is known
plant desktop
"$tool" record --root "$tree" >"$work/machine"
echo "bind $one with=card" >"$work/conf"
run "$tool" check --machine "$work/machine" --config "$work/conf" --root "$tree"
gives 0 out "note this machine: *: the machine is a recorded one: *" "a recorded machine"
plant server
check "bind class=network"
holds "a large machine: no crash" [ "$code" -lt 2 ]

# --- files that are no good: no crash, and nothing said of what is not known
plant desktop
for file in etc/modprobe.d/x.conf etc/crypttab proc/cmdline proc/interrupts \
	etc/default/grub lib/modules/6.1/modules.dep sys/firmware/acpi/tables; do
	rm -rf "${tree:?}/$file"
	mkdir -p "$tree/$file"
done
: >"$tree/etc/dracut.conf.d"
check "bind $one with=card"
none "\"" "directories for files"
holds "directories for files: no crash" [ "$code" -lt 2 ]
plant desktop
mkdir -p "$tree/etc/modprobe.d"
ln -s /etc/modprobe.d/a.conf "$tree/etc/modprobe.d/a.conf"
ln -s /elsewhere.conf "$tree/etc/modprobe.d/b.conf"
echo "softdep a pre: vfio-pci" >"$tree/elsewhere.conf"
head -c 2097152 /dev/urandom >"$tree/etc/modprobe.d/c.conf"
head -c 2097152 /dev/urandom >"$tree/etc/crypttab"
check "bind $one with=card"
gives 0 out "note /etc/modprobe.d/b.conf:1: *" "garbage; a link stays below the root"
plant desktop
mkdir -p "$tree/etc/modprobe.d"
i=0
while [ $i -lt 300 ]; do
	echo "options vfio-pci ids=$i"
	i=$((i + 1))
done >"$tree/etc/modprobe.d/d.conf"
check "bind $one with=card"
gives 0 out "warning /etc/modprobe.d/d.conf:1: *" "more lines than there is room for"
gives 0 out "note *there are more lines * than the limit LEFTOVERS_MAX, 256" \
	"and that is said"

# --- JSON
if command -v python3 >/dev/null; then
	plant desktop
	printf 'bind id=ffff:1\nbind %s\n' "$one" | sed 's/:1$/:0001/' >"$conf"
	run "$tool" check --root "$tree" --json
	holds "JSON: what a program needs" python3 - "$work/out" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
assert j['schema'] == 1 and j['rules'] == 2 and j['lost'] == 0, j
f = j['findings']
assert [x['severity'] for x in f] == ['error', 'warning'], f
assert f[0]['reason'] == 'absent' and f[0]['address'] is None, f
assert f[0]['file'] == '/etc/earlybind.conf' and f[0]['line'] == 1, f
assert f[1]['address'] == '0000:02:00.0' and 'with=group' in f[1]['remedy'], f
END
	echo "bind dirver=x" >"$conf"
	run "$tool" check --root "$tree" --json
	holds "JSON: a wrong config" python3 - "$work/out" <<'END'
import json, sys
f = json.load(open(sys.argv[1]))['findings'][0]
assert f['reason'] == 'wrong-config' and (f['line'], f['column']) == (1, 6), f
END
	holds "and exit code 2" [ "$code" = 2 ]
fi
finish
