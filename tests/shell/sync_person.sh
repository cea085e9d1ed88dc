#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a person made of the files that earlybind sync writes: it stays, with sync and with
# --undo, and what is ours goes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
# shellcheck source=../layouts/tree.sh
. "$here/../layouts/tree.sh"

kept() {	# FILE SENTENCE: as in $work/mine
	same "$work/mine" "$tree/$1" "$2"
}

# --- our file of GRUB's settings has lines of a person
drop_in=etc/default/grub.d/earlybind.cfg
layout_debian
# shellcheck disable=SC2016 # GRUB's variable
printf '# mine: the recovery entries too\n%s' \
	'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX mitigations=auto"' |
	tee "$work/person" | put $drop_in
run "$tool" sync --loader --root "$tree"
gives 1 out "/$drop_in is written" "a drop-in of a person gets our line"
holds "his lines stay before it" \
	[ "$(head -n 2 "$tree/$drop_in")" = "$(cat "$work/person")" ]
holds "ours is the last one" \
	sh -c "tail -n 1 '$tree/$drop_in' | grep -q 'DEFAULT=.*earlybind_args\"\$'"
cp "$tree/$drop_in" "$work/mine"
run "$tool" sync --loader --root "$tree"
kept $drop_in "a second run changes nothing"
run "$tool" sync --undo --root "$tree"
cp "$work/person" "$work/mine"
kept $drop_in "--undo takes our line alone"

layout_debian
run "$tool" sync --loader --root "$tree"
sed -i 's/^GRUB/# &/' "$tree/$drop_in"
run "$tool" sync --loader --root "$tree"
holds "our line as a comment: it comes again behind that" \
	[ "$(grep -c 'earlybind_args"$' "$tree/$drop_in")" = 2 ]
printf 'A=1 \\\n' | put $drop_in
contents "$work/before"
run "$tool" sync --loader --root "$tree"
gives 1 err "/$drop_in:2: the last line ends in a backslash, *" \
	"a line that would take ours in is told of"

finish
