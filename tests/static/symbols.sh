#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What kind of program the binder is: static, fixed, small, without heap and stdio. Of the
# host tool, how much memory it has before it does anything.
set -eu

cd "$(dirname "$0")/../.."
binder=${BINDER:-build/earlybind-binder}
LIMIT=65536
tool=${EARLYBIND:-build/earlybind}
TABLES=8000000	# bytes of the host tool that are zero at the start
# shellcheck source=tests/lib/judge.sh
. tests/lib/judge.sh

if [ ! -x "$binder" ]; then
	echo "1..0 # SKIP $binder is not built: it takes musl-gcc"
	exit 0
fi

symbols() {
	nm "$binder" | awk '{ print $NF }' | grep -xE "$1"
}

is_pie() {
	readelf -hW "$binder" | grep 'Type:' | grep -v 'EXEC'
}

interpreter() {
	readelf -lW "$binder" | grep -E '^ *(INTERP|DYNAMIC)'
}

needed() {
	readelf -dW "$binder" 2>&1 | grep NEEDED
}

writable_code() {
	readelf -lW "$binder" | grep -E '^ *[A-Z_]+ .* RWE '
	readelf -lW "$binder" | grep -q 'GNU_STACK' || echo "no GNU_STACK header"
}

heap() {
	symbols '_*(libc_)?(malloc|free|calloc|realloc|brk|sbrk)'
	symbols '.*alloc_(meta|slot|group)'
}

stdio() {
	symbols '_*(v?[fsd]?n?printf|f?puts|f?putc(har)?|v?f?scanf)(_unlocked)?'
	symbols 'std(in|out|err)'
	symbols '_*f(open|dopen|write|read|close|flush)(_unlocked)?|printf_core'
}

comfort() {
	symbols 'system|popen|exec(l|le|lp|v|ve|vp|vpe)|posix_spawnp?|dlopen'
	symbols 'setlocale|getenv|qsort|getaddrinfo|socket'
}

too_big() {
	size "$binder" | awk -v limit="$LIMIT" 'NR == 2 && $1 + $2 > limit {
		print "text and data are " $1 + $2 " bytes, the limit is " limit }'
}

tables() {
	size "$tool" | awk -v limit="$TABLES" 'NR == 2 && $3 > limit {
		print "its tables are " $3 " bytes, the limit is " limit }'
	size "$tool" >/dev/null || echo "$tool cannot be read"
}

# The checks above find what is there, or they are worth nothing.
blind() {
	symbols 'main' >/dev/null || echo "no symbol table: is it stripped?"
	readelf -lW "$binder" | grep -q '^ *LOAD' || echo "no program headers"
}

judge "its symbols and headers can be read" blind
judge "it is no PIE" is_pie
judge "it has no interpreter" interpreter
judge "it needs no library" needed
judge "no memory of it is writable and executable, the stack included" writable_code
judge "no heap" heap
judge "no stdio" stdio
judge "it starts no program, and knows no locale and no network" comfort
judge "it loads at most $LIMIT bytes" too_big
judge "the tables of the host tool are at most $TABLES bytes" tables
judged
