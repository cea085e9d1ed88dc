#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges what the sources include and what they may do: the table of docs/architecture.md.
# TOP names another tree than this one; tests/static/layers-test.sh has wrong ones.
# shellcheck disable=SC2016 # programs in awk
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/judge.sh
. "$here/../lib/judge.sh"
cd "${TOP:-$here/../..}"

# FILE:HEADER for every include; headers with their directory where it is one of ours.
includes() {
	# shellcheck disable=SC2086 # a list of files
	awk '
	match($0, /^#include *["<][^">]*/) {
		header = substr($0, RSTART, RLENGTH)
		sub(/^#include */, "", header)
		dir = FILENAME
		sub(/\/[^\/]*$/, "", dir)
		if (header ~ /^"core\//)
			sub(/^"/, "binder/", header)
		else if (dir ~ /^config/)
			sub(/^"/, "config/", header)
		else
			sub(/^"/, dir "/", header)
		print FILENAME ":" header
	}' $sources
}

# The files of core by their layers: higher ones may include lower ones.
layers='
0 text fault limits exit_code
1 pci rule words
2 sysfs machine machine_text machine_closer screen function rules settings cmdline home
2 outcome
3 match plan plan_want plan_storage plan_text reasons ids sources
'

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

# What the judges below ask in awk: room(), layer(), uses, and "there" has every file.
laws='
BEGIN {
	n = split(ENVIRON["rooms"], line, "\n")
	for (i = 1; i <= n; i++) {
		if (split(line[i], part, ": *") < 1)
			continue
		named[part[1]] = 1
		m = split(part[2], use, " ")
		for (j = 1; j <= m; j++)
			uses[part[1], use[j]] = 1
	}
	n = split(ENVIRON["layers"], line, "\n")
	for (i = 1; i <= n; i++) {
		m = split(line[i], word, " ")
		for (j = 2; j <= m; j++)
			layers["binder/core/" word[j]] = word[1]
	}
	n = split(ENVIRON["sources"], line, "\n")
	for (i = 1; i <= n; i++)
		there[line[i]] = 1
}
function room(file)
{
	sub(/^config\//, "", file)
	if (!sub(/\/.*/, "", file))
		sub(/[.].*/, "", file)
	return file
}
function folder(file)
{
	sub(/\/[^\/]*$/, "", file)
	return file
}
function layer(file)
{
	sub(/[.].$/, "", file)
	if (file ~ /^binder\/core\//)
		return file in layers ? layers[file] : -1
	return file == "binder/main" ? 5 : file ~ /^binder\// ? 4 : 6
}
'
sources=$(ls binder/core/*.[ch] binder/*.[ch] config/*.[ch] config/*/*.[ch])
list=$(includes)
export rooms layers sources

# A program for each include, with the file in $1 and its header in $2.
each() {	# PROGRAM
	echo "$list" | awk -F: "$laws $1"
}

no_room() {
	each 'END {
		for (file in there)
			if (file ~ /^config\// && !(room(file) in named))
				print file
	}'
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
	each '$1 ~ /^config\// && $2 ~ /^config\// {
		from = room($1)
		to = room($2)
		if (from != to && !((from, to) in uses))
			print $1 ": " from " may not include " to
	}'
}

no_layer() {
	each 'END {
		for (file in there)
			if (layer(file) < 0)
				print file
	}'
}

across() {
	each '
	$2 ~ /^</ { next }
	!($2 in there) {
		print $1 ": there is no " $2
		next
	}
	{
		from = folder($1)
		to = folder($2)
		if (to == "binder/core" && from ~ /^(binder$|binder\/core$|config)/ ||
		    to == "binder" && from == "binder" ||
		    to ~ /^config/ && from ~ /^config/)
			next
		print $1 " includes " $2
	}'
}

upwards() {
	each '$2 in there && layer($1) < layer($2) {
		print $1 " (layer " layer($1) ") includes " $2
	}'
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
judged
