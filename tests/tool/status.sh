#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind status: the report, the devices, the images and the config, as they are after
# a boot and as they are when something went wrong.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/booted.sh
. "$here/layouts/booted.sh"

# --- all is well
plant
status
cat >"$work/want" <<END
ok      0000:02:00.0: vfio-pci has it, as planned
ok      0000:02:00.1: vfio-pci has it, as planned
ok      /etc/earlybind.conf: as at boot
ok      $image: it has the present config
ok      arguments: the IOMMU is on
END
same "$work/want" "$work/out" "a boot that went well"
holds "and exit code 0" [ "$code" = 0 ]
status --quiet
same /dev/null "$work/out" "--quiet: nothing to say"
holds "and exit code 0 again" [ "$code" = 0 ]

# --- devices
holder 0000:02:00.1 snd_hda_intel
status
gives 1 out "differs 0000:02:00.1: snd_hda_intel has it, not vfio-pci (at boot: bound): \
cd /sys/bus/pci && echo vfio-pci >devices/0000:02:00.1/driver_override && \
echo 0000:02:00.1 >drivers/snd_hda_intel/unbind && echo 0000:02:00.1 >drivers_probe" \
	"another driver took it after the boot"
status --quiet
holds "--quiet: that line only" [ "$(wc -l <"$work/out")" = 1 ]
holder 0000:02:00.1 vfio-pci
holder 0000:02:00.0 nouveau
status
gives 1 out "differs 0000:02:00.0: nouveau has it, *: reboot" "a display: no unbinding"
# --- given back since the boot (libvirt, managed='yes'), and in use: no commands
disk=$(readlink -f "$tree/sys/bus/pci/devices/0000:04:00.0")
mkdir -p "$disk/nvme/nvme0/nvme0n1" "$tree/sys/class/block"
echo 259:0 >"$disk/nvme/nvme0/nvme0n1/dev"
echo 2097152 >"$disk/nvme/nvme0/nvme0n1/size"
ln -s "../../${disk#*/tree/sys/}/nvme/nvme0/nvme0n1" "$tree/sys/class/block/nvme0n1"
cp "$tree/etc/earlybind.conf" "$tree/proc/self/mountinfo" "$work"
put etc/earlybind.conf "bind path=0000:00:1d.0/00.0 id=144d:a808"
report "$(line bind 0000:04:00.0 144d:a808 vfio-pci 'matches -> bound')"
holder 0000:04:00.0 nvme
status
gives 1 out "differs 0000:04:00.0: nvme has it, *: cd /sys/bus/pci && *" "given to nvme"
echo "2 1 259:0 / /run/media/me rw - ext4 /dev/nvme0n1 rw" >>"$tree/proc/self/mountinfo"
status
gives 1 out "differs 0000:04:00.0: nvme has it, not vfio-pci (at boot: bound): reboot" \
	"a user has mounted it"
sed 's,/run/media/me,/srv,' "$tree/proc/self/mountinfo" >"$work/mounts"
cat "$work/mounts" >"$tree/proc/self/mountinfo"
status
gives 1 out "differs 0000:04:00.0: nvme has it, not vfio-pci (at boot: bound): earlybind \
check, then reboot" "the host has mounted it"
cp "$work/earlybind.conf" "$tree/etc"
cp "$work/mountinfo" "$tree/proc/self"
rm -r "$disk/nvme" "$tree/sys/class/block/nvme0n1"
holder 0000:04:00.0
report "$(line bind 0000:02:00.0 10de:2206 vfio-pci \
	'matches -> held by nouveau: it drives a screen')"
status
gives 1 out "differs 0000:02:00.0: nouveau has it, not vfio-pci (at boot: held by \
nouveau: it drives a screen): earlybind check, then reboot" "held at boot"
holder 0000:02:00.0
report "$(line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> failed: EINVAL bind')"
status
gives 1 out "differs 0000:02:00.0: no driver has it, not vfio-pci (at boot: failed: \
EINVAL bind): *" "it could not be bound"
report "$(line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> rehearsed')"
status
gives 1 out "differs 0000:02:00.0: *: reboot without rd.earlybind=plan" "a rehearsal"
# --- the root did not appear: a second line, which holds
line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> returned: the root did not appear' \
	>>"$tree/run/earlybind/report"
status
gives 1 out "differs 0000:02:00.0: no driver has it (at boot: returned: the root did not \
appear): earlybind check, correct the rule, then earlybind sync && reboot" "given back"
holds "given back: no other word" [ "$(grep -c 0000:02:00.0 "$work/out")" = 1 ]
report "$(line bind 0000:02:00.0 10de:2204 vfio-pci 'matches -> bound')"
status
gives 1 out "differs 0000:02:00.0: another device sits there (at boot: bound): *" \
	"another device"
report "$(line bind 0000:09:00.0 10de:2204 vfio-pci 'matches -> not there yet')"
status
gives 1 out "differs 0000:09:00.0: the device is not there (at boot: not there yet): *" \
	"no device"
report "$(line bind 0000:02:00.0 10de:2206 none 'matches -> bound')"
status
gives 0 out "ok      0000:02:00.0: no driver has it, as planned" "driver=none"
report "$(line bind 0000:02:00.0 10de:2206 mlx5-vfio-pci 'matches -> bound')"
holder 0000:02:00.0 mlx5_vfio_pci
status
gives 0 out "ok      0000:02:00.0: mlx5_vfio_pci has it, as planned" "- and _ are equal"
report "$(line bind 0000:04:00.0 144d:a808 vfio-pci \
	'holds swap space, and more [even-if-needed] -> bound')" \
	"$(line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> bound')"
holder 0000:04:00.0 vfio-pci
holder 0000:02:00.0 vfio-pci
status
gives 0 out "ok      0000:04:00.0: vfio-pci has it, as planned: holds swap space, and *" \
	"taken though the host needs it"
report "$(line refuse 0000:04:00.0 144d:a808 - 'holds the root file system')"
status
gives 1 out "differs 0000:04:00.0: refused: holds the root file system: earlybind check" \
	"refused"
put etc/earlybind.conf "bind class=display with=card"
report "$(line refuse 0000:01:00.0 10de:2206 - 'is the last display of this machine')"
status
gives 1 out "differs 0000:01:00.0: refused: is the *: add \"set headless=yes\" to *" \
	"refused, and the present config has it so: what to do"
put etc/earlybind.conf "bind address=02:00.0 id=10de:2206 with=card moved=follow"
status
gives 1 out "differs /etc/earlybind.conf: moved=follow could take 0000:01:00.0 *" \
	"an error of the present config"
cp "$tree/run/earlybind/earlybind.conf" "$tree/etc/earlybind.conf"
report "$(line miss - 10de:2204 - 'no device matches' | sed 's/conf:1/conf:9/')"
status
gives 1 out "differs device: missing: no device matches: earlybind check" "missing"
report "$(line keep 0000:04:00.0 144d:a808 - 'kept by rule')" \
	"$(line warn 0000:04:00.0 144d:a808 - 'group 1')"
status
holds "kept and warned of: as planned" [ "$code" = 0 ]

# --- the boot
plant
rm -r "$tree/run/earlybind"
status
gives 1 out "differs boot: earlybind did not run in this boot: *: reboot" \
	"no report, and the image is right"
gives 1 out "differs /etc/earlybind.conf: the boot did not have it: reboot" "nor a config"
rm "$tree$image"
status
gives 1 out "differs boot: earlybind did not run *: earlybind sync && reboot" \
	"nor an image"
gives 1 out "unknown 6.1: no image of the running kernel *" "no image is found"
rm "$tree/etc/earlybind.conf"
status
gives 0 out "ok      nothing is planned" "no config, no report: nothing is planned"
plant
report "# off: the kernel command line says rd.earlybind=0 [off]"
status
gives 1 out "differs boot: off: the kernel command *: reboot without that word" "off"
report "# /etc/earlybind.conf:1:1: unknown word"
status
gives 1 out "differs boot: /etc/earlybind.conf:1:1: unknown word: earlybind check, *" \
	"the boot found the config wrong"
printf 'garbage\n\001 -> -> \nbind\nbind x y z\n-> bound\nbind 0000:02:00.0' \
	>"$tree/run/earlybind/report"
status
holds "a damaged report: no crash" [ "$code" = 1 ]
rm "$tree/run/earlybind/report"
mkdir "$tree/run/earlybind/report"
status
gives 1 out "differs boot: earlybind did not run *" "a directory for a report"

# --- config
plant
put etc/earlybind.conf "bind address=02:00.0 id=10de:2206 with=card # more"
status
gives 1 out "differs /etc/earlybind.conf: it was changed since the boot's image was \
made: earlybind sync && reboot" "the config was changed"
gives 1 out "differs $image: its config is not the present one: earlybind sync" \
	"and the image has the old one"
cp "$tree/etc/earlybind.conf" "$work/files/etc"
pack gzip -c
status
gives 1 out "differs /etc/earlybind.conf: it was changed *: reboot" \
	"the image has the new one: reboot is enough"
put etc/earlybind.conf "bind dirver=x"
status
gives 1 out "differs /etc/earlybind.conf: it is wrong, *: earlybind check" \
	"a wrong config"
rm "$tree/etc/earlybind.conf"
status
gives 1 out "differs /etc/earlybind.conf: the boot had one, and now there is none: *" \
	"the config was removed"

# --- images
plant
for packer in "gzip -c" "xz -c" "zstd -cq" "bzip2 -c" "lz4 -lcq" "lz4 -cq" \
	"lzma -c" cat; do
	command -v "${packer%% *}" >/dev/null || continue
	# shellcheck disable=SC2086 # a program and its options
	pack $packer
	status
	gives 0 out "ok      $image: it has the present config" "an image of $packer"
done
mkdir -p "$work/early/kernel/x86"
head -c 5000 /dev/urandom >"$work/early/kernel/x86/microcode.bin"
{
	archive "$work/early"
	head -c 1024 /dev/zero
	archive "$work/files" | gzip -c
} >"$tree$image"
status
gives 0 out "ok      $image: it has the present config" "an early archive before it"
cp "$tree$image" "$work/whole"
head -c 3000 "$work/whole" >"$tree$image"
status
gives 1 out "unknown $image: it ends too early or is damaged: it does not say *" \
	"an archive that is cut off"
head -c $(($(wc -c <"$work/whole") - 60)) "$work/whole" >"$tree$image"
status
gives 1 out "unknown $image: gzip cannot decompress it: *" "a compressed one that is"
: >"$tree$image"
status
gives 1 out "unknown $image: it is empty: *" "an empty image"
echo "no image" >"$tree$image"
status
gives 1 out "unknown $image: it is not an initramfs image of a known kind: *" \
	"no image at all"
rm "$tree$image"
mkdir "$tree$image"
status
gives 1 out "unknown $image: *" "a directory for an image"
rmdir "$tree$image"
pack gzip -c
sed -i 's/^version.*/version 0.0.0/' "$work/files$lib/image.conf"
pack gzip -c
status
gives 0 out "wish    $image: it has the present config, and its own earlybind 0.0.0: \
earlybind sync" "another version brings its own binder"
rm "$work/files$lib/earlybind-binder"
pack gzip -c
status
gives 1 out "differs $image: it has no earlybind: earlybind sync" "no binder"
put etc/earlybind.conf "# nothing"
cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
status
gives 0 out "ok      $image: it has no earlybind" "and none is needed"

# other places, other kernels
plant
mkdir -p "$tree/etc/kernel"
echo 0123 >"$tree/etc/kernel/entry-token"
mkdir -p "$tree/lib/modules/6.2" "$tree/boot/0123/6.1" "$tree/efi/0123/6.2"
: >"$tree/lib/modules/6.2/modules.dep"
mv "$tree$image" "$tree/boot/0123/6.1/initrd"
rm "$work/files/etc/earlybind.conf"
archive "$work/files" >"$tree/efi/0123/6.2/initrd"
status
gives 1 out "ok      /boot/0123/6.1/initrd: *" "an image below a token"
gives 1 out "differs /efi/0123/6.2/initrd: its config *: earlybind sync" \
	"an image of another kernel"

# a unified kernel image: the same archive as a section of a PE file
if command -v python3 >/dev/null; then
	plant
	uki=/efi/EFI/Linux/0123-6.1.efi
	mkdir -p "$tree/efi/EFI/Linux"
	for packer in "gzip -c" "xz -c" "zstd -cq" cat; do
		command -v "${packer%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # a program and its options
		pack $packer
		mv "$tree$image" "$work/initrd"
		python3 "$here/layouts/uki.py" "$tree$uki" 6.1 "$work/initrd"
		status
		gives 0 out "ok      $uki: it has the present config" "unified, $packer"
	done
	python3 "$here/layouts/uki.py" "$tree$uki" 6.2 "$work/initrd"
	status
	gives 1 out "unknown 6.1: no image of the running kernel *" "of another kernel"
	python3 "$here/layouts/uki.py" "$tree$uki" "" "$work/initrd"
	status
	gives 0 out "ok      $uki: it has the present config" "its name has the version"
	mv "$tree$uki" "$tree/efi/EFI/Linux/linux-6.1.12-x.efi"
	status
	gives 1 out "unknown 6.1: no image of the running kernel *" "of another version"
	mv "$tree/efi/EFI/Linux/linux-6.1.12-x.efi" "$tree$uki"
	echo "# other" >"$work/files/etc/earlybind.conf"
	pack gzip -c
	mv "$tree$image" "$work/initrd"
	python3 "$here/layouts/uki.py" "$tree$uki" 6.1 "$work/initrd"
	status
	gives 1 out "differs $uki: its config is not the present one: make this *" \
		"unified, with another config"
	size=$(wc -c <"$tree$uki")
	cp "$tree$uki" "$work/uki"
	for part in 1 40 100 130 400 600 2000 $((size - 4000)); do
		head -c "$part" "$work/uki" >"$tree$uki"
		status
		[ "$code" = 1 ] || echo "$part: exit code $code"
	done >"$work/cut"
	same /dev/null "$work/cut" "a unified image that is cut off"
else
	skip "unified kernel images" "there is no python3"
fi

# A disk that the host needs now, and did not when the image was made.
plant
put proc/self/mountinfo "1 0 8:1 / / rw shared:1 - ext4 /dev/sda1 rw"
(
	TREE=$tree
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	block pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda 8:0
	part pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1 8:1
)
status
holds "a disk that no rule wants: no matter" [ "$code" = 0 ]
put etc/earlybind.conf "bind class=storage"
cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
cp "$tree/etc/earlybind.conf" "$work/files/etc"
line bind 0000:04:00.0 144d:a808 vfio-pci 'matches -> bound' \
	>>"$tree/run/earlybind/report"
holder 0000:04:00.0 vfio-pci
sed -i 's,^end$,free path=0000:00:1d.0/00.0 id=144d:a808\n&,' \
	"$work/files$lib/image.conf"
pack gzip -c
status
gives 1 out "differs $image: it would bind 0000:00:17.0, because what it knows of the \
host is out of date: earlybind sync" "the image would bind the root disk"
sed -i 's/^free path=0000:00:17.*/keep path=0000:00:17.0 id=8086:a352/; 1a made-for 1' \
	"$work/files$lib/image.conf"
pack gzip -c
status
gives 0 out "ok      $image: *" "the image knows the root disk, and nobody the machine"
sed -i '/^free/d' "$work/files$lib/image.conf"
pack gzip -c
status
gives 1 out "differs $image: it would not bind 0000:04:00.0, *" \
	"the image knows no free disk"
echo garbage >>"$work/files$lib/image.conf"
pack gzip -c
status
gives 1 out "differs $image: its image.conf is damaged: *" "a damaged image.conf"

# --- kernel arguments
plant
rm -r "$tree"/sys/bus/pci/devices/*/iommu_group
status
gives 1 out "differs arguments: the IOMMU is off: turn on VT-d in the firmware and boot \
with intel_iommu=on" "no IOMMU"

# --- JSON
plant
holder 0000:02:00.1 snd_hda_intel
if command -v python3 >/dev/null; then
	status --json
	holds "JSON: what a program needs" python3 - "$work/out" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
assert j['schema'] == 1 and j['as_planned'] is False, j
a, b = j['devices']
assert a['state'] == 'ok' and a['address'] == '0000:02:00.0', a
assert b['state'] == 'differs' and b['holder'] == 'snd_hda_intel', b
assert b['driver'] == 'vfio-pci' and 'driver_override' in b['remedy'], b
assert {x['topic'] for x in j['others']} == {'config', 'image', 'arguments'}, j
END
fi
run "$tool" status --root "$work/none"
gives 111 err "$work/none: this root cannot be opened: *" "no root"
mkdir "$work/bare"
run "$tool" status --root "$work/bare"
gives 0 out "ok      nothing is planned" "an empty root"
finish
