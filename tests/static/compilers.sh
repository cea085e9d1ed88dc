#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What other compilers make of the sources: clang as CC, and one for 32 bits.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

# clang 19 does not know this option of gcc's.
# shellcheck disable=SC2016 # that script expands them
printf '#!/bin/sh\ncase $1 in -print-multiarch) exit 1 ;; esac\nexec cc "$@"\n' \
	>"$work/cc"
chmod 755 "$work/cc"
multiarch=$(musl-gcc -print-multiarch 2>/dev/null) || :
if [ "$multiarch" ]; then
	run make -n -B -C "$top" CC="$work/cc" build/boot/binder/main.o
	holds "the binder finds the kernel's headers, with a CC that cannot say where" \
		grep -q -e "-idirafter /usr/include/$multiarch" "$work/out"
else
	skip "the binder finds the kernel's headers" "musl-gcc names no directory of them"
fi

if command -v i686-linux-gnu-gcc >/dev/null; then
	flags=$(make -s -C "$top" print-flags CC=i686-linux-gnu-gcc)
	for file in "$top"/config/*.c "$top"/config/*/*.c \
		"$top"/binder/*.c "$top"/binder/core/*.c; do
		# shellcheck disable=SC2086 # flags are words
		i686-linux-gnu-gcc $flags '-DVERSION="0"' -I"$top/binder" \
			-I"$top/config" \
			-idirafter /usr/include -Werror -fsyntax-only "$file" || :
	done >"$work/why" 2>&1
	if [ -s "$work/why" ]; then
		not_ok "32 bits: no warning" "$work/why"
	else
		ok "32 bits: no warning"
	fi
	printf '%s\n' '#include <sys/syscall.h>' '#undef SYS_clock_gettime' \
		>"$work/musl.h"
	# shellcheck disable=SC2086 # flags are words
	holds "32 bits: the clock is asked by the only call that musl knows" \
		i686-linux-gnu-gcc $flags '-DVERSION="0"' -I"$top/binder" \
		-idirafter /usr/include -include "$work/musl.h" -Werror \
		-fsyntax-only "$top/binder/boot.c"
else
	skip "32 bits: no warning" "i686-linux-gnu-gcc is not installed"
fi
finish
