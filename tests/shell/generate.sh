#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind generate: the config takes what was asked for and nothing else, says what must
# be known, and replaces no file that a person wrote.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
machines=$top/tests/machines

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
said "this is the boot display" "the boot display"
holds "a twin is not followed" sh -c "! grep -q follow= '$work/out'"
on apu 01:00.0
said "this may be the boot display" "an unknown boot display"
said "0000:01:00.0 has no reset method" "what the plan warns of"
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

# --- each function of each machine: a config that binds it, or a sentence
for machine in "$machines"/*.machine; do
	sed -n 's/^address=\([^ ]*\) .*/\1/p' "$machine" |
		awk 'NR < 30' | while read -r address; do
		code=0
		"$tool" generate --machine "$machine" "$address" >"$work/each.conf" \
			2>"$work/each.err" </dev/null || code=$?
		[ "$code" != 100 ] || grep -q 'is a bridge' "$work/each.err" ||
			echo "$address: $(cat "$work/each.err")"
		[ "$code" = 0 ] || [ "$code" = 100 ] || echo "$address: exit $code"
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
	# shellcheck source=../hosts/tree.sh
	. "$top/tests/hosts/tree.sh"
	nvme 0000:00:1b.0 0000:01:00.0 nvme0
	nvme_part 0000:00:1b.0 0000:01:00.0 nvme0 1 ID_FS_TYPE=ext4
	nvme 0000:00:1d.0 0000:02:00.0 nvme1
	nvme_part 0000:00:1d.0 0000:02:00.0 nvme1 1 ID_FS_TYPE=ntfs
	mount 259:1 / ext4 /dev/nvme0n1p1
	cmdline root=/dev/nvme0n1p1
	root_port 0000:00:01.0
	pci pci0000:00/0000:00:01.0/0000:03:00.0 10de:2206 030000
	pci pci0000:00/0000:00:01.0/0000:03:00.1 10de:1aef 040300
	pci pci0000:00/0000:00:02.0 8086:3e9b 030000
	put sys/devices/pci0000:00/0000:00:02.0/boot_vga 1
	n=0
	for device in "$TREE"/sys/bus/pci/devices/*; do
		group=$n
		case $device in *:03:00.1 | *:02:00.0) group=9 ;; esac
		case $device in *:03:00.0) group=9 ;; esac
		address=${device##*/}
		link "sys/kernel/iommu_groups/$group/devices/$address" \
			"../../../../bus/pci/devices/$address"
		real=$(readlink "$device")
		link "sys/devices/${real##*devices/}/iommu_group" \
			"/sys/kernel/iommu_groups/$group"
		n=$((n + 1))
	done
	mkdir -p "$TREE/etc"
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
	"what is on the twin of that disk"
said "the same kind of device is also at 0000:01:00.0 (stays with the host)" "the twin"
rules "the twin of the root disk" 'bind path=0000:00:1d.0/00.0 id=144d:a808 with=card'
here 03:00.0
said "IOMMU group 9 also has 0000:02:00.0, which holds ntfs" "a disk in the group"
rules "the card all the same" 'bind path=0000:00:01.0/00.0 id=10de:2206 with=card'
(
	# shellcheck source=../hosts/tree.sh
	. "$top/tests/hosts/tree.sh"
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

# --- --write
conf=$TREE/etc/earlybind.conf
kept() { find "$TREE/var/lib/earlybind" -type f 2>/dev/null | wc -l; }
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "--write says so"
holds "and writes nothing else" [ ! -s "$work/out" ]
holds "mode 644" [ "$(stat -c %a "$conf")" = 644 ]
holds "nothing is left beside it" [ "$(ls -A "$TREE/etc")" = earlybind.conf ]
here 03:00.0
same "$work/out" "$conf" "it is what generate prints"
holds "no copy of nothing" [ "$(kept)" = 0 ]
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is so already" "the same again"
chmod 600 "$conf"
here --write 02:00.0
gives 0 err "earlybind: the former one is /var/lib/earlybind/earlybind.conf.*" \
	"ours is replaced, and kept"
holds "the mode stays" [ "$(stat -c %a "$conf")" = 600 ]
holds "one copy" [ "$(kept)" = 1 ]
sed -i 's/ with=card//' "$conf"
cp "$conf" "$work/mine"
here --write 03:00.0
gives 1 err "/etc/earlybind.conf: this file was written or changed by hand: *" \
	"a changed file is not replaced"
same "$work/mine" "$conf" "it is as it was"
holds "still one copy" [ "$(kept)" = 1 ]
here --write --force 03:00.0
gives 0 err "earlybind: the former one is *" "it is with --force"
holds "two copies" [ "$(kept)" = 2 ]
copy=$(sed -n 's/.*the former one is //p' "$work/err")
same "$work/mine" "$TREE$copy" "the copy is the changed file"
echo "keep class=usb" >"$conf"
here --write 03:00.0
gives 1 err "/etc/earlybind.conf: this file was written *" \
	"a file by hand is not replaced"
: >"$conf"
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "an empty file is"
mv "$conf" "$TREE/etc/real.conf"
ln -s real.conf "$conf"
here --write --force 02:00.0
gives 111 err "/etc/earlybind.conf: this is a link: *" "a link is not replaced"
rm "$conf"
mkdir "$conf"
here --write --force 03:00.0
gives 111 err "/etc/earlybind.conf: this is no file: *" "nor a directory"
rmdir "$conf"
rm -r "${TREE:?}/var"
echo "keep class=usb" >"$conf"
ln -s /proc/none "$TREE/var"
here --write --force 03:00.0
gives 111 err "/var/lib/earlybind: the former config cannot be kept there: *" \
	"no place for the copy"
holds "then nothing is replaced" grep -q '^keep class=usb$' "$conf"
rm -r "${TREE:?}/etc"
here --write 03:00.0
gives 111 err "/etc/earlybind.conf: the directory cannot be opened: *" "no /etc"
here --force 03:00.0
gives 100 err "earlybind: --force is for --write only, *" "--force alone"
on desktop --dsn --dsn 01:00.0
gives 100 err "earlybind: --dsn is there twice, leave one out" "an option twice"
run "$tool" generate --root "$work/absent" 01:00.0
gives 111 err "*absent: this root cannot be opened: *" "no root"
run "$tool" generate --machine "$work" 01:00.0
gives 111 err "*: this is a directory and no file: *" "a directory for a machine"

# --- at a terminal
if command -v python3 >/dev/null; then
	cat >"$work/ask.py" <<'END'
import os, pty, sys
said, command = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
os.write(fd, said.encode())
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
	ask() {		# ANSWER
		run python3 "$work/ask.py" "$1" "$tool" generate --machine \
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
	gives 0 out "*These are no numbers from 1 to 6." "other numbers are not"
	gives 0 out "bind path=0000:00:01.0/00.0 id=10de:2206 *" "two numbers"
	ask "$(printf '\004')"
	gives 100 out "earlybind: nothing was chosen" "the end of the input"
else
	skip "at a terminal" "there is no python3"
fi
finish
