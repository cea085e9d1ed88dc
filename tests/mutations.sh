#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# mutations.sh [PATTERN]: one line of the source is changed, in a copy of the tree, and
# the test that is named for it must notice. Prints TAP and, at the end, a line
# "# N passed, N failed, N skipped". Only mutations with PATTERN in their name are tried.
#
# mutations.sh --check   looks only whether each mutation is one of today's source
# mutations.sh --table   prints them as a table, for docs/testing.md
#
# tests/mutations/NAME is a text. Its second line, a comment, says what the mutation would
# cost; then
#   file PATH         what is changed
#   test PROGRAM [ARGUMENT...]
#   notices SENTENCE  how the sentence of that test begins which must fail by it
#   boot NAME         if any: the boot case that would fail as well
#   -LINE             the line that is lost, with its blanks; it is there exactly once
#   +LINE             what stands there instead, if anything
#
# A test proves nothing that fails without the mutation, or that could not be built with
# it: then the mutation has failed, as when nothing noticed it.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
n=0
passed=0
failed=0
skipped=0

ok() {		# SENTENCE
	n=$((n + 1))
	passed=$((passed + 1))
	echo "ok $n - $1"
}

not_ok() {	# SENTENCE WHY
	n=$((n + 1))
	failed=$((failed + 1))
	echo "not ok $n - $1"
	echo "# $2"
	[ ! -s "$work/out" ] || tail -n 20 "$work/out" | sed 's/^/# | /'
}

word() {	# NAME: what the present mutation says of it
	sed -n "s/^$1 //p" "$mutation"
}

# The source with the mutation. Fails with a reason where the line is not there once.
mutate() {	# FILE
	awk -v file="$1" '
	NR == FNR {
		if (sub(/^-/, "")) {
			old = $0
			has_old = 1
		} else if (sub(/^[+]/, "")) {
			new = $0
			has_new = 1
		}
		next
	}
	$0 != old { print; next }
	{ n++ }
	has_new { print new }
	END {
		if (!has_old || n != 1) {
			print file " has the line " n + 0 " times, not once" \
				>"/dev/stderr"
			exit 1
		}
	}' "$mutation" "$1"
}

# All but what is not needed and large, as it is now. Files keep their dates, so that make
# makes only what depends on the line.
copy_source() {
	mkdir -p "$work/source/build"
	for path in *; do
		[ "$path" = build ] || cp -a "$path" "$work/source"
	done
	for path in build/*; do
		case $path in
		build/testbed | build/msan | build/fuzz | 'build/*') ;;
		*) cp -a "$path" "$work/source/build" ;;
		esac
	done
}

copy_tree() {
	rm -rf "$work/tree"
	cp -a "$work/source" "$work/tree"
}

# What the test is made of.
programs() {	# PROGRAM
	case $1 in
	tests/cases.sh) echo build/test/earlybind build/test/earlybind-binder ;;
	tests/pokes.sh | tests/shell/process.sh) echo build/test/earlybind-binder-fake ;;
	build/*) echo "$1" ;;
	*) echo build/test/earlybind build/test/earlybind-binder build/earlybind ;;
	esac
}

# Builds and runs the test of the mutation in the copy; its words are in $work/out. Fails
# where it cannot be built.
run_test() {
	# shellcheck disable=SC2046,SC2086 # lists of words
	set -- $(word test)
	# shellcheck disable=SC2046 # a list of words
	(cd "$work/tree" && make -j"${JOBS:-$(nproc)}" $(programs "$1")) \
		>"$work/out" 2>&1 || return 1
	code=0
	(cd "$work/tree" && timeout 300 "$@") >"$work/out" 2>&1 </dev/null || code=$?
}

# Whether a line of the test is this, and how the sentence of the mutation begins.
told() {	# ok|not ok
	start=$1 sentence=$(word notices) awk '
	$0 !~ "^" ENVIRON["start"] " [0-9]+ - " { next }
	{
		sub(/^(not )?ok [0-9]+ - /, "")
		if (index($0, ENVIRON["sentence"]) == 1) {
			found = 1
			skipped = / # SKIP/
			exit
		}
	}
	END { exit !found ? 1 : skipped ? 2 : 0 }' "$work/out"
}

# Runs the test as the source is, once for all mutations that it is named for.
run_before() {
	before=$work/before.$(word test | tr '/ ' '__')
	if [ ! -e "$before" ]; then
		copy_tree
		code=broken
		run_test || :
		cp "$work/out" "$before"
		echo "$code" >"$before.code"
	fi
	cp "$before" "$work/out"
	code=$(cat "$before.code")
}

try() {
	name=${mutation##*/}
	sentence="$name: $(word test) notices it"
	: >"$work/out"
	mutate "$(word file)" >"$work/mutated" 2>"$work/why" || {
		not_ok "$sentence" "$(cat "$work/why")"
		return 0
	}
	run_before
	told=0
	told ok || told=$?
	if [ "$told" = 2 ]; then
		n=$((n + 1))
		skipped=$((skipped + 1))
		echo "ok $n - $sentence # SKIP that test is skipped here"
		return 0
	fi
	if [ "$code" != 0 ] || [ "$told" != 0 ]; then
		not_ok "$sentence" \
				"it fails without the mutation, or has no such sentence"
		return 0
	fi
	copy_tree
	cat "$work/mutated" >"$work/tree/$(word file)"
	code=broken
	run_test || {
		not_ok "$sentence" "it cannot be built with the mutation"
		return 0
	}
	if [ "$code" != 0 ] && told "not ok"; then
		ok "$sentence"
	else
		not_ok "$sentence" "nothing noticed: write the test"
	fi
}

check() {
	name=${mutation##*/}
	: >"$work/out"
	mutate "$(word file)" >"$work/mutated" 2>"$work/why" || {
		not_ok "$name is a mutation of today's source" "$(cat "$work/why")"
		return 0
	}
	# shellcheck disable=SC2046 # words
	set -- $(word test)
	if [ -z "$(word notices)" ] || [ $# = 0 ]; then
		not_ok "$name is a mutation of today's source" "it names no test"
	else
		ok "$name is a mutation of today's source"
	fi
}

row() {
	boot=$(word boot)
	printf "| \`%s\`: %s | \`%s\` | \`%s\`%s |\n" "${mutation##*/}" \
		"$(sed -n '2s/^# //p' "$mutation")" "$(word file)" \
		"$(word test | sed 's,^tests/,,')" "${boot:+, boot \`$boot\`}"
}

each=try
case ${1-} in
--check | --table)
	each=${1#--}
	shift
	;;
esac
[ "$each" != table ] || each=row
[ "$each" != try ] || {
	copy_source
	cd "$work/source"
}
for mutation in tests/mutations/*"${1-}"*; do
	[ -e "$mutation" ] || {
		echo "mutations.sh: no mutation has \"${1-}\" in its name" >&2
		exit 1
	}
	"$each"
done
[ "$each" != row ] || exit 0
echo "1..$n"
echo "# $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
[ "$skipped" = 0 ] || [ -z "${CI:-}" ]
