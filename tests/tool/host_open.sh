#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A file that a program has open may be on a server that answers no more: whoever asks for
# its size or its times then sleeps, and no signal but KILL ends that. Which files are
# disks is found without asking, by the system calls on a tree.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
real=${EARLYBIND:-$top/build/earlybind}

[ -x "$real" ] || skip_all "$real is not built"
command -v strace >/dev/null || skip_all "strace is not installed"
strace -o /dev/null true 2>/dev/null || skip_all "strace may not trace here"

TREE=$tree
(
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	sata 0000:00:17.0 sda 0
	mount 8:0 / ext4 /dev/sda
	put srv/nas/movie x
	opened 7 player 3 /srv/nas/movie
)
run strace -y -o "$work/trace" "$real" list --root "$TREE"
holds "list reads the tree" [ "$code" = 0 ]
grep 'movie' "$work/trace" >"$work/movie" || :
holds "it looks at what the program has open" grep -q '^openat2(.*O_PATH' "$work/movie"
grep -vE '^(openat2|close|readlink[a-z]*)\(|^statx\(.*AT_STATX_DONT_SYNC.*STATX_TYPE,' \
	"$work/movie" >"$work/out" || :
none . "it asks no server about it"
finish
