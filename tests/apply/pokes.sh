#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Failure paths: the binder with a scripted fake kernel (tests/apply/fakekernel.c) carries
# out a plan on a tree of plain files. Compares every poke in order, and the report.
#
# A case is a directory below tests/apply/pokes with rules.conf, pokes, report, exit, and
# what it needs of: kernel (the script), setup (shell: what is there before the boot),
# cmdline, image.conf, machine, then (shell: what happens after the boot; "back" gives
# back). The first line of rules.conf says what the case proves. A file "stuck" names the
# devices that are left as they are, "asleep" a file that nobody comes back from reading
# (by strace). A case that waits for seconds has a file "waits"; all of those run at once.
# "UPDATE=1 tests/apply/pokes.sh NAME" writes pokes, report and exit; read them then.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
binder=${BINDER_FAKE:-$here/../../build/test/earlybind-binder-fake}
# The search for leaks costs as much as the rest; the binder has no heap.
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$("$binder" --version)
version=${version##* }
n=0

ok() {
	n=$((n + 1))
	echo "ok $n - $1"
}

not_ok() {
	n=$((n + 1))
	echo "not ok $n - $1"
	sed 's/^/# /' "$work/why"
	failed=1
}

# --- for the file "setup" of a case; $root is the tree

driver() {	# NAME: a driver that is registered
	mkdir -p "$root/sys/bus/pci/drivers/$1"
	for a in bind unbind remove_id ids; do
		: >>"$root/sys/bus/pci/drivers/$1/$a"
	done
	case $1 in *vfio*)
		grep -qs "kernel is old" "$root/kernel" ||
			mkdir -p "$root/sys/class/vfio-dev"
	esac
}

ids() {		# DRIVER IDS: what it was given as ids=
	driver "$1"
	echo "$2" >"$root/sys/bus/pci/drivers/$1/ids"
}

bound() {	# ADDRESS DRIVER
	driver "$2"
	ln -s "../../../bus/pci/drivers/$2" "$root/sys/bus/pci/devices/$1/driver"
	ln -s nowhere "$root/sys/bus/pci/drivers/$2/$1"
	case $2 in *vfio*)
		mkdir -p "$root/sys/bus/pci/devices/$1/vfio-dev/vfio0"
	esac
}

screen() {	# ADDRESS: its driver has a DRM device
	mkdir -p "$root/sys/bus/pci/devices/$1/drm/card0"
}

param() {	# MODULE PARAMETER VALUE [MODE]: a module that is there, and what it has
	mkdir -p "$root/sys/module/$1/parameters"
	echo "$3" >"$root/sys/module/$1/parameters/$2"
	chmod "${4:-644}" "$root/sys/module/$1/parameters/$2"
}

framebuffer() {	# DRIVER ADDRESS [BOOTFB]: it draws on the card, as the firmware left it
	platform=$root/sys/bus/platform
	mkdir -p "$platform/devices/$1.0" "$platform/drivers/$1"
	: >"$platform/drivers/$1/bind"
	: >"$platform/drivers/$1/unbind"
	ln -s "../../drivers/$1" "$platform/devices/$1.0/driver"
	{
		echo "00000000-00000000 : PCI Bus 0000:00"
		sed -n "s/^address=\([^ ]*\) .*class=03.*/\1/p" "$screen_machine" |
			while read -r card; do
			echo "  00000000-00000000 : $card"
			[ "$card" = "$2" ] || continue
			echo "    00000000-00000000 : ${3:-${1%%-*}fb}"
			[ -z "${3:-}" ] || echo "      00000000-00000000 : ${1%%-*}fb"
		done
	} >"$root/iomem"
	cp "$root/iomem" "$root/proc/iomem"
}

text_console() {
	mkdir -p "$root/sys/class/vtconsole/vtcon0"
	echo "(S) VGA+" >"$root/sys/class/vtconsole/vtcon0/name"
}

# --- one case

make_tree() {	# CASE
	root=$work/root
	rm -rf "$root"
	image=$here/pokes/image.conf
	[ ! -e "$1/image.conf" ] || image=$1/image.conf
	screen_machine=$1/machine
	if [ -e "$1/machine" ]; then
		"$here/../lib/tree" "$1/machine" "$root"
	else
		cp -a "$work/usual" "$root"
		(cd "$root" && xargs chmod 200 <"$work/unread")
	fi
	mkdir "$root/dev"
	: >"$root/dev/kmsg"
	: >"$root/pokes"
	cp "$1/rules.conf" "$root/etc/earlybind.conf"
	sed "s/@VERSION@/$version/" "$image" >"$root/usr/lib/earlybind/image.conf"
	[ ! -e "$1/cmdline" ] || cp "$1/cmdline" "$root/proc/cmdline"
	[ ! -e "$1/kernel" ] || cp "$1/kernel" "$root/kernel"
	# shellcheck source=/dev/null
	[ ! -e "$1/setup" ] || . "$1/setup"
}

# Whoever reads the file that "asleep" names sleeps for longer than the binder waits.
run_binder() {	# OPTION
	code=0
	set -- "$binder" --root "$root" "$@"
	if [ -e "${asleep:-}" ]; then
		set -- strace -f -o /dev/null -E ASAN_OPTIONS=detect_leaks=0 \
			-e trace=read,pread64 \
			-P "$(readlink -f "$root/$(cat "$asleep")")" \
			-e inject=read,pread64:delay_enter=25000000 "$@"
	fi
	"$@" >"$work/out" 2>&1 || code=$?
	sed -i '/^strace: /d' "$work/out"	# that a sleeper was killed
	if [ -s "$work/out" ]; then
		cat "$work/out" >>"$work/why"
	fi
	sed '1s/^# earlybind [^ ]* boot=[^ ]* took=[0-9]* us$/# earlybind/' \
		"$root/run/earlybind/report" >"$work/report" 2>>"$work/why" || :
}

back() {	# the root did not appear
	run_binder --give-back
}

same() {	# WHAT EXPECTED ACTUAL
	if [ "${UPDATE:-}" ]; then
		cp "$3" "$2"
	fi
	[ -e "$2" ] || : >"$2"
	diff -u "$2" "$3" >>"$work/why" 2>&1 || echo "$1 differs" >>"$work/why"
}

# The last line of each device that was to be bound.
last_lines() {
	grep '^bind ' "$work/report" | tac | awk '!seen[$2]++'
}

# Whatever happened: a device is bound and stays so, or it is free for its own driver.
check_devices() {	# DIR
	last_lines >"$work/last" || :
	while read -r _ address _ _ _ rest; do
		dir=$root/sys/bus/pci/devices/$address
		[ -e "$dir" ] || continue
		! grep -qsx "$address" "$1/stuck" || continue
		override=$(cat "$dir/driver_override" 2>/dev/null || echo '(null)')
		has=$(readlink "$dir/driver" || :)
		has=${has##*/}
		case $rest in
		*'-> bound'*)
			[ "$override" = "${has:-none}" ] ||
				echo "$address: has ${has:-none}, override $override"
			;;
		*)
			[ "$override" = '(null)' ] ||
				echo "$address: override $override stays"
			case $has in *vfio* | *stub*)
				echo "$address: $has still has it"
			esac
			;;
		esac
	done <"$work/last" >>"$work/why"
}

# Half a card is no card.
check_cards() {
	for card in 0000:01:00 0000:02:00; do
		sed -n "/^bind *$card.*-> /s/.*-> //p" "$work/report" >"$work/outcomes"
		if grep -qx 'bound' "$work/outcomes" &&
			grep -qvx 'bound.*' "$work/outcomes"; then
			echo "half of the card $card is bound" >>"$work/why"
		fi
	done
}

# A card that is not bound has its screen, unless the report says that it is gone.
check_screen() {
	platform=$root/sys/bus/platform/devices
	grep '^release .*-> ' "$work/report" >"$work/released" || return 0
	if grep -q '> given back' "$work/released"; then
		ls "$platform"/*/driver >"$work/drivers" 2>&1 ||
			echo "no driver draws on the screen" >>"$work/why"
	elif ! grep -q '> gone' "$work/released"; then
		read -r _ address _ <"$work/released"
		grep -q "^bind  *$address .*-> bound" "$work/report" ||
			echo "the screen of $address is not given back" >>"$work/why"
	fi
}

# The log lost nothing, and shouts only what is wrong.
check_log() {
	sed -n '1!s/^# //;1!p' "$work/report" | sort >"$work/lines"
	sed 's/^<[36]>earlybind: //' "$root/dev/kmsg" | sort >"$work/logged"
	comm -23 "$work/lines" "$work/logged" | sed 's/^/not in the log: /' >>"$work/why"
	grep -v '^<[36]>earlybind: ' "$root/dev/kmsg" >>"$work/why" || :
}

judge() {	# SENTENCE
	if [ -s "$work/why" ]; then
		not_ok "$1"
	else
		ok "$1"
	fi
}

one_case() {	# DIR
	: >"$work/why"
	asleep=$1/asleep
	make_tree "$1"
	run_binder --boot
	# shellcheck source=/dev/null
	[ ! -e "$1/then" ] || . "$1/then"
	same pokes "$1/pokes" "$root/pokes"
	same report "$1/report" "$work/report"
	[ ! "${UPDATE:-}" ] || echo "$code" >"$1/exit"
	expected=$(cat "$1/exit")
	[ "$code" = "$expected" ] || echo "exit code $code, not $expected" >>"$work/why"
	check_devices "$1"
	check_cards
	check_screen
	check_log
	judge "$(sed -n '1s/^# *//p' "$1/rules.conf")"
}

# What is not bound is with its own driver, as the script of the kernel has it.
check_natives() {
	sed -n 's/^native //p' "$root/kernel" >"$work/natives"
	while read -r address driver; do
		grep -q "^bind  *$address .* -> bound" "$work/report" && continue
		link=$(readlink "$root/sys/bus/pci/devices/$address/driver") || link=none
		[ "${link##*/}" = "$driver" ] ||
			echo "$address is with ${link##*/}, not $driver" >>"$work/why"
	done <"$work/natives"
}

# The child dies after each poke of a boot that goes well.
die_everywhere() {	# DIR
	at=0
	asleep=
	while read -r poke; do
		at=$((at + 1))
		: >"$work/why"
		make_tree "$1"
		echo "die after $at" >>"$root/kernel"
		run_binder --boot
		expected=1
		grep '^bind ' "$work/report" | grep -qv ' -> bound' || expected=0
		[ "$code" = "$expected" ] ||
			echo "exit code $code, not $expected" >>"$work/why"
		grep -q '^# the child was killed by signal 9 in step ' "$work/report" ||
			echo "the report does not say where the child died" >>"$work/why"
		check_devices "$1"
		check_cards
		check_screen
		check_log
		check_natives
		judge "killed after \"$poke\" ($at): nothing is left half done"
	done <"$1/pokes"
}

failed=
[ -x "$binder" ] || {
	echo "1..0 # SKIP $binder is not built"
	exit 0
}
"$here/../lib/tree" "$here/pokes/machine" "$work/usual"
# cp reads what it copies; these can only be written to
(cd "$work/usual" && find . -type f -perm 200 -print -exec chmod 600 {} +) >"$work/unread"
if [ $# = 0 ]; then
	for file in "$here"/pokes/*/waits; do
		dir=${file%/waits}
		"$0" "${dir##*/}" >"$work/${dir##*/}.tap" 2>&1 &
	done
fi
for dir in "$here"/pokes/${1:-*}/; do
	if [ $# != 0 ] || [ ! -e "$dir/waits" ]; then
		one_case "${dir%/}"
	fi
done
if [ $# = 0 ]; then
	wait
	cat "$work"/*.tap >"$work/waited"
	while read -r line; do
		case $line in
		"ok "*) ok "${line#* - }" ;;
		"not ok "*) : >"$work/why"; not_ok "${line#* - }" ;;
		"#"*) echo "$line" ;;
		esac
	done <"$work/waited"
	die_everywhere "$here/pokes/card"
	die_everywhere "$here/pokes/driver-bound"
	die_everywhere "$here/pokes/rescue"
	die_everywhere "$here/pokes/release"
fi
echo "1..$n"
[ ! "$failed" ]
