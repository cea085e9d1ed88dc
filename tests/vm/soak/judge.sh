#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the guest: is each device where the draw says it must be, or may be? It looks at
# /sys alone. /ebtest/want has a line "own|vfio|may|gone ADDRESS DRIVER" for each device.
devices=/sys/bus/pci/devices
bad=0

driver() {
	link=$(readlink "$devices/$1/driver") || link=none
	echo "${link##*/}"
}

complain() {
	echo "$*"
	bad=1
}

while read -r state address own; do
	if [ ! -e "$devices/$address" ]; then
		[ "$state" = gone ] || complain "$address is not there"
		continue
	fi
	has=$(driver "$address")
	case $state:$has in
	own:"$own" | vfio:vfio-pci | may:"$own" | may:vfio-pci) ;;
	gone:*) ;;	# it was not yet, or came back
	*) complain "$address has $has, and shall be \"$state\" (own: $own)" ;;
	esac
	override=$(cat "$devices/$address/driver_override")
	case $has:$override in
	vfio-pci:vfio-pci) ;;
	vfio-pci:*) complain "$address: vfio-pci, with driver_override \"$override\"" ;;
	*:"(null)") ;;
	*) [ "$state" = gone ] || mount | grep -q driver_override ||
		complain "$address has $has, and driver_override \"$override\" is left" ;;
	esac
done </ebtest/want

# Nobody else's device. What is beside a taken one in its group is taken as well, a
# bridge, or without a driver; or the report warns of it, as where a keep rule names it.
for path in "$devices"/*; do
	address=${path##*/}
	[ "$(driver "$address")" = vfio-pci ] || continue
	grep -q " $address " /ebtest/want || complain "$address is with vfio-pci, unasked"
	for mate in "$path"/iommu_group/devices/*; do
		case $(cat "$mate/class") in 0x06*) continue ;; esac
		case $(driver "${mate##*/}") in
		vfio-pci | none) ;;
		*) grep -q "^warn *$address .* also holds .*${mate##*/}" \
			/run/earlybind/report ||
			complain "$address is taken, ${mate##*/} of its group not" ;;
		esac
	done
done
if dmesg | grep -E 'BUG:|Oops|general protection|earlybind[^ ]*\[[0-9]+\]: segfault'; then
	complain "the kernel is broken"
fi
exit "$bad"
