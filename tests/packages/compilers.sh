#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The compilers of Debian 12, 13 and sid build all of it without a warning: gcc and clang,
# and gcc for i386 and arm64, host tool and binder, as docs/contributing.md says. SUITES
# names others. Wants root and the network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=../lib/fresh.sh
. "$here/../lib/fresh.sh"
fresh_needs

builds() {	# SENTENCE MACHINE VARIABLE...
	sentence=$1 machine=$2
	shift 2
	run as_user "make clean >/dev/null && env $* make -e all WERROR=-Werror &&
		readelf -h build/earlybind build/earlybind-binder"
	grep 'error: \|warning: ' "$work/err" >"$work/short" ||
		tail -n 5 "$work/err" >"$work/short"
	[ "$(grep -c "Machine: .*$machine" "$work/out")" = 2 ] || code=1
	if [ "$code" = 0 ]; then
		ok "$sentence"
	else
		not_ok "$sentence" "$work/short"
	fi
}

# As docs/contributing.md has it.
cross() {	# SUITE ARCHITECTURE TRIPLET MULTIARCH MACHINE
	run as_root "dpkg --add-architecture $2 && apt-get -q update &&
		apt-get -q -y --no-install-recommends install gcc-$3 libc6-dev:$2 \
		libkmod-dev:$2 libpci-dev:$2 libblkid-dev:$2 libmount-dev:$2 \
		libhwloc-dev:$2 musl-dev:$2"
	if [ "$code" != 0 ]; then
		tail -n 5 "$work/err" >"$work/short"
		not_ok "$1: what $2 is built with" "$work/short"
		return 0
	fi
	builds "$1: gcc for $2" "$5" "CC=$3-gcc" EARLYBIND=true \
		"BOOT_CC='$3-gcc -specs /usr/lib/$4-musl/musl-gcc.specs'" \
		"PKG_CONFIG_LIBDIR=/usr/lib/$4-gnu/pkgconfig"
}

for suite in ${SUITES:-bookworm trixie sid}; do
	make_fresh "$suite" || continue
	run as_root "tests/setup build &&
		apt-get -q -y --no-install-recommends install clang"
	run as_user "gcc -dumpversion; clang -dumpversion"
	echo "# $suite: gcc and clang $(tr '\n' ' ' <"$work/out")"
	builds "$suite: gcc" X86-64
	builds "$suite: clang" X86-64 CC=clang
	cross "$suite" arm64 aarch64-linux-gnu aarch64-linux AArch64
	cross "$suite" i386 i686-linux-gnu i386-linux 80386
done
finish
