#!/bin/sh
# Made by earlybind export qemu, for a user who need not be root. The guest has
#   0000:11:00.0
#   0000:12:00.0
#   0000:13:00.0
#   0000:14:00.0
#   0000:81:00.0
#   0000:82:00.0
#   0000:83:00.0
#   0000:84:00.0
set -eu
files='/dev/kvm /dev/vfio/14 /dev/vfio/15 /dev/vfio/16 /dev/vfio/17 /dev/vfio/22 /dev/vfio/23 /dev/vfio/24 /dev/vfio/25'
for file in $files; do
	[ -w "$file" ] || {
		echo "$0: $file: $(id -un) may not write to it:" \
			"see ACCESS in earlybind-export(8)" >&2
		exit 1
	}
done
# The devices may write to all of the guest's memory, which is locked therefore.
limit=$(ulimit -l)
[ "$limit" = unlimited ] || [ "$limit" -ge 269484032 ] || {
	echo "$0: $(id -un) may lock $limit KiB, and the guest needs 269484032:" \
		"see ACCESS in earlybind-export(8)" >&2
	exit 1
}
[ -e eight-cards_VARS.fd ] || cp '/usr/share/OVMF/OVMF_VARS_4M.fd' eight-cards_VARS.fd
[ -e eight-cards.qcow2 ] || qemu-img create -q -f qcow2 eight-cards.qcow2 64G
# Each processor of the guest to one of the host, once they are there.
(
	n=0
	for cpu in 2 34 3 35 4 36 5 37 6 38 7 39 8 40 9 \
		41 10 42 11 43 12 44 13 45 14 46 15 47; do
		tries=0
		until task=$(grep -lx "CPU $n/.*" /proc/$$/task/*/comm); do
			[ $((tries += 1)) -lt 100 ] || exit 0
			sleep 0.1
		done
		task=${task%/comm}
		taskset -pc "$cpu" "${task##*/}" >&2
		n=$((n + 1))
	done
) >/dev/null 2>&1 &
exec taskset -c 0-1,32-33 qemu-system-x86_64 \
	-name eight-cards,debug-threads=on -nodefaults \
	-machine q35,accel=kvm,memory-backend=memory \
	-cpu host,host-cache-info=on,kvm=off,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,hv-vendor-id=earlybind \
	-smp 28,sockets=1,dies=1,cores=14,threads=2 \
	-m 262144M \
	-object memory-backend-ram,id=memory,size=262144M,host-nodes=0,policy=bind \
	-drive if=pflash,unit=0,format=raw,readonly=on,file='/usr/share/OVMF/OVMF_CODE_4M.fd' \
	-drive if=pflash,unit=1,format=raw,file=eight-cards_VARS.fd \
	-object iothread,id=io \
	-drive if=none,id=disk,file='eight-cards.qcow2',format=qcow2,discard=unmap \
	-device virtio-blk-pci,drive=disk,iothread=io \
	-netdev user,id=net -device virtio-net-pci,netdev=net \
	-device qemu-xhci -device usb-tablet \
	-vga none -display none -vnc unix:eight-cards.vnc \
	-serial mon:stdio \
	-device pcie-root-port,id=port1,chassis=1 \
	-device pcie-root-port,id=port2,chassis=2 \
	-device pcie-root-port,id=port3,chassis=3 \
	-device pcie-root-port,id=port4,chassis=4 \
	-device pcie-root-port,id=port5,chassis=5 \
	-device pcie-root-port,id=port6,chassis=6 \
	-device pcie-root-port,id=port7,chassis=7 \
	-device pcie-root-port,id=port8,chassis=8 \
	-device vfio-pci,host=0000:11:00.0,bus=port1,addr=00.0 \
	-device vfio-pci,host=0000:12:00.0,bus=port2,addr=00.0 \
	-device vfio-pci,host=0000:13:00.0,bus=port3,addr=00.0 \
	-device vfio-pci,host=0000:14:00.0,bus=port4,addr=00.0 \
	-device vfio-pci,host=0000:81:00.0,bus=port5,addr=00.0 \
	-device vfio-pci,host=0000:82:00.0,bus=port6,addr=00.0 \
	-device vfio-pci,host=0000:83:00.0,bus=port7,addr=00.0 \
	-device vfio-pci,host=0000:84:00.0,bus=port8,addr=00.0
