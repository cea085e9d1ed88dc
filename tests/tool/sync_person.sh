#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a person made of the files that earlybind sync writes: it stays, with sync and with
# --undo, and what is ours goes.
# shellcheck disable=SC2016,SC2034,SC2086,SC2154 # of tap.sh and layouts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"

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

# --- an entry with a line of options behind ours
entry=boot/efi/loader/entries/$id-6.1.conf
for person in "options mitigations=auto" "options	mitigations=auto"; do
	layout_systemd_boot
	run "$tool" sync --loader --root "$tree"
	echo "$person" >>"$tree/$entry"
	run "$tool" sync --loader --root "$tree"
	holds "\"$person\" behind ours: each word of ours once" \
		[ "$(grep -o intel_iommu=on "$tree/$entry" | wc -l)" = 1 ]
	cp "$tree/$entry" "$work/mine"
	run "$tool" sync --loader --root "$tree"
	kept "$entry" "another run changes nothing"
	run "$tool" sync --undo --root "$tree"
	gives 0 out "/$entry is written" "--undo"
	holds "takes all of ours" sh -c "! grep -q intel_iommu '$tree/$entry'"
	holds "and leaves his" grep -qxF "$person" "$tree/$entry"

	layout_systemd_boot
	sed '/^options/!d' "$tree/$entry" >"$work/mine"
	run "$tool" sync --loader --root "$tree"
	echo "$person" >>"$tree/$entry"
	run "$tool" sync --undo --root "$tree"
	echo "$person" >>"$work/mine"
	sed '/^options/!d' "$tree/$entry" >"$work/got"
	same "$work/mine" "$work/got" "--undo without a run in between: the same"
done

layout_systemd_boot
sed -i 's/^options .*/& intel_iommu=on/' "$tree/$entry"
echo "options quiet" >>"$tree/$entry"
cp "$tree/$entry" "$work/mine"
run "$tool" sync --loader --root "$tree"
run "$tool" sync --undo --root "$tree"
kept "$entry" "a word that was there before, in another line, is none of ours"

# --- an entry that had no options, and has a line of a person behind ours
layout_systemd_boot
sed -i '/^options/d' "$tree/$entry"
cp "$tree/$entry" "$work/mine"
run "$tool" sync --loader --root "$tree"
echo "options mitigations=auto" | tee -a "$work/mine" >>"$tree/$entry"
run "$tool" sync --undo --root "$tree"
kept "$entry" "a line of options that was ours goes whole"
finish
