#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A contributor's first steps on a Debian with nothing on it, as README.md has them: what
# "tests/setup unit" installs is all that make check-unit needs. SUITES names others.
# Wants root and the network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
[ "$(id -u)" = 0 ] || skip_all "it takes root: mmdebstrap makes a system"
command -v mmdebstrap >/dev/null || skip_all "there is no mmdebstrap"
unset MAKEFLAGS MAKELEVEL MFLAGS CI

OUT=$work "$top/docs/packaging/build" source
mirror=$("$top/tests/boot/mirror")

# An ordinary user's check-unit, after root's set-up.
first_steps() {	# ROOT
	mkdir -p "$1/home/user/src"
	tar -x -C "$1/home/user/src" --strip-components=1 -f "$work"/earlybind-*.tar.gz
	chown -R 1000:1000 "$1/home/user"
	cp /etc/resolv.conf /etc/hosts "$1/etc/"
	# shellcheck disable=SC2016 # the inner shell expands these
	unshare --mount --propagation private sh -euc '
		cd "$1"
		mount --rbind /dev dev	# with the terminals
		mount -t proc proc proc
		mount -t sysfs sys sys
		mount -t tmpfs none tmp
		mount -t tmpfs none run
		chroot . env -i PATH=/usr/sbin:/usr/bin sh -c \
			"cd /home/user/src && tests/setup unit"
		exec chroot . setpriv --reuid=1000 --regid=1000 --clear-groups env -i \
			HOME=/home/user PATH=/usr/local/bin:/usr/bin:/bin:/usr/games \
			sh -c "cd /home/user/src && make check-unit"
	' first "$1" </dev/null
}

for suite in ${SUITES:-bookworm trixie sid}; do
	unshare --mount --propagation private mmdebstrap --quiet --mode=root \
		--variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
		"$suite" "$work/root" "$mirror" >"$work/log" 2>&1 ||
		{ not_ok "$suite: a fresh system" "$work/log"; continue; }
	run first_steps "$work/root"
	{
		grep '^not ok\|^# [0-9]* passed' "$work/out" || :
		tail -n 20 "$work/err"
	} >"$work/short"
	if [ "$code" = 0 ]; then
		ok "$suite: tests/setup unit, make check-unit"
	else
		not_ok "$suite: tests/setup unit, make check-unit" "$work/short"
	fi
	holds "$suite: no compiler warns" [ "$(grep -c 'warning: ' "$work/err")" = 0 ]
	grep '^# [0-9]* passed' "$work/out" || :
	rm -rf --one-file-system "$work/root"
done
finish
