#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which files of /dev/vfio go to the group kvm: those of what this boot has bound.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"

plant_host desktop
drivers=$tree/sys/bus/pci/drivers
bind() {	# ADDRESS DRIVER
	mkdir -p "$drivers/$2"
	place=$(readlink -f "$tree/sys/bus/pci/devices/$1")
	rm -f "$place/driver"
	ln -s "$drivers/$2" "$place/driver"
}
ours() {	# SENTENCE WORD...
	sentence=$1
	shift
	holds "ours: $sentence" env ROOT="$tree" "$top/config/vfio-is-ours" "$@"
}
not_ours() {	# SENTENCE WORD...
	sentence=$1
	shift
	run env ROOT="$tree" "$top/config/vfio-is-ours" "$@"
	holds "not ours: $sentence" [ "$code" = 1 ]
}

# group 8 has 02:00.0 and 02:00.1, group 9 has 03:00.0, group 1 a bridge and 01:00
card=/devices/pci0000:00/0000:00:1c.0/0000:02:00
bind 0000:02:00.0 vfio-pci
bind 0000:02:00.1 vfio-pci
not_ours "there is no report" group 8
put run/earlybind/report "# earlybind 0.1.0 boot=- took=1 us
bind    0000:02:00.0 10de:2206 vfio-pci conf:1    matches [matches] -> bound
bind    0000:02:00.1 10de:1aef vfio-pci conf:1    same card [same-card] -> bound already
bind    0000:03:00.0 1b73:1100 vfio-pci conf:2    matches [matches] -> failed: EBUSY bind
bind    0000:01:00.0 10de:2206 mlx5_vfio_pci conf:3    matches [matches] -> bound
bind    0000:01:00.1 10de:1aef vfio-pci conf:3    same card [same-card] -> given back"
ours "a whole group" group 8
ours "a device" device $card.0/vfio-dev/vfio0
ours "one that was bound already" device $card.1/vfio-dev/vfio12
bind 0000:03:00.0 vfio-pci
not_ours "what we did not get, and somebody has bound since" group 9
not_ours "that as a device" device \
	/devices/pci0000:00/0000:00:1c.4/0000:03:00.0/vfio-dev/vfio1
bind 0000:01:00.0 mlx5_vfio_pci
bind 0000:00:01.0 pcieport
ours "a variant driver, beside a bridge and a function without a driver" group 1
bind 0000:01:00.1 vfio-pci
not_ours "a group with one function that was given back, and bound by hand" group 1
bind 0000:02:00.0 nvidia
bind 0000:02:00.1 snd_hda_intel
not_ours "what has its own driver now" group 8
not_ours "an empty group" group 77
for word in '' 8x ../8 '*'; do
	not_ours "no group: $word" group "$word"
done
not_ours "no device of VFIO" device $card.0
not_ours "no address" device '/devices/../../x y/vfio-dev/vfio0'
not_ours "no word"
not_ours "another word" bus 8

rules=$top/config/70-earlybind-vfio.rules
holds "the rule names the program where it is installed" [ \
	"$(grep -c 'PROGRAM="/usr/lib/earlybind/vfio-is-ours ' "$rules")" = 2 ]
holds "and nobody but root and that group" [ \
	-z "$(grep 'MODE=' "$rules" | grep -v 'GROUP="kvm", MODE="0660"')" ]
finish
