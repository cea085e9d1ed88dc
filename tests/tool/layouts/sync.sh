# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For tests of earlybind sync on a layout: what it adds, and how it is run. Sourced after
# layouts.sh.
# shellcheck disable=SC2034,SC2154 # for the tests, and of tap.sh and layouts.sh
words="intel_iommu=on iommu=pt"
# shellcheck disable=SC2016 # GRUB's variables, not ours
token='$earlybind_args'
# shellcheck disable=SC2016
grub_line='GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT \$earlybind_args"'

sync() {	# [OPTION...]
	run "$tool" sync --root "$tree" --loader "$@"
}

plant() {	# LAYOUT
	"layout_$1"
	contents "$work/before"
}

has() {		# SENTENCE FILE LINE: as a whole
	holds "$1" grep -qxF -- "$3" "$tree/$2"
}
