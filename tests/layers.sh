#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges what the sources include and what they may do: the table of docs/architecture.md.
# TOP names another tree than this one; tests/shell/layers.sh has wrong ones.
set -eu

cd "${TOP:-$(dirname "$0")/..}"
n=0
failed=0

judge() {	# SENTENCE FUNCTION: it prints what is wrong
	n=$((n + 1))
	why=$("$2" || :)
	if [ -z "$why" ]; then
		echo "ok $n - $1"
		return
	fi
	failed=1
	echo "not ok $n - $1"
	echo "$why" | sed 's/^/# /'
}

# FILE:HEADER for every include; headers with their directory where it is one of ours.
includes() {
	for file in binder/core/*.[ch] binder/*.[ch] config/*.[ch]; do
		sed -n 's/^#include *\(["<][^">]*\).*/\1/p' "$file" |
			while read -r header; do
			dir=${file%/*}
			case $header in
			'"core/'*) header=binder/${header#?} ;;
			'"'*) header=$dir/${header#?} ;;
			esac
			echo "$file:$header"
		done
	done
}

layer() {	# FILE: its number, higher ones may include lower ones
	case $1 in
	config/host.h) echo 2; return ;;	# the facts alone, without the reading
	esac
	case ${1%.?} in
	binder/core/text | binder/core/fault | binder/core/limits) echo 0 ;;
	binder/core/pci | binder/core/sysfs | binder/core/machine | \
		binder/core/machine_text | binder/core/machine_closer | \
		binder/core/screen | binder/core/function | \
		binder/core/rules | binder/core/words | binder/core/settings | \
		binder/core/cmdline | binder/core/home) echo 1 ;;
	binder/core/match | binder/core/plan | binder/core/plan_want | \
		binder/core/plan_storage | \
		binder/core/plan_text | binder/core/ids) echo 2 ;;
	config/findings | config/findings_* | config/host_twins | config/kargs | \
		config/kargs_*) \
		echo 2 ;;
	config/command | config/diff | config/json | config/memory | config/place | \
		config/text_file) echo 1 ;;
	binder/core/*) echo unknown ;;
	binder/main | config/main | config/cmd | config/cmd_*) echo 5 ;;
	config/export_xml | config/export_topology) echo 3 ;;
	config/export | config/export_* | \
		config/survey | config/list | config/list_* | config/generate | \
		config/generate_*) echo 4 ;;
	binder/* | config/*) echo 3 ;;
	esac
}

list=$(includes)


no_layer() {
	for file in binder/core/*.[ch]; do
		[ "$(layer "$file")" != unknown ] || echo "$file"
	done
}

across() {
	echo "$list" | while IFS=: read -r file header; do
		case $header in
		'<'*) continue ;;
		esac
		if [ ! -e "$header" ]; then
			echo "$file: there is no $header"
			continue
		fi
		case ${file%/*}:${header%/*} in
		binder/core:binder/core | binder:binder/core | config:binder/core) ;;
		binder:binder | config:config) ;;
		*) echo "$file includes $header" ;;
		esac
	done
}

upwards() {
	echo "$list" | while IFS=: read -r file header; do
		[ -e "$header" ] || continue
		[ "$(layer "$file")" -ge "$(layer "$header")" ] 2>/dev/null ||
			echo "$file (layer $(layer "$file")) includes $header"
	done
}

# Files, text and programs: what any tool would need.
base() {
	echo "$list" | grep -E '^config/(command|diff|json|memory|place|text_file)\.' |
		grep -vE ':(<|config/(command|diff|json|memory|place|text_file)\.h)' |
		grep -vE ':binder/core/(text|fault|sysfs|limits)\.h'
}

# What a verb judges is read before anybody judges it.
inputs() {
	echo "$list" |
		grep -E '^config/inputs\..:config/(facts|findings|kargs|status|sync)'
}

# renameat() is declared in stdio.h; tests/symbols.sh sees what is really used
comfort() {
	echo "$list" |
		grep -E '^binder/.*:<(stdio|stdlib|malloc|wchar|locale|dirent|glob)' |
		grep -vxF 'binder/file.c:<stdio.h'
}

opening() {
	echo "$list" | grep -E ':<(sys/mman|sys/mount|sys/wait|signal|time|fcntl)' |
		grep '^binder/core/' | grep -vx 'binder/core/sysfs.c:<fcntl.h'
}

changing() {
	grep -nE '\b(O_WRONLY|O_RDWR|O_CREAT|SYS_(init|finit|delete)_module)\b' \
		binder/*.c binder/core/*.c |
		grep -vE '^binder/(poke|log|file)\.c:|core/sysfs\.c:.*flags & O_CREAT'
}

paths() {
	grep -n '"/sys\|"/proc' binder/main.c config/main.c config/cmd_*.c
}

libraries() {
	echo "$list" | grep -E '<(libkmod|pci/|blkid|libmount|hwloc)' | grep -v '^config/'
}

judge "every file of core has a layer in tests/layers.sh" no_layer
judge "core includes core; binder and config include themselves and core" across
judge "includes go down the layers or stay in one" upwards
judge "the base of the host tool knows neither PCI nor policy" base
judge "inputs include neither facts nor findings" inputs
judge "the binder includes neither stdio nor heap" comfort
judge "in core only sysfs.c opens anything" opening
judge "only poke.c changes the machine; log.c and file.c write log and report" changing
judge "programs know no path of sysfs" paths
judge "only config uses libraries" libraries
echo "1..$n"
exit "$failed"
