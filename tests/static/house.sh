#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# docs/architecture.md names files: each is there; each room of config/ has its row.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
cd "$top"
page=docs/architecture.md

# Names with a slash; core/ stands for binder/core/, a word in capitals for any name.
missing() {	# PAGE
	# shellcheck disable=SC2016 # the quotes of a page
	grep -o '`[A-Za-z0-9_.*-]*/[A-Za-z0-9_./*-]*`' "$1" | tr -d '`' | sort -u |
		while read -r name; do
		for at in "$name" "binder/$name" "config/$name"; do
			at=$(echo "$at" | sed 's/[A-Z][A-Z]*/*/')
			# shellcheck disable=SC2086 # a pattern
			if ls -d $at >/dev/null 2>&1; then
				continue 2
			fi
		done
		case $name in
		build/* | /*) ;; # made here, or of a running system
		*) echo "$name" ;;
		esac
	done
}

holds "the files that the page names are there" [ -z "$(missing "$page")" ]
missing "$page" | sed 's/^/# /'
# shellcheck disable=SC2016
{ cat "$page"; echo '`config/nobody.c`'; } >"$work/page"
holds "and one that is not is seen" [ "$(missing "$work/page")" = config/nobody.c ]

# The names of reasons that pages for people show.
reasons() {
	# shellcheck disable=SC2016
	grep -ohE '`[a-z]+(-[a-z]+)+`' docs/troubleshooting.md docs/guests.md |
		tr -d '`' | sort -u | while read -r reason; do
		grep -qE "^\.It Sy (.* , )?$reason( ,|\$)" docs/man/*.[58] ||
			echo "$reason"
	done
}
holds "the reasons that pages name are in a man page" [ -z "$(reasons)" ]
reasons | sed 's/^/# /'

# Links from one page to another.
broken() {
	for page in README.md docs/*.md docs/*/README.md tests/vm/*/README.md; do
		# shellcheck disable=SC2016
		grep -oE '\]\([^)#: ]+' "$page" | cut -c 3- |
			while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
		done
	done
}
holds "links between pages lead to a file" [ -z "$(broken)" ]
broken | sed 's/^/# /'

for room in config/*/; do
	room=${room#config/}
	holds "the page has the room $room" grep -q "^| \`$room\`" "$page"
done
finish
