# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A host below $TREE, for tests of generate: the root disk 01:00.0, another 02:00.0 with
# a file system that nobody mounted, and in its group the graphics card 03:00.0.
# Sourced in a shell of its own, with $top set.

# shellcheck disable=SC2154 # tap.sh sets it
# shellcheck source=words.sh
. "$top/tests/tool/hosts/words.sh"
nvme 0000:00:1b.0 0000:01:00.0 nvme0
nvme_part 0000:00:1b.0 0000:01:00.0 nvme0 1 ID_FS_TYPE=ext4
nvme 0000:00:1d.0 0000:02:00.0 nvme1 "${other-144d:a80a}"
nvme_part 0000:00:1d.0 0000:02:00.0 nvme1 1 ID_FS_TYPE=ntfs
mount 259:1 / ext4 /dev/nvme0n1p1
cmdline root=/dev/nvme0n1p1
root_port 0000:00:01.0
pci pci0000:00/0000:00:01.0/0000:03:00.0 10de:2206 030000
pci pci0000:00/0000:00:01.0/0000:03:00.1 10de:1aef 040300
pci pci0000:00/0000:00:02.0 8086:3e9b 030000
put sys/devices/pci0000:00/0000:00:02.0/boot_vga 1
n=0
for device in "$TREE"/sys/bus/pci/devices/*; do
	group=$n
	case $device in *:03:00.1 | *:02:00.0) group=9 ;; esac
	case $device in *:03:00.0) group=9 ;; esac
	address=${device##*/}
	link "sys/kernel/iommu_groups/$group/devices/$address" \
		"../../../../bus/pci/devices/$address"
	real=$(readlink "$device")
	link "sys/devices/${real##*devices/}/iommu_group" \
		"/sys/kernel/iommu_groups/$group"
	n=$((n + 1))
done
mkdir -p "$TREE/etc"
