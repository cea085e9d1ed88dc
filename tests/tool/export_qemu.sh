#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The script of earlybind export qemu, run by QEMU as an ordinary user. The card is
# another one, for there is none here, and the processor emulated; all other words are as
# they are.
# tests/tool/guests has the scripts for recorded machines.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
code_fd=/usr/share/OVMF/OVMF_CODE_4M.fd
command -v qemu-system-x86_64 >/dev/null || skip_all "QEMU is not installed"
command -v qemu-img >/dev/null || skip_all "qemu-utils is not installed"
[ -e $code_fd ] || skip_all "ovmf is not installed"
[ "$(nproc)" -gt 1 ] || skip_all "there is one processor"

# Two cores, as there are here at least.
plant_host desktop
echo 'cores 2 cpu=0' >"$work/topology"
"$top/tests/tool/guests/topology" "$work/topology" "$tree"
echo "bind address=0000:02:00.0 with=card" >"$work/conf"
export_it() {	# ARGUMENT...
	run "$tool" export --root "$tree" --config "$work/conf" \
		--firmware $code_fd --memory 256M qemu "$@"
}

# As nobody, where we are root.
home=$work/home
mkdir "$home"
chmod 755 "$work" "$home"
as_user() {	# COMMAND...
	if [ "$(id -u)" = 0 ]; then
		chown 65534 "$home"
		(cd "$home" && exec setpriv --reuid 65534 --regid 65534 \
			--clear-groups "$@")
	else
		(cd "$home" && exec "$@")
	fi
}

# Without the checks, with an emulated processor; and with other devices for the card's.
emulate() {	# [SCRIPT...]: of sed
	sed "s,^files=.*,files=/dev/null,; s/-ge [0-9]* /-ge 0 /; s/accel=kvm/accel=tcg/
		s/-cpu host/-cpu max/; s/-serial mon:stdio/-serial null/" \
		"$work/out" >"$home/run"
	for script; do
		sed -i "$script" "$home/run"
	done
}

export_it --new-domain try
emulate 's/vfio-pci,host=[^,]*,/virtio-rng-pci,/'
as_user timeout 60 sh ./run >"$work/qemu" 2>&1 </dev/null &
timeout=$!

# The script becomes QEMU, below "timeout".
find_qemu() {
	qemu=
	for comm in /proc/[0-9]*/comm; do
		pid=${comm%/comm}
		case $(cat "$comm" 2>/dev/null) in qemu-system*) ;; *) continue ;; esac
		[ "$(readlink "$pid/cwd" 2>/dev/null)" != "$real" ] || qemu=${pid#/proc/}
	done
	[ -n "$qemu" ]
}

affinity() {	# THREAD'S NAME: its processors
	for comm in "/proc/$qemu"/task/*/comm; do
		[ "$(cat "$comm" 2>/dev/null)" != "$1" ] ||
			sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' \
				"${comm%/comm}/status"
	done
}

real=$(readlink -f "$home")
tries=0
until find_qemu && [ "$(affinity "CPU 0/TCG")" = 1 ] ||
	! kill -0 $timeout 2>/dev/null || [ $((tries += 1)) = 300 ]; do
	sleep 0.1
done
holds "QEMU takes every word, as an ordinary user" [ -n "$qemu" ]
[ -n "$qemu" ] || {
	sed 's/^/# /' "$work/qemu"
	finish
}
holds "it is no root's" [ "$(stat -c %u "/proc/$qemu")" != 0 ]
holds "the guest's processor has its own one" [ "$(affinity "CPU 0/TCG")" = 1 ]
holds "the emulator has the other" \
	[ "$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' "/proc/$qemu/status")" = 0 ]
holds "the I/O thread too" [ "$(affinity "IO io")" = 0 ]
holds "a variable store and a disk are made" \
	[ -s "$home/try_VARS.fd" ] && [ -s "$home/try.qcow2" ]
kill "$qemu" 2>/dev/null || :
wait $timeout 2>/dev/null || :

store=$(stat -c %i "$home/try_VARS.fd")
emulate
code=0
as_user timeout 60 sh ./run >"$work/out" 2>"$work/err" </dev/null || code=$?
gives 1 err "*vfio *0000:02:00.0: *" "it wants the card itself: no other word is wrong"
holds "what was made is kept" [ "$(stat -c %i "$home/try_VARS.fd")" = "$store" ]

export_it --new-domain try
cp "$work/out" "$home/run"
code=0
as_user sh ./run >"$work/out" 2>"$work/err" </dev/null || code=$?
gives 1 err "*: /dev/*: * may not write to it: see ACCESS in *" \
	"who may not open the files is told which"
sed -i 's,^files=.*,files=/dev/null,' "$home/run"
code=0
# shellcheck disable=SC3045 # dash has it
(ulimit -l 64 && as_user sh ./run) >"$work/out" 2>"$work/err" </dev/null || code=$?
gives 1 err "*may lock 64 KiB, and the guest needs 1310720: see ACCESS in *" \
	"who may lock too little is told how much is needed"

export_it --iommufd
gives 0 out "*-object iommufd,id=iommufd*" "--iommufd: the object"
gives 0 out "*vfio-pci,host=0000:02:00.0,*,iommufd=iommufd*" "--iommufd: the device"
gives 0 out "*/sys/bus/pci/devices/0000:02:00.0/vfio-dev*" "--iommufd: its file"
none "/dev/vfio/[0-9]" "--iommufd: no group"
run "$tool" export --root "$tree" --config "$work/conf" libvirt --new-domain x --iommufd
gives 100 err "*--iommufd is for export qemu*" "--iommufd is no word for libvirt"
run "$tool" export --root "$tree" --config "$work/conf" qemu
gives 1 err "*no UEFI firmware for guests was found: install ovmf *" "no firmware"
run "$tool" export --root "$tree" --config "$work/conf" qemu --firmware $code_fd \
	--disk "/srv/it's, mine.raw"
gives 0 out "*file='/srv/it'\\\\''s,, mine.raw',format=raw*" "quotes and commas in a path"
finish
