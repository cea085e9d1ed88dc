#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind generate --write: adds to the config that is there, and loses no line of it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
machines=$top/tests/plan/machines
TREE=$work/tree
(
	# shellcheck source=hosts/cards.sh
	. "$top/tests/tool/hosts/cards.sh"
)
here() {	# [WORD...]
	run "$tool" generate --root "$TREE" "$@" </dev/null
}

silent() {	# SENTENCE: nothing on standard output
	holds "$1" [ ! -s "$work/out" ]
}

conf=$TREE/etc/earlybind.conf
kept() { find "$TREE/var/lib/earlybind" -type f 2>/dev/null | wc -l; }
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "--write says so"
holds "and writes nothing else" [ ! -s "$work/out" ]
holds "mode 644" [ "$(stat -c %a "$conf")" = 644 ]
holds "nothing is left beside it" [ "$(ls -A "$TREE/etc")" = earlybind.conf ]
here --only 03:00.0
same "$work/out" "$conf" "it is what generate prints"
holds "no copy of nothing" [ "$(kept)" = 0 ]
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is already up to date" "the same again"
gives 0 err "earlybind: 0000:03:00.0 is taken already, by /etc/earlybind.conf:10" \
	"and by which line"

# what is there stays, and the new comes behind it
binds_here() {	# SENTENCE ADDRESS...: what the config in place binds
	sentence=$1
	shift
	printf '%s\n' "$@" >"$work/expected"
	"$tool" plan --root "$TREE" | sed -n 's/^bind *\([^ ]*\) .*/\1/p' >"$work/got"
	same "$work/expected" "$work/got" "$sentence"
}
chmod 600 "$conf"
cp "$conf" "$work/first"
here 02:00.0
cp "$work/out" "$work/lines"
holds "without --write: the lines that come" [ "$(grep -c '^bind' "$work/out")" = 1 ]
here --write 02:00.0
gives 0 err "earlybind: the former one is kept as /var/lib/earlybind/earlybind.conf.*" \
	"a second device is added, and the former config kept"
gives 0 err "*is written; next: earlybind check, then earlybind sync, reboot, and *" \
	"what comes next"
binds_here "both are taken" 0000:02:00.0 0000:03:00.0 0000:03:00.1
sed 1d "$work/first" >"$work/expected"
cat "$work/lines" >>"$work/expected"
sed 1d "$conf" >"$work/got"
same "$work/expected" "$work/got" "as the lines that were printed, behind the others"
holds "the mate in the group is taken, so nothing is said of it" \
	sh -c "! grep -q 'also has' '$work/err'"
holds "the mode stays" [ "$(stat -c %a "$conf")" = 600 ]
holds "one copy" [ "$(kept)" = 1 ]
cp "$conf" "$work/first"
here --write 03:00.0 02:00.0
gives 0 err "earlybind: /etc/earlybind.conf is already up to date" "both are there"
here --write --only 03:00.0
gives 0 err "earlybind: the former one is kept as *" "--only replaces what generate wrote"
binds_here "by that alone" 0000:03:00.0 0000:03:00.1
here --only 02:00.0
holds "--only prints all of a config" \
	sh -c "head -n1 '$work/out' | grep -q '^# Written by'"

# lines of a person
printf '%s' '# my own
keep class=usb
bind path=0000:00:01.0/00.1 id=10de:1aef # the sound' >"$conf"
cp "$conf" "$work/mine"
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "a file by hand is added to"
holds "its lines are as they were" \
	[ "$(head -c "$(stat -c %s "$work/mine")" "$conf")" = "$(cat "$work/mine")" ]
holds "and no word comes to the last one" grep -q '# the sound$' "$conf"
binds_here "what was not there yet is added" 0000:03:00.0 0000:03:00.1
holds "that alone" [ "$(grep -c '^bind' "$conf")" = 2 ]
holds "not as ours" sh -c "! grep -q checksum '$conf'"
cp "$conf" "$work/mine"
here --write --only 03:00.0
gives 1 err "/etc/earlybind.conf: this file was written or changed by hand: *" \
	"--only does not replace it"
same "$work/mine" "$conf" "it is as it was"
here --write --only --force 03:00.0
gives 0 err "earlybind: the former one is kept as *" "it does with --force"
copy=$(sed -n 's/.*the former one is kept as //p' "$work/err")
same "$work/mine" "$TREE$copy" "the copy is the changed file"
sed -i 's/ with=card//' "$conf"
cp "$conf" "$work/mine"
here --write 02:00.0
sed -n "1,$(wc -l <"$work/mine")p" "$conf" >"$work/got"
same "$work/mine" "$work/got" "ours, changed by hand: all of it stays"
binds_here "and is added to" 0000:02:00.0 0000:03:00.0
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "the rest of a card"
binds_here "is added" 0000:02:00.0 0000:03:00.0 0000:03:00.1

# what stands in the way
echo "keep class=display" >"$conf"
here --write 03:00.0
gives 1 err "earlybind: 0000:03:00.0 kept by rule (/etc/earlybind.conf:1): correct that \
line, or choose another device" "a keep rule"
echo "bnid id=10de:2206" >"$conf"
here --write 03:00.0
gives 2 err '/etc/earlybind.conf:1:1: unknown verb "bnid", *' "a wrong config"
gives 2 err "earlybind: nothing was added to it: correct it, or * --only" "what to do"
holds "nothing is changed" [ "$(cat "$conf")" = "bnid id=10de:2206" ]
here 03:00.0
gives 2 err "earlybind: nothing was added*" "without --write as well"
silent "and nothing printed"
printf 'bind path=0000:00:01.0/00.0 id=10de:9999\n' >"$conf"
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" \
	"a rule for a former card at that place"
binds_here "does not stop the new one" 0000:03:00.0 0000:03:00.1
printf 'set headless=yes\nbind path=0000:00:02.0 id=8086:3e9b driver=none\n' >"$conf"
here --write 03:00.0
binds_here "what the config takes already" 0000:00:02.0 0000:03:00.0 0000:03:00.1
sed -i 1d "$conf"
sed -i '/^#/d; /^$/d; /10de/d' "$conf"
here --write 03:00.0
gives 0 err "earlybind: 0000:00:02.0 is the last display of this machine: *until then \
it stays with the host" "what the config would not take any more is said"
run "$tool" generate --root "$TREE" --machine "$machines/desktop.machine" 03:00.0
gives 0 out "# Written by *" "a record of another machine: not the config of this one"
: >"$conf"
here --write 03:00.0
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "an empty file is"
holds "as a new one" grep -q checksum "$conf"
mv "$conf" "$TREE/etc/real.conf"
ln -s real.conf "$conf"
here --write 02:00.0
gives 111 err "/etc/earlybind.conf: this is a link: *" "a link is not replaced"
rm "$conf"
mkdir "$conf"
here --write --only --force 03:00.0
gives 111 err "/etc/earlybind.conf: this is not a file: *" "nor a directory"
here --write 03:00.0
gives 2 err "/etc/earlybind.conf: this is a directory, not a file: *" "nor added to"
rmdir "$conf"
rm -r "${TREE:?}/var"
echo "keep class=usb" >"$conf"
ln -s /proc/none "$TREE/var"
here --write 03:00.0
gives 111 err "/var/lib/earlybind: the former config cannot be kept there: *" \
	"no place for the copy"
holds "then nothing is replaced" grep -q '^keep class=usb$' "$conf"
rm -r "${TREE:?}/etc"
here --write 03:00.0
gives 111 err "/etc/earlybind.conf: the directory cannot be opened: *" "no /etc"

# somebody edits the config while it asks
if command -v python3 >/dev/null; then
	mkdir -p "$TREE/etc"
	echo "# mine" >"$conf"
	run env "APPEND_TO=$conf" "$top/tests/lib/ask" '1
' "$tool" generate --root "$TREE" --write
	gives 111 out "/etc/earlybind.conf: something else changed it just now: run *" \
		"a config that changes meanwhile"
	printf '# mine\nkeep class=usb\n' >"$work/expected"
	same "$work/expected" "$conf" "is not written"
else
	skip "a config that changes meanwhile" "there is no python3"
fi

# --- what the host uses, and what goes along
plant_host desktop
mkdir -p "$tree/etc" "$tree/var/lib"
run "$tool" generate --root "$tree" --write 02:00.0 </dev/null
gives 0 err "earlybind: 0000:02:00.1 goes along: same card and group" "what goes along"
holds "is said first" sh -c "head -n1 '$work/err' | grep -q 'goes along'"
plant_route 0000:00:1f.6
cp "$tree/etc/earlybind.conf" "$work/mine"
run "$tool" generate --root "$tree" --write 00:1f.6 </dev/null
gives 1 err "earlybind: the host uses what would be taken, see above: nothing was \
written; --force takes it all the same" "the default route is not taken unasked"
same "$work/mine" "$tree/etc/earlybind.conf" "and nothing is written"
run "$tool" generate --root "$tree" 00:1f.6 </dev/null
gives 0 out "bind path=0000:00:1f.6 *" "but shown"
if command -v python3 >/dev/null; then
	run "$top/tests/lib/ask" 'n
' "$tool" generate --root "$tree" --write 00:1f.6
	gives 1 out "*Take it all the same? *" "at a terminal it asks"
	same "$work/mine" "$tree/etc/earlybind.conf" "no is no"
	run "$top/tests/lib/ask" 'y
' "$tool" generate --root "$tree" --write 00:1f.6
	gives 0 out "earlybind: /etc/earlybind.conf is written; *" "and yes is yes"
	cp "$work/mine" "$tree/etc/earlybind.conf"

	# --- --ask: shown with its plan first
	run "$top/tests/lib/ask" 'n' "$tool" generate --root "$tree" --write --ask 03:00.0
	gives 1 out "Put these lines into /etc/earlybind.conf? *" "--ask: it asks"
	gives 1 out "earlybind: nothing was written" "no is no"
	gives 1 out "bind path=* id=1b73:1100 *" "the lines are shown before"
	gives 1 out "bind    0000:03:00.0 1b73:1100 vfio-pci conf:*" "and their plan"
	none "^bind *0000:02:00.0" "of these devices alone"
	same "$work/mine" "$tree/etc/earlybind.conf" "and nothing is written"
	for answer in '' 'q' 'yes, but not now, and not on this machine of all machines
y'; do
		run "$top/tests/lib/ask" "$answer" "$tool" generate --root "$tree" \
			--write --ask 00:1f.6
		[ "${answer#yes}" = "$answer" ] || break
		gives 1 out "*nothing was written" "\"$answer\" is no"
	done
	holds "what the host uses is one question" \
		[ "$(grep -c 'y/N' "$work/out")" = 1 ]
	gives 0 out "earlybind: /etc/earlybind.conf is written; *" "--ask: yes is yes"
	cp "$work/mine" "$tree/etc/earlybind.conf"
else
	skip "at a terminal" "there is no python3"
fi
run "$tool" generate --root "$tree" --write --ask 03:00.0 </dev/null
gives 100 err "earlybind: --ask is for a terminal, and here is none: leave it out" \
	"nobody to answer"
run "$tool" generate --root "$tree" --ask 03:00.0 </dev/null
gives 100 err "earlybind: --ask is for --write, see earlybind generate --help" \
	"nothing to ask for"
run "$tool" generate --root "$tree" --write --force 00:1f.6 </dev/null
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "--force takes it"
finish
