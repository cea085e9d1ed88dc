#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the binder costs: its size, and the system calls for each PCI function that it
# looks at and for each one that it binds. Counted on trees of plain files, where binding
# is tried and cannot come true, so that giving the device back is counted too. TAP; over
# the budget is a failure.
set -eu

cd "$(dirname "$0")/.."
binder=${BINDER:-build/earlybind-binder}
LOADED=65536	# bytes of text and data
LOOK=12		# system calls for a function
BIND=30		# and for one that is bound
few=10
many=110
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ -x "$binder" ] || skip "$binder is not built: it takes musl-gcc"
command -v strace >/dev/null || skip "strace is not installed"
strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
command -v python3 >/dev/null || skip "python3 is not installed: tests/tree needs it"

version=$("$binder" --version)
version=${version##* }

# Network cards, each behind a port of its own.
make_machine() {	# FUNCTIONS
	echo "machine 1 cpu=intel"
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n / 2; i++) {
			port = sprintf("0000:%02x:%02x.0", int(i / 32) * 64, i % 32)
			card = sprintf("0000:%02x:00.0", int(i / 32) * 64 + i % 32 + 1)
			printf "address=%s path=%s id=8086:3420 class=060400 group=%d " \
				"bridge=1\n", port, port, i
			printf "address=%s path=%s/00.0 id=8086:10d3 " \
				"subsystem=8086:a01f class=020000 group=%d\n",
				card, port, 1000 + i
		}
	}'
}

make_tree() {		# FUNCTIONS RULE
	rm -rf "$work/root"
	make_machine "$1" >"$work/machine"
	tests/tree "$work/machine" "$work/root"
	mkdir -p "$work/root/dev" "$work/root/sys/bus/pci/drivers/vfio-pci" \
		"$work/root/usr/lib/earlybind" "$work/root/etc"
	: >"$work/root/dev/kmsg"
	for file in bind unbind remove_id; do
		: >"$work/root/sys/bus/pci/drivers/vfio-pci/$file"
	done
	echo "version $version" >"$work/root/usr/lib/earlybind/image.conf"
	echo "$2" >"$work/root/etc/earlybind.conf"
}

# The system calls of one run.
count() {		# FUNCTIONS RULE
	make_tree "$1" "$2"
	code=0
	strace -f -o "$work/trace" "$binder" --root "$work/root" >"$work/out" 2>&1 ||
		code=$?
	if [ "$code" -gt 1 ] || ! grep -q ' ' "$work/root/run/earlybind/report"; then
		echo "bench: the binder ended with $code" >&2
		cat "$work/out" >&2
		exit 1
	fi
	grep -c '(' "$work/trace"
}

bound() {
	grep -c '^bind ' "$work/root/run/earlybind/report" || :
}

tell() {		# NUMBER BUDGET SENTENCE
	n=$((n + 1))
	if [ "$1" -le "$2" ]; then
		echo "ok $n - $3: $1 of $2"
	else
		failed=1
		echo "not ok $n - $3: $1 of $2"
	fi
}

n=0
failed=0
size -A "$binder" | awk '$3 ~ /^[1-9]/ { printf "# section %-12s %6d bytes\n", $1, $2 }'
# shellcheck disable=SC2046 # two numbers
set -- $(size "$binder" | awk 'NR == 2 { print $1 + $2, $3 }')
echo "# bss $2 bytes, of which what nobody uses costs nothing"
tell "$1" "$LOADED" "bytes of text and data that are loaded"

nothing="bind id=ffff:ffff"
a=$(count "$few" "$nothing")
b=$(count "$many" "$nothing")
echo "# system calls, nothing bound: $a for $few functions, $b for $many"
tell "$(((b - a + many - few - 1) / (many - few)))" "$LOOK" \
	"system calls for each function that is looked at"

a=$(count "$many" "bind address=0000:01:00.0")
one=$(bound)
b=$(count "$many" "bind id=8086:10d3")
all=$(bound)
echo "# system calls of $many functions: $a with $one bound, $b with $all bound"
if [ "$all" -le "$one" ]; then
	tell 1 0 "functions that the plan did not bind"
else
	tell "$(((b - a + all - one - 1) / (all - one)))" "$BIND" \
		"system calls for each function that is bound"
fi
echo "1..$n"
exit "$failed"
