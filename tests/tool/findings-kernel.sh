#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind check: what an installed kernel was built without; a patch that is not there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v depmod >/dev/null || skip_all "depmod is not installed"

one="address=0000:02:00.0 id=10de:2206"
kernel() {	# NAME FILE OPTION...: vfio-pci is built in, the config has these
	dir=$tree/lib/modules/$1
	mkdir -p "$dir" "$tree/boot"
	echo "kernel/vfio-pci.ko" >"$dir/modules.builtin"
	: >"$dir/modules.order"
	: >"$dir/modules.builtin.modinfo"
	depmod -b "$tree" "$1"
	file=$tree/$2
	shift 2
	for option; do
		echo "CONFIG_$option"
	done >"$file"
}
intel="VFIO_IOMMU_TYPE1=m INTEL_IOMMU=y IRQ_REMAP=y"

plant_host desktop	# Intel's
# shellcheck disable=SC2086 # a list
kernel 6.1 boot/config-6.1 $intel KVM=m
check "bind $one with=card"
none "was built without" "a kernel that has all"
kernel 6.1 boot/config-6.1 VFIO_IOMMU_TYPE1=m AMD_IOMMU=y IRQ_REMAP=y KVM=m
check "bind $one with=card"
gives 0 out "warning *kernel 6.1 was built without CONFIG_INTEL_IOMMU: no guest *" \
	"a kernel for processors of AMD"
kernel 6.1 boot/config-6.1 "VFIO_IOMMU_TYPE1=n" "IRQ_REMAP=y # INTEL_IOMMU=y"
check "bind $one with=card"
gives 0 out "warning *kernel 6.1 was built without CONFIG_VFIO_IOMMU_TYPE1, \
*_INTEL_IOMMU, CONFIG_IRQ_REMAP, CONFIG_KVM: *; none needs a patch" \
	"all that it lacks is named"
# shellcheck disable=SC2086 # a list
kernel 6.1 boot/config-6.1 IOMMUFD_VFIO_CONTAINER=y INTEL_IOMMU=y IRQ_REMAP=y KVM=y
check "bind $one with=card"
none "was built without" "IOMMUFD in place of a container"
rm "$tree/boot/config-6.1"
check "bind $one with=card"
none "was built without" "of a kernel without a config file nothing is said"
: >"$tree/boot/config-6.1"
check "bind $one with=card"
none "was built without" "nor by an empty one"
rm "$tree/boot/config-6.1"
# shellcheck disable=SC2086 # a list
kernel 6.1 lib/modules/6.1/config $intel
check "bind $one with=card"
gives 0 out "warning *kernel 6.1 was built without CONFIG_KVM: *" "beside modules"
check "keep $one"
none "was built without" "where nothing is bound"

plant_host desktop
put proc/cmdline "pcie_acs_override=downstream"
put proc/kallsyms "0000000000000000 t pci_acs_enabled"
check "bind $one with=card"
gives 0 out "warning /proc/cmdline: pcie_acs_override is of a patch that this kernel \
does not have, and does nothing: remove it, *" "an argument for a patch that is not there"
put proc/kallsyms "0000000000000000 t pcie_acs_override_setup"
check "bind $one with=card"
gives 0 out "warning /proc/cmdline: pcie_acs_override is in use: *" "the patch is there"
holds "the finding is in the man page" \
	grep -q '^\.It Sy kernel-option$' "$top/docs/man/earlybind-check.8"
finish
