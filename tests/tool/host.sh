#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the host needs of its PCI functions, and what they hold: on the trees that
# tests/tool/hosts/*.tree describe, and on some that are no computers.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
hosts=$top/tests/tool/hosts
show=${HOST_SHOW:-$top/build/test/hosts/show}
[ -x "$show" ] || skip_all "$show is not built"

# The lines of a tree's description that start with that mark.
marked() { sed -n "s/^#$1 //p" "$2"; }

build() (	# FILE DIRECTORY
	TREE=$2
	mkdir "$TREE"
	# shellcheck source=hosts/words.sh
	. "$hosts/words.sh"
	# shellcheck disable=SC1090
	. "$1"
)

try() {		# FILE
	name=$(basename "$1" .tree)
	build "$1" "$work/$name"
	marked '>' "$1" >"$work/want"
	marked '<' "$1" | "$show" "$work/$name" twins >"$work/got" 2>&1 || :
	same "$work/want" "$work/got" "$name: image.conf"
	# in the order of a directory, which is one thing on ext4 and another on tmpfs
	marked '=' "$1" | sort >"$work/want"
	[ -s "$work/want" ] || return 0
	"$show" "$work/$name" holds 2>&1 | sort >"$work/got"
	same "$work/want" "$work/got" "$name: holds"
}

for tree in "$hosts"/*.tree; do
	try "$tree"
done

# --- what is no computer
mkdir "$work/empty"
run "$show" "$work/empty"
gives 0 out "# no keep and no free: *" "an empty tree: nothing is called free"

# Directories where files are expected, and files for directories.
tree=$work/upside-down
mkdir -p "$tree/proc/self/mountinfo" "$tree/proc/cmdline" "$tree/etc/fstab" \
	"$tree/etc/crypttab" "$tree/sys/class/block/sda" "$tree/sys/bus/pci/devices" \
	"$tree/proc/swaps" "$tree/boot/loader" "$tree/run/udev"
: >"$tree/boot/loader/entries"
: >"$tree/run/udev/data"
: >"$tree/sys/class/net"
run "$show" "$tree"
gives 0 out "# no keep and no free: *" "directories for files, files for directories"

# A program of another user.
TREE=$work/others
(
	# shellcheck source=hosts/words.sh
	. "$hosts/words.sh"
	sata 0000:00:17.0 sda 0
	mount 8:0 / ext4 /dev/sda
	opened 7 qemu 3 /dev/sda
)
chmod 0 "$TREE/proc/7/fd"
chmod go+rx "$work"
cp "$show" "$work/show"
if [ "$(id -u)" != 0 ]; then
	run "$work/show" "$TREE"
else
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$work/show" "$TREE"
fi
gives 0 out "# what the programs of other users have open is not known: only root *" \
	"a program of another user"
chmod 700 "$TREE/proc/7/fd"

# A disk with a node of a jail's own.
TREE=$work/jail
(
	# shellcheck source=hosts/words.sh
	. "$hosts/words.sh"
	sata 0000:00:17.0 sda 0
	mount 8:0 / ext4 /dev/sda
	nvme 0000:00:1a.0 0000:01:00.0 nvme0
	opened 7 firecracker 3 /srv/jail/disk
	put srv/jail/note x
	opened 8 sleep 3 /srv/jail/note
)
if mknod "$TREE/srv/jail/disk" b 259 0 2>/dev/null; then
	run "$show" "$TREE" holds
	gives 0 out "0000:01:00.0 nvme0n1, open by firecracker (pid 7)" "a node in a jail"
else
	skip "a node in a jail" "no node of a disk can be made here"
fi

# A chain of devices, longer than any computer has.
tree=$work/deep
TREE=$tree
(
	# shellcheck source=hosts/words.sh
	. "$hosts/words.sh"
	sata 0000:00:17.0 sda 0
	i=0
	lower=sda
	while [ $i -lt 60 ]; do
		block virtual/block/md$i 9:$i
		over md$i $lower
		lower=md$i
		i=$((i + 1))
	done
	mount 9:59 / ext4 /dev/md59
)
run "$show" "$tree"
gives 0 out "keep path=0000:00:17.0 class=01 for=root" "a chain of sixty devices"
echo removable >"$tree/sys/bus/pci/devices/0000:00:17.0/removable"
run "$show" "$tree"
gives 0 out "keep path=0000:00:17.0 class=01 for=root late=yes" "what can be unplugged"

finish
