#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests of tests/vm can be read, without a machine; and the scenario that walks
# README.md has its commands: so README and boots cannot drift apart unseen.
set -eu

cd "$(dirname "$0")/../.."
n=0
failed=0
for kind in boot loaders system "soak -n 5"; do
	n=$((n + 1))
	# shellcheck disable=SC2086 # words
	if why=$(tests/vm/run $kind --list 2>&1) && [ "$why" ]; then
		echo "ok $n - every test of tests/vm/${kind%% *} can be read"
	else
		echo "not ok $n - every test of tests/vm/${kind%% *} can be read"
		echo "$why" | sed 's/^/# /'
		failed=1
	fi
done
echo "1..$n"
exit "$failed"
