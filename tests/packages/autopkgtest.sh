#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests of docs/packaging/debian/tests as autopkgtest runs them: in the sources of the
# package, with the package installed. The system is this one, with what is written to it
# in memory; what its dpkg lacks of the dependencies is not asked. TESTS names some. Wants
# root.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
[ "$(id -u)" = 0 ] || skip_all "it takes root: dpkg runs in a chroot"
command -v dh >/dev/null || skip_all "debhelper is not installed: tests/setup packages"
unset MAKEFLAGS MAKELEVEL MFLAGS CI
bed=$(realpath -m "${TESTBED:-$top/build/testbed}")

CHECK=no OUT=$work "$top/docs/packaging/build" deb >"$work/log" 2>&1 ||
	{ not_ok "make deb" "$work/log"; finish; }
mkdir "$work/mnt"

# As it is unpacked for the test: debian/ is beside the sources, and has the tests.
installed() {	# TEST PREFIX: with what precedes the shell
	# shellcheck disable=SC2016,SC2086 # the inner shell expands these; words
	run unshare --mount --propagation private sh -euc '
		test=$1 work=$2 bed=$3
		shift 3
		mount -t tmpfs none "$work/mnt"
		mkdir "$work/mnt/up" "$work/mnt/work" "$work/mnt/root"
		mount -t overlay none "$work/mnt/root" \
			-o "lowerdir=/,upperdir=$work/mnt/up,workdir=$work/mnt/work"
		cp "$work"/deb/earlybind_*.deb "$work/mnt/root/root/package.deb"
		mkdir "$work/mnt/root/home/test"
		cp "$work"/deb/earlybind_* "$work/mnt/root/home/test"
		cd "$work/mnt/root"
		mount --rbind /dev dev
		mount -t proc proc proc
		mount --bind /sys sys
		mount -t tmpfs none tmp
		mount -t tmpfs none run
		exec chroot . sh -euc '\''
			test=$1 bed=$2
			shift 2
			dpkg --force-depends --install /root/package.deb
			cd /home/test
			dpkg-source --extract earlybind_*.dsc sources
			mkdir scratch
			chown -R 65534:65534 .
			cd sources
			exec "$@" env -i HOME=/home/test \
				AUTOPKGTEST_TMP=/home/test/scratch \
				PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
				TESTBED="$bed" "debian/tests/$test"
		'\'' inside "$test" "$bed" "$@"
	' outside "$1" "$work" "$bed" $2
	grep '^not ok' "$work/out" >"$work/short" || tail -n 20 "$work/out" >"$work/short"
	tail -n 20 "$work/err" >>"$work/short"
	if [ "$code" = 0 ]; then
		ok "debian/tests/$1"
	else
		not_ok "debian/tests/$1" "$work/short"
	fi
}

for test in ${TESTS:-boot check-unit}; do
	case $test in
	check-unit)
		installed check-unit \
			"setpriv --reuid=65534 --regid=65534 --clear-groups"
		holds "its tests ran" grep -q '^# [0-9]* passed, 0 failed' "$work/out"
		;;
	*)
		installed "$test" env
		holds "it booted" grep -q '^ok .*demo' "$work/out"
		;;
	esac
done
finish
