#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind status, of devices that came after the boot: the same config wants them, and
# the report does not have them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/booted.sh
. "$here/layouts/booted.sh"

plant
put etc/earlybind.conf "bind id=1b73:1100
bind id=10de:2206 address=02:00.0 with=card"
cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
cp "$tree/etc/earlybind.conf" "$work/files/etc"
pack gzip -c
came=0000:03:00.0
rule2="conf:2    matches [matches] -> bound"
{
	echo "miss    -            -         -        conf:1    no device [absent]"
	printf 'bind    0000:02:00.0 10de:2206 vfio-pci %s\n' "$rule2"
	printf 'bind    0000:02:00.1 10de:1aef vfio-pci %s\n' "$rule2"
} >"$work/lines"
report "$(cat "$work/lines")"
holder "$came" xhci_hcd
status
gives 1 out "differs $came: xhci_hcd has it, not vfio-pci (it came after the boot): \
cd /sys/bus/pci && echo vfio-pci >devices/$came/driver_override && \
echo $came >drivers/xhci_hcd/unbind && echo $came >drivers_probe" "its own driver has it"
none missing "and its rule misses nothing any more"
status --json
gives 1 out '*"driver": "vfio-pci",*' "its driver in JSON"
gives 1 out '*"holder": "xhci_hcd",*' "and who has it"
# what sat there at boot, and was kept or refused, is another device
for line in "keep    $came 8086:10d3 -        conf:2    kept by rule [kept]" \
	"refuse  $came 8086:10d3 -        conf:2    is a bridge [bridge]"; do
	report "$(cat "$work/lines")" "$line"
	status
	gives 1 out "differs $came: xhci_hcd has it, not vfio-pci (it came after *" \
		"what was at its place is not what is there now: $line"
	none refused "and of that nothing is said"
done
report "$(cat "$work/lines")"
holder "$came"
rm -r "$tree/sys/bus/pci/drivers/vfio-pci"
status
gives 1 out "differs $came: no driver has it, not vfio-pci (it came after the boot): \
modprobe vfio-pci && cd /sys/bus/pci && echo vfio-pci >devices/$came/driver_override && \
echo $came >drivers_probe" "no driver has it, and vfio-pci is not loaded"
holder 0000:02:00.0 vfio-pci
holder 0000:02:00.1 vfio-pci
holder "$came" vfio-pci
status
gives 0 out "ok      $came: vfio-pci has it, as planned, though it came after the boot" \
	"somebody bound it"
none missing "as its rule wants"
# --- what hung at boot, and was bound when the kernel woke up
hung="failed: ETIMEDOUT bind"
report "$(line bind 0000:02:00.0 10de:2206 vfio-pci "matches -> $hung")" \
	"$(line bind 0000:02:00.1 10de:1aef vfio-pci 'same card -> given back')"
holder 0000:02:00.1 snd_hda_intel
status
gives 1 out \
	"ok      0000:02:00.0: vfio-pci has it, as planned (at boot: $hung)" \
	"who has it counts, and that the boot knew another end is said"
gives 1 out \
	"differs 0000:02:00.1: snd_hda_intel has it, not vfio-pci (at boot: given *" \
	"and its mate is with the host"
holder 0000:02:00.1 vfio-pci
# a card that is plugged in: a screen's driver may hang when it is unbound
sed -i 's/^bind id=1b73:1100$/bind id=1b73:1100 driver=none/' "$tree/etc/earlybind.conf" \
	"$tree/run/earlybind/earlybind.conf"
cp "$tree/etc/earlybind.conf" "$work/files/etc"
pack gzip -c
report "$(line bind "$came" 1b73:1100 none 'matches -> bound')"
holder "$came"
holder 0000:02:00.0 nouveau
status
gives 1 out \
	"differs 0000:02:00.0: nouveau has it, not vfio-pci (it came after *): reboot" \
	"a display that came"
gives 1 out "ok      $came: no driver has it, as planned" "and what was there"
report "$(line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> bound')"
holder 0000:02:00.0 vfio-pci
status
gives 0 out "ok      $came: no driver has it, as planned, though it came after the boot" \
	"driver=none"
holder "$came" xhci_hcd
status
gives 1 out "differs $came: xhci_hcd has it, not none (it came after the boot): *" \
	"driver=none, and one has it"
echo "# another config" >>"$tree/etc/earlybind.conf"
status
none "after the boot" "another config: that is what has to be said"
gives 1 out "differs /etc/earlybind.conf: it was changed *" "and is"
plant
holder 0000:02:00.0 nouveau
report "$(line refuse 0000:02:00.0 10de:2206 - 'is the last display of this machine')" \
	"$(line refuse 0000:02:00.1 10de:1aef - 'goes with 0000:02:00.0')"
status
none "after the boot" "what the boot refused did not come later"
report "# off: the kernel command line says rd.earlybind=0"
status
none "after the boot" "nor did anything where nothing was planned"
rm "$tree/run/earlybind/report"
status
none "after the boot" "or nothing ran"
finish
