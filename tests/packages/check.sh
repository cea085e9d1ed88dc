#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make deb as a distribution's builder does it: with the tests, by a user, without
# network, QEMU or apt in reach.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v dh >/dev/null || skip_all "debhelper is not installed: tests/setup packages"
unset MAKEFLAGS MAKELEVEL MFLAGS CI

chmod 755 "$work"
mkdir -p "$work/bin" "$work/sources" "$work/tmp"
for program in apt-get qemu-system-x86_64 mmdebstrap sudo; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/called"\nexit 1\n' $program "$work" \
		>"$work/bin/$program"
	chmod 755 "$work/bin/$program"
done
OUT=$work "$top/docs/packaging/build" source
tar -x -C "$work/sources" --strip-components=1 -f "$work"/earlybind-*.tar.gz
as_user=
if [ "$(id -u)" = 0 ]; then
	chown -R 65534:65534 "$work"
	as_user="unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
# shellcheck disable=SC2086 # a command and its options
run $as_user env PATH="$work/bin:$PATH" HOME="$work/tmp" TMPDIR="$work/tmp" \
	OUT="$work/built" "$work/sources/docs/packaging/build" deb
if [ "$code" = 0 ]; then
	ok "a user without a network builds it, and its tests pass"
else
	grep '^not ok\|^# [0-9]* passed' "$work/out" >"$work/short" || :
	tail -n 20 "$work/out" >>"$work/short"
	tail -n 20 "$work/err" >>"$work/short"
	not_ok "a user without a network builds it, and its tests pass" "$work/short"
fi
holds "the tests ran" grep -q '^# [0-9]* passed, 0 failed' "$work/out"
holds "and neither apt, QEMU nor sudo was called" [ ! -e "$work/called" ]
finish
