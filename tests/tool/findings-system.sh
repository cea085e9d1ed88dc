#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind check: what it finds in the operating system: kernels, what older recipes
# left, and files that are no good.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
PATH=$PATH:/usr/sbin:/sbin
one="path=0000:00:1c.0/00.0 id=10de:2206"	# the second graphics card
place=/etc/earlybind.conf

# --- devices that cannot be read
plant_host desktop
for attribute in modalias vendor; do
	: >"$tree/sys/bus/pci/devices/0000:03:00.0/$attribute"
done
check "bind $one with=card"
gives 0 out "warning this machine: 0000:03:00.0 cannot be read, *: run as root;*" \
	"a device without an id"
: >"$tree/sys/bus/pci/devices/0000:02:00.1/modalias"
echo 0x >"$tree/sys/bus/pci/devices/0000:02:00.1/class"
check "bind $one with=card"
gives 0 out "warning this machine: 0000:0?:00.? and 1 more cannot be read, *" \
	"a second one"

# --- what the host needs, and was not found
put etc/fstab "UUID=0000-dead /data ext4 nofail 0 0"
check "bind $one with=card"
gives 0 out "note this machine: /etc/fstab names UUID=0000-dead, *: nothing, if that is \
on purpose" "a disk that is not there"
put etc/fstab "UUID=0000-dead / ext4 defaults 0 0"
check "bind $one with=card"
gives 0 out "warning this machine: /etc/fstab names *: correct that; until then no *" \
	"the root disk is not there"

# --- leftovers
plant_host desktop
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
left etc/default/grub.d/x.cfg 'GRUB_CMDLINE_LINUX=amd_iommu=on' \
	"note /etc/default/grub.d/x.cfg:2: \"amd_iommu=on\" is not a value *: remove *" \
	"amd_iommu=on"
left etc/kernel/cmdline 'root=/dev/x video=efifb:off' \
	"note /etc/kernel/cmdline:2: \"video=efifb:off\" turns off *: remove it *" \
	"video=efifb:off"
left boot/loader/entries/a.conf 'options root=/dev/x pci-stub.ids=10de:2206' \
	"warning /boot/loader/entries/a.conf:2: \"pci-stub.ids=*" "a loader entry"
left etc/dracut.conf.d/v.conf 'force_drivers+=" vfio_pci "' \
	"note /etc/dracut.conf.d/v.conf:2: *: delete the line" "force_drivers"

# options of every module that earlybind loads
for module in vfio vfio_pci_core vfio-iommu-type1 iommufd mlx5-vfio-pci; do
	left etc/modprobe.d/vfio.conf "options $module some_option=1" \
		"warning /etc/modprobe.d/vfio.conf:2: * no effect *: write the option \
into the config as set $module.NAME=VALUE and delete the line" "options $module"
done
left etc/modprobe.d/vfio.conf "install iommufd /bin/false" \
	"warning /etc/modprobe.d/vfio.conf:2: \"install iommufd *\" runs a script *" \
	"install iommufd"
for file in etc/modules-load.d/vfio.conf etc/modules usr/lib/modules-load.d/v.conf; do
	left $file "vfio_pci" "note /$file:2: \"vfio_pci\" is not needed: *: delete *" \
	"$file"
done
left etc/modules "pci-stub ids=10de:2206" \
	"warning /etc/modules:2: \"pci-stub ids=*\" takes every device *" "ids= in \
/etc/modules"
ln -s ../modules "$tree/etc/modules-load.d/modules.conf"
put etc/modules "vfio_pci"
check "bind $one with=card"
holds "a link to /etc/modules is told of once" [ "$(grep -c 'vfio_pci' "$work/out")" = 1 ]
rm "$tree/etc/modules"
put etc/modprobe.d/x.conf "# nothing"
put usr/lib/modprobe.d/x.conf "options vfio-pci ids=10de:2206"
check "bind $one with=card"
none "ids=" "a file that one in /etc stands for"

# udev
for dir in etc run usr/lib; do
	left $dir/udev/rules.d/9.rules \
	'SUBSYSTEM=="pci", ATTR{driver_override}="vfio-pci"' \
		"warning /$dir/udev/rules.d/9.rules:2: * sets a driver *: *" "udev in \
/$dir"
done
put usr/lib/udev/rules.d/9.rules 'SUBSYSTEM=="pci", ATTR{driver_override}="vfio-pci"'
check "bind $one with=card"
gives 0 out "warning *: ln -s /dev/null /etc/udev/rules.d/9.rules" "a packaged rule"
ln -s /dev/null "$tree/etc/udev/rules.d/9.rules"
check "bind $one with=card"
none "driver_override" "a rule that is masked"
rm "$tree/usr/lib/udev/rules.d/9.rules"

# driverctl
put etc/driverctl.d/0000:02:00.0 vfio-pci
check "bind $one with=card"
gives 0 out "note /etc/driverctl.d/0000:02:00.0:1: \"vfio-pci\" has no effect: \
driverctl is not installed: delete it" "driverctl: not installed"
put usr/sbin/driverctl "#!/bin/bash"
check "bind $one with=card"
gives 0 out "note /etc/driverctl.d/0000:02:00.0:1: \"vfio-pci\" is what the config \
wants, *: delete the file" "driverctl: the same driver"
put etc/driverctl.d/0000:02:00.0 nouveau
check "bind $one with=card"
gives 0 out "warning /etc/driverctl.d/0000:02:00.0:1: \"nouveau\" gets the device *: \
delete the file" "driverctl: another driver"
mv "$tree/etc/driverctl.d/0000:02:00.0" "$tree/etc/driverctl.d/pci-0000:02:00.0"
check "bind $one with=card"
gives 0 out "warning /etc/driverctl.d/pci-0000:02:00.0:1: *: delete the file" \
	"driverctl: with the name of the bus"
rm "$tree/etc/driverctl.d/pci-0000:02:00.0"
put etc/driverctl.d/0000:03:00.0 vfio-pci
check "bind $one with=card"
gives 0 out "warning /etc/driverctl.d/0000:03:00.0:1: \"vfio-pci\" takes the device, \
which no \
rule binds, *: write a bind rule for 0000:03:00.0 and delete the file" "driverctl: \
another device"
rm -r "$tree/etc/driverctl.d"

# initramfs-tools and mkinitcpio, dead and alive
hook=etc/initramfs-tools/scripts/init-top/vfio.sh
override='echo vfio-pci >/sys/bus/pci/devices/0000:02:00.0/driver_override'
conf=etc/mkinitcpio.conf
left $hook "$override" "note /$hook:2: * has no effect: initramfs-tools makes no \
images here: delete it" "a script of initramfs-tools, dead"
left etc/initramfs-tools/modules "vfio_pci ids=10de:2206" \
	"note /etc/initramfs-tools/modules:2: * has no effect: initramfs-tools *: \
delete *" \
	"modules of initramfs-tools, dead"
left $conf 'MODULES=(ext4 vfio_pci)' "note /$conf:2: * has no effect: mkinitcpio is not \
installed: delete it" "mkinitcpio.conf, dead"
put usr/sbin/mkinitramfs "#!/bin/sh"
put usr/bin/mkinitcpio "#!/bin/bash"
left $hook "$override" "warning /$hook:2: * binds devices on its own, *: delete the \
file, then update-initramfs -u" "a script of initramfs-tools, alive"
left etc/initramfs-tools/modules "vfio_pci" \
	"note /etc/initramfs-tools/modules:2: \"vfio_pci\" is not needed: *: delete *" \
	"modules of initramfs-tools, alive"
left etc/initramfs-tools/modules "vfio-pci ids=10de:2206" \
	"warning /etc/initramfs-tools/modules:2: * takes every device *: delete *" \
	"modules of initramfs-tools with ids"
left $conf 'MODULES=(ext4 vfio_pci)' "note /$conf:2: * is not needed: *: take the vfio \
modules out of MODULES" "mkinitcpio.conf, alive"
left etc/initcpio/hooks/vfio "$override" "warning /etc/initcpio/hooks/vfio:2: * binds \
devices on its own, *: delete the file, and its name in HOOKS" "a hook of mkinitcpio"
left $conf.d/vfio.conf 'MODULES+=(vfio)' "note /$conf.d/vfio.conf:2: *" \
	"mkinitcpio.conf.d"
put $conf 'MODULES=(
	ext4
	vfio_pci
)
FILES=(/x/vfio)'
check "bind $one with=card"
gives 0 out "note /$conf:3: \"vfio_pci\" *" "MODULES of several lines"
none "FILES" "and no other array"
rm "$tree/$conf"
put etc/kernel/postinst.d/dracut "#!/bin/sh"
put usr/bin/dracut "#!/bin/sh"
left $hook "$override" "note /$hook:2: * has no effect: initramfs-tools makes no images \
here: *" "where dracut has taken over, it is dead"
rm "$tree/usr/bin/dracut"
put $hook "#!/bin/sh
$override
$override"
check "bind $one with=card"
holds "a script is told of once" [ "$(grep -c "$hook" "$work/out")" = 1 ]
rm -r "$tree/etc/initramfs-tools"

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
	put boot/config-6.1 "CONFIG_KVM=y"
	check "bind $one with=card"
	gives 1 out "warning *kernel 6.1 was built without CONFIG_VFIO_IOMMU_TYPE1, *" \
		"options that it lacks"
	rm "$tree/boot/config-6.1"
	check "bind class=network driver=none"
	none "built into" "no driver is built in"
	none "has no module" "driver=none needs none"
	put proc/cmdline "quiet vfio-pci.ids=1b73:1100"
	check "bind id=1b73:1100"
	gives 1 out "warning /proc/cmdline:1: \"vfio-pci.ids=1b73:1100\" takes *" "ids="
	check "bind id=1b73:1100" "set ids=always"
	put proc/cmdline "quiet $("$tool" args --root "$tree" 2>/dev/null)"
	holds "ids= that args asks for" \
		grep -q vfio-pci.ids=1b73:1100 "$tree/proc/cmdline"
	check "bind id=1b73:1100" "set ids=always"
	none "takes every device" "is none of an older recipe"
else
	skip "kernels" "depmod is not installed"
fi

# --- where nothing is known
plant_host desktop
put proc/self/mountinfo "#"
check "bind $one with=card"
gives 0 out "note this machine: which disks *not known, *: a chroot: *: run this *" \
	"a chroot"
plant_host desktop
"$tool" record --root "$tree" >"$work/machine"
echo "bind $one with=card" >"$work/conf"
run "$tool" check --machine "$work/machine" --config "$work/conf" --root "$tree"
gives 0 out "note this machine: *: the machine is a recorded one: *" "a recorded machine"
plant_host server
check "bind class=network"
holds "a large machine: no crash" [ "$code" -lt 2 ]

# --- files that are no good: no crash, and nothing said of what is not known
plant_host desktop
for file in etc/modprobe.d/x.conf etc/crypttab proc/cmdline proc/interrupts \
	etc/default/grub lib/modules/6.1/modules.dep sys/firmware/acpi/tables; do
	rm -rf "${tree:?}/$file"
	mkdir -p "$tree/$file"
done
: >"$tree/etc/dracut.conf.d"
check "bind $one with=card"
none "\"" "directories for files"
holds "directories for files: no crash" [ "$code" -lt 2 ]
plant_host desktop
mkdir -p "$tree/etc/modprobe.d"
ln -s /etc/modprobe.d/a.conf "$tree/etc/modprobe.d/a.conf"
ln -s /elsewhere.conf "$tree/etc/modprobe.d/b.conf"
echo "softdep a pre: vfio-pci" >"$tree/elsewhere.conf"
head -c 2097152 /dev/urandom >"$tree/etc/modprobe.d/c.conf"
head -c 2097152 /dev/urandom >"$tree/etc/crypttab"
check "bind $one with=card"
gives 0 out "note /etc/modprobe.d/b.conf:1: *" "garbage; a link stays below the root"
plant_host desktop
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
	plant_host desktop
	printf 'bind id=ffff:1\nbind %s\n' "$one" | sed 's/:1$/:0001/' >"$tree$place"
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
	echo "bind dirver=x" >"$tree$place"
	run "$tool" check --root "$tree" --json
	holds "JSON: a wrong config" python3 - "$work/out" <<'END'
import json, sys
f = json.load(open(sys.argv[1]))['findings'][0]
assert f['reason'] == 'wrong-config' and (f['line'], f['column']) == (1, 6), f
END
	holds "and exit code 2" [ "$code" = 2 ]
fi
shown config/judge/system.c config/judge/leftovers.c
finish
