#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The moment of the last net, and nothing else: when the root has not appeared for so many
# seconds, the binder gives back what it may be behind. earlybind-binder(8) tells of it.
#
# Without a word it looks every second until the root is mounted: for systemd. With "once"
# it looks once, and whoever called it calls again: dracut's initqueue, without systemd.
set -eu

clock=/run/earlybind-giveback	# when it was looked last, and the tenths that counted
longest=3	# between two looks; when the initqueue stands still, a prompt holds it

# All words that dracut reads, where there is only the shell.
print_words() {
	for file in /etc/cmdline /etc/cmdline.d/*.conf /proc/cmdline; do
		[ -r "$file" ] || continue
		line=
		while read -r line || [ "$line" ]; do	# the last has perhaps no end
			echo "$line"
			line=
		done <"$file"
	done
}

# Sets seconds, and patience where dracut gives up at a time of its own.
read_words() {
	seconds=30
	patience=
	words=$(print_words)
	set -f
	for word in $words; do
		case $word in
		rd.break | rd.break=*) exit 0 ;;	# somebody is at it by hand
		esac
		value=${word#*=}
		value=${value#\"}
		value=${value%\"}
		case $value in
		'' | *[!0-9]*) continue ;;
		??????*) value=99999 ;;
		esac
		value=${value#"${value%%[!0]*}"}	# 08 is no octal number
		value=${value:-0}
		case $word in
		rd.earlybind.giveback=*) seconds=$value ;;
		rd.retry=* | rd.timeout=* | systemd.default_device_timeout_sec=*)
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

# Somebody is asked for a passphrase. Where nobody can answer, for the keyboard or the
# network is bound, the time must still come: a tenth of it counts.
is_asked() {
	for file in /run/systemd/ask-password/ask.*; do
		[ ! -e "$file" ] || return 0
	done
	return 1
}

# The disk is there, and is being opened, checked or mounted.
is_held_up() {
	for file in /proc/[0-9]*/comm; do
		name=
		read -r name 2>/dev/null <"$file" || continue	# it has ended
		case $name in
		*fsck* | mount | mount.* | zpool | cryptsetup | systemd-cryptse*)
			return 0
			;;
		esac
	done
	return 1
}

look() {
	read -r now _ </proc/uptime
	now=${now%.*}
	last=$now
	counted=0
	if [ -e "$clock" ] && ! read -r last counted <"$clock"; then
		last=$now
		counted=0
	fi
	step=$((now - last))
	[ "$step" -le "$longest" ] || step=$longest
	if is_asked; then
		counted=$((counted + step))
	elif ! is_held_up; then
		counted=$((counted + 10 * step))
	fi
	echo "$now $counted" >"$clock"
}

is_time() {
	[ "$counted" -lt $((10 * seconds)) ] || return 0
	[ "$patience" ] && [ "$counted" -ge $((5 * patience)) ]
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
