#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind export: which devices a guest gets and in which of its slots, what is refused;
# tests/tool/guests has whole domains.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"

machine=desktop
export_it() {	# ARGUMENT...: with the config in $work/conf
	run "$tool" export --machine "$top/tests/plan/machines/$machine.machine" \
		--config "$work/conf" "$@"
}

conf() {	# LINE...
	printf '%s\n' "$@" >"$work/conf"
}

# What python's parser reads: "ADDRESS managed -> BUS.SLOT.FUNCTION multi", and the ports.
devices() {
	python3 - "$work/out" <<'END'
import sys
import xml.etree.ElementTree as ET
top = ET.fromstring('<devices>' + open(sys.argv[1]).read() + '</devices>')
number = lambda a, key: int(a.get(key), 16)
for c in top.findall('controller'):
    print('port', c.get('index'), c.get('model'))
for h in top.findall('hostdev'):
    at, to = h.find('source/address'), h.find('address')
    print('%04x:%02x:%02x.%x %s -> %d.%d.%d%s' % (
        *(number(at, k) for k in ('domain', 'bus', 'slot', 'function')),
        h.get('managed'), *(number(to, k) for k in ('bus', 'slot', 'function')),
        ' multi' if to.get('multifunction') == 'on' else ''))
END
}

shape() {	# SENTENCE LINE...: the devices are these
	sentence=$1
	shift
	printf '%s\n' "$@" >"$work/expected"
	[ "$code" = 0 ] || echo "exit code $code" >>"$work/expected"
	devices >"$work/got" 2>&1 || :
	same "$work/expected" "$work/got" "$sentence"
}

conf "bind address=0000:01:00.0 with=card"
export_it libvirt
shape "a card with two functions is one slot behind one port" \
	"port 17 pcie-root-port" \
	"0000:01:00.0 no -> 17.0.0 multi" "0000:01:00.1 no -> 17.0.1"
gives 0 out "*managed='no': *" "why it is not managed by libvirt is said"
holds "the card with the firmware's screen has a word on its ROM" \
	grep -q "firmware's screen was on" "$work/out"

conf "bind address=0000:02:00.0 with=card" "bind address=0000:03:00.0" \
	"bind address=0000:01:00.1"
export_it libvirt
shape "each card has a port; without function 0 another one takes its place" \
	"port 17 pcie-root-port" "port 18 pcie-root-port" "port 19 pcie-root-port" \
	"0000:01:00.1 no -> 17.0.0" "0000:02:00.0 no -> 18.0.0 multi" \
	"0000:02:00.1 no -> 18.0.1" "0000:03:00.0 no -> 19.0.0"
none "firmware's screen" "no other card has such a word"
export_it libvirt 02:00.1 1b73:1100
shape "devices by address and by id, with their card" \
	"port 17 pcie-root-port" "port 18 pcie-root-port" \
	"0000:02:00.0 no -> 17.0.0 multi" "0000:02:00.1 no -> 17.0.1" \
	"0000:03:00.0 no -> 18.0.0"
export_it libvirt 04:00.0
gives 1 err '*the plan binds no device that is like "04:00.0"*' "what is not bound"
holds "then nothing is printed" [ ! -s "$work/out" ]

machine=sriov
conf "bind id=8086:154c" "bind id=15b3:1018 driver=mlx5_vfio_pci"
export_it libvirt 03:02.0 03:02.1 15b3:1018
shape "virtual functions have a port each, those on a variant driver too" \
	"port 17 pcie-root-port" "port 18 pcie-root-port" "port 19 pcie-root-port" \
	"port 20 pcie-root-port" "port 21 pcie-root-port" \
	"0000:03:02.0 no -> 17.0.0" "0000:03:02.1 no -> 18.0.0" \
	"0000:04:00.2 no -> 19.0.0" "0000:04:00.3 no -> 20.0.0" \
	"0000:04:00.4 no -> 21.0.0"

machine=desktop
printf 'version %s\nfree path=0000:00:1d.0/00.0 id=144d:a808\nend\n' \
	"$("$tool" --version | cut -d ' ' -f 2)" >"$work/image"
conf "bind class=nvme" "bind class=usb id=1b73:1100" "bind class=network"
export_it --image "$work/image" libvirt
shape "a disk, a USB controller and a network card of the root bus" \
	"port 17 pcie-root-port" "port 18 pcie-root-port" "port 19 pcie-root-port" \
	"0000:00:1f.6 no -> 17.0.0" "0000:03:00.0 no -> 18.0.0" \
	"0000:04:00.0 no -> 19.0.0"
none "<rom\|ROM" "none of which has a word on its ROM"
export_it --image "$work/image" libvirt nvme
shape "the disk alone, by its class" "port 17 pcie-root-port" \
	"0000:04:00.0 no -> 17.0.0"

machine=sriov
conf "bind id=8086:154c" "bind id=15b3:1018 driver=mlx5_vfio_pci"
export_it libvirt
holds "which libvirt takes a variant driver is said" \
	[ "$(grep -c "libvirt 9.0" "$work/out")" = 3 ]

cat >"$work/far" <<END
machine 1 cpu=intel
address=10000:01:00.0 path=10000:01:00.0 id=8086:1572 class=020000 group=7
END
conf "bind id=8086:1572"
run "$tool" export libvirt --machine "$work/far" --config "$work/conf"
gives 0 out "*<address domain='0x10000' bus='0x01' *" "a domain of five digits"

machine=desktop
for driver in pci-stub none; do
	conf "bind address=0000:02:00.0 with=card driver=$driver" \
		"bind address=0000:03:00.0"
	export_it libvirt
	gives 1 err \
		"earlybind: 0000:02:00.0: no guest can use it, because conf:1 gives *" \
		"a device on $driver"
	holds "$driver: nothing is printed" [ ! -s "$work/out" ]
	export_it libvirt 03:00.0
	gives 0 out "<hostdev *" "$driver: the others, by name"
	export_it libvirt 02:00.1
	gives 1 err "earlybind: 0000:02:00.0: no guest *" "$driver: the card, by name"
done
conf "bind address=0000:03:00.0 driver=xhci_hcd"
export_it libvirt
gives 1 err "*conf:1 gives it to xhci_hcd*" "a device on a driver of the host"
conf "# nothing"
export_it libvirt
gives 1 err "*the plan binds no device: *earlybind generate --write" "nothing bound"
conf "bind id=1b73"
export_it libvirt
gives 2 err "$work/conf:1:*" "a wrong config"

run "$tool" export
gives 100 err "earlybind: export needs libvirt*" "for whom is missing"
run "$tool" export virsh
gives 100 err 'earlybind: export knows no "virsh", *' "for another program"

plant_host desktop
printf 'bind address=0000:03:00.0\n' >"$tree/etc/earlybind.conf"
run "$tool" export --root "$tree" libvirt
gives 0 err "earlybind: 0000:03:00.0: no driver has it now, *earlybind sync, *" \
	"what is not bound yet is said"
mkdir -p "$tree/sys/bus/pci/drivers/vfio-pci"
place=$(readlink -f "$tree/sys/bus/pci/devices/0000:03:00.0")
ln -s "$tree/sys/bus/pci/drivers/vfio-pci" "$place/driver"
run "$tool" export --root "$tree" libvirt
holds "what is bound needs no word" [ ! -s "$work/err" ]
finish
