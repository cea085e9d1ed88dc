#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The moment of the last net, and nothing else: when the root has not appeared for so many
# seconds, the binder gives back what it may be behind. earlybind-binder(8) tells of it.
#
# Without a word it looks every second until the root is mounted: for systemd. With "once"
# it looks once, and whoever called it calls again: dracut's initqueue, without systemd.
set -eu

clock=/run/earlybind/giveback	# when it was looked last, and the seconds that counted
longest=3	# between two looks; when the initqueue stands still, a prompt holds it

# Sets seconds, and patience where dracut gives up at a time of its own.
read_words() {
	seconds=30
	patience=
	line=
	read -r line </proc/cmdline || :	# without an end of line that is false
	set -f
	for word in $line; do
		case $word in
		rd.break | rd.break=*) exit 0 ;;	# somebody is at it by hand
		esac
		value=${word#*=}
		case $value in
		'' | *[!0-9]*) continue ;;
		??????*) value=99999 ;;
		esac
		case $word in
		rd.earlybind.giveback=*) seconds=$value ;;
		rd.retry=* | rd.timeout=*)
			[ "$value" -eq 0 ] || [ "$value" -gt "${patience:-99999}" ] ||
				patience=$value
			;;
		esac
	done
	set +f
}

is_mounted() {
	while read -r _ dir _; do
		[ "$dir" != /sysroot ] || return 0
	done </proc/mounts
	return 1
}

# The disk is there, and somebody is asked for its passphrase, or it is being checked.
is_held_up() {
	for file in /run/systemd/ask-password/ask.*; do
		[ ! -e "$file" ] || return 0
	done
	for file in /proc/[0-9]*/comm; do
		name=
		read -r name 2>/dev/null <"$file" || continue	# it has ended
		case $name in *fsck*) return 0 ;; esac
	done
	return 1
}

look() {
	read -r now _ </proc/uptime
	now=${now%.*}
	last=$now
	counted=0
	[ ! -e "$clock" ] || read -r last counted <"$clock"
	step=$((now - last))
	[ "$step" -le "$longest" ] || step=$longest
	! is_held_up || step=0
	counted=$((counted + step))
	echo "$now $counted" >"$clock"
}

is_time() {
	[ "$counted" -lt "$seconds" ] || return 0
	[ "$patience" ] && [ $((counted * 2)) -ge "$patience" ]
}

[ ! -e /run/earlybind/returned ] || exit 0
read_words
[ "$seconds" -gt 0 ] || exit 0
while ! is_mounted; do
	look
	if is_time; then
		trap '' TERM	# a stop waits until all is given back
		exec /usr/lib/earlybind/earlybind-binder --give-back
	fi
	[ "${1:-}" != once ] || exit 0
	sleep 1
done
