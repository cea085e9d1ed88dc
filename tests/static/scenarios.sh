#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios of tests/vm/system can be read, and the one that walks README.md has its
# commands: so README and boots cannot drift apart unseen.
set -eu

cd "$(dirname "$0")/../.."
if why=$(tests/vm/system/run --list 2>&1); then
	echo "ok 1 - every scenario of tests/vm/system can be read"
else
	echo "not ok 1 - every scenario of tests/vm/system can be read"
	echo "$why" | sed 's/^/# /'
fi
echo 1..1
