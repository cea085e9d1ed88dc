#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whole guests of earlybind export on recorded machines: guests/NAME has a machine, its
# processors (guests/topology), rules, arguments, and what must come out. Each is judged
# by a program that shares no code with export, by libvirt's schema, and by libvirt.
# UPDATE=1 writes what comes out: read it before it is committed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
guests=$top/tests/tool/guests

plant_guest() {	# NAME
	case=$guests/$1
	rm -rf "$tree"
	"$top/tests/lib/tree" "$case/machine" "$tree"
	"$guests/topology" "$case/topology" "$tree"
	put proc/self/mountinfo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw"
	put usr/share/OVMF/OVMF_CODE_4M.fd ""
	arguments=$(cat "$case/arguments")
	[ ! -e "$case/bars" ] || plant_bars "$case/bars"
}

# ADDRESS BYTES in hex: of a BAR of 64 bits that can be prefetched
plant_bars() {	# FILE
	while read -r address bytes; do
		printf '0x%016x 0x%016x 0x000000000014220c\n' $((1 << 40)) \
			$(((1 << 40) + bytes - 1)) \
			>"$tree/sys/bus/pci/devices/$address/resource"
	done <"$1"
}

export_it() {	# libvirt|qemu [ARGUMENT...]
	# shellcheck disable=SC2086 # the arguments are words
	run "$tool" export --root "$tree" --config "$case/rules.conf" "$1" $arguments
	cp "$work/out" "$work/out.xml"
	cp "$work/out" "$work/out.sh"
}

golden() {	# FILE SENTENCE
	[ -z "${UPDATE:-}" ] || cp "$work/out" "$case/$1"
	[ "$code" = 0 ] || cp "$work/err" "$work/out"
	same "$case/$1" "$work/out" "$2"
}

libvirt_takes() {	# NAME
	if command -v virt-xml-validate >/dev/null; then
		holds "$1: valid by libvirt's schema" virt-xml-validate "$work/out" domain
		holds "$1: libvirt defines it" \
			timeout 60 virsh -q -c test:///default define "$work/out"
	else
		skip "$1: libvirt takes it" "libvirt-clients is not installed"
	fi
}

for name in "$guests"/*/rules.conf; do
	name=$(basename "$(dirname "$name")")
	plant_guest "$name"
	export_it libvirt
	golden domain.xml "$name: the domain"
	holds "$name: the judge agrees" "$guests/judge" "$tree" "$work/out.xml"
	libvirt_takes "$name"
	export_it qemu
	golden guest.sh "$name: the script for QEMU"
	holds "$name: the judge agrees with it" "$guests/judge" "$tree" "$work/out.sh"
	holds "$name: it is a script" sh -n "$work/out"
done

# A recorded machine: what lstopo wrote there is as good as its /sys.
plant_guest second-node
conf=$case/rules.conf
recorded() {	# NAME=VALUE
	# shellcheck disable=SC2086 # the arguments are words
	run env "$1" "$tool" export --machine "$case/machine" --config "$conf" libvirt \
		$arguments
}
recorded "HWLOC_XMLFILE=$case/topology.xml"
same "$case/domain.xml" "$work/out" "a recorded machine, with HWLOC_XMLFILE"
recorded "HWLOC_FSROOT=$tree"
same "$case/domain.xml" "$work/out" "a recorded machine, with HWLOC_FSROOT"
run "$tool" export --machine "$case/machine" --config "$conf" libvirt --new-domain x
gives 111 err "*the machine is a recorded one,*HWLOC_XMLFILE=FILE" "with neither"
HWLOC_XMLFILE=$work/none run "$tool" export --root "$tree" --config "$conf" libvirt \
	--new-domain x
gives 111 err "*hwloc cannot read the processors *lstopo" "no such record"

# Without hwloc all else works.
mkdir "$work/lib"
: >"$work/lib/libhwloc.so.15"
without() {	# ARGUMENT...
	run env LD_LIBRARY_PATH="$work/lib" "$tool" "$@" --root "$tree" --config "$conf"
}
without export libvirt --new-domain x
gives 111 err "earlybind: libhwloc.so.15 is not there, *install hwloc *" "without hwloc"
holds "then nothing is printed" [ ! -s "$work/out" ]
without export libvirt
gives 0 out "<hostdev *" "without hwloc: the devices"
without plan
gives 0 out "bind *" "without hwloc: the plan"

refused() {	# CODE MESSAGE ARGUMENT...
	message=$2
	want=$1
	shift 2
	run "$tool" export --root "$tree" --config "$conf" libvirt "$@"
	gives "$want" err "$message" "refused: $*"
	[ ! -s "$work/out" ] || not_ok "refused, and printed: $*"
}
refused 100 "*--new-domain is not a name for a guest: \"a/b\": *" --new-domain a/b
refused 100 "*--new-domain is not a name for a guest: \".a\": *" --new-domain .a
refused 100 "*--new-domain is not a name for a guest: \"a b\": *" --new-domain "a b"
refused 100 "*are of a whole guest: add --new-domain NAME" --cpus 4
refused 100 "*--cpus is not a number of processors: \"two\": *" --new-domain x --cpus two
refused 100 "*--cpus is not a number of processors: \"0\": *" --new-domain x --cpus 0
refused 1 "*--cpus 3: a core near the card has 2 threads, *" --new-domain x --cpus 3
refused 1 "*--cpus 18: node 1, where *, has room for 16 of *" --new-domain x --cpus 18
refused 100 "*--memory is not a size: \"8\": *" --new-domain x --memory 8
refused 100 "*--memory is not a size: \"9999999999G\": *" --new-domain x \
	--memory 9999999999G
refused 100 "*--memory is not a size: \"1M\": *" --new-domain x --memory 1M
refused 1 "*--memory: node 1 has 32768 MiB, *" --new-domain x --memory 32G
refused 100 "*--disk is not an absolute path: begin it with /" --new-domain x \
	--disk a.raw
refused 100 "*--firmware is not an absolute path: *" --new-domain x \
	--firmware OVMF_CODE.fd
refused 100 "*has CODE in its name,*" --new-domain x --firmware /usr/bios.bin
refused 100 "*firmware for Secure Boot *" --new-domain x \
	--firmware /usr/share/OVMF/OVMF_CODE_4M.secboot.fd
# a whole node may go to the guest where the emulator has another
run "$tool" export --root "$tree" --config "$conf" libvirt --new-domain x --cpus 16
gives 0 out "*<emulatorpin cpuset='0-7,16-23'/>" "a whole node for the guest"
cp "$work/out" "$work/out.xml"
holds "the judge agrees" "$guests/judge" "$tree" "$work/out.xml"
run "$tool" export --root "$tree" --config "$conf" libvirt --new-domain x \
	--disk "/srv/it's <a> & b/x.raw"
gives 0 out "*<source file='/srv/it&apos;s &lt;a&gt; &amp; b/x.raw'/>" "an odd path"
libvirt_takes "an odd path"

# The judge is worth something only if it can say no.
plant_guest second-node
file=domain.xml
denied() {	# SENTENCE SCRIPT: of sed, and the file is wrong
	sed "$2" "$case/$file" >"$work/bad-$file"
	if cmp -s "$work/bad-$file" "$case/$file"; then
		not_ok "$1: the script changes something"
	elif "$guests/judge" "$tree" "$work/bad-$file" >"$work/why" 2>&1; then
		not_ok "the judge sees: $1"
	else
		ok "the judge sees: $1"
	fi
}
denied "a processor twice" "s/vcpu='2' cpuset='[0-9]*'/vcpu='2' cpuset='10'/"
denied "no such processor" "s/vcpu='0' cpuset='[0-9]*'/vcpu='0' cpuset='99'/"
denied "the other node" "s/cpuset='26'/cpuset='18'/; s/cpuset='10'/cpuset='2'/"
denied "threads apart" "s/cpuset='26'/cpuset='x'/; s/cpuset='27'/cpuset='26'/
	s/cpuset='x'/cpuset='27'/"
denied "the emulator among them" "s/emulatorpin cpuset='[^']*'/emulatorpin cpuset='8-10'/"
denied "memory of the other node" "s/nodeset='1'/nodeset='0'/"
denied "too much memory" "s/<memory unit='MiB'>[0-9]*/<memory unit='MiB'>40000/"
denied "managed" "s/managed='no'>/managed='yes'>/"
denied "a function without its card" "s/bus='0x01' slot='0x00' function='0x1'/bus='0x02' \
slot='0x00' function='0x0'/"
denied "no multifunction" "s/ multifunction='on'//"
file=guest.sh
denied "QEMU: a processor twice" "s/for cpu in 10/for cpu in 11/"
denied "QEMU: threads apart" "s/for cpu in 10 26 11/for cpu in 10 11 26/"
denied "QEMU: the emulator among them" "s/taskset -c [0-9]*-[0-9]*/taskset -c 8-10/"
denied "QEMU: memory of the other node" "s/host-nodes=1/host-nodes=0/"
denied "QEMU: no memory locked" "s/-ge [0-9]* /-ge 1024 /"
denied "QEMU: a function without its card" "s/port1,addr=00.1/port2,addr=00.0/"
finish
