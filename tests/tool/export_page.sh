#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# docs/guests.md: each command of ours that it shows is one, and those that only print do
# so for a card that is bound; each test that it names is there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
page=$top/docs/guests.md

plant_host desktop
echo 'cores 4 cpu=0 sibling=4' >"$work/topology"
"$top/tests/tool/guests/topology" "$work/topology" "$tree"
put usr/share/OVMF/OVMF_CODE_4M.fd ""
plant_rom 0000:01:00.0
# the first card, as on the page; the other one is left as a screen
printf 'bind address=0000:01:00.0 with=card\n' >"$tree/etc/earlybind.conf"

{
	sed -n 's/^    \(earlybind .*\)/\1/p' "$page"
	# shellcheck disable=SC2016 # no command, but the sign
	grep -o '`earlybind [^`]*`' "$page" | tr -d '`'
} | sed 's/ *>.*//; s/ --memory 16G//; s/ --cpus 8/ --cpus 4/' | sort -u >"$work/commands"
holds "the page has commands" [ "$(wc -l <"$work/commands")" -gt 8 ]

while read -r program verb rest; do
	[ "$program" = earlybind ] || continue
	case $verb in
	export) [ -n "$rest" ] || continue ;;
	plan | check | list) ;;
	*)
		holds "earlybind $verb: there is such a verb" "$tool" "$verb" --help
		continue
		;;
	esac
	# shellcheck disable=SC2086 # words
	run "$tool" "$verb" --root "$tree" $rest
	holds "earlybind $verb $rest" [ "$code" = 0 ]
	holds "earlybind $verb $rest: prints something" [ -s "$work/out" ]
done <"$work/commands"

# "tool/FILE.sh", "guests/NAME" and "cases/NAME", as tests/run and the pages name them
grep -oE '\b(tool|guests|cases)/[a-z0-9_*-]+(\.sh)?' "$page" | sort -u |
	while read -r name; do
	# shellcheck disable=SC2231 # it may be a pattern
	for at in "$top"/tests/$name* "$top"/tests/*/$name*; do
		[ ! -e "$at" ] || continue 2
	done
	echo "$name"
done >"$work/missing"
same /dev/null "$work/missing" "each test that it names is there"
finish
