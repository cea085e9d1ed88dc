#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The moment of the last net, and nothing else: when the root, or its /usr, has not
# appeared for so many seconds, the binder gives back what it may be behind.
# earlybind-binder(8) tells of it. Looks every second until they are mounted.
set -eu

longest=3	# what counts between two looks, whatever the clock says
counted=0	# tenths of a second
root=		# the root's device, where a name tells which one it is

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

# Somebody gives up after so long, "20", "20s", "20000ms", "1min" (systemd.time(7)): ours
# must be over by then.
be_patient_for() {
	number=$1
	factor=1000
	case $1 in
	*msec) number=${1%msec} factor=1 ;;
	*ms) number=${1%ms} factor=1 ;;
	*min) number=${1%min} factor=60000 ;;
	*m) number=${1%m} factor=60000 ;;
	*sec) number=${1%sec} ;;
	*s) number=${1%s} ;;
	esac
	case $number in
	'' | *[!0-9]* | ????????*) return 0 ;;
	esac
	number=${number#"${number%%[!0]*}"}	# 08 is no octal number
	number=$((${number:-0} * factor / 1000))
	[ "$number" -eq 0 ] || [ "$number" -gt "${patience:-99999}" ] ||
		patience=$number
}

# "x-systemd.device-timeout=20s" among the options of a mount.
read_options() {
	case ,$1 in
	*,x-systemd.device-timeout=*) ;;
	*) return 0 ;;
	esac
	value=${1##*x-systemd.device-timeout=}
	be_patient_for "${value%%,*}"
}

# Sets seconds, patience and root.
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
		case $word in
		root=*)
			root=
			case $value in
			UUID=*) root=/dev/disk/by-uuid/${value#UUID=} ;;
			PARTUUID=*) root=/dev/disk/by-partuuid/${value#PARTUUID=} ;;
			esac
			;;
		rootflags=*) read_options "$value" ;;
		rd.retry=* | rd.timeout=*) be_patient_for "$value" ;;
		systemd.default[-_]device[-_]timeout[-_]sec=*) be_patient_for "$value" ;;
		esac
		case $value in
		'' | *[!0-9]*) continue ;;
		??????*) value=99999 ;;
		esac
		value=${value#"${value%%[!0]*}"}	# 08 is no octal number
		value=${value:-0}
		case $word in
		rd.earlybind.giveback=*) seconds=$value ;;
		esac
	done
	set +f
}

# Whether the root has a /usr of its own, which the initramfs mounts, too.
wants_usr() {
	[ -r /sysroot/etc/fstab ] || return 1
	while read -r what where _ options _; do
		[ "$where" = /usr ] || continue
		case $what,$options, in
		"#"* | *,noauto,* | *,nofail,*) continue ;;
		esac
		read_options "$options"
		return 0
	done </sysroot/etc/fstab
	return 1
}

# Sets has_root; returns whether nothing is missing any more.
is_mounted() {
	has_root=
	has_usr=
	while read -r _ where _; do
		case $where in
		/sysroot) has_root=1 ;;
		/sysroot/usr) has_usr=1 ;;
		esac
	done </proc/mounts
	[ "$has_root" ] || return 1
	[ "$has_usr" ] || ! wants_usr
}

# Somebody is asked for a passphrase. Where nobody can answer, because the keyboard or the
# network is bound, the time must still come: a tenth of it counts.
is_asked() {
	for file in /run/systemd/ask-password/ask.*; do
		[ ! -e "$file" ] || return 0
	done
	is_running cryptroot-ask	# of dracut, without systemd
}

# Whether a process has such a name, or one that fits one of these patterns.
is_running() {
	for file in /proc/[0-9]*/comm; do
		name=
		read -r name 2>/dev/null <"$file" || continue	# it has ended
		for pattern; do
			# shellcheck disable=SC2254 # it is a pattern
			case $name in $pattern) return 0 ;; esac
		done
	done
	return 1
}

# The root's device is there, and a file system that lies on one device only: what the
# mount waits for is another one, such as a swap device that the image was made with.
is_there() {
	[ ! "$has_root" ] && [ "$root" ] && [ -e "$root" ] || return 1
	device=$(readlink -f "$root") || return 1
	read -r number 2>/dev/null <"/sys/class/block/${device##*/}/dev" || return 1
	[ -r "/run/udev/data/b$number" ] || return 1
	while read -r line; do
		case $line in
		E:ID_FS_TYPE=ext[234] | E:ID_FS_TYPE=f2fs | E:ID_FS_TYPE=xfs) return 0 ;;
		esac
	done <"/run/udev/data/b$number"
	return 1
}

# The disk is there, and is being opened, checked or mounted. A mount that waits for
# a server may wait for the card that leads there.
is_held_up() {
	! is_running 'mount.nfs*' mount.cifs mount.smb3 mount.ceph 'mount.gluster*' ||
		return 1
	is_running '*fsck*' mount 'mount.*' zpool cryptsetup 'systemd-cryptse*' ||
		is_there
}

look() {
	read -r now _ </proc/uptime
	now=${now%.*}
	step=$((now - ${last:-$now}))
	last=$now
	[ "$step" -le "$longest" ] || step=$longest
	if is_asked; then
		counted=$((counted + step))
	elif ! is_held_up; then
		counted=$((counted + 10 * step))
	fi
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
	sleep 1
done
