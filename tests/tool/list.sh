#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind list: what it tells of devices, to people and to programs.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
machines=$top/tests/plan/machines
escape=$(printf '\033')

on() {		# MACHINE [WORD...]
	machine=$machines/$1.machine
	shift
	run "$tool" list --root "$work/root" --machine "$machine" "$@"
}

# SENTENCE EXPRESSION: of the JSON in $work/out, as d
json() {
	cat >"$work/judge.py" <<END
import json, sys
text = open(sys.argv[1], encoding="utf-8").read()
assert all(c == "\n" or c >= " " for c in text), "a control character"
d = json.loads(text)
at = {x["address"]: x for x in d["devices"]}
assert d["schema"] == 1
assert ($2), [d, at]
END
	holds "$1" python3 "$work/judge.py" "$work/out"
}

only() {	# SENTENCE ADDRESS...: just these devices
	sentence=$1
	shift
	printf '%s\n' "$@" >"$work/expected"
	sed -n 's/^  \([0-9a-f]*:[0-9a-f:.]*\) .*/\1/p' "$work/out" >"$work/got"
	same "$work/expected" "$work/got" "$sentence"
}

mkdir -p "$work/root/etc"
cat >"$work/root/etc/earlybind.conf" <<'END'
bind path=0000:00:1c.0/00.0 id=10de:2206 with=card
bind id=1234:5678
END

# --- for people
on desktop --all
gives 0 out "IOMMU group 1" "by group"
gives 0 out "  0000:01:00.0  10de:2206  *" "address and id"
gives 0 out "      VGA compatible controller, boot display" "the boot display"
gives 0 out "      plan: bind to vfio-pci by conf:1: matches" "what the plan does"
gives 0 out "      plan: bind to vfio-pci by conf:1: same card as 0000:02:00.0" \
	"what goes with it"
gives 0 out "Rules without a device" "rules that find nothing"
gives 0 out "      plan: miss by conf:2: no device matches: see earlybind list, *" \
	"which they are, and what to do"
holds "no colors where there is no terminal" sh -c "! grep -q '$escape' $work/out"
holds "no driver is made up" sh -c "! grep -q driver $work/out"
holds "nothing on standard error" [ ! -s "$work/err" ]
on desktop --color=always
gives 0 out "$escape\[1mIOMMU group 1$escape\[0m" "colors on demand"
on desktop --color always --json
holds "no colors in JSON" sh -c "! grep -q '$escape' $work/out"

on quad --all
holds "80 columns where there is no terminal" \
	[ -z "$(awk 'length > 80' "$work/out")" ]
printf "%s\n" "bind path=0000:00:01.0/00.0 id=10de:2206" \
	"bind id=1b73:1100 driver=nouveau" \
	>"$work/odd.conf"
on desktop --all --config "$work/odd.conf"
gives 0 out "      plan: warn by conf:1: group 1 also holds 0000:01:00.1, which stays*" \
	"a warning of the plan"
gives 0 out "        it: take the others too with with=group, or put the card into *" \
	"and what to do about it"
gives 0 out "      note: is behind 0000:00:01.0, which does not keep apart what is*" \
	"a finding about the device"
gives 0 out "Rules and system" "findings about none"
gives 0 out "      *odd.conf:2: *" "and which they are"	# a long path is a line
on desktop --config "$work/odd.conf" 02:00.0
holds "not where some devices were asked for" [ -z "$(grep nouveau "$work/out")" ]

# --- what people give away
: >"$work/empty.conf"
on desktop --config "$work/empty.conf"
holds "a desktop in 24 lines" [ "$(wc -l <"$work/out")" -le 24 ]
only "no bridges, and a card is one device" 0000:01:00.0 0000:00:14.0 0000:00:17.0 \
	0000:00:1f.3 0000:00:1f.6 0000:02:00.0 0000:03:00.0 0000:04:00.0
gives 0 out "      VGA compatible controller, with 0000:02:00.1" "what goes with a card"
gives 0 out "IOMMU group 7 (2 more in it: earlybind list --group 7)" "who shares a group"
gives 0 err "earlybind: 7 more, bridges and the like: earlybind list --all, *" \
	"what is left out is said"
holds "80 columns" [ -z "$(awk 'length > 80' "$work/out")" ]
on desktop --all --config "$work/empty.conf"
holds "--all has every device" [ "$(grep -c '^  0000' "$work/out")" = 17 ]
holds "and leaves nothing out" [ ! -s "$work/err" ]
echo "bind address=00:1f.4" >"$work/smbus.conf"
on desktop --config "$work/smbus.conf"
gives 0 out "  0000:00:1f.4  *" "what the config names is never left out"
on sriov --config "$work/empty.conf"
none "virtual function" "virtual functions are"
mkdir -p "$work/bare"
(
	# shellcheck source=hosts/words.sh
	TREE=$work/bare
	. "$top/tests/tool/hosts/words.sh"
	pci pci0000:00/0000:00:1f.4 8086:a323 0c0500
)
run "$tool" list --root "$work/bare"
gives 0 err "earlybind: there is no device of a kind that is usually given away: *" \
	"nothing of that"

# --- as a tree
on desktop --tree
gives 0 out "0000:00" "a bus"
gives 0 out "+-0000:00:01.0 group 1: *" "a bridge"
gives 0 out "| +-0000:01:00.0 group 1: NVIDIA *" "what is behind it"
gives 0 out "| \`-0000:02:00.1 group 8, bind to vfio-pci: NVIDIA *" "what the plan does"
gives 0 out "group 1: 0000:00:01.0 does not keep apart what is behind it" \
	"why a group is shared"
gives 0 out "group 8: the functions of one device" "or why it has to be"
holds "80 columns" [ -z "$(awk 'length > 80' "$work/out")" ]
on desktop --tree 03:00.0
printf '%s\n' "0000:00" "\`-0000:00:1c.4 group 5:" "  \`-0000:03:00.0 group 9:" \
	>"$work/expected"
sed 's/:[ ].*/:/' "$work/out" >"$work/got"
same "$work/expected" "$work/got" "the way to one device"
on sriov --tree
gives 0 out "| | +-0000:03:02.0 group *" "virtual functions stand below their own"
on desktop --tree --json
gives 100 err "earlybind: --tree is for people: *" "no tree for programs"
for name in bare quad sriov thunderbolt vmd; do
	on $name --tree
	holds "$name: each device once" \
		[ "$(grep -c '[+\`]-[0-9a-f]*:' "$work/out")" = \
		"$(grep -c '^address=' "$machine")" ]
done

# --- at a terminal
if command -v python3 >/dev/null; then
	cat >"$work/terminal.py" <<'END'
import fcntl, os, pty, struct, sys, termios
columns, command = int(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(command[0], command)
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
	terminal() {	# COLUMNS [OPTION...]
		columns=$1
		shift
		run env TERM=xterm python3 "$work/terminal.py" "$columns" \
			"$tool" list --all --root "$work/root" \
			--machine "$machines/quad.machine" "$@"
	}
	unset NO_COLOR
	terminal 80
	gives 0 out "*$escape\[1mIOMMU group 0$escape\[0m" "colors at a terminal"
	sed "s/$escape\[[0-9]*m//g" "$work/out" >"$work/plain"
	holds "80 columns" [ -z "$(awk 'length > 80' "$work/plain")" ]
	terminal 40 --color=never
	holds "40 columns, no colors" [ -z "$(awk 'length > 40' "$work/out")" ]
	terminal 1
	gives 0 out "*IOMMU group 0*" "one column is no endless loop"
	NO_COLOR=1
	export NO_COLOR
	terminal 80
	gives 0 out "IOMMU group 0" "NO_COLOR is honoured"
	unset NO_COLOR
else
	skip "at a terminal" "there is no python3"
fi

# --- filters
on desktop --class usb
only "a class by name" 0000:00:14.0 0000:03:00.0
on desktop --class 0300
only "a class by number" 0000:01:00.0 0000:02:00.0
on desktop --class=display --group=1
only "class and group" 0000:01:00.0
on desktop --group 7
only "a group" 0000:00:1f.0 0000:00:1f.3 0000:00:1f.4 0000:00:1f.6
on no-iommu-intel --group none 10de:1b80
only "those without a group" 0000:02:00.0
on desktop 10de:2206
only "an id" 0000:01:00.0 0000:02:00.0
on desktop 01:00
only "a part of an address" 0000:01:00.0 0000:01:00.1
on desktop Rtx 01:00
only "words of the name, whatever their case" 0000:01:00.0
on desktop "rtx 01:00"
only "several words in one" 0000:01:00.0
on desktop rtx3080
only "words without their blank" 0000:01:00.0 0000:02:00.0
on desktop "geforce rtx-3080" 02:00
only "and others with a hyphen" 0000:02:00.0
on desktop ionga102
none "^  0000" "but from the beginning of a word on"
on desktop nvme
only "a class as a word" 0000:04:00.0
on desktop nonsense
gives 0 err "earlybind: no device matches" "nothing found is said"
holds "and nothing printed" [ "$(grep -c '^  0' "$work/out")" = 0 ]

# --- for programs
if command -v python3 >/dev/null; then
	on desktop --json
	json "every key of each device" 'all(k in x for x in d["devices"] for k in (
	    "address id subsystem class name group driver path boot_display holds "
	    "plan release").split())'
	json "values as in the plan" 'at["0000:02:00.0"]["plan"] == "bind" and
	    at["0000:02:00.0"]["reason"] == "matches" and
	    at["0000:02:00.0"]["source"] == "conf:1" and
	    at["0000:02:00.0"]["class"] == "030000" and
	    at["0000:02:00.0"]["path"] == "0000:00:1c.0/00.0" and
	    at["0000:02:00.0"]["subsystem"] == "1043:87c6"'
	json "no plan is null" 'at["0000:01:00.0"]["plan"] is None'
	json "the boot display" 'at["0000:01:00.0"]["boot_display"] is True and
	    at["0000:02:00.0"]["boot_display"] is False'
	json "drivers and holds of a record are not known" 'all(x["driver"] is None and
	    x["holds"] is None for x in d["devices"])'
	json "misses" 'd["misses"] == [{"source": "conf:2", "reason": "absent",
	    "text": "no device matches"}]'
	on desktop --config "$work/odd.conf" --json
	json "findings" '[x["reason"] for x in at["0000:01:00.0"]["findings"]] ==
	    ["group-shared", "boot-display", "no-acs"] and
	    all(x["remedy"] for x in at["0000:01:00.0"]["findings"]) and
	    at["0000:02:00.0"]["findings"] == [] and
	    "host-driver" in [x["reason"] for x in d["findings"]]'
	on no-iommu-intel --json
	json "no group is null" 'all(x["group"] is None for x in d["devices"])'
	on apu --json
	json "an unknown boot display is null" \
		'at["0000:05:00.0"]["boot_display"] is None'
	on sriov --json
	json "a virtual function has no path" 'at["0000:03:02.0"]["path"] is None and
	    at["0000:03:02.0"]["vf_of"] == "0000:03:00.0"'
	on desktop --json nonsense
	json "nothing found" 'd["devices"] == []'
	for machine in "$machines"/*.machine; do
		run "$tool" list --json --root "$work/root" --machine "$machine"
		json "$(basename "$machine"): valid" \
			'len(d["devices"]) == len(at) > 0'
	done
else
	skip "JSON" "there is no python3"
fi

# --- a tree: drivers and holds; and one that is out for trouble
TREE=$work/tree
(
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	nvme 0000:00:1b.0 0000:01:00.0 nvme0
	nvme_part 0000:00:1b.0 0000:01:00.0 nvme0 1 ID_FS_TYPE=ext4 \
		"ID_FS_LABEL_ENC=a\\x1b[31mb"
	mount 259:1 / ext4 /dev/nvme0n1p1
	mount 259:1 "/mnt/\\033[31m" ext4 /dev/nvme0n1p1
	pci pci0000:00/0000:00:02.0 8086:3e9b 030000
	link "sys/devices/pci0000:00/0000:00:1b.0/0000:01:00.0/driver" \
		../../../bus/pci/drivers/nvme
	link "sys/devices/pci0000:00/0000:00:02.0/driver" \
		"../../bus/pci/drivers/bad${escape}[31m"
	put etc/earlybind.conf 'bind path=0000:00:1b.0/00.0 id=144d:a808'
	pci pci0000:00/0000:00:1f.6 8086:15bc 020000
	mkdir -p "$TREE/sys/devices/pci0000:00/0000:00:1f.6/net/eno1"
	link sys/class/net/eno1 ../../devices/pci0000:00/0000:00:1f.6/net/eno1
	# as with several ways to a disk: drivers/nvme/host/multipath.c
	pci pci0000:00/0000:00:1c.0/0000:05:00.0 144d:a808 010802
	dir=sys/devices/pci0000:00/0000:00:1c.0/0000:05:00.0/nvme/nvme7
	mkdir -p "$TREE/$dir/nvme7c7n1"
	link sys/class/nvme/nvme7 "../../${dir#sys/}"
)
run "$tool" list --root "$work/tree"
gives 0 out "*, driver nvme" "a driver"
gives 0 out '      holds /, /mnt/?\[31m ext4 nvme0n1p1 1G "*"' "what it holds, all places"
gives 0 out "      plan: refuse by conf:1: holds the root file system: correct *" \
	"the plan knows what the host needs"
holds "no control character" [ -z "$(tr -d '\n -~' <"$work/out")" ]
if command -v python3 >/dev/null; then
	run "$tool" list --json --root "$work/tree"
	json "driver, holds, and what for" 'at["0000:01:00.0"]["driver"] == "nvme" and
	    at["0000:01:00.0"]["holds"][0].startswith("/, /mnt/") and
	    " ext4 nvme0n1p1" in at["0000:01:00.0"]["holds"][0] and
	    at["0000:01:00.0"]["needed_for"] == "root" and
	    at["0000:01:00.0"]["reason"] == "needed-root" and
	    at["0000:00:02.0"]["holds"] == []'
fi
(
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	nvme 0000:00:1d.0 0000:02:00.0 nvme1
	mapped dm-0 253:0 "vg--\\033-one"
	over dm-0 nvme1n1
	put sys/class/block/dm-0/dm/uuid LVM-abcdef
	opened 7 "a ${escape}[31m" 3 /dev/nvme1n1
)
run "$tool" list --root "$work/tree"
gives 0 out "      holds nvme1n1, used by the LVM volume group vg-*033" "what uses a disk"
gives 0 out "      holds nvme1n1, open by *a ?\[31m* (pid 7)" "who has it open"
holds "no control character" [ -z "$(tr -d '\n -~' <"$work/out")" ]
if command -v python3 >/dev/null; then
	run "$tool" list --json --root "$work/tree"
	json "what it is used by" 'at["0000:02:00.0"]["needed_for"] == "use" and
	    at["0000:02:00.0"]["holds"][0].startswith("nvme1n1, used by ")'
fi
mkdir "$work/none"
run "$tool" list --root "$work/none"
gives 0 err "earlybind: there are no PCI devices" "an empty tree"

# --- names of interfaces and disks
named() {	# WORD ADDRESS
	run "$tool" list --root "$work/tree" "$1"
	only "$1 is $2" "$2"
}
named eno1 0000:00:1f.6
named nvme0n1 0000:01:00.0
named /dev/nvme0n1p1 0000:01:00.0
named nvme7n1 0000:05:00.0
run "$tool" list --root "$work/tree" eno
gives 0 err "earlybind: no device matches" "a part of a name is none"
run "$tool" list --root "$work/tree" --all
gives 0 out "      Ethernet controller, no driver, eno1" "the names are shown"
run "$tool" generate --root "$work/tree" eno1
gives 0 out "bind path=0000:00:1f.6 id=8086:15bc*" "generate knows them"

# --- what is wrong
echo "bind adress=01:00.0" >"$work/wrong.conf"
on desktop --config "$work/wrong.conf"
gives 0 err "*wrong.conf:1:6: unknown word *" "a wrong config is said"
gives 0 out "  0000:01:00.0  10de:2206  *" "and the devices are listed"
on desktop --config "$work"
gives 0 err "*: this is a directory, not a file: *" "a directory for a config"
on desktop --class xyzzy
gives 100 err 'earlybind: --class is not a class: "xyzzy": take *' "no class"
on desktop --class dispaly
gives 100 err 'earlybind: --class is not a class: "dispaly", did you mean display?' \
	"a class misspelt"
for word in x -1 1x 99999999999; do
	on desktop "--group=$word"
	gives 100 err 'earlybind: --group is not an IOMMU group: *' "--group=$word"
done
run "$tool" list --root "$work/absent"
gives 111 err "*absent: this root cannot be opened: *" "no root"
run "$tool" list --machine "$work/absent"
gives 111 err "*absent: the file cannot be read: *" "no machine"
echo "machine 1" >"$work/cut.machine"
printf 'address=0000:01:00.0 path=0000:00' >>"$work/cut.machine"
run "$tool" list --machine "$work/cut.machine"
gives 111 err "*cut.machine:2:*" "a record that is cut off"
words=
i=0
while [ $i -lt 65 ]; do
	words="$words x"
	i=$((i + 1))
done
# shellcheck disable=SC2086 # they are words
on desktop $words
gives 100 err "earlybind: more words than the limit OPERANDS_MAX, 64" "too many words"
on desktop ''
gives 0 err "earlybind: no device matches" "an empty word"
finish
