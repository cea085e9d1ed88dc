# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Words to describe a computer as files below $TREE; sourced by tests/tool/host.sh. The
# trees, *.tree, are written in them: "#> " lines there are the expected lines of
# image.conf, "#= " lines what is held, "#< " lines rules whose twins are asked for.

put() { # FILE TEXT
	mkdir -p "$TREE/${1%/*}"
	printf '%s\n' "$2" >"$TREE/$1"
}

add() { # FILE TEXT
	mkdir -p "$TREE/${1%/*}"
	printf '%s\n' "$2" >>"$TREE/$1"
}

link() { # FILE TARGET
	mkdir -p "$TREE/${1%/*}"
	ln -sfn "$2" "$TREE/$1"
}

# pci DIR VENDOR:DEVICE CLASS: a function; DIR is below /sys/devices, and ends in its
# address
pci() {
	put "sys/devices/$1/vendor" "0x${2%:*}"
	put "sys/devices/$1/device" "0x${2#*:}"
	put "sys/devices/$1/class" "0x$3"
	link "sys/bus/pci/devices/${1##*/}" "../../../devices/$1"
}

# udev MAJOR:MINOR [KEY=VALUE|S:LINK…]
udev() {
	file=run/udev/data/b$1
	shift
	for word; do
		case $word in
		S:*) add "$file" "$word" ;;
		*) add "$file" "E:$word" ;;
		esac
	done
}

# block DIR MAJOR:MINOR [KEY=VALUE…]: a block device; DIR is below /sys/devices
block() {
	dir=sys/devices/$1
	name=${1##*/}
	number=$2
	put "$dir/dev" "$number"
	put "$dir/size" 2097152
	mkdir -p "$TREE/$dir/holders" "$TREE/$dir/slaves"
	link "sys/class/block/$name" "../../devices/$1"
	link "sys/dev/block/$number" "../../devices/$1"
	shift 2
	[ $# = 0 ] || udev "$number" "$@"
}

# part DIR MAJOR:MINOR [KEY=VALUE…]
part() {
	block "$@"
	put "sys/devices/$1/partition" 1
}

# over NAME LOWER…: what a virtual block device stands on
over() {
	upper=$1
	shift
	for lower; do
		link "sys/class/block/$upper/slaves/$lower" "../../../../$lower"
		link "sys/class/block/$lower/holders/$upper" "../../$upper"
	done
}

# mapped NAME MAJOR:MINOR DM_NAME [KEY=VALUE…]
mapped() {
	dm=$1 dm_number=$2 dm_name=$3
	shift 3
	block "virtual/block/$dm" "$dm_number" "DM_NAME=$dm_name" "$@"
	put "sys/class/block/$dm/dm/name" "$dm_name"
	link "dev/mapper/$dm_name" "../$dm"
}

# mount MAJOR:MINOR DIRECTORY TYPE SOURCE [OPTIONS [ROOT]]
mount() {
	add proc/self/mountinfo \
		"1 0 $1 ${6:-/} $2 rw,relatime shared:1 - $3 $4 ${5:-rw}"
}

cmdline() { put proc/cmdline "BOOT_IMAGE=/vmlinuz $* quiet"; }

# swap FILE TYPE
swap() {
	[ -e "$TREE/proc/swaps" ] ||
		add proc/swaps 'Filename	Type Size Used Priority'
	add proc/swaps "$1 $2 1048572 0 -2"
}

# nic DIR NAME: a network interface; DIR is below /sys/devices
nic() {
	mkdir -p "$TREE/sys/devices/$1/net/$2"
	link "sys/class/net/$2" "../../devices/$1/net/$2"
}

# route NAME TO MASK: numbers as the kernel prints them
route() {
	table=proc/net/route
	[ -e "$TREE/$table" ] ||
		add $table 'Iface Destination Gateway Flags RefCnt Use Metric Mask'
	add $table "$1	$2	00000000	0001 0 0 0	$3 0 0 0"
}

# Parts that most computers have.
root_port() { pci "pci0000:00/$1" 8086:a340 060400; }

nvme() { # PORT ADDRESS CONTROLLER [ID]: below a root port
	root_port "$1"
	pci "pci0000:00/$1/$2" "${4:-144d:a808}" 010802
	block "pci0000:00/$1/$2/nvme/$3/${3}n1" "259:$((${3#nvme} * 10))"
}

nvme_part() { # PORT ADDRESS CONTROLLER NUMBER [KEY=VALUE…]
	np=pci0000:00/$1/$2/nvme/$3/${3}n1/${3}n1p$4
	np_number=259:$((${3#nvme} * 10 + $4))
	shift 4
	part "$np" "$np_number" "$@"
}

sata() { # ADDRESS DISK LETTER-NUMBER(0,1,…): on the root bus, with one disk
	pci "pci0000:00/$1" 8086:a352 010601
	block "pci0000:00/$1/ata1/host0/target0:0:0/0:0:0:0/block/$2" "8:$3"
}

# opened PID PROGRAM FD DEVICE: a program that has a file open
opened() {
	put "proc/$1/comm" "$2"
	link "proc/$1/fd/$3" "$4"
}
