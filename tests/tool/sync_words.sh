#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is said and done about kernel arguments where earlybind does not write the loader,
# and where the card is not there today.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"

# --- a loader that earlybind does not write
machine
echo "label l" | put boot/extlinux/extlinux.conf
run "$tool" status --root "$tree"
gives 1 out \
	"* arguments: the running kernel was started without *: earlybind sync *" \
	"extlinux: a reboot alone changes nothing"
layout_debian
run "$tool" status --root "$tree"
gives 1 out "* arguments: the running kernel *: earlybind sync && reboot" \
	"GRUB: sync and reboot"

# --- the card is taken out for a day
layout_debian
run "$tool" sync --loader --root "$tree"
cp "$tree/boot/grub/earlybind.cfg" "$work/expected"
for device in "$tree"/sys/bus/pci/devices/*; do
	[ "$(cat "$device/vendor")" != 0x10de ] || rm "$device"
done
run "$tool" sync --loader --root "$tree"
same "$work/expected" "$tree/boot/grub/earlybind.cfg" \
	"a card that is not there today takes no argument of the IOMMU with it"
echo "bind id=10de:1b80 driver=none" | put etc/earlybind.conf
run "$tool" sync --loader --root "$tree"
holds "a rule that needs no IOMMU wants none" \
	grep -q 'earlybind_args=""' "$tree/boot/grub/earlybind.cfg"
finish
