# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests in a Debian with nothing on it but these sources, in /home/user/src: sourced
# after tests/lib/tap.sh. Wants root and the network.

# shellcheck disable=SC2154 # of tests/lib/tap.sh
fresh=$work/root

fresh_needs() {
	[ "$(id -u)" = 0 ] || skip_all "it takes root: mmdebstrap makes a system"
	command -v mmdebstrap >/dev/null || skip_all "there is no mmdebstrap"
	unset MAKEFLAGS MAKELEVEL MFLAGS CI
	OUT=$work "$top/docs/packaging/build" source
	mirror=$("$top/tests/lib/mirror")
}

make_fresh() {	# SUITE
	rm -rf --one-file-system "$fresh"
	unshare --mount --propagation private mmdebstrap --quiet --mode=root \
		--variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
		"$1" "$fresh" "$mirror" >"$work/log" 2>&1 ||
		{ not_ok "$1: a fresh system" "$work/log"; return 1; }
	mkdir -p "$fresh/home/user/src"
	tar -x -C "$fresh/home/user/src" --strip-components=1 \
		-f "$work"/earlybind-*.tar.gz
	chown -R 1000:1000 "$fresh/home/user"
	cp /etc/resolv.conf /etc/hosts "$fresh/etc/"
}

in_fresh() {	# COMMAND...: what precedes the shell there, such as setpriv
	# shellcheck disable=SC2016 # the inner shell expands these
	unshare --mount --propagation private sh -euc '
		cd "$1"
		shift
		mount --rbind /dev dev	# with the terminals
		mount -t proc proc proc
		mount -t sysfs sys sys
		mount -t tmpfs none tmp
		mount -t tmpfs none run
		exec chroot . "$@"
	' fresh "$fresh" "$@" </dev/null
}

as_root() {	# COMMAND: in the sources
	in_fresh env -i PATH=/usr/sbin:/usr/bin DEBIAN_FRONTEND=noninteractive \
		sh -euc "cd /home/user/src && $1"
}

as_user() {	# COMMAND: the same by somebody else
	in_fresh setpriv --reuid=1000 --regid=1000 --clear-groups env -i \
		HOME=/home/user PATH=/usr/local/bin:/usr/bin:/bin:/usr/games \
		sh -euc "cd /home/user/src && $1"
}
