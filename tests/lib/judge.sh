# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests of the sources: TAP of functions that print what is wrong, or nothing. Is
# sourced, and ends with a call of "judged".
n=0
failed=0

judge() {	# SENTENCE FUNCTION
	n=$((n + 1))
	why=$("$2" 2>&1 || :)
	if [ -z "$why" ]; then
		echo "ok $n - $1"
		return
	fi
	failed=1
	echo "not ok $n - $1"
	echo "$why" | sed 's/^/# /'
}

judged() {
	echo "1..$n"
	exit "$failed"
}
