#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges what the sources include and what they may do: the table of docs/architecture.md.
# TOP names another tree than this one; tests/static/layers-test.sh has wrong ones.
set -eu

cd "${TOP:-$(dirname "$0")/../..}"
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
	for file in binder/core/*.[ch] binder/*.[ch] config/*.[ch] config/*/*.[ch]; do
		sed -n 's/^#include *\(["<][^">]*\).*/\1/p' "$file" |
			while read -r header; do
			dir=${file%/*}
			case $header:$dir in
			'"core/'*) header=binder/${header#?} ;;
			'"'*:config*) header=config/${header#?} ;;
			'"'*) header=$dir/${header#?} ;;
			esac
			echo "$file:$header"
		done
	done
}

layer() {	# FILE of core: its number, higher ones may include lower ones
	case ${1%.?} in
	binder/core/text | binder/core/fault | binder/core/limits | \
		binder/core/exit_code) echo 0 ;;
	binder/core/pci | binder/core/rule | binder/core/words) echo 1 ;;
	binder/core/sysfs | binder/core/machine | \
		binder/core/machine_text | binder/core/machine_closer | \
		binder/core/screen | binder/core/function | \
		binder/core/rules | binder/core/settings | \
		binder/core/outcome | \
		binder/core/cmdline | binder/core/home) echo 2 ;;
	binder/core/match | binder/core/plan | binder/core/plan_want | \
		binder/core/plan_storage | \
		binder/core/plan_text | binder/core/reasons | binder/core/ids | \
		binder/core/sources) echo 3 ;;
	binder/core/*) echo unknown ;;
	binder/main) echo 5 ;;
	binder/*) echo 4 ;;
	config/*) echo 6 ;;
	esac
}

# The rooms of the host tool, and which each may use besides itself and core: the table
# of docs/architecture.md. A file of config/ itself is a room of its own.
rooms='
base:
words:
host: base
facts: base words host
request:
inputs: facts host request
loader: base words host
image: base words facts host loader
judge: words facts image
remake: base facts image judge
status: base facts inputs judge loader
survey: base facts image inputs judge loader status
show: base survey
guest: base facts inputs judge request show
cmd: base facts guest host image inputs loader remake show status survey
main: base cmd
'

room() {	# FILE of config/: its room
	file=${1#config/}
	case $file in
	*/*) echo "${file%%/*}" ;;
	*) echo "${file%.?}" ;;
	esac
}

list=$(includes)

no_room() {
	for file in config/*.[ch] config/*/*.[ch]; do
		echo "$rooms" | grep -q "^$(room "$file"):" || echo "$file"
	done
}

# Each room uses only those that stand above it in the table, and those are named.
room_order() {
	seen=" "
	echo "$rooms" | while IFS=': ' read -r name uses; do
		[ -n "$name" ] || continue
		for use in $uses; do
			case $seen in
			*" $use "*) ;;
			*) echo "$name uses $use, which does not stand above it" ;;
			esac
		done
		seen="$seen$name "
	done
}

doors() {
	echo "$list" | grep '^config/.*:config/' | while IFS=: read -r file header; do
		from=$(room "$file")
		to=$(room "$header")
		[ "$from" = "$to" ] ||
			echo "$rooms" | grep -Eq "^$from:.* $to( |\$)" ||
			echo "$file: $from may not include $header"
	done
}

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
		binder/core:binder/core | binder:binder/core | config*:binder/core) ;;
		binder:binder | config*:config*) ;;
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

# Files, texts and programs: what any tool would need.
base() {
	echo "$list" | grep '^config/base/.*:binder/' |
		grep -vE ':binder/core/(text|fault|sysfs|limits)\.h'
}

# What is judged was read before.
pure() {
	grep -nE '\b(sysfs_[a-z]+|open(at)?|fopen|read(link)?|stat)\(' config/judge/*.c
	echo "$list" | grep -E '^config/judge/.*:<(fcntl|unistd|dirent|stdio|sys/)'
}

# renameat() is declared in stdio.h; tests/static/symbols.sh sees what is really used
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
	grep -n '"/sys\|"/proc' binder/main.c config/main.c config/cmd/*.c
}

# What is read in which order, and what must agree, is written once for boot and host. The
# host tool parses texts that no boot has read: of an image, of itself.
reading() {
	grep -nE '\b(cmdline_rules|rules_check_version|match_want_dsn|home_read)\(' \
		binder/*.c config/*.c config/*/*.c
	grep -n '\brules_parse(' binder/*.c
}

libraries() {
	echo "$list" | grep -E '<(libkmod|pci/|blkid|libmount|hwloc)' | grep -v '^config/'
}

judge "every file of core has a layer in tests/static/layers.sh" no_layer
judge "core includes core; binder and config include themselves and core" across
judge "in core and binder includes go down the layers or stay in one" upwards
judge "every file of the host tool is in a room of tests/static/layers.sh" no_room
judge "the rooms stand in the order of their use" room_order
judge "a room includes only those that it may use" doors
judge "the base of the host tool knows neither PCI nor policy" base
judge "judge/ judges what others have read" pure
judge "the binder includes neither stdio nor heap" comfort
judge "in core only sysfs.c opens anything" opening
judge "only poke.c changes the machine; log.c and file.c write log and report" changing
judge "programs know no path of sysfs" paths
judge "rules and machine are read by core/sources.c, at boot and on the host" reading
judge "only config uses libraries" libraries
echo "1..$n"
exit "$failed"
