#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the binder costs: its size, and the system calls for each PCI function that it
# looks at and for each one that it binds. Counted on trees of plain files, where binding
# is tried and cannot come true, so that giving the device back is counted too. TAP; over
# the budget is a failure.
set -eu

cd "$(dirname "$0")/../.."
binder=${BINDER:-build/earlybind-binder}
LOADED=65536	# bytes of text and data
LOOK=7		# system calls for a function
BIND=31		# and for one that is bound: five of them look closer
DISPLAY_LOOK=10	# for one more display and the port above it, half each
RELEASE=40	# and for taking the firmware's screen off a display that is bound
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
command -v python3 >/dev/null || skip "python3 is not installed: tests/lib/tree needs it"

version=$("$binder" --version)
version=${version##* }

# Cards, each behind a port of its own. Of displays the last has the firmware's screen.
make_machine() {	# FUNCTIONS CLASS
	echo "machine 1 cpu=intel"
	awk -v n="$1" -v class="$2" 'BEGIN {
		for (i = 0; i < n / 2; i++) {
			port = sprintf("0000:%02x:%02x.0", int(i / 32) * 64, i % 32)
			card = sprintf("0000:%02x:00.0", int(i / 32) * 64 + i % 32 + 1)
			screen = ""
			if (class ~ /^03/)
				screen = i < n / 2 - 1 ? " screen=none" : \
					" screen=framebuffer"
			printf "address=%s path=%s id=8086:3420 class=060400 group=%d " \
				"bridge=1\n", port, port, i
			printf "address=%s path=%s/00.0 id=8086:10d3 " \
				"subsystem=8086:a01f class=%s group=%d%s\n",
				card, port, class, 1000 + i, screen
		}
	}'
}

make_tree() {		# FUNCTIONS RULE
	rm -rf "$work/root"
	make_machine "$1" "$class" >"$work/machine"
	tests/lib/tree "$work/machine" "$work/root"
	mkdir -p "$work/root/dev" "$work/root/sys/bus/pci/drivers/vfio-pci" \
		"$work/root/usr/lib/earlybind" "$work/root/etc"
	: >"$work/root/dev/kmsg"
	for file in bind unbind remove_id; do
		: >"$work/root/sys/bus/pci/drivers/vfio-pci/$file"
	done
	printf 'version %s\nend\n' "$version" >"$work/root/usr/lib/earlybind/image.conf"
	echo "$2" >"$work/root/etc/earlybind.conf"
	[ "$class" = 020000 ] || framebuffer
}

# The system calls of one run.
count() {		# FUNCTIONS RULE
	make_tree "$1" "$2"
	code=0
	strace -f -o "$work/trace" "$binder" --boot --root "$work/root" \
		>"$work/out" 2>&1 || code=$?
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

# What draws on the last of a few displays, and holds its memory. The driver has two of
# them already, for on plain files nothing can be bound.
framebuffer() {
	for card in 0000:01:00.0 "$(printf '0000:%02x:00.0' "$((few / 2))")"; do
		dir=$work/root/sys/bus/pci/devices/$card
		ln -s ../../../bus/pci/drivers/vfio-pci "$dir/driver"
		mkdir -p "$dir/vfio-dev/vfio0" "$work/root/sys/class/vfio-dev"
	done
	platform=$work/root/sys/bus/platform
	mkdir -p "$platform/devices/efi-framebuffer.0" "$platform/drivers/efi-framebuffer"
	: >"$platform/drivers/efi-framebuffer/bind"
	: >"$platform/drivers/efi-framebuffer/unbind"
	ln -s ../../drivers/efi-framebuffer "$platform/devices/efi-framebuffer.0/driver"
	printf '00000000-00000000 : 0000:%02x:00.0\n  00000000-00000000 : efifb\n' \
		"$((few / 2))" >"$work/root/proc/iomem"
}

n=0
failed=0
class=020000
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

class=038000
a=$(count "$few" "$nothing")
b=$(count "$many" "$nothing")
echo "# system calls, nothing bound: $a for $few functions, $b for $many, half displays"
tell "$(((b - a + many - few - 1) / (many - few)))" "$DISPLAY_LOOK" \
	"system calls for each function where every second one is a display"
a=$(count "$few" "bind address=0000:01:00.0")
b=$(count "$few" "bind display=boot")
echo "# system calls of a display that is bound: $a, and $b with the firmware's screen"
if grep -q '^release ' "$work/root/run/earlybind/report"; then
	tell "$((b - a))" "$RELEASE" "system calls for taking the firmware's screen away"
else
	tell 1 0 "screens that the plan did not release"
fi
echo "1..$n"
exit "$failed"
