#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A test of a test: an include that points up makes tests/layers.sh fail.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
mkdir "$work/top"
cp -r "$top/binder" "$top/config" "$work/top"

layers() {
	run env TOP="$work/top" "$top/tests/layers.sh"
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
up="includes go down the layers or stay in one"
fails config/findings.c facts.h "$up"
fails config/kargs.c inputs.h "$up"
fails config/status.c survey.h "$up"
fails config/host.c cmd.h "$up"
fails config/json.c inputs.h "$up"
fails binder/core/text.c pci.h "$up"
fails config/memory.c core/machine.h \
	"the base of the host tool knows neither PCI nor policy"
fails config/inputs.c facts.h "inputs include neither facts nor findings"
fails binder/core/plan.c stdio.h "core includes core; binder and config include \
themselves and core"
finish
