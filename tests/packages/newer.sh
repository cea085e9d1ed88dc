#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What continuous integration, which runs on Debian 12, has time for on a newer one: its
# compiler has no warning, and tool and binder as they are installed make the plan of
# every case. Wants root and the network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=../lib/fresh.sh
. "$here/../lib/fresh.sh"
fresh_needs

for suite in ${SUITES:-trixie}; do
	make_fresh "$suite" || continue
	run as_root "tests/setup unit"
	run as_user "make all WERROR=-Werror"
	tail -n 20 "$work/err" >"$work/short"
	if [ "$code" = 0 ]; then
		ok "$suite: builds without a warning"
	else
		not_ok "$suite: builds without a warning" "$work/short"
	fi
	run as_user "EARLYBIND=\$PWD/build/earlybind BINDER=\$PWD/build/earlybind-binder \
		tests/plan/cases.sh"
	grep '^not ok' "$work/out" >"$work/short" || :
	tail -n 5 "$work/err" >>"$work/short"
	cases=$(grep -c '^ok' "$work/out") || :
	if [ "$code" = 0 ] && [ "$cases" -gt 100 ]; then
		ok "$suite: all $cases sentences about cases hold"
	else
		not_ok "$suite: all $cases sentences about cases hold" "$work/short"
	fi
done
finish
