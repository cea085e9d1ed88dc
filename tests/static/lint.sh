#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What can be said about the sources without running them. TAP; a tool that is not
# installed is a skip. "make lint" gives the compiler's flags in CC and LINT_CFLAGS.
set -eu

cd "$(dirname "$0")/../.."
# shellcheck source=tests/lib/judge.sh
. tests/lib/judge.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every file of the project, tracked or about to be; of a release, all there is.
files() {
	git ls-files -co --exclude-standard 2>/dev/null ||
		find . -path ./build -prune -o -type f -print | sed 's,^\./,,'
}

# Texts that are compared or parsed byte by byte, and the licence.
data='^(COPYING|tests/(plan/(cases|machines)|apply/pokes|mutations/cases|fuzz/corpus|'
data="${data}tool/guests/[^/]*|vm/(boot/cases|system/scenarios))/)"
files | sort -u | while read -r file; do
	[ ! -f "$file" ] || echo "$file"
done >"$work/all"
grep -vE "$data" "$work/all" >"$work/files"
grep -E '\.[ch]$' "$work/files" >"$work/c"
grep -E '^(binder|config)/.*\.c$' "$work/files" >"$work/product"
while read -r file; do
	case $(head -n 1 "$file" 2>/dev/null | tr -d '\0') in
	'#!/bin/sh'* | '#!/bin/bash'*) echo "$file" ;;
	*) case $file in *.sh) echo "$file" ;; esac ;;
	esac
done <"$work/files" >"$work/shell"
grep -E '^docs/man/' "$work/files" >"$work/man" || :

needs() {	# PROGRAM SENTENCE FUNCTION
	if command -v "$1" >/dev/null; then
		judge "$2" "$3"
	else
		n=$((n + 1))
		echo "ok $n - $2 # SKIP $1 is not installed"
	fi
}

licence() {
	while read -r file; do
		head -n 5 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
			echo "$file: no SPDX-License-Identifier: GPL-2.0-or-later"
	done <"$work/files"
}

wide() {
	grep -E '\.([ch]|sh|py|service)$|^Makefile$' "$work/files" |
		cat - "$work/shell" | sort -u | while read -r file; do
		expand "$file" | awk -v file="$file" \
			'length > 90 { print file ":" NR ": " length " columns" }'
	done
}

trailing() {
	grep -v '\.md$' "$work/files" | tr '\n' '\0' |
		xargs -0 grep -nE '[ 	]+$' /dev/null
	while read -r file; do
		[ -z "$(tail -c 1 "$file")" ] || echo "$file: no newline at its end"
	done <"$work/files"
}

long_files() {
	cat "$work/c" "$work/shell" | sort -u | while read -r file; do
		lines=$(wc -l <"$file")
		[ "$lines" -le 400 ] || echo "$file: $lines lines"
	done
}

# A function is what stands between "{" and "}" in the first column.
long_functions() {
	while read -r file; do
		awk -v file="$file" '
			/^\{/ { start = NR }
			/^\}/ && start {
				if (NR - start - 1 > 70)
					print file ":" start ": " NR - start - 1 " lines"
				start = 0
			}' "$file"
	done <"$work/c"
}

# SC2317 takes functions that are called by name for unreachable
in_shellcheck() {
	tr '\n' '\0' <"$work/shell" | xargs -0 shellcheck -x -P SCRIPTDIR -e SC2317
}

# varFuncNullUB: NULL is a pointer in every C library that we know. The uninitvar
# checks do not see that a fault or a text is filled by the function that gets it.
in_cppcheck() {
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
		--inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
		--suppress=varFuncNullUB --suppress=ctuuninitvar \
		--suppress=legacyUninitvar \
		-Ibinder -Iconfig '-DVERSION="0"' --file-list="$work/product"
}

in_analyzer() {
	while read -r file; do
		# shellcheck disable=SC2086 # flags are words
		${CC:-cc} ${LINT_CFLAGS:--std=gnu11 -D_GNU_SOURCE -Ibinder -Iconfig} \
			'-DVERSION="lint"' -O1 -fanalyzer -fdiagnostics-path-format=none \
			-Werror -c -o "$work/o" "$file"
	done <"$work/product"
}

in_groff() {
	while read -r page; do
		groff -mdoc -ww -z "$page" 2>&1
	done <"$work/man"
}

in_mandoc() {
	tr '\n' '\0' <"$work/man" | xargs -0 mandoc -Tlint -W warning
}

judge "every file has its SPDX line" licence
judge "no line is wider than 90 columns" wide
judge "no blanks at the end of a line, a newline at the end of a file" trailing
judge "no file is longer than 400 lines" long_files
judge "no function is longer than 70 lines" long_functions
needs shellcheck "shellcheck finds nothing" in_shellcheck
needs cppcheck "cppcheck finds nothing" in_cppcheck
needs "${CC:-cc}" "gcc -fanalyzer finds nothing" in_analyzer
needs groff "groff accepts the man pages" in_groff
needs mandoc "mandoc accepts the man pages" in_mandoc
judged
