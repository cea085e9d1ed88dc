#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# cases.sh [PATTERN]: rules + machine = plan, for every case below tests/plan/cases whose
# name has PATTERN in it. Prints TAP.
#
# A case is a directory with
#   rules.conf  the rules; its first line, a comment, says what the case proves
#   machine     a machine text, mostly a link to one of tests/plan/machines
#   image.conf  if any; @VERSION@ stands for the version of the program
#   cmdline     the kernel command line, if it says something
#   plan        what must come out, to the last blank; or
#   fault       the error, with exit code 2 and nothing on standard output
#   args        if any: what "earlybind args" says, why each argument, then the line
#   facts       what else the system has, for args: see tests/lib/facts
#
# The plan must come out of the host tool and of the binder, both on the tree that
# tests/lib/tree makes of the machine, and of the host tool from a record of that tree.
# Then the judge beside this, which shares no code with the two, judges the plans on its
# own. Nothing is updated here: a plan is written by hand, and first.
#
# BINDER names another binder; with an empty EARLYBIND only that one is asked.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
host=${EARLYBIND-$here/../../build/test/earlybind}
binder=${BINDER:-$here/../../build/test/earlybind-binder}
version=$("${host:-$binder}" --version)
version=${version##* }
# The search for leaks takes ten times as long as all the rest; "plan" has no heap.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
failures=0
judged=

not_ok() {	# SENTENCE FILE
	echo "not ok $n - $1"
	sed 's/^/# /' "$2"
	failures=$((failures + 1))
}

# Makes the tree of the machine of a case, once for each of tests/plan/machines. Its
# record must be the text again. Leaves the tree in $tree, the record in $tree.machine.
plant() {	# CASE
	tree=$work/own
	if [ -L "$1/machine" ]; then
		tree=$(readlink "$1/machine")
		tree=$work/${tree##*/}
	else
		rm -rf "$tree"
	fi
	[ ! -d "$tree" ] || return 0
	"$here/../lib/tree" "$1/machine" "$tree"
	[ "$host" ] || return 0
	"$host" record --root "$tree" --dsn >"$tree.machine"
	grep -v '^#' "$1/machine" | diff -u - "$tree.machine" >"$tree.diff" || {
		n=$((n + 1))
		not_ok "the record of its tree is the machine of $1" "$tree.diff"
	}
}

# Runs a program in the directory of the case; what it said and its exit code are in $got.
ask() {		# PROGRAM ARGUMENT...
	got=$(code=0
		"$@" --config rules.conf ${image:+--image image.conf} 2>&1 || code=$?
		echo "exit $code")
}

compare() {	# WHO
	[ "$got" != "$want" ] || return 0
	echo "$1:"
	echo "$want" >"$work/want"
	echo "$got" | diff -u "$work/want" - || :
}

# The kernel arguments, on a tree with what else the case says of the system.
run_args() {	# ARGUMENT...
	planted=$tree
	if [ -e facts ]; then
		planted=$work/system
		rm -rf "$planted"
		# made anew: some files can only be written to, and cp cannot read them
		"$here/../lib/tree" machine "$planted"
		cp "$tree/proc/cmdline" "$planted/proc/cmdline"
		"$here/../lib/facts" facts "$planted"
	fi
	want=$(cat args && echo exit 0)
	ask "$host" args --root "$planted" "$@"
	compare "earlybind args"
}

run_case() {	# CASE
	cp "$1"/* .
	image=
	if [ -e "$1/image.conf" ]; then
		image=yes
		sed "s/@VERSION@/$version/" "$1/image.conf" >image.conf
	fi
	set --
	: >"$tree/proc/cmdline"
	if [ -e cmdline ]; then
		set -- --cmdline cmdline
		cp cmdline "$tree/proc/cmdline"
	fi
	if [ -e plan ]; then
		want=$(cat plan && echo exit 0)
	else
		want=$(cat fault && echo exit 2)
	fi
	ask "$binder" --dry-run --root "$tree"
	[ -e plan ] || got=${got#earlybind: }	# as in the kernel log
	compare "earlybind-binder --dry-run"
	[ "$host" ] || return 0
	# A tree is no known host: an image that says nothing stands for that of a host.
	if [ -z "$image" ]; then
		printf 'version %s\nend\n' "$version" >image.conf
		image=yes
	fi
	ask "$host" plan --root "$tree" "$@"
	compare "earlybind plan --root"
	[ -e plan ] || return 0			# wrong whatever the machine
	ask "$host" plan --machine - "$@" <"$tree.machine"
	compare "earlybind record | earlybind plan --machine -"
	[ ! -e args ] || run_args "$@"
}

mkdir "$work/case"
cd "$work/case"
for case in "$here"/cases/*"${1-}"*/; do
	case=${case%/}
	if [ ! -d "$case" ]; then
		echo "cases.sh: no case has \"$1\" in its name" >&2
		exit 1
	fi
	IFS= read -r sentence <"$case/rules.conf"
	plant "$case"
	rm -f ./*
	run_case "$case" >"$work/why"
	n=$((n + 1))
	if [ -s "$work/why" ]; then
		not_ok "case ${case##*/}: ${sentence#\# }" "$work/why"
	else
		echo "ok $n - case ${case##*/}: ${sentence#\# }"
	fi
	[ ! -e "$case/plan" ] || [ -z "$host" ] || judged="$judged $case"
done

if [ -n "$judged" ]; then
	n=$((n + 1))
	# shellcheck disable=SC2086 # a list of directories without blanks
	if "$here/judge" $judged >"$work/why" 2>&1; then
		echo "ok $n - the judge, who knows no code, finds nothing in these plans"
	else
		not_ok "the judge finds fault with a plan" "$work/why"
	fi
fi
if [ $# = 0 ] && [ "$host" ]; then
	n=$((n + 1))
	if "$here/judge-self-test" >"$work/why" 2>&1; then
		echo "ok $n - the judge rejects every wrong plan for the right reason"
	else
		not_ok "the judge lets a wrong plan pass" "$work/why"
	fi
	n=$((n + 1))
	if "$here/judge-coverage" >"$work/why" 2>&1; then
		echo "ok $n - every reason and every error message has a case"
	else
		not_ok "a reason or an error message has no case" "$work/why"
	fi
fi
echo "1..$n"
exit "$((failures > 0))"
