#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# When the initramfs has the binder give back what the root may be behind: giveback.sh of
# the dracut module, with a clock that "sleep" moves on.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
module=$top/dracut-module/50earlybind
root=$work/root
script=$work/giveback.sh
sed "s,/usr/lib/earlybind,$work/bin,; s,\([ <=]\)/proc,\1$root/proc,; \
	s,\([ <=]\)/run,\1$root/run,; s, /etc, $root/etc,g; \
	s,\([ <=\"]\)/\(sysroot/etc\|dev\|sys/class\|run/udev\),\1$root/\2,g" \
	"$module/giveback.sh" >"$script"
mkdir "$work/bin"

# The binder notes when it was called, and what it does with a SIGTERM.
cat >"$work/bin/earlybind-binder" <<END
#!/bin/sh
read -r now _ <$root/proc/uptime
echo "at \$now: \$*" >>$work/called
kill -TERM \$\$
: >$root/run/earlybind/returned
END
# A second goes by, or whatever the case says; after some minutes there is a root.
cat >"$work/bin/sleep" <<END
#!/bin/sh
read -r now rest <$root/proc/uptime
now=\$((\${now%.*} + \$1))
echo "\$now.42 \$rest" >$root/proc/uptime
[ ! -e $work/meanwhile ] || . $work/meanwhile
[ "\$now" -lt 300 ] || echo "x /sysroot ext4 ro" >>$root/proc/mounts
END
chmod +x "$work/bin"/*

start() {	# WORDS of the kernel command line
	rm -rf "$root" "$work/meanwhile" "$work/called"
	mkdir -p "$root/proc/1" "$root/run/earlybind" "$root/run/systemd/ask-password"
	echo "8.10 20.00" >"$root/proc/uptime"
	echo systemd >"$root/proc/1/comm"
	echo "rootfs / rootfs rw 0 0" >"$root/proc/mounts"
	printf '%s\n' "BOOT_IMAGE=/vmlinuz $*" >"$root/proc/cmdline"
	: >"$work/called"
}

called() {	# TIME|never SENTENCE
	: >"$work/expected"
	[ "$1" = never ] || echo "at $1.42: --give-back" >"$work/expected"
	[ "$code" = 0 ] || echo "exit code $code" >>"$work/called"
	cat "$work/err" >>"$work/called"
	same "$work/expected" "$work/called" "$2"
}

# Runs it under $shell until it ends.
wait_all() {
	# shellcheck disable=SC2086 # words
	run env PATH="$work/bin:$PATH" $shell "$script"
}

for shell in dash 'busybox sh' bash; do
	command -v "${shell%% *}" >/dev/null || {
		skip "$shell" "${shell%% *} is not installed"
		continue
	}
	start
	wait_all
	called 38 "$shell: after 30 seconds"
	wait_all
	called 38 "$shell: and not a second time"
	start rd.earlybind.giveback=9 rd.earlybind.giveback=12
	wait_all
	called 20 "$shell: when the kernel command line says, the last word wins"
	start rd.earlybind.giveback=0
	wait_all
	called never "$shell: not when it is switched off"
	start rd.earlybind.giveback=soon
	wait_all
	called 38 "$shell: what is no number changes nothing"
	start rd.earlybind.giveback=08
	wait_all
	called 16 "$shell: a number with a zero before it is no octal one"
	start rd.earlybind.giveback=99999999999999999999
	wait_all
	called never "$shell: a number of any length"
	start rd.retry=20
	wait_all
	called 18 "$shell: well before dracut gives up"
	start systemd.default_device_timeout_sec=20
	wait_all
	called 18 "$shell: and before systemd does"
	for word in _timeout_sec=20s -timeout-sec=20 _timeout_sec=20000ms \
		_timeout_sec=20sec _timeout_sec=020; do
		start "systemd.default_device$word"
		wait_all
		called 18 "$shell: and as systemd writes it: $word"
	done
	start systemd.default_device_timeout_sec=1min
	wait_all
	called 38 "$shell: a minute is longer"
	start rd.timeout=40 rd.retry=90 rd.retry=0
	wait_all
	called 28 "$shell: and before a device is given up"
	start
	mkdir -p "$root/etc/cmdline.d"
	printf 'root=x rd.retry=20' >"$root/etc/cmdline.d/20-x.conf"
	wait_all
	called 18 "$shell: also by a word that the image brings"
	start 'rd.earlybind.giveback="12"'
	wait_all
	called 20 "$shell: quotes are no part of a word"
	start
	: >"$root/run/earlybind-giveback"
	rm -r "$root/run/earlybind"
	echo "mkdir -p $root/run/earlybind" >"$work/meanwhile"
	wait_all
	called 38 "$shell: an empty clock, and a binder that has left nothing"
	start rd.break=pre-mount
	wait_all
	called never "$shell: not when somebody wants a shell on the way"
	start 'x="* rd.break y"' '/*' rd.earlybind.giveback=2
	printf %s "$(cat "$root/proc/cmdline")" >"$root/proc/cmdline"
	wait_all
	called never "$shell: words are no patterns, and the end of line may be missing"

	start
	echo "[ \$now != 20 ] || echo 'x /sysroot ext4 ro' >>$root/proc/mounts" \
		>"$work/meanwhile"
	wait_all
	called never "$shell: not once the root is mounted"
	start
	cat >"$work/meanwhile" <<-END
		[ \$now != 20 ] || : >$root/run/systemd/ask-password/ask.x1
		[ \$now != 120 ] || rm $root/run/systemd/ask-password/ask.x1
	END
	wait_all
	called 128 "$shell: while a passphrase is asked for a tenth of the time counts"
	start rd.earlybind.giveback=12
	: >"$root/run/systemd/ask-password/ask.x1"
	wait_all
	called 128 "$shell: so that a prompt that nobody can answer comes to an end"
	for name in mount mount.ntfs systemd-cryptse zpool; do
		start
		mkdir "$root/proc/78"
		cat >"$work/meanwhile" <<-END
			[ \$now != 20 ] || echo $name >$root/proc/78/comm
			[ \$now != 50 ] || rm $root/proc/78/comm
		END
		wait_all
		called 68 "$shell: the time stands still while $name is at it"
	done
	start
	mkdir "$root/proc/78" "$root/proc/79"
	echo mount >"$root/proc/78/comm"
	echo mount.nfs4 >"$root/proc/79/comm"
	wait_all
	called 38 "$shell: but not while a server is waited for"
	start
	mkdir "$root/proc/77"
	cat >"$work/meanwhile" <<-END
		[ \$now != 20 ] || echo fsck.ext4 >$root/proc/77/comm
		[ \$now != 50 ] || rm $root/proc/77/comm
	END
	wait_all
	called 68 "$shell: and while a file system is checked"

	start rd.earlybind.giveback=6
	echo "[ \$now != 10 ] || echo 100.42 >$root/proc/uptime" >"$work/meanwhile"
	wait_all
	called 102 "$shell: a clock that jumps is not waiting for the root"
	start rd.earlybind.giveback=12
	mkdir "$root/proc/79"
	echo cryptroot-ask >"$root/proc/79/comm"
	wait_all
	called 128 "$shell: a prompt of dracut's without systemd: a tenth counts, too"
	start 'rootflags="rw,x-systemd.device-timeout=20s"'
	wait_all
	called 18 "$shell: well before the root's own time-out"

	start
	mkdir -p "$root/sysroot/etc"
	echo "x /sysroot ext4 ro" >>"$root/proc/mounts"
	printf '#UUID=1 /usr ext4 rw 0 2\nUUID=2 / ext4 rw 0 1\n' \
		>"$root/sysroot/etc/fstab"
	wait_all
	called never "$shell: not for a /usr that is on the root"
	echo "UUID=1 /usr ext4 ro,x-systemd.device-timeout=08s 0 2" \
		>>"$root/sysroot/etc/fstab"
	wait_all
	called 12 "$shell: a /usr of its own that is missing"
	start
	mkdir -p "$root/sysroot/etc"
	echo "x /sysroot ext4 ro" >>"$root/proc/mounts"
	echo "UUID=1 /usr ext4 ro 0 2" >"$root/sysroot/etc/fstab"
	echo "[ \$now != 20 ] || echo 'x /sysroot/usr ext4 ro' >>$root/proc/mounts" \
		>"$work/meanwhile"
	wait_all
	called never "$shell: not once it is mounted"

	for kind in ext4 btrfs; do
		start root=UUID=1-2
		mkdir -p "$root/dev/disk/by-uuid" "$root/sys/class/block/sda1" \
			"$root/run/udev/data"
		: >"$root/dev/sda1"
		ln -s ../../sda1 "$root/dev/disk/by-uuid/1-2"
		echo 8:1 >"$root/sys/class/block/sda1/dev"
		printf 'S:disk/by-uuid/1-2\nE:ID_FS_TYPE=%s\n' $kind \
			>"$root/run/udev/data/b8:1"
		echo "[ \$now != 50 ] || rm $root/dev/disk/by-uuid/1-2" >"$work/meanwhile"
		wait_all
		[ $kind = ext4 ] || break
		called 79 "$shell: while the root's device is there, it is not that"
	done
	called 38 "$shell: of several devices one being there is not enough"
	start
	rm -r "$root/run"
	run env PATH="$work/bin:$PATH" "$shell" "$script"
	holds "$shell: a failure is no success" [ "$code" != 0 ]
done
finish
