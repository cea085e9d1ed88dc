#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind status lives on the stable words of the report: a boot whose sentences are
# other ones is judged alike, and what a report without reasons leaves open is said.
# shellcheck disable=SC2119 # status takes options, and here it has none
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/booted.sh
. "$here/layouts/booted.sh"

# The states and remedies of status, without what a sentence of the report brings.
states() {
	sed 's/Seen[^:]*//' "$work/out"
	echo "exit $code"
}

judged() {	# WORDS
	report "$(line bind 0000:02:00.0 10de:2206 vfio-pci \
		"Seen $1 [even-if-needed] -> bound")" \
		"$(line release 0000:02:00.0 10de:2206 - \
			"Seen $1 [framebuffer] -> still there: BOOTFB")" \
		"$(line bind 0000:02:00.1 10de:1aef vfio-pci \
			"Seen $1 [same-card] -> returned: Seen $1")" \
		"$(line refuse 0000:04:00.0 144d:a808 - "Seen $1 [needed-root]")" \
		"$(line bind 0000:03:00.0 1b73:1100 vfio-pci \
			"Seen $1 [matches] -> held by xhci_hcd: Seen $1")" \
		"# Seen $1 [screen-lost]"
	status
	states >"$work/$1"
	run "$tool" check --root "$tree"
	grep -c "took the firmware's screen away" "$work/out" >>"$work/$1" || :
}

plant
judged one
judged two
same "$work/one" "$work/two" "other sentences, the same states"
holds "and the sentence of what the host needs is shown" \
	grep -q "as planned: " "$work/two"
holds "and the screen that was lost is found by its reason" \
	[ "$(tail -n 1 "$work/two")" = 1 ]

# --- a boot without a plan
report "# Seen otherwise [off]"
status
gives 1 out "differs boot: Seen otherwise: reboot without that word" "off, in other words"
report "# Seen otherwise [crash-kernel]"
status
gives 1 out "differs boot: Seen otherwise: reboot" "a crash kernel had no such word"
report "# Seen otherwise [no-rule]"
status
none "Seen otherwise" "no rule: nothing was to be done"
report "# Seen otherwise [new-reason]"
status
gives 1 out "differs boot: Seen otherwise: earlybind check, *" \
	"a reason of a later version"

# --- a report of an older version
old() {		# LINE...
	report "$@"
	sed -i '1s/earlybind [^ ]*/earlybind 0.0.9/' "$tree/run/earlybind/report"
	status
}
old "bind    0000:02:00.0 10de:2206 vfio-pci conf:1    holds swap space, and is taken \
all the same: even-if=needed -> bound" \
	"bind    0000:02:00.1 10de:1aef vfio-pci conf:1    same card -> bound already"
gives 1 out "unknown boot: an older earlybind wrote the report of this boot, *: reboot" \
	"a report without reasons: what it leaves open is said"
gives 1 out "ok      0000:02:00.0: vfio-pci has it, as planned" \
	"and who has what is known"
none "swap space" "and nothing is guessed from a sentence"
old "# no bind rule, nothing to do"
gives 1 out "unknown boot: no bind rule, nothing to do: earlybind check, *" \
	"a remark without a reason"
finish
