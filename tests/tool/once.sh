#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a verb reads, it reads once: the PCI functions and what the host needs of them, by
# the system calls on a tree like Debian's, whose IOMMU is off.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$top/tests/tool/layouts/layouts.sh"
# The tool as it is installed: the sanitizers' calls are not ours.
real=${EARLYBIND:-$top/build/earlybind}
CALLS=400	# of check and of status, after those that start a program; plan has 170

[ -x "$real" ] || skip_all "$real is not built"
command -v strace >/dev/null || skip_all "strace is not installed"
strace -o /dev/null true 2>/dev/null || skip_all "strace may not trace here"

traced() {	# VERB...
	machine
	layout_debian
	run strace -f -o "$work/trace" "$real" "$@" --root "$tree"
}

calls() {	# without those for memory, which hang on where the heap lies
	grep '(' "$work/trace" | grep -cvE '^[0-9]* *(mmap|munmap|brk)\('
}

opened() {	# PATH: how often
	grep -cE "open(at|at2)?\\(.*\"$1\"" "$work/trace" || :
}

# tell NUMBER BUDGET SENTENCE
tell() {
	if [ "$1" -le "$2" ]; then
		ok "$3: $1 of $2"
	else
		not_ok "$3: $1 of $2"
	fi
}

strace -f -o "$work/trace" "$real" --version >"$work/out"
start=$(calls)
traced plan
functions=$(opened '/*sys/bus/pci/devices')
swaps=$(opened '/*proc/swaps')
holds "plan reads the machine" [ "$functions" -gt 0 ]
holds "plan reads what the host needs" [ "$swaps" = 1 ]
tell "$(opened '/*proc/cmdline')" 1 "plan reads the running command line once"
for verb in check status "sync --dry-run" args; do
	# shellcheck disable=SC2086 # words
	traced $verb
	tell "$(opened '/*sys/bus/pci/devices')" "$functions" \
		"$verb lists the PCI functions as often as plan"
	tell "$(opened '/*proc/swaps')" "$swaps" \
		"$verb finds out once what the host needs"
	tell "$(opened '/*proc/cmdline')" 1 "$verb reads the running command line once"
	case $verb in
	check | status)
		tell "$(($(calls) - start))" "$CALLS" "system calls of $verb" ;;
	esac
done
finish
