#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind generate: the config takes what was asked for and nothing else, and says what
# must be known. What becomes of a config that is there: generate-write.sh.
# shellcheck disable=SC2030,SC2031 # another TREE in a subshell is meant
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
machines=$top/tests/plan/machines

on() {		# MACHINE [WORD...]
	machine=$machines/$1.machine
	shift
	run "$tool" generate --machine "$machine" "$@" </dev/null
}

rules() {	# SENTENCE RULE...: just these, and the plan binds with them
	sentence=$1
	shift
	printf '%s\n' "$@" >"$work/expected"
	grep -v -e '^#' -e '^$' "$work/out" >"$work/got" || :
	same "$work/expected" "$work/got" "$sentence"
}

binds() {	# SENTENCE [ADDRESS...]: what the config binds on that machine
	sentence=$1
	shift
	{
	[ $# = 0 ] || printf '%s\n' "$@"
	} >"$work/expected"
	cp "$work/out" "$work/generated.conf"
	"$tool" plan --machine "$machine" --config "$work/generated.conf" |
		sed -n 's/^bind *\([^ ]*\) .*/\1/p' >"$work/got"
	same "$work/expected" "$work/got" "$sentence"
}

silent() {	# SENTENCE: no config, nothing on standard output
	holds "$1" [ ! -s "$work/out" ]
}

said() {	# WORDS SENTENCE: on standard error, and in a comment
	gives 0 err "*$1*" "$2: on standard error"
	holds "$2: in a comment" sh -c "sed -n 's/^# *//p' '$work/out' | tr '\n' ' ' |
		grep -qF '$1'"
}

# --- what appears late
on vmd 10000:e2:00.0
said "10000:e2:00.0 may not be there yet when earlybind looks" "a device below VMD"

# --- what is meant
on desktop 0000:02:00.0
rules "an address" \
	'bind path=0000:00:1c.0/00.0 id=10de:2206 subsystem=1043:87c6 with=card'
binds "the whole card" 0000:02:00.0 0000:02:00.1
gives 0 out "# 0000:02:00.0: NVIDIA Corporation GA102*" "a comment has the name"
on desktop 02:00.1
binds "half a card is no card" 0000:02:00.0 0000:02:00.1
on desktop 1b73:1100 02:00.0
rules "several devices, in the order of their addresses" \
	'bind path=0000:00:1c.0/00.0 id=10de:2206 subsystem=1043:87c6 with=card' \
	'bind path=0000:00:1c.4/00.0 id=1b73:1100 subsystem=1b73:1100 with=card'
on desktop-one-card 10de:2206
binds "the last display is not bound"
gives 0 out "# set headless=yes" "what it would take is in a comment"
said "is the last display of this machine" "the last display"
on quad aspeed
binds "words of the name" 0000:0a:00.0
on desktop "rtx 3080"
gives 100 err 'earlybind: more than one device is "rtx 3080": name one of them by *' \
	"words for two cards"
gives 100 err "  0000:02:00.0  10de:2206 *" "which they are"
silent "and no config"
on desktop 10de:2206
gives 100 err 'earlybind: more than one device is "10de:2206": *' "an id for two cards"
on desktop 02:00.0 nonsense
gives 100 err 'earlybind: no device is "nonsense": see earlybind list' "unknown words"
silent "and no config for the others"
on desktop 00:1c.0
gives 100 err 'earlybind: at "00:1c.0" is a bridge, *' "a bridge"
on desktop 0f:00.0
gives 100 err 'earlybind: there is no device at "0f:00.0": *' "an empty slot"
on desktop ''
gives 100 err 'earlybind: no device is "": *' "an empty word"
on desktop
gives 100 err 'earlybind: generate needs a device: *' "nobody to ask"

# --- slots that are no cards
on apu 05:00.0
binds "a processor's display, with its sound alone" 0000:05:00.0 0000:05:00.1
on apu 05:00.3
binds "a processor's USB controller alone" 0000:05:00.3
on desktop 00:1f.3
binds "one device of the chipset" 0000:00:1f.3
said "IOMMU group 7 also has 0000:00:1f.4, 0000:00:1f.6" "others in its group"
on sriov 04:00.0
binds "ports in one group go together, without their VFs" 0000:04:00.0 0000:04:00.1
on sriov 03:00.0
binds "ports in two groups do not" 0000:03:00.0
said "virtual functions, which the host" "a port with virtual functions"
on sriov 03:02.1
rules "a virtual function" 'bind address=0000:03:02.1 id=8086:154c subsystem=8086:0000'
on laptop 01:00.2
binds "all of a laptop's card" 0000:01:00.0 0000:01:00.1 0000:01:00.2 0000:01:00.3
on disks 04:00.0
binds "storage has rules of its own" 0000:04:00.0 0000:04:00.1
said "what the host needs is not known here" "a disk of a record"

# --- what must be said
on desktop 01:00.0
said "the same kind of device is also at 0000:02:00.0 (stays with the host)" "a twin"
said "0000:01:00.0 has the firmware" "the boot display"
holds "a twin is not followed" sh -c "! grep -q follow= '$work/out'"
on apu 01:00.0
said "0000:01:00.0 may be the boot display" "an unknown boot display"
holds "a whole card needs no reset method" sh -c "! grep -q reset '$work/err'"
on apu 05:00.0
said "0000:05:00.0 has no reset method" "what the plan warns of"
holds "and that once" [ "$(grep -c 'no reset' "$work/err")" = 1 ]
on no-iommu-intel 02:00.0
said "IOMMU is off: turn on VT-d in the firmware and boot with intel_iommu=on; until" \
	"the IOMMU is off"
holds "and that once for a card" [ "$(grep -c 'IOMMU is off' "$work/err")" = 1 ]
rules "and the config is right" \
	'bind path=0000:00:02.0/00.0 id=10de:1b80 subsystem=10de:119e with=card'
on disks --dsn 01:00.0
rules "a serial number" 'bind path=0000:00:01.1/00.0 id=144d:a808 subsystem=144d:a801'\
' dsn=00-25-38-5a-91-b0-00-01 with=card'
on disks 01:00.0
rules "none if nobody asks" \
	'bind path=0000:00:01.1/00.0 id=144d:a808 subsystem=144d:a801 with=card'
on disks --dsn 03:00.0
said "there is no Device Serial Number" "there is none"

# --- each function of each machine: a config that binds it, or a sentence. Every fifth is
# enough for a day; LONG in the environment: all.
step=5
[ -z "${LONG-}" ] || step=1
for machine in "$machines"/*.machine; do
	sed -n 's/^address=\([^ ]*\) .*/\1/p' "$machine" |
		awk -v step="$step" 'NR < 30 && NR % step == 1 % step' |
		while read -r address; do
		code=0
		"$tool" generate --machine "$machine" "$address" >"$work/each.conf" \
			2>"$work/each.err" </dev/null || code=$?
		[ "$code" != 100 ] || grep -q 'is a bridge' "$work/each.err" ||
			echo "$address: $(cat "$work/each.err")"
		[ "$code" = 0 ] || [ "$code" = 100 ] ||
			grep -q "has virtual functions" "$work/each.err" ||
			echo "$address: exit $code"
		[ "$code" = 0 ] || continue
		"$tool" plan --machine "$machine" --config "$work/each.conf" \
			>"$work/each.plan" 2>&1 || cat "$work/each.plan"
		grep -q "^bind *$address " "$work/each.plan" ||
			grep -q "until then it stays" "$work/each.err" ||
			echo "$address is not bound"
	done >"$work/why.each"
	same /dev/null "$work/why.each" "$(basename "$machine"): every device"
done

# --- a host: what it needs is refused
TREE=$work/tree
(
	# shellcheck source=hosts/cards.sh
	. "$top/tests/tool/hosts/cards.sh"
)
here() {	# [WORD...]
	run "$tool" generate --root "$TREE" "$@" </dev/null
}
here 01:00.0
gives 1 err "earlybind: 0000:01:00.0 holds the root file system (/ ext4 nvme0n1p1*" \
	"the root disk is refused"
silent "and no config written"
here --write 01:00.0
holds "nor put into place" [ ! -e "$TREE/etc/earlybind.conf" ]
here 02:00.0
said "0000:02:00.0 holds ntfs nvme1n1p1 1G, not mounted" \
	"what is on the other disk"
rules "the other disk" 'bind path=0000:00:1d.0/00.0 id=144d:a80a with=card'
(
	TREE=$work/twins
	other=144d:a808
	# shellcheck source=hosts/cards.sh
	. "$top/tests/tool/hosts/cards.sh"
)
run "$tool" generate --root "$work/twins" 02:00.0 </dev/null
gives 1 err "earlybind: 0000:02:00.0 is of the same model as storage that the host *" \
	"the twin of the root disk is refused: the two may swap their slots"
here 03:00.0
said "IOMMU group 9 also has 0000:02:00.0, which holds ntfs" "a disk in the group"
rules "the card all the same" 'bind path=0000:00:01.0/00.0 id=10de:2206 with=card'
(
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	opened 4242 qemu-system-x86 12 /dev/nvme1n1
)
here 02:00.0
gives 1 err "earlybind: 0000:02:00.0 is in use by the host (nvme1n1, open by *" \
	"a disk that a virtual machine has open is refused"
gives 1 err "* open by qemu-system-x86 (pid 4242)): choose another device" "and by whom"
rm -r "$TREE/proc/4242"

# what is no line of the plan: the driver is part of the kernel, there is no vfio-pci
if command -v /sbin/depmod >/dev/null; then
	dir=$TREE/lib/modules/6.1
	mkdir -p "$dir"
	echo kernel/nouveau.ko >"$dir/modules.builtin"
	: >"$dir/modules.order"
	printf 'nouveau.alias=pci:v000010DEd*sv*sd*bc03sc*i*\0' \
		>"$dir/modules.builtin.modinfo"
	/sbin/depmod -b "$TREE" 6.1
	here 03:00.0
	said "0000:03:00.0: its own driver nouveau is built into kernel 6.1" "a finding"
	gives 0 err "earlybind: error *: kernel 6.1 has no module vfio-pci, *" \
		"a finding about no device"
	holds "that is no comment" sh -c "! grep -q 'no module' '$work/out'"
	rm -r "${TREE:?}/lib"
else
	skip "findings" "depmod is not installed"
fi

here --force 03:00.0
gives 100 err "earlybind: --force is for --write, *" "--force alone"
on desktop --dsn --dsn 01:00.0
gives 100 err "earlybind: --dsn is given more than once" "an option twice"
run "$tool" generate --root "$work/absent" 01:00.0
gives 111 err "*absent: this root cannot be opened: *" "no root"
run "$tool" generate --machine "$work" 01:00.0
gives 111 err "*: this is a directory, not a file: *" "a directory for a machine"

# --- at a terminal
if command -v python3 >/dev/null; then
	ask() {		# ANSWER
		run "$top/tests/lib/ask" "$1" "$tool" generate --machine \
			"$machines/desktop.machine"
	}
	ask '2
'
	gives 0 out "   2  0000:02:00.0  10de:2206 *" "the choices have numbers"
	gives 0 out "bind path=0000:00:1c.0/00.0 id=10de:2206 *" "a number is a choice"
	holds "the sound of a card is no choice" \
		[ -z "$(grep '^ *[0-9]*  0000:02:00.1' "$work/out")" ]
	ask '0
99
x
1 2
'
	gives 0 out "*Please enter numbers from 1 to 6." "other numbers are not"
	gives 0 out "bind path=0000:00:01.0/00.0 id=10de:2206 *" "two numbers"
	gives 0 out "      IOMMU group 7, with 0000:00:1f.0 *" "its group and mates"
	holds "rows are no wider than a terminal" [ -z "$(sed '/^#/d; /^bind/d' \
		"$work/out" | grep '^ ' | awk 'length > 80')" ]
	gives 0 out "earlybind: not written: add --write to write it to *" \
		"it is not in place yet"
	holds "each note once" [ "$(grep -c "0000:01:00.0 is the last display" \
		"$work/out")" -le 1 ]
	ask 'q
'
	gives 100 out "earlybind: nothing was chosen" "q leaves"
	ask '
'
	gives 100 out "earlybind: nothing was chosen" "so does an empty line"
	ask '^D'
	gives 100 out "earlybind: nothing was chosen" "the end of the input"
else
	skip "at a terminal" "there is no python3"
fi
finish
