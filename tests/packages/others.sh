#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What make rpm and make arch make: the files of make install and no others, with scripts
# that a shell can read.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
version=$(sed -n 's/^VERSION = //p' "$top/Makefile")
make -s -C "$top" list-installed DRACUTDIR=/usr/lib/dracut/modules.d |
	sort >"$work/expected"

builds() {	# KIND PROGRAM
	command -v "$2" >/dev/null || {
		skip "make $1" "$2 is not installed: tests/setup packages"
		return 1
	}
	code=0
	CHECK=no OUT=$work "$top/docs/packaging/build" "$1" >"$work/log" 2>&1 || code=$?
	if [ "$code" = 0 ]; then
		ok "make $1"
	else
		not_ok "make $1" "$work/log"
		return 1
	fi
}

if builds rpm rpmbuild; then
	rm "$work"/rpm/*.src.rpm
	rpm=$(echo "$work"/rpm/earlybind-*.rpm)
	rpm -qp --nosignature -l "$rpm" 2>/dev/null | sed 's/\.gz$//' |
		grep -v '/usr/share/\(doc\|licenses\)/' |
		grep -vx '/usr/lib/earlybind\|.*/50earlybind' | sort >"$work/found"
	same "$work/expected" "$work/found" "rpm: what make install has, and no more"
	rpm -qp --nosignature -c "$rpm" 2>/dev/null >"$work/found"
	grep ^/etc/ "$work/expected" >"$work/conf"
	same "$work/conf" "$work/found" "rpm: what a person may change is a config file"
	holds "rpm: of the version of the Makefile" [ \
		"$(rpm -qp --nosignature --qf '%{VERSION}' "$rpm" 2>/dev/null)" = \
		"$version" ]
	rpm -qp --nosignature -R "$rpm" >"$work/wants" 2>/dev/null
	holds "rpm: it wants dracut" grep -qx dracut "$work/wants"
	for part in PREUN POSTUN POSTTRANS; do
		rpm -qp --nosignature --qf "%{$part}\n" "$rpm" 2>/dev/null >"$work/script"
		holds "rpm: $part is a shell script" sh -n "$work/script"
		holds "rpm: $part has no blank left" [ \
			"$(grep -c '^#[A-Z]*#$\|(none)' "$work/script")" = 0 ]
	done
fi

if builds arch makepkg; then
	set -- "$work"/arch/*.pkg.tar*
	case $1 in *.zst) tar="tar --zstd" ;; *) tar=tar ;; esac
	$tar -tf "$1" | grep -v '/$' | grep -v '^\.[A-Z]*$' | sed 's/\.gz$//; s,^,/,' |
		sort >"$work/found"
	same "$work/expected" "$work/found" "arch: what make install has, and no more"
	$tar -xOf "$1" .PKGINFO >"$work/info"
	holds "arch: of the version of the Makefile" \
		grep -qx "pkgver = $version-1" "$work/info"
	sed -n 's,^backup = ,/,p' "$work/info" >"$work/found"
	grep ^/etc/ "$work/expected" >"$work/conf"
	same "$work/conf" "$work/found" "arch: what a person may change is a backup file"
	$tar -xOf "$1" .INSTALL >"$work/script"
	holds "arch: .INSTALL is a shell script" bash -n "$work/script"
	holds "arch: it has no blank left" \
		[ "$(grep -c '^#[A-Z]*#$' "$work/script")" = 0 ]
	for call in post_upgrade pre_remove post_remove; do
		holds "arch: it has $call()" bash -c \
			". '$work/script' && declare -F $call" bash
	done
	holds "arch: nothing names the directory of the build" [ \
		"$($tar -xOf "$1" usr/bin/earlybind | grep -a -c "$work")" = 0 ]
	if command -v shellcheck >/dev/null; then
		holds "arch: shellcheck finds nothing" shellcheck -s bash -e SC2317 \
			"$work/arch/PKGBUILD" "$work/script"
	fi
fi
finish
