#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The binder as others see it while it runs: its processes, the signals that it gets, and
# a log that nobody reads. The kernel is the fake one of tests/apply/pokes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
binder=$top/build/test/earlybind-binder-fake
[ -x "$binder" ] || skip_all "$binder is not built"
version=$("$binder" --version)

# A desktop with two cards, both to be bound.
make_tree() {	# [LINE OF THE KERNEL'S SCRIPT]
	rm -rf "$tree"
	"$top/tests/lib/tree" "$top/tests/apply/pokes/machine" "$tree"
	mkdir "$tree/dev"
	: >"$tree/dev/kmsg"
	sed "s/@VERSION@/${version##* }/" "$top/tests/apply/pokes/image.conf" \
		>"$tree/usr/lib/earlybind/image.conf"
	printf 'bind address=0000:0%s:00.0 with=card\n' 1 2 >"$tree/etc/earlybind.conf"
	echo "${1:-}" >"$tree/kernel"
}

appears() {	# FILE: within ten seconds
	for _ in $(seq 100); do
		[ ! -e "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

# --- somebody starts it by hand
make_tree
for option in "" "--report /run/earlybind" "--config $tree/etc/earlybind.conf"; do
	# shellcheck disable=SC2086 # an option and its value
	run "$binder" --root "$tree" $option
	gives 100 err "*without --boot nothing is done: see --dry-run, --help" \
		"by hand it does nothing${option:+, with }$option"
done
holds "not a single write" [ ! -e "$tree/pokes" ]
holds "no report, and no line in the kernel log" \
	[ ! -e "$tree/run/earlybind" ] && [ ! -s "$tree/dev/kmsg" ]
run "$binder" --boot --dry-run --root "$tree"
gives 0 out "bind *" "with --dry-run it plans, whatever else is said"
holds "and changes nothing" [ ! -e "$tree/pokes" ]

# --- a child that hangs
make_tree "hang after 15"
"$binder" --boot --root "$tree" >"$work/out" 2>&1 &
pid=$!
holds "the child hangs" appears "$tree/ended"
child=$(cat "/proc/$pid/task/$pid/children")
holds "the child's name begins with @: a shutdown does not wait for it" \
	[ "$(head -c 1 "/proc/${child% }/cmdline")" = @ ]
holds "the parent's does not" [ "$(head -c 1 "/proc/$pid/cmdline")" != @ ]
kill -INT "$pid"
code=0
wait "$pid" || code=$?
holds "SIGINT: not all is bound" [ "$code" = 1 ]
sed -n 's/.* -> //p; s/^# the/the/p' "$tree/run/earlybind/report" >"$work/outcomes"
cat >"$work/expected" <<'END'
bound
bound
failed: EINTR bind
given back
the child was stopped by signal 2 in step bind at 0000:02:00.0
END
same "$work/expected" "$work/outcomes" "SIGINT: what is not done goes back, and is told"

# --- a console that takes nothing: a pipe that is full, and that nobody reads
make_tree
rm "$tree/dev/kmsg"
mkfifo "$work/console"
exec 3<>"$work/console"
dd if=/dev/zero of="$work/console" bs=1024 count=128 oflag=nonblock 2>"$work/why" || :
"$binder" --boot --root "$tree" 2>&3 &
pid=$!
for _ in $(seq 250); do
	[ ! -e "$tree/run/earlybind/report" ] || break
	sleep 0.1
done
kill -KILL "$pid"
wait "$pid" || :
grep -c ' -> bound$' "$tree/run/earlybind/report" >"$work/out" || :
holds "a console that takes nothing costs no device and no report" \
	grep -qx 4 "$work/out"
exec 3>&-
finish
