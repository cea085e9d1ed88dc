#!/bin/sh
# Made by earlybind export qemu, for a user who need not be root. The guest has
#   0000:84:00.0
set -eu
files='/dev/kvm /dev/vfio/25'
for file in $files; do
	[ -w "$file" ] || {
		echo "$0: $file: $(id -un) may not write to it:" \
			"see ACCESS in earlybind-export(8)" >&2
		exit 1
	}
done
# The devices may write to all of the guest's memory, which is locked therefore.
limit=$(ulimit -l)
[ "$limit" = unlimited ] || [ "$limit" -ge 68157440 ] || {
	echo "$0: $(id -un) may lock $limit KiB, and the guest needs 68157440:" \
		"see ACCESS in earlybind-export(8)" >&2
	exit 1
}
[ -e one-of-eight_VARS.fd ] || cp '/usr/share/OVMF/OVMF_VARS_4M.fd' one-of-eight_VARS.fd
[ -e one-of-eight.qcow2 ] || qemu-img create -q -f qcow2 one-of-eight.qcow2 64G
# Each processor of the guest to one of the host, once they are there.
(
	n=0
	for cpu in 28 60 29 61 30 62 31 63; do
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
exec taskset -c 16-27,48-59 qemu-system-x86_64 \
	-name one-of-eight,debug-threads=on -nodefaults \
	-machine q35,accel=kvm,memory-backend=memory \
	-cpu host,host-cache-info=on,kvm=off,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,hv-vendor-id=earlybind \
	-smp 8,sockets=1,dies=1,cores=4,threads=2 \
	-m 65536M \
	-object memory-backend-ram,id=memory,size=65536M,host-nodes=1,policy=bind \
	-drive if=pflash,unit=0,format=raw,readonly=on,file='/usr/share/OVMF/OVMF_CODE_4M.fd' \
	-drive if=pflash,unit=1,format=raw,file=one-of-eight_VARS.fd \
	-object iothread,id=io \
	-drive if=none,id=disk,file='one-of-eight.qcow2',format=qcow2,discard=unmap \
	-device virtio-blk-pci,drive=disk,iothread=io \
	-netdev user,id=net -device virtio-net-pci,netdev=net \
	-device qemu-xhci -device usb-tablet \
	-vga none -display none -vnc unix:one-of-eight.vnc \
	-serial mon:stdio \
	-device pcie-root-port,id=port1,chassis=1 \
	-device vfio-pci,host=0000:84:00.0,bus=port1,addr=00.0
