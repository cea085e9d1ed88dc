#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The dracut module, with dracut's functions replaced by small ones that copy and note.
# That the image boots is for tests/vm/boot.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
PATH=$PATH:/usr/sbin:/sbin
module=$top/dracut-module/50earlybind
command -v bash >/dev/null || skip_all "bash is not installed: dracut's language"

# A system with one kernel, whose vfio modules are all built in.
root=$work/root
lib=/usr/lib/earlybind
mkdir -p "$root/etc" "$root$lib" "$root/lib/modules/6.1" "$work/bin"
# a host in memory, which needs no disk
mkdir -p "$root/proc/self"
echo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw" >"$root/proc/self/mountinfo"
printf 'the binder' >"$root$lib/earlybind-binder"
chmod 755 "$root$lib/earlybind-binder"
echo "bind id=10de:2206" >"$root/etc/earlybind.conf"
for name in vfio vfio-pci vfio_iommu_type1; do
	echo "kernel/drivers/vfio/$name.ko"
done >"$root/lib/modules/6.1/modules.builtin"
: >"$root/lib/modules/6.1/modules.order"
: >"$root/lib/modules/6.1/modules.builtin.modinfo"
command -v depmod >/dev/null || skip_all "depmod is not installed"
depmod -b "$root" 6.1
ln -s "$top/build/test/earlybind" "$work/bin/earlybind"

# What dracut brings, and what it says, in short; "included" is what the image has.
cat >"$work/stubs" <<'END'
included=" $INCLUDED "
dracut_module_included() { [[ $included == *" $1 "* ]]; }
inst_simple() {
	[[ $NOINST != 1 ]] || return 1
	mkdir -p "$initdir${2%/*}" && cp -p "$1" "$initdir$2"
}
inst_multiple() { echo "inst_multiple $*"; [[ $NOINST != sleep ]]; }
inst_hook() { echo "hook $1 $2 ${3##*/}"; inst_simple "$3" "/hooks/$1/$2-${3##*/}"; }
derror() { echo "E: $*"; }
dwarn() { echo "W: $*"; }
fakectl() { echo "systemctl $*"; }
SYSTEMCTL=fakectl
systemdsystemunitdir=/usr/lib/systemd/system
kernel=${KERNEL:-6.1}
END

# As dracut does: source the file, call one of its functions. "set -e" is not dracut's.
dracut() {	# FUNCTION [VARIABLE=VALUE...]
	call=$1
	shift
	rm -rf "$work/initdir" "$work/tmp"
	mkdir "$work/initdir" "$work/tmp"
	# shellcheck disable=SC2016 # the other shell expands these
	run env PATH="$work/bin:$PATH" INCLUDED=base NOINST=0 dracutsysrootdir="$root" \
		initdir="$work/initdir" moddir="$module" DRACUT_TMPDIR="$work/tmp" "$@" \
		bash -c '. "$1"; . "$2/module-setup.sh"; "$3"' bash "$work/stubs" \
		"$module" "$call"
}

inside() {	# SENTENCE, the files on standard input
	sort >"$work/expected"
	(cd "$work/initdir" && find . -type f | sed 's/^\.//' | sort) >"$work/found"
	same "$work/expected" "$work/found" "$1"
	holds "$1: nothing stays in the temporary directory" [ -z "$(ls -A "$work/tmp")" ]
}

says() {	# SENTENCE, what it says on standard input
	cat >"$work/expected"
	[ "$code" = 0 ] || echo "exit code 0" >>"$work/expected"
	cat "$work/err" >>"$work/out"
	same "$work/expected" "$work/out" "$1"
}

# --- check()
dracut check
says "check: it is in every image" </dev/null
dracut check hostonly=yes
says "check: in host-only images too" </dev/null
for word in 'INCLUDED=base rescue' 'add_dracutmodules= rescue ' \
	'dracutmodules=base kdumpbase' 'add_dracutmodules= kdumpbase ' \
	'force_add_dracutmodules=kdumpbase'; do
	dracut check "$word"
	holds "check: not in an image with $word" [ "$code" = 1 ]
	holds "check: and without a word" [ ! -s "$work/out" ]
done
dracut check 'add_dracutmodules= kdumpbase-like notrescue '
says "check: other modules with such names do not matter" </dev/null
mv "$root$lib/earlybind-binder" "$work/binder"
dracut check
holds "check: not without the binder" [ "$code" = 1 ]
mv "$work/binder" "$root$lib/earlybind-binder"
mv "$work/bin/earlybind" "$work/bin/away"
dracut check
gives 1 out 'W: earlybind: the program earlybind is not installed*' \
	"check: not without the tool"
mv "$work/bin/away" "$work/bin/earlybind"
dracut depends
says "depends: on nothing" </dev/null

# --- install()
dracut install
says "install: without systemd a hook starts the binder" <<'END'
hook cmdline 00 earlybind.sh
inst_multiple readlink sleep
hook pre-trigger 00 earlybind-net.sh
hook cleanup 00 earlybind-net-end.sh
END
inside "install: without systemd" <<END
/etc/earlybind.conf
/hooks/cmdline/00-earlybind.sh
/hooks/cleanup/00-earlybind-net-end.sh
/hooks/pre-trigger/00-earlybind-net.sh
$lib/giveback.sh
$lib/earlybind-binder
$lib/image.conf
END
holds "install: the binder can be run" [ -x "$work/initdir$lib/earlybind-binder" ]
dracut install 'INCLUDED=base systemd'
says "install: with systemd a unit does" <<END
systemctl -q --root $work/initdir add-wants sysinit.target earlybind.service
inst_multiple readlink sleep
systemctl -q --root $work/initdir add-wants sysinit.target earlybind-giveback.service
END
inside "install: with systemd" <<END
/etc/earlybind.conf
/usr/lib/systemd/system/earlybind-giveback.service
/usr/lib/systemd/system/earlybind.service
$lib/earlybind-binder
$lib/giveback.sh
$lib/image.conf
END

rm "$root/etc/earlybind.conf"
dracut install
says "install: no config is no error" <<'END'
hook cmdline 00 earlybind.sh
inst_multiple readlink sleep
hook pre-trigger 00 earlybind-net.sh
hook cleanup 00 earlybind-net-end.sh
END
inside "install: no config, and the rest is there" <<END
/hooks/cmdline/00-earlybind.sh
/hooks/cleanup/00-earlybind-net-end.sh
/hooks/pre-trigger/00-earlybind-net.sh
$lib/giveback.sh
$lib/earlybind-binder
$lib/image.conf
END

echo "bind dirver=x" >"$root/etc/earlybind.conf"
dracut install
says "install: a wrong config is an error that a person reads" <<'END'
E: earlybind: /etc/earlybind.conf:1:6: unknown word "dirver", did you mean "driver"?
E: earlybind: the image is made all the same, and will boot.
E: earlybind: Correct the config, then run earlybind sync.
hook cmdline 00 earlybind.sh
inst_multiple readlink sleep
hook pre-trigger 00 earlybind-net.sh
hook cleanup 00 earlybind-net-end.sh
END
inside "install: a wrong config is in the image, for the boot log" <<END
/etc/earlybind.conf
/hooks/cmdline/00-earlybind.sh
/hooks/cleanup/00-earlybind-net-end.sh
/hooks/pre-trigger/00-earlybind-net.sh
$lib/giveback.sh
$lib/earlybind-binder
$lib/image.conf
END
echo "set vfio-pci.disable_vga=1" >"$root/etc/earlybind.conf"
dracut install
gives 0 out 'W: earlybind: /etc/earlybind.conf:1: "vfio-pci" is built into this kernel*' \
	"install: what is no error is a warning"

dracut install KERNEL=6.2
gives 0 out 'E: earlybind: /lib/modules/6.2: *is it installed[?]' \
	"install: a kernel without modules is an error, and none of dracut's"
gives 0 out 'E: earlybind: "earlybind image" failed with 111: this image will boot*' \
	"install: and is said to bind nothing"
inside "install: a failure leaves nothing in the image" </dev/null
mv "$work/bin/earlybind" "$work/bin/away"
dracut install
gives 0 out 'E: earlybind: "earlybind image" failed with 127: *' \
	"install: the tool is missing"
inside "install: the tool is missing" </dev/null
printf '#!/bin/sh\nkill -9 $$\n' >"$work/bin/earlybind"
chmod +x "$work/bin/earlybind"
dracut install
gives 0 out 'E: earlybind: "earlybind image" failed with 137: *' \
	"install: the tool is killed"
rm "$work/bin/earlybind"
mv "$work/bin/away" "$work/bin/earlybind"
dracut install NOINST=1
gives 0 out 'E: earlybind: its files cannot be put into the image: *' \
	"install: dracut cannot copy"
dracut install NOINST=sleep
gives 0 out 'E: earlybind: nothing gives a disk back where the root does not appear: *' \
	"install: without the last net the image binds all the same"
holds "install: and says so of nothing else" [ "$(grep -c ^E: "$work/out")" = 1 ]
dracut install DRACUT_TMPDIR="$work/none"
gives 0 out 'E: earlybind: no directory for its files: *' \
	"install: no temporary directory"

# What dracut waits for is needed, whatever its settings say: by an option that became a
# setting, a line and a file of an fstab.
mv "$root/proc/self/mountinfo" "$work/mountinfo"
(
	TREE=$root
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	for n in 7 8 9; do
		sata "0000:00:1$n.0" "sd$n" "$n"
		udev "8:$n" ID_FS_TYPE=ext4 "ID_FS_UUID_ENC=disk-$n"
	done
	sata 0000:00:1a.0 sda 0
	mount 8:0 / ext4 /dev/sda
)
printf '# UUID=none /none ext4\nUUID=disk-9 /more ext4\n' >"$work/keys.fstab"
dracut install add_device=" UUID=disk-7 " fstab_lines="UUID=disk-8 /keys ext4 ro" \
	add_fstab=" $work/keys.fstab "
for n in 7 8 9; do
	holds "install: an image waits for 1$n.0, which is needed for that" grep -qx \
		"keep path=0000:00:1$n.0 id=8086:a352 for=root" \
		"$work/initdir$lib/image.conf"
done
dracut install add_device=/dev/disk/by-uuid/gone
holds "install: a device that is not here is told" grep -qx \
	"# what dracut was called with names /dev/disk/by-uuid/gone, which is not here" \
	"$work/initdir$lib/image.conf"
rm -r "$root/sys" "$root/run"
mv "$work/mountinfo" "$root/proc/self/mountinfo"

# --- the hooks are sourced by the shell that is process 1
for shell in dash 'busybox sh' bash; do
	command -v "${shell%% *}" >/dev/null || {
		skip "the hooks in $shell" "${shell%% *} is not installed"
		continue
	}
	for options in -c -ec -uc; do
		# shellcheck disable=SC2086,SC2016 # words; expanded by the other shell
		run $shell $options '. "$1"; . "$2"; . "$3"; echo "the boot goes on"' sh \
			"$module/earlybind.sh" "$module/earlybind-net.sh" \
			"$module/earlybind-net-end.sh"
		gives 0 out "the boot goes on" \
			"the hooks in $shell $options, without a binder"
	done
done
# --- what must not start before the binder; each is stretched by the boot case "order"
# Each line of the units is there for a reason that no boot of ours may show: what stands
# in the way of switch-root, what waits for a child that sleeps, what runs in the system.
unit() {	# NAME, its lines but those with Before= on standard input
	sort >"$work/expected"
	sed '/^$/d; /^#/d; /^\[/d; /^D[eo][sc]/d; /^Before/d' "$module/$1" | sort \
		>"$work/found"
	same "$work/expected" "$work/found" "$1: each of its lines"
}

holds "the net is over before the real system starts" grep -qx \
	"Before=initrd-switch-root.target shutdown.target" \
	"$module/earlybind-giveback.service"
unit earlybind-giveback.service <<'END'
After=earlybind.service systemd-udev-trigger.service
ConditionPathExists=/etc/initrd-release
Conflicts=initrd-switch-root.target shutdown.target
DefaultDependencies=no
ExecStart=-/usr/lib/earlybind/giveback.sh
KillMode=process
StandardError=kmsg
StandardInput=null
StandardOutput=kmsg
TimeoutStopSec=30s
Type=simple
END
unit earlybind.service <<'END'
ConditionPathExists=/etc/initrd-release
DefaultDependencies=no
ExecStart=-/usr/lib/earlybind/earlybind-binder --boot
KillMode=process
RemainAfterExit=yes
StandardError=kmsg
StandardInput=null
StandardOutput=kmsg
TimeoutStartSec=60s
TimeoutStopSec=30s
Type=oneshot
END

sed -n 's/^Before=//p' "$module/earlybind.service" | tr ' ' '\n' >"$work/before"
cat >"$work/expected" <<'END'
systemd-modules-load.service
modprobe@drm.service
dracut-cmdline.service
dracut-cmdline-ask.service
dracut-pre-udev.service
systemd-udevd.service
systemd-udev-trigger.service
kmod-static-nodes.service
systemd-vconsole-setup.service
plymouth-start.service
sysinit.target
END
same "$work/expected" "$work/before" "the unit is before all that loads modules"

# --- without this option the binder does nothing
for file in earlybind.service earlybind.sh; do
	holds "$file starts the binder with --boot" \
		grep -q "/earlybind-binder --boot\( || :\)\?\$" "$module/$file"
done

# --- the binder ends before systemd ends it; all its times together, in seconds
seconds() {	# NAME...
	sum=0
	for name; do
		ms=$(sed -n "s/.*[^A-Z_]$name = \([0-9]*\)[, ].*/\1/p" \
			"$top"/binder/*.[ch])
		sum=$((sum + ${ms:?} / 1000))
	done
	echo "$sum"
}
limit() {	# OPTION
	sed -n "s/^$1=\([0-9]*\)s\$/\1/p" "$module/earlybind.service"
}
end=$(seconds GIVE_BACK_MS LOG_MS LOG_MS LOG_MS)
holds "the unit's time to start is longer than the binder's" \
	[ "$(($(seconds WORK_MS) + end))" -lt "$(limit TimeoutStartSec)" ]
holds "and so is its time to stop" [ "$end" -lt "$(limit TimeoutStopSec)" ]

for unit in earlybind.service earlybind-giveback.service; do
	command -v systemd-analyze >/dev/null || {
		skip "systemd accepts $unit" "systemd-analyze is not installed"
		continue
	}
	sed "s,-/usr/lib/earlybind/.*,-$root$lib/earlybind-binder," "$module/$unit" \
		>"$work/$unit"
	run systemd-analyze verify --man=no "$work/$unit"
	grep earlybind "$work/err" >"$work/why" || :
	same /dev/null "$work/why" "systemd accepts $unit"
done
finish
