#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync where it must not write, or must take care: loaders that it leaves alone,
# more than one loader, odd files, words of other hands.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/sync.sh
. "$here/layouts/sync.sh"

unchanged() {	# SENTENCE
	contents "$work/after"
	same "$work/before" "$work/after" "$1"
}

undone() {	# SENTENCE
	sync --undo
	unchanged "$1: --undo gives the former bytes"
}

# --- loaders that are left alone
while read -r file name; do
	machine
	: | put "$file"
	contents "$work/before"
	sync
	gives 1 err "/*: $name: earlybind does not write its files: *: $words" \
		"$name: refused, with what to do"
	unchanged "$name: nothing is changed"
done <<'END'
ostree/repo/config rpm-ostree
etc/kernel/proxmox-boot-uuids proxmox-boot-tool
etc/kernelstub/configuration kernelstub
usr/bin/sdbootutil sdbootutil
etc/NIXOS NixOS
boot/EFI/Linux/linux-6.1.efi unified kernel images
efi/EFI/Linux/linux-6.1.efi unified kernel images
boot/efi/EFI/Linux/linux-6.1.efi unified kernel images
boot/extlinux/extlinux.conf extlinux
boot/extlinux.conf extlinux
boot/syslinux/syslinux.cfg syslinux
boot/refind_linux.conf rEFInd
boot/limine.conf Limine
boot/limine/limine.conf Limine
boot/efi/limine.conf Limine
boot/firmware/cmdline.txt Raspberry Pi firmware
etc/zfsbootmenu/config.yaml ZFSBootMenu
etc/zipl.conf zipl
etc/lilo.conf LILO
boot/grub/menu.lst GRUB 0.97
END
machine
contents "$work/before"
sync
gives 1 err "earlybind: no supported boot loader was found: *: $words" "no loader"
unchanged "no loader: nothing is changed"
echo "root=/dev/sda2 $words ro" | put proc/cmdline
sync
holds "no loader, and the running kernel has the arguments: all is well" [ "$code" = 0 ]
plant fedora
: | put ostree/repo/config
contents "$work/before"
sync
gives 1 err "/ostree/repo: rpm-ostree: *" "rpm-ostree writes the entries itself"
unchanged "so they are left alone"

# --- GRUB that cannot be used
plant debian
rm "$tree/etc/grub.d/09_earlybind"
contents "$work/before"
sync
gives 1 err "/boot/grub/grub.cfg: GRUB: /etc/grub.d/09_earlybind is missing, *: $words" \
	"half of earlybind is not there"
unchanged "then nothing is changed"
plant debian
rm "$tree/usr/sbin/grub-mkconfig"
contents "$work/before"
sync
gives 1 err "/boot/grub/grub.cfg: GRUB: there is no grub-mkconfig, *: $words" \
	"no grub-mkconfig"
unchanged "then nothing is changed either"
plant debian
sed -i '/^###/d' "$tree/boot/grub/grub.cfg"
contents "$work/before"
sync
gives 1 err "/boot/grub/grub.cfg: GRUB: grub-mkconfig did not make this file: *" \
	"a grub.cfg by hand"
unchanged "and it stays as it is"

# --- more than one
plant debian
mkdir -p "$tree/boot/efi/EFI/Linux"
: >"$tree/boot/efi/EFI/Linux/linux.efi"
sync
gives 1 err "/boot/efi/EFI/Linux/linux.efi: unified kernel images: *" \
	"GRUB and unified images: both are named"
gives 1 out "loader: GRUB, by /boot/grub/grub.cfg" "and GRUB gets its words"
plant fedora
: | put boot/efi/EFI/systemd/systemd-bootx64.efi
contents "$work/before"
sync
gives 1 out "loader: GRUB, by /boot/grub2/grub.cfg" "GRUB and systemd-boot: the one"
gives 1 out "loader: systemd-boot, by *" "and the other"
has "the words themselves, which both understand" boot/loader/entries/$id-6.1.conf \
	"options root=UUID=1-2 ro rhgb quiet $words"
undone "both"
plant debian
ln -s grub "$tree/boot/grub2"
sync
holds "one GRUB with two names" [ "$(grep -c '^loader' "$work/out")" = 1 ]
plant systemd_boot
ln -s boot/efi "$tree/efi"
sync
holds "one partition with two names" [ "$(grep -c 'conf is written' "$work/out")" = 2 ]

# --- /etc/default/grub as people have it
odd() {		# SENTENCE WANTED: the file on standard input; what the shell makes of it
	layout_arch
	put etc/default/grub
	contents "$work/before"
	sync
	# shellcheck disable=SC1091 # it is in the tree
	(set +u && . "$tree/etc/default/grub" &&
		echo "$GRUB_CMDLINE_LINUX_DEFAULT") >"$work/value"
	echo "$2 $token" >"$work/expected"
	same "$work/expected" "$work/value" "$1"
	undone "$1"
}
odd "single quotes" "a 'b" <<'END'
GRUB_CMDLINE_LINUX_DEFAULT='a '"'b"
END
odd "no quotes" "quiet" <<'END'
GRUB_CMDLINE_LINUX_DEFAULT=quiet # a comment with "a quote
END
odd "the key twice" "second" <<'END'
GRUB_CMDLINE_LINUX_DEFAULT="first"
GRUB_CMDLINE_LINUX_DEFAULT="second"
END
odd "over two lines" "a b" <<'END'
GRUB_CMDLINE_LINUX_DEFAULT="a \
b"
END
odd "a command" "cmd" <<'END'
export GRUB_CMDLINE_LINUX_DEFAULT="$(echo cmd)"
END
odd "no such key" "" <<'END'
GRUB_TIMEOUT=1
END
printf 'GRUB_CMDLINE_LINUX_DEFAULT="x"' >"$work/no-newline"
odd "no newline at the end" "x" <"$work/no-newline"
: >"$work/empty"
odd "an empty file" "" <"$work/empty"
plant arch
rm "$tree/etc/default/grub"
contents "$work/before"
sync
has "no file: one is made" etc/default/grub "$grub_line"
undone "no file"
plant arch
printf 'GRUB_TIMEOUT=1\r\nGRUB_CMDLINE_LINUX_DEFAULT="x"\r\n' | put etc/default/grub
contents "$work/before"
sync
gives 1 err "/etc/default/grub:1: this line ends in a carriage return, *" \
	"carriage returns: refused, with the place"
unchanged "and nothing is changed"
printf 'GRUB_TIMEOUT=1\nA=%s' "\\" | put etc/default/grub
contents "$work/before"
sync
gives 1 err "/etc/default/grub:2: the last line ends in a backslash, *" "a backslash"
unchanged "and nothing is changed then"
plant arch
mv "$tree/etc/default/grub" "$tree/etc/default/real"
ln -s real "$tree/etc/default/grub"
chmod 640 "$tree/etc/default/real"
contents "$work/before"
sync
holds "a link stays one" [ -L "$tree/etc/default/grub" ]
has "and its target has the line" etc/default/real "$grub_line"
holds "with the mode that it had" [ "$(stat -c %a "$tree/etc/default/real")" = 640 ]
undone "a link"
plant debian
sync
echo "GRUB_TIMEOUT=9 # mine" >>"$tree/etc/default/grub.d/earlybind.cfg"
sync --undo
holds "a line that somebody wrote into our file stays" \
	grep -qx 'GRUB_TIMEOUT=9 # mine' "$tree/etc/default/grub.d/earlybind.cfg"
holds "and ours is gone" [ -z "$(grep earlybind_args= "$tree"/etc/default/grub.d/*)" ]

# --- entries
plant systemd_boot
file=boot/efi/loader/entries/$id-6.1.conf
printf 'title x\r\nlinux /v\r\noptions root=UUID=1-2\r\n' | put $file
printf 'linux /v\n' | put boot/efi/loader/entries/$id-bare.conf
contents "$work/before"
sync
printf 'title x\r\nlinux /v\r\noptions root=UUID=1-2 %s\r\n' "$words" >"$work/expected"
same "$work/expected" "$tree/$file" "carriage returns in an entry"
has "an entry without options gets some" boot/efi/loader/entries/$id-bare.conf \
	"options $words"
undone "odd entries"
plant systemd_boot
entry $file "root=UUID=1-2 intel_iommu=on ro"
contents "$work/before"
sync
has "a word of another hand serves" $file \
	"options root=UUID=1-2 intel_iommu=on ro iommu=pt"
undone "a word of another hand stays"
plant systemd_boot
entry $file "root=UUID=1-2 intel_iommu=off"
contents "$work/before"
sync
gives 0 err "note: /$file: it already sets intel_iommu=off, *: remove intel_iommu=off" \
	"another value is told"
has "and stays" $file "options root=UUID=1-2 intel_iommu=off $words"
undone "another value"
plant systemd_boot
sync
sed -i 's/intel_iommu=on //' "$tree/$file"
sync
has "a word that somebody deleted comes back" $file \
	"options root=UUID=1-2 ro quiet systemd.machine_id=$id $words"
plant fedora
printf '# a comment' | put etc/kernel/cmdline
contents "$work/before"
sync
gives 1 err "/etc/kernel/cmdline: it ends in a comment without a newline, *" \
	"/etc/kernel/cmdline without a place for words"
unchanged "and nothing is changed"
plant fedora
echo "root=9 from-the-package" | put usr/lib/kernel/cmdline
rm "$tree/etc/kernel/cmdline"
contents "$work/before"
sync
has "/usr/lib/kernel/cmdline is the source of the one in /etc" etc/kernel/cmdline \
	"root=9 from-the-package $token"
echo "root=9 from-the-package $token mine" | put etc/kernel/cmdline
sync --undo
has "one that somebody changed stays" etc/kernel/cmdline "root=9 from-the-package mine"

# --- nothing is done
plant debian
echo "bind dirver=x" >>"$tree/etc/earlybind.conf"
contents "$work/before"
sync
gives 2 err "earlybind: nothing was changed, see earlybind check" "a wrong config"
unchanged "and so it is"
plant debian
sync
echo "garbage" >>"$tree/var/lib/earlybind/sync"
contents "$work/before"
sync --undo
gives 1 err '/var/lib/earlybind/sync:*: this line is damaged: "garbage": *' \
	"a damaged note of what was added"
unchanged "then nothing is taken away"
plant debian
mkdir -p "$tree/var/lib/earlybind"
if command -v flock >/dev/null; then
	run flock "$tree/var/lib/earlybind" "$tool" sync --root "$tree"
	gives 111 err "/var/lib/earlybind: another earlybind sync runs, *" "two at once"
else
	skip "two at once" "there is no flock"
fi
sync --undo --images
gives 100 err "earlybind: --undo is for the boot loader only: *" "--undo of images"

# --- status
plant fedora
run "$tool" status --root "$tree"
gives 1 out "differs /boot/grub2/earlybind.cfg: it is missing, *: earlybind sync" \
	"status: a file is missing"
gives 1 out "differs /etc/kernel/cmdline: its arguments are not those that the config \
wants: earlybind sync" "status: a file has other words"
gives 1 out "differs arguments: the running kernel was started without $words: \
earlybind sync && reboot" "status: the running command line"
plant systemd_boot
sync
run "$tool" status --root "$tree"
gives 1 out "ok      /boot/efi/EFI/systemd/systemd-bootx64.efi: systemd-boot has the \
present arguments" "status: all files are right"
gives 1 out "differs arguments: the running kernel was started without $words: reboot" \
	"status: and a reboot is what is missing"
echo "root=1 $words" | put proc/cmdline
run "$tool" status --root "$tree"
holds "status: after that nothing" [ -z "$(grep 'started without' "$work/out")" ]

# --- check
check() {	# [OPTION...]
	run "$tool" check --root "$tree" "$@"
}

plant fedora
check
gives 1 out "warning /etc/kernel/cmdline: its arguments are not those that the config \
wants: earlybind sync" "check: a file has other words"
gives 1 out "warning *: the running kernel was started without $words: *" \
	"check: the running command line"
check --config "$tree/etc/earlybind.conf"
holds "check: not of another config" [ -z "$(grep 'earlybind sync' "$work/out")" ]
plant systemd_boot
echo "set ids=always" >>"$tree/etc/earlybind.conf"
sync
ids=$(sed -n 's/.*\(vfio-pci.ids=[^ ]*\).*/\1/p' "$tree/etc/kernel/cmdline")
holds "ids are among the words" [ -n "$ids" ]
check
holds "check: which are no leftover of another recipe" \
	[ -z "$(grep 'takes every device with that id' "$work/out")" ]
echo "root=1 vfio-pci.ids=8086:1234 amd_iommu=on video=efifb:off" | put proc/cmdline
check
gives 1 out "warning /proc/cmdline:1: \"vfio-pci.ids=8086:1234\" takes every *" \
	"check: those of other hands are"
gives 1 out 'note /proc/cmdline:1: "amd_iommu=on" is not a value *' "check: amd_iommu=on"
gives 1 out 'note /proc/cmdline:1: "video=efifb:off" turns off *' "check: video="
finish
