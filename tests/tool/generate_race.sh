#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind generate --write while somebody else writes the config: no line is lost.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
strace -o /dev/null -e inject=fsync:error=EIO:signal=SIGCHLD true 2>/dev/null ||
	skip_all "strace is not installed, or cannot inject here"
conf=$tree/etc/earlybind.conf
# the address sanitizer does not work below strace
real=$(readlink -f "$top/build/earlybind")

# Starts generate below strace.
start() {	# OPTION...: of strace
	: >"$work/trace"
	(
		run strace -o "$work/trace" "$@" "$real" generate --write \
			--root "$tree" 03:00.0
		echo "$code" >"$work/code"
	) &
	job=$!
}

# Waits until it does that.
until_it() {	# PATTERN
	until grep -q "$1" "$work/trace"; do
		kill -0 $job 2>/dev/null || break
		sleep 0.1
	done
}

ends() {
	wait $job
	code=$(cat "$work/code")
}

plant_host desktop
mkdir -p "$tree/etc"
printf '# mine\nkeep id=1234:5678\n' >"$conf"

# a person, while the copy of the former config is seen on disk
start -e trace=fsync,kill -e inject=fsync:signal=SIGSTOP:when=1
until_it "stopped by"
echo "bind id=10de:9999" >>"$conf"
cp "$conf" "$work/expected"
for proc in /proc/[0-9]*; do
	[ "$(readlink "$proc/exe" 2>/dev/null)" != "$real" ] ||
		! tr '\0' ' ' <"$proc/cmdline" | grep -q "$tree" ||
		kill -CONT "${proc#/proc/}"
done
ends
gives 111 err "/etc/earlybind.conf: something else changed it just now: run *" \
	"a line that a person adds while the former config is kept"
same "$work/expected" "$conf" "is not lost"

# another generate, or a sync, which makes images with the config that it has read
cp "$conf" "$work/before"
mkfifo "$work/go"
flock "$tree/var/lib/earlybind" sh -c ": >'$work/held'; read -r line <'$work/go'
	echo 'bind id=10de:8888' >>'$conf'" &
holder=$!
until [ -e "$work/held" ]; do
	sleep 0.1
done
start -e trace=flock
until_it EAGAIN
echo go >"$work/go"
wait $holder
ends
cp "$work/before" "$work/expected"
echo 'bind id=10de:8888' >>"$work/expected"
gives 111 err "/etc/earlybind.conf: something else changed it just now: run *" \
	"one that waits for another one looks again what is there"
same "$work/expected" "$conf" "and what that one wrote stays"
run "$real" generate --write --root "$tree" 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "the next call adds to it"
finish
