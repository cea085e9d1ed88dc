#!/bin/sh
# Made by earlybind export qemu, for a user who need not be root. The guest has
#   0000:44:00.0
#   0000:44:00.1
set -eu
files='/dev/kvm /dev/vfio/61'
for file in $files; do
	[ -w "$file" ] || {
		echo "$0: $file: $(id -un) may not write to it:" \
			"see ACCESS in earlybind-export(8)" >&2
		exit 1
	}
done
# The devices may write to all of the guest's memory, which is locked therefore.
limit=$(ulimit -l)
[ "$limit" = unlimited ] || [ "$limit" -ge 17825792 ] || {
	echo "$0: $(id -un) may lock $limit KiB, and the guest needs 17825792:" \
		"see ACCESS in earlybind-export(8)" >&2
	exit 1
}
[ -e second-node_VARS.fd ] || cp '/usr/share/OVMF/OVMF_VARS_4M.fd' second-node_VARS.fd
# Each processor of the guest to one of the host, once they are there.
(
	n=0
	for cpu in 10 26 11 27 12 28 13 29 14 30 15 31; do
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
exec taskset -c 8-9,24-25 qemu-system-x86_64 \
	-name second-node,debug-threads=on -nodefaults \
	-machine q35,accel=kvm,memory-backend=memory \
	-cpu host,host-cache-info=on,topoext=on,kvm=off,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,hv-vendor-id=earlybind \
	-smp 12,sockets=1,dies=1,cores=6,threads=2 \
	-m 16384M \
	-object memory-backend-ram,id=memory,size=16384M,host-nodes=1,policy=bind \
	-drive if=pflash,unit=0,format=raw,readonly=on,file='/usr/share/OVMF/OVMF_CODE_4M.fd' \
	-drive if=pflash,unit=1,format=raw,file=second-node_VARS.fd \
	-object iothread,id=io \
	-drive if=none,id=disk,file='/dev/vg0/second',format=raw,discard=unmap,cache=none,aio=native \
	-device virtio-blk-pci,drive=disk,iothread=io \
	-netdev user,id=net -device virtio-net-pci,netdev=net \
	-device qemu-xhci -device usb-tablet \
	-vga none -display none -vnc unix:second-node.vnc \
	-serial mon:stdio \
	-device pcie-root-port,id=port1,chassis=1 \
	-device vfio-pci,host=0000:44:00.0,bus=port1,addr=00.0,multifunction=on \
	-device vfio-pci,host=0000:44:00.1,bus=port1,addr=00.1
