#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind image, of kernels that have drivers of IOMMUs as modules.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/modules.sh
. "$here/layouts/modules.sh"

vfio 6.17 ""
module 6.17 drivers/virtio/virtio ""
module 6.17 drivers/virtio/virtio_pci "" virtio
module 6.17 drivers/iommu/virtio-iommu "" virtio
vfio 6.18 ""
module 6.18 drivers/iommu/arm/arm-smmu/arm_smmu ""
module 6.18 drivers/iommu/arm/arm-smmu-v3/arm_smmu_v3 ""
finish_modules 6.17 6.18
echo "bind id=10de:2206" >"$conf"

image 6.17
whole 0 "kernel 6.17: the IOMMU's driver is a module, the machine is not known" <<'END'
virtio.ko
iommu/virtio-iommu.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
holds "what it needs comes first" [ "$(grep -n virtio "$work/dir$lib/image.conf" |
	sed 's,.*/,,' | tr '\n' ' ')" = "virtio.ko virtio-iommu.ko " ]
machine_of() {	# ID: of its one device
	"$top/tests/lib/tree" - "$root" <<-END
		machine 1 cpu=intel
		address=0000:00:04.0 path=0000:00:04.0 id=$1 class=00ff00 group=none
	END
}
machine_of 1af4:1057
image 6.17
whole 0 "a virtual machine with such an IOMMU: what drives its device as well" <<'END'
virtio.ko
virtio_pci.ko
iommu/virtio-iommu.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
rm -r "$root/sys"
machine_of 8086:10d3
image 6.17
whole 0 "a machine without: none" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
image 6.18
whole 0 "kernel 6.18: those of its processors" <<'END'
iommu/arm_smmu.ko
iommu/arm_smmu_v3.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
rm -r "$root/sys"
finish
