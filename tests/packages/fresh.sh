#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A contributor's first steps on a Debian with nothing on it, as README.md has them: what
# "tests/setup unit" installs is all that make check-unit needs. SUITES names others.
# Wants root and the network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=../lib/fresh.sh
. "$here/../lib/fresh.sh"
fresh_needs

# shellcheck disable=SC2317 # called by "run"
first_steps() {
	as_root "tests/setup unit"
	as_user "make check-unit"
}

for suite in ${SUITES:-bookworm trixie sid}; do
	make_fresh "$suite" || continue
	run first_steps
	# what failed, and why: the system is gone afterwards
	{
		awk '/^not ok/ { n = 40 } /^ok|^1\.\./ { n = 0 } n-- > 0' "$work/out"
		grep '^# [0-9]* passed' "$work/out" || :
		tail -n 20 "$work/err"
	} >"$work/short"
	if [ "$code" = 0 ]; then
		ok "$suite: tests/setup unit, make check-unit"
	else
		not_ok "$suite: tests/setup unit, make check-unit" "$work/short"
	fi
	holds "$suite: no compiler warns" [ "$(grep -c 'warning: ' "$work/err")" = 0 ]
	grep '^# [0-9]* passed' "$work/out" || :
done
finish
