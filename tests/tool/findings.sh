#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind check: what it finds in plan, rules and machine, each with a system that shows
# it and one that does not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
one="path=0000:00:1c.0/00.0 id=10de:2206"	# the second graphics card
place=/etc/earlybind.conf

# --- nothing to say
plant_host desktop
check "bind $one with=card"
echo "$place: 1 rule, no error" >"$work/want"
same "$work/want" "$work/out" "a right config on a good machine: no finding"
holds "and exit code 0" [ "$code" = 0 ]

# --- what appears late
plant_host vmd
check "bind path=0000:00:0e.0/06.0/00.0 id=144d:a80a"
gives 0 out "warning $place:1: 10000:* may not be there yet when earlybind looks, *: it \
is below VMD: *" "a device below VMD"
plant_host sriov
check "bind address=0000:03:02.0"
gives 0 out "warning $place:1: 0000:03:02.0* it is a virtual function: leave *" \
	"a virtual function"
plant_host desktop
echo removable >"$tree/sys/bus/pci/devices/0000:02:00.0/removable"
check "bind $one with=card"
gives 0 out "warning $place:1: 0000:02:00.0 *: it can be unplugged: let *" \
	"what is behind Thunderbolt"
put proc/cmdline "vfio.enable_unsafe_noiommu_mode=1"
check "bind $one with=card"
gives 0 out "warning /proc/cmdline: enable_unsafe_noiommu_mode= *: turn on the IOMMU*" \
	"noiommu mode"
plant_host desktop

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
plant_host desktop
sed -i 's/^/#/' "$tree/proc/self/mountinfo"
check "bind id=144d:a808"
gives 1 out "error $place:1: 0000:04:00.0 is storage *: name it by path= *" \
	"a disk that is not known to be free"
gives 1 out "note this machine: which disks *is not known, *: run this on *" \
	"the host's disks are not known"
plant_host desktop
put sys/kernel/iommu_groups/8/reserved_regions "0x3e2e0000 0x3e2fffff direct"
check "bind $one with=card"
gives 0 out "warning $place:1: 0000:02:00.0: group 8 has a reserved memory region *" \
	"a reserved region"
put sys/kernel/iommu_groups/8/reserved_regions "0x3e2e0000 0x3e2fffff direct-relaxable"
check "bind $one with=card"
none "reserved" "a region that is no obstacle"
rm "$tree/sys/bus/pci/devices/0000:02:00.0/reset"
check "bind $one"
gives 0 out "warning $place:1: 0000:02:00.0 has no reset method: *: reboot *" "no reset"
check "bind $one with=card"
none "reset" "no reset, and none is needed for a whole card"

# --- who shares the group
plant_host desktop
check "bind address=00:1f.3 id=8086:a348"
gives 0 out "warning $place:1: 0000:00:1f.3: group 7 also *: take the others too *" \
	"group mates that nobody uses"
plant_route 0000:00:1f.6
check "bind address=00:1f.3 id=8086:a348"
gives 0 out "warning $place:1: 0000:00:1f.3: group 7 also *: put the card into another \
slot, because the host uses 0000:00:1f.6 (eth0 default route)" "a mate that the host uses"

# --- IOMMU
plant_host no-iommu-intel
rm "$tree/proc/cpuinfo"
check "bind id=10de:1b80 with=card"
gives 1 out "error *: turn on VT-d in the firmware and boot with intel_iommu=on" \
	"no IOMMU: the host bridge tells whose processor it is"
plant_host no-iommu-intel
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
plant_host no-iommu-amd
check "bind class=network" "bind display=other with=card"
gives 1 out "error *: turn on the IOMMU (AMD-Vi) in the firmware" "no IOMMU on AMD"
put sys/firmware/acpi/tables/IVRS ""
check "bind class=network" "bind display=other with=card"
gives 1 out "error *: the firmware offers the IOMMU (AMD-Vi) and the kernel *" \
	"AMD, and the firmware has it on"

plant_host desktop
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
plant_host desktop
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
asks() {	# SENTENCE WHO: for certain, and the last screen goes
	check "bind class=display with=card" "set headless=yes"
	gives 1 out "error $place:1: the boot asks for a passphrase ($2), and \
0000:01:00.0 is the last screen *: keep a screen, *" "a passphrase: $1"
}
may_ask() {	# SENTENCE WHO: it is not known
	check "bind class=display with=card" "set headless=yes"
	gives 0 out "warning $place:1: the boot may ask for a passphrase ($2), and \
0000:01:00.0 is the last screen *: keep a screen, *" "perhaps a passphrase: $1"
}
asks_not() {	# SENTENCE
	check "bind class=display with=card" "set headless=yes"
	none passphrase "no passphrase: $1"
}

plant_host desktop
put etc/crypttab "luks-1 UUID=1 none luks"
check "bind $one with=card"
none passphrase "a passphrase, and the screen stays"
check "bind address=01:00.0 id=10de:2206 with=card"
gives 0 out "warning $place:1: the boot asks for *, and 0000:01:00.0 has the screen *" \
	"a passphrase, and the boot screen goes"
asks "no screen" "/etc/crypttab: luks-1"
put proc/cmdline "console=tty0 console=ttyS0,115200"
asks_not "a serial console"
put proc/cmdline "console=tty1"
asks "tty1 is no serial console" "/etc/crypttab: luks-1"
put proc/cmdline quiet

for line in "luks-1 UUID=1" "luks-1 UUID=1 -" "luks-1 UUID=1 none nofail,luks" \
	"luks-1 UUID=1 root luks,keyscript=decrypt_keyctl" \
	"luks-1 UUID=1 /k.gpg keyscript=/lib/cryptsetup/scripts/decrypt_gnupg" \
	"luks-1 UUID=1 - tpm2-device=auto,tpm2-pin=yes" \
	"luks-1 UUID=1 - fido2-device=auto,fido2-with-client-pin=1" \
	"luks-1 UUID=1 - fido2-device=auto,fido2-pin=yes" \
	"luks-1 UUID=1 - noauto,x-initrd.attach"; do
	put etc/crypttab "luks-2 UUID=2 /key luks
$line"
	asks "$line" "/etc/crypttab: luks-1"
done
for line in "luks-1 UUID=1 - fido2-device=auto" "luks-1 UUID=1 - pkcs11-uri=auto" \
	"luks-1 UUID=1 x keyscript=/usr/local/bin/mine"; do
	put etc/crypttab "$line"
	may_ask "$line" "/etc/crypttab: luks-1"
done
for line in "luks-1 UUID=1 /key luks" "luks-1 UUID=1 - tpm2-device=auto" \
	"luks-1 UUID=1 - tpm2-device=auto,tpm2-pin=no" \
	"luks-1 UUID=1 - fido2-device=auto,fido2-pin=no" \
	"luks-1 UUID=1 - pkcs11-uri=pkcs11:token=x;pin-value=1" \
	"luks-1 UUID=1 other keyscript=decrypt_derived" \
	"luks-1 UUID=1 /dev/disk/by-label/key:/k keyscript=passdev" \
	"luks-1 UUID=1 none headless=yes" "swap /dev/x2 /dev/urandom swap" \
	"luks-1 UUID=1 none noauto" "# luks-1 UUID=1"; do
	put etc/crypttab "$line"
	asks_not "$line"
done
put etc/crypttab "luks-1 UUID=1 none"
put etc/cryptsetup-keys.d/luks-1.key x
asks_not "a key file where systemd looks for one"
rm -r "$tree/etc/cryptsetup-keys.d" "$tree/etc/crypttab"

# the kernel command line
for word in rd.luks.uuid=1 luks.uuid=luks-1 rd.luks.name=1=root luks.name=1=root \
	cryptdevice=UUID=1:root crypt_root=UUID=1 cryptopts=source=UUID=1,target=root; do
	put proc/cmdline "quiet $word"
	asks "$word" "$word"
done
put proc/cmdline 'quiet rd.luks.name="1=my root"'
asks "a name in quotes" 'rd.luks.name="1=my root"'
put proc/cmdline 'quiet note="rd.luks.uuid=1 is left out"'
asks_not "a word inside quotes"
word=rd.luks.uuid=1
for words in rd.luks.options=discard rd.luks.options=2=tpm2-device=auto \
	rd.luks.options=tpm2-device=auto,tpm2-pin=yes rd.luks.key=2=/key \
	rd.luks.key=/key:UUID=9:UUID=2; do
	put proc/cmdline "$word $words"
	asks "$word $words" "$word"
done
for words in rd.luks.options=tpm2-device=auto luks.options=tpm2-device=auto \
	rd.luks.options=1=tpm2-device=auto rd.luks.key=/key rd.luks.key=1=/key \
	rd.luks.key=/key:UUID=9:UUID=1 rd.luks=0 luks=no; do
	put proc/cmdline "$word $words"
	asks_not "$word $words"
done
put proc/cmdline "luks.uuid=1 rd.luks=0"
asks "rd.luks=0 is for the initramfs only" luks.uuid=1
put proc/cmdline rd.luks=0
put etc/crypttab "luks-1 UUID=1 none luks"
asks "rd.luks=0 and crypttab" "/etc/crypttab: luks-1"
put proc/cmdline "rd.luks=0 rd.luks.options=tpm2-device=auto"
asks "rd.luks=0, and options of the initramfs" "/etc/crypttab: luks-1"
put proc/cmdline luks=0
asks_not "luks=0 and crypttab"
rm "$tree/etc/crypttab"
put proc/cmdline quiet
for file in etc/dracut.conf etc/dracut.conf.d/x.conf \
		usr/lib/dracut/dracut.conf.d/x.conf; do
	put "$file" '# kernel_cmdline="rd.luks.uuid=2"
kernel_cmdline+=" quiet rd.luks.uuid=1 "'
	asks "$file" rd.luks.uuid=1
	rm "$tree/$file"
done
put etc/cmdline.d/x.conf "rd.luks.uuid=1"
asks "etc/cmdline.d" rd.luks.uuid=1
rm "$tree/etc/cmdline.d/x.conf"
put proc/cmdline "cryptdevice=UUID=1:root cryptkey=rootfs:/key"
asks_not "cryptdevice= with cryptkey="
put proc/cmdline "cryptopts=source=UUID=1,target=root,key=/key"
asks_not "cryptopts= with a key"
put proc/cmdline rd.luks.uuid=1
put etc/crypttab "data UUID=2 /key luks"
asks "a key file of another disk hides nothing" rd.luks.uuid=1
put etc/crypttab "root UUID=1 /key luks"
asks_not "a key file of this one"
put proc/cmdline rd.luks.name=1=root
asks_not "a key file of the name"
rm "$tree/etc/crypttab"

# ZFS: what is mounted does not tell; the list that its mount generator reads does
zfs() {		# ENCROOT KEYLOCATION
	mkdir -p "$tree/etc/zfs/zfs-list.cache"
	printf 'rpool\t/\toff\ton\ton\ton\ton\toff\ton\toff\t%s\t%s\t-\n' "$1" "$2"
	printf 'rpool/root\t/\tnoauto\ton\ton\ton\ton\toff\ton\toff\t%s\tnone\n' "$1"
}
put proc/cmdline "root=ZFS=rpool/root"
put proc/self/mountinfo "1 0 0:25 / / rw shared:1 - zfs rpool/root rw"
may_ask "a root on ZFS" "ZFS: rpool/root"
zfs - none >"$work/cache"
mv "$work/cache" "$tree/etc/zfs/zfs-list.cache/rpool"
asks_not "ZFS without encryption"
zfs rpool prompt >"$tree/etc/zfs/zfs-list.cache/rpool"
asks "ZFS with a prompt" "ZFS: rpool/root"
zfs rpool file:///key >"$tree/etc/zfs/zfs-list.cache/rpool"
asks_not "ZFS with a key file"
zfs elsewhere none >"$tree/etc/zfs/zfs-list.cache/rpool"
may_ask "a key that is not in the list" "ZFS: rpool/root"
put proc/self/mountinfo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw"
rm "$tree/etc/zfs/zfs-list.cache/rpool"
printf 'data\t/d\ton\ton\ton\ton\ton\toff\ton\toff\tdata\tprompt\t-\n' \
	>"$tree/etc/zfs/zfs-list.cache/data"
asks "a second pool" "ZFS: data"
rm -r "$tree/etc/zfs"
put proc/cmdline "rd.luks.uuid=1"
usb=/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input1
put proc/bus/input/devices "N: Name=\"A Keyboard\"
S: Sysfs=$usb
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
check "bind address=00:14.0 id=8086:a36d"
gives 1 out "error $place:1: *passphrase (*), and 0000:00:14.0 has the only*: keep *" \
	"a passphrase, and no keyboard"
check "bind address=03:00.0 id=1b73:1100"
none keyboard "another controller"

# --- rules
plant_host desktop
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

check "bind $one with=card driver=nouveau"
gives 0 out "warning $place:1: driver=nouveau seems to be a driver of the host: *: leave \
driver= out, *" "a driver of the host"
for driver in vfio-pci pci_stub none mlx5-vfio-pci nvgrace_gpu_vfio_pci pciback; do
	check "bind $one with=card driver=$driver"
	none "driver of the host" "driver=$driver is for guests"
done

shown config/judge/plan.c config/judge/machine.c config/judge/rules.c
finish
