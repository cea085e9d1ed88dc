#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A test of a test: an include that points up makes tests/static/layers.sh fail.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
mkdir "$work/top"
cp -r "$top/binder" "$top/config" "$work/top"

layers() {
	run env TOP="$work/top" "$top/tests/static/layers.sh"
}

fails() {	# FILE HEADER SENTENCE: with that include in that file
	cp "$work/top/$1" "$work/kept"
	sed -i "0,/^#include/s||#include \"$2\"\n&|" "$work/top/$1"
	layers
	gives 1 out "not ok * - $3" "$1 may not include $2"
	cp "$work/kept" "$work/top/$1"
}

layers
holds "these sources are in order" [ "$code" = 0 ]
door="a room includes only those that it may use"
fails config/facts/facts.c judge/findings.h "$door"
fails config/judge/kargs.c inputs.h "$door"
fails config/status/status.c survey.h "$door"
fails config/host/host.c cmd/cmd.h "$door"
fails config/loader/grub.c image/tree.h "$door"
fails config/base/json.c inputs.h "$door"
fails config/inputs.c judge/findings.h "$door"
fails config/words/edit.c base/place.h "$door"
fails binder/core/text.c pci.h \
	"in core and binder includes go down the layers or stay in one"
fails binder/core/words.c rules.h \
	"in core and binder includes go down the layers or stay in one"
fails config/base/memory.c core/machine.h \
	"the base of the host tool knows neither PCI nor policy"
fails config/judge/kargs.c fcntl.h "core includes core; binder and config include \
themselves and core"
fails binder/core/plan.c stdio.h "core includes core; binder and config include \
themselves and core"
mkdir "$work/top/config/attic"
cp "$work/top/config/base/json.h" "$work/top/config/attic"
layers
gives 1 out "not ok * - every file of the host tool is in a room of *" \
	"a folder that the table does not know"
rm -r "$work/top/config/attic"
printf 'static int f(void) { return open("/sys", 0); }\n' \
	>>"$work/top/config/judge/rules.c"
layers
gives 1 out "not ok * - judge/ judges what others have read" "judge/ opens no file"
cp "$top/config/judge/rules.c" "$work/top/config/judge"
printf 'int r = rules_check_version(&rules, "x", "1", &fault);\n' \
	>>"$work/top/config/inputs.c"
layers
gives 1 out "not ok * - rules and machine are read by core/sources.c, at boot and on the \
host" "a second reader of the rules"
finish
