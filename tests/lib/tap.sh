# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests in shell: TAP, a directory that goes away, and what a command left behind.
# Sourced with $here set to the directory of the test. Ends with a call of "finish".

# shellcheck disable=SC2034,SC2154 # the tests set the one and use the other
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
tool=$top/build/test/earlybind
tree=$work/tree
trap 'rm -rf "$work"' EXIT
tests=0
failures=0

ok() {		# SENTENCE
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

not_ok() {	# SENTENCE [FILE...]: the files say why
	tests=$((tests + 1))
	failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	[ $# = 0 ] || sed 's/^/# /' "$@"
}

skip() {	# SENTENCE REASON
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

skip_all() {	# REASON
	echo "1..0 # SKIP $1"
	exit 0
}

holds() {	# SENTENCE COMMAND...
	sentence=$1
	shift
	if "$@" >"$work/why" 2>&1; then
		ok "$sentence"
	else
		not_ok "$sentence" "$work/why"
	fi
}

same() {	# EXPECTED ACTUAL SENTENCE
	if diff -u "$1" "$2" >"$work/diff" 2>&1; then
		ok "$3"
	else
		not_ok "$3" "$work/diff"
	fi
}

# Runs a command: its output in $work/out and $work/err, its exit code in $code.
run() {
	code=0
	"$@" >"$work/out" 2>"$work/err" || code=$?
}

# Exit code, and a line of output that is exactly this (a pattern of "case").
gives() {	# CODE out|err PATTERN SENTENCE
	why=
	[ "$code" = "$1" ] || why="exit code $code, not $1"
	if [ -z "$why" ]; then
		why="no line of $2 is: $3"
		while IFS= read -r line; do
			# shellcheck disable=SC2254 # it is a pattern
			case $line in $3) why= ;; esac
		done <"$work/$2"
	fi
	if [ -z "$why" ]; then
		ok "$4"
	else
		not_ok "$4"
		echo "# $why"
		sed 's/^/# out: /' "$work/out"
		sed 's/^/# err: /' "$work/err"
	fi
}

# --- for tests of the host tool on a tree below $tree

put() {		# FILE TEXT: below the tree
	mkdir -p "$tree/${1%/*}"
	printf '%s\n' "$2" >"$tree/$1"
}

plant_host() {	# MACHINE: a host in memory, which needs no disk
	rm -rf "$tree"
	"$top/tests/lib/tree" "$top/tests/plan/machines/$1.machine" "$tree"
	put proc/self/mountinfo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw"
	put proc/interrupts "  1: 7 7 IR-IO-APIC 1-edge i8042"
}

plant_rom() {	# ADDRESS: with a ROM of one image for UEFI, of a card of 10de
	{
		printf '\125\252\002\000\361\016\000\000\013\000\144\206'
		printf '%012d' 0 | tr 0 '\000'
		printf '\034\000\000\000PCIR\336\020\006\042\000\000\030\000\000'
		printf '\000\000\003\002\000\000\000\003\200'
		head -c 975 /dev/zero
	} >"$(readlink -f "$tree/sys/bus/pci/devices/$1")/rom"
}

plant_route() {	# ADDRESS: of the network card that has the default route, as eth0
	nic=$(readlink -f "$tree/sys/bus/pci/devices/$1")
	mkdir -p "$tree/sys/class/net" "$nic/net/eth0"
	ln -s "../../${nic#*/tree/sys/}/net/eth0" "$tree/sys/class/net/eth0"
	put proc/net/route "Iface Destination Gateway Flags RefCnt Use Metric Mask
eth0 00000000 0100000A 0003 0 0 100 00000000"
}

# With a config of these lines. $work/all gets what was found, for shown().
check() {	# RULE...: a line each
	printf '%s\n' "$@" >"$tree/etc/earlybind.conf"
	"$top/build/earlybind" check --root "$tree" --json >>"$work/all" || :
	run "$tool" check --root "$tree"
}

none() {	# PATTERN SENTENCE: the last output has no such line
	if grep -q -- "$1" "$work/out"; then
		not_ok "$2" "$work/out"
	else
		ok "$2"
	fi
}

# Each reason of a finding is in the man page, and some check() of this test showed it.
shown() {	# SOURCE...
	unseen=$(cd "$top" && grep -ohE '"[a-z]+(-[a-z]+)+"' "$@" | tr -d '"' | sort -u |
		while read -r reason; do
		case $reason in pci-stub | xen-pciback) continue ;; esac	# drivers
		grep -q "^\.It Sy \(.* , \)*$reason\( ,.*\)*\$" \
			docs/man/earlybind-check.8 ||
			echo "# $reason is not in earlybind-check(8)"
		grep -q "\"reason\": *\"$reason\"" "$work/all" ||
			echo "# $reason was not shown"
	done)
	holds "each reason of $* is in the man page, and was shown" [ -z "$unseen" ]
	[ -z "$unseen" ] || echo "$unseen"
}

finish() {
	echo "1..$tests"
	exit "$((failures > 0))"
}
