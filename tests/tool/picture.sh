#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The picture of README.md is what the tool shows today. Names come from this system's
# pci.ids, which has others in another year: they are left out.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v python3 >/dev/null || skip_all "there is no python3"

without_names() {	# FILE
	sed 's/\(group [0-9]*[^:]*\): [^<]*/\1/
		s/ \(width\|height\|viewBox\)="[^"]*"//g' "$1"
}

run "$top/tests/lib/picture" "$tool"
without_names "$work/out" >"$work/now"
without_names "$top/docs/tree.svg" >"$work/kept" 2>&1 || :
same "$work/kept" "$work/now" "docs/tree.svg is up to date, else: make picture"
holds "a device that a guest gets is in it" \
	grep -q 'class="g".*bind to vfio-pci' "$work/out"
holds "README.md shows it" grep -q '](docs/tree.svg)' "$top/README.md"
if command -v xmllint >/dev/null; then
	holds "it is XML" xmllint --noout "$top/docs/tree.svg"
else
	skip "it is XML" "there is no xmllint"
fi
finish
