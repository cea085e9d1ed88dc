#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What make deb makes: the same bytes in two directories, by a user without network, to
# lintian's liking, hardened, with the files of make install and no others.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v dh >/dev/null || skip_all "debhelper is not installed: tests/setup packages"
unset MAKEFLAGS MAKELEVEL MFLAGS

# As root, somebody else without a network builds; as a user, that user.
as_user=
if [ "$(id -u)" = 0 ]; then
	as_user="unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups"
fi

build() {	# NAME UMASK: the deb of these sources, in a directory of that name
	mkdir -p "$work/$1/tmp"
	tar -x -C "$work/$1" -f "$work"/earlybind-*.tar.gz
	mv "$work/$1"/earlybind-* "$work/$1/sources"
	[ -z "$as_user" ] || chown -R 65534:65534 "$work/$1"
	# shellcheck disable=SC2086 # a command and its options
	(umask "$2" && cd / && $as_user env CHECK=no HOME="$work/$1" \
		TMPDIR="$work/$1/tmp" OUT="$work/$1/out" SOURCE_DATE_EPOCH=1700000000 \
		"$work/$1/sources/docs/packaging/build" deb) >"$work/$1.log" 2>&1 || {
		not_ok "make deb" "$work/$1.log"
		finish
	}
}

chmod 755 "$work"
SOURCE_DATE_EPOCH=1700000000 OUT=$work "$top/docs/packaging/build" source
build one 022
ok "a user without a network builds it"
build a-longer-name 077
for file in "$work"/one/out/deb/*; do
	case $file in
	*.buildinfo | *.changes) continue ;;	# they tell of the directory
	esac
	holds "the same bytes in two directories: ${file##*/}" \
		cmp "$file" "$work/a-longer-name/out/deb/${file##*/}"
done
set -- "$work"/one/out/deb/earlybind_*.deb
deb=$1
holds "no compiler warns" [ "$(grep -c 'warning: .*\[-W' "$work/one.log")" = 0 ]

if command -v lintian >/dev/null; then
	# shellcheck disable=SC2086 # a command and its options
	$as_user env HOME="$work/one" TMPDIR="$work/one/tmp" lintian --display-info \
		--pedantic "$work"/one/out/deb/*.changes >"$work/out" 2>&1 || :
	grep '^[EWIPX]:' "$work/out" >"$work/tags" || :
	if [ ! -s "$work/tags" ] && ! grep -qi 'error\|cannot' "$work/out"; then
		ok "lintian finds nothing"
	else
		not_ok "lintian finds nothing" "$work/out"
	fi
else
	skip "lintian finds nothing" "it is not installed"
fi

make -s -C "$top" list-installed DRACUTDIR=/usr/lib/dracut/modules.d \
	ZSHDIR=/usr/share/zsh/vendor-completions | sort >"$work/expected"
dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's/^\.//; s/\.gz$//' |
	grep -v '/$\|^/usr/share/doc/\|^/usr/share/lintian/' | sort >"$work/found"
same "$work/expected" "$work/found" "the files of make install, and no others"
version=$(sed -n 's/^VERSION = //p' "$top/Makefile")
holds "of the version of the Makefile" [ "$(dpkg-deb -f "$deb" Version)" = "$version-1" ]
dpkg-deb -e "$deb" "$work/control"
printf '%s\n' /etc/grub.d/09_earlybind /etc/grub.d/42_earlybind \
	/etc/grub.d/43_earlybind >"$work/expected"
same "$work/expected" "$work/control/conffiles" "what a person may change is a conffile"
for script in "$work"/control/p*; do
	holds "${script##*/} is a shell script" sh -n "$script"
	holds "${script##*/} has no blank left" \
		[ "$(grep -c '^#[A-Z]*#$' "$script")" = 0 ]
done
holds "no script of the package calls dracut itself, where its hook is" [ \
	"$(grep -c 'dracut --force' "$work/control/postinst" "$work/control/prerm" |
	grep -vc ':0$')" = 0 ]

dpkg-deb -x "$deb" "$work/tree"
tool=$work/tree/usr/bin/earlybind
readelf -Whlds "$tool" >"$work/elf" 2>&1
holds "the tool is at no fixed address" grep -q 'Type: *DYN' "$work/elf"
holds "its tables are read-only" grep -q 'GNU_RELRO' "$work/elf"
holds "from the start" grep -q 'BIND_NOW' "$work/elf"
holds "its stack is watched" grep -q '__stack_chk_fail' "$work/elf"
holds "and what copies text" grep -q '__[a-z]*printf_chk' "$work/elf"
readelf -Wld "$work/tree/usr/lib/earlybind/earlybind-binder" >"$work/elf" 2>&1
holds "the binder needs no library" [ "$(grep -c 'NEEDED\|INTERP' "$work/elf")" = 0 ]
holds "and both are of one version" [ \
	"$("$work/tree/usr/lib/earlybind/earlybind-binder" --version | sed 's/.* //')" = \
	"$("$tool" --version | sed 's/.* //')" ]
finish
