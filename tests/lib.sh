# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests in shell: TAP, a directory that goes away, and what a command left behind.
# Sourced with $here set to the directory of the test. Ends with a call of "finish".

# shellcheck disable=SC2034,SC2154 # the tests set the one and use the other
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=0
failures=0

ok() {		# SENTENCE
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

not_ok() {	# SENTENCE [FILE...]: the files say why
	tests=$((tests + 1))
	failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	[ $# = 0 ] || sed 's/^/# /' "$@"
}

skip() {	# SENTENCE REASON
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

skip_all() {	# REASON
	echo "1..0 # SKIP $1"
	exit 0
}

holds() {	# SENTENCE COMMAND...
	sentence=$1
	shift
	if "$@" >"$work/why" 2>&1; then
		ok "$sentence"
	else
		not_ok "$sentence" "$work/why"
	fi
}

same() {	# EXPECTED ACTUAL SENTENCE
	if diff -u "$1" "$2" >"$work/diff" 2>&1; then
		ok "$3"
	else
		not_ok "$3" "$work/diff"
	fi
}

# Runs a command: its output in $work/out and $work/err, its exit code in $code.
run() {
	code=0
	"$@" >"$work/out" 2>"$work/err" || code=$?
}

# Exit code, and a line of output that is exactly this (a pattern of "case").
gives() {	# CODE out|err PATTERN SENTENCE
	why=
	[ "$code" = "$1" ] || why="exit code $code, not $1"
	if [ -z "$why" ]; then
		why="no line of $2 is: $3"
		while IFS= read -r line; do
			# shellcheck disable=SC2254 # it is a pattern
			case $line in $3) why= ;; esac
		done <"$work/$2"
	fi
	if [ -z "$why" ]; then
		ok "$4"
	else
		not_ok "$4"
		echo "# $why"
		sed 's/^/# out: /' "$work/out"
		sed 's/^/# err: /' "$work/err"
	fi
}

finish() {
	echo "1..$tests"
	exit "$((failures > 0))"
}
