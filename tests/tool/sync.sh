#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync on the boot loader files of distributions: what it adds, where, that a
# second run changes nothing, and that --undo gives the former bytes. Below a root that is
# not "/" no program is run; sync_run.sh has those.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/sync.sh
. "$here/layouts/sync.sh"

changed() {	# SENTENCE [FILE...]: these files and no others differ from the snapshot
	sentence=$1
	shift
	for file; do
		echo "./$file"
	done | sort >"$work/expected"
	contents "$work/after"
	diff "$work/before" "$work/after" | sed -n 's/^[<>] .*\(\.\/[^ ]*\).*/\1/p' |
		sort -u >"$work/got"
	same "$work/expected" "$work/got" "$sentence"
}

# Once, twice, and back.
there_and_back() {	# NAME
	snapshot "$work/once"
	sync
	snapshot "$work/twice"
	same "$work/once" "$work/twice" "$1: a second run changes nothing, no time either"
	sync --undo
	holds "$1: --undo ends well" [ "$code" = 0 ]
	contents "$work/after"
	same "$work/before" "$work/after" "$1: --undo gives the former bytes"
	holds "$1: and no state is left" [ ! -e "$tree/var/lib/earlybind/sync" ]
}

# --- Debian and Ubuntu: a file of our own, next to that of the distribution
for layout in debian ubuntu; do
	plant $layout
	sync --dry-run
	gives 0 out "loader: GRUB, by /boot/grub/grub.cfg" "$layout: GRUB is found"
	gives 0 out "to be run: /usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg" \
		"$layout: and what has to be run"
	gives 0 out "+*earlybind_args*" "$layout: and the difference"
	changed "$layout: --dry-run changes nothing"
	holds "$layout: nor makes a directory" [ ! -e "$tree/var" ]
	sync
	gives 1 out "to be run: /usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg" \
		"$layout: below a root no program is run, and that is left to do"
	has "$layout: the words" boot/grub/earlybind.cfg "set earlybind_args=\"$words\""
	has "$layout: the token" etc/default/grub.d/earlybind.cfg "$grub_line"
	holds "$layout: nothing else in the directory that is read" \
		[ "$(find "$tree/etc/default/grub.d" -name '*earlybind*' | wc -l)" = 1 ]
	there_and_back $layout
done

# --- and where GRUB reads entries of the Boot Loader Specification besides
plant debian
printf '%s\n' "### BEGIN /etc/grub.d/09_earlybind ###" \
	"### BEGIN /etc/grub.d/15_bls ###" blscfg >>"$tree/boot/grub/grub.cfg"
sync
gives 1 out "to be run: /usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg" \
	"debian with BLS: its own entries have no token yet"
# shellcheck disable=SC2016 # GRUB's variable
sed -i '/10_linux/,/END/s/ ro / ro $earlybind_args /' "$tree/boot/grub/grub.cfg"
sync
gives 0 out "loader: all files have the present arguments" \
	"debian with BLS: and now they have"

# --- Arch: no such directory
plant arch
sync
changed "arch: two files" boot/grub/earlybind.cfg etc/default/grub
has "arch: a line in /etc/default/grub" etc/default/grub "$grub_line"
gives 1 out "to be run: /usr/bin/grub-mkconfig -o /boot/grub/grub.cfg" "arch: the command"
there_and_back arch

# --- Fedora: BLS
plant fedora
sync
changed "fedora: sources, entries, and what new entries are made from" \
	boot/grub2/earlybind.cfg etc/default/grub etc/kernel/cmdline \
	boot/loader/entries/$id-6.1.conf boot/loader/entries/$id-6.2.conf
has "fedora: the token in an entry" boot/loader/entries/$id-6.2.conf \
	"options root=UUID=1-2 ro rhgb quiet $token"
has "fedora: and for the next kernel" etc/kernel/cmdline \
	"root=UUID=1-2 ro rhgb quiet $token"
has "fedora: none for rescue" boot/loader/entries/$id-0-rescue.conf \
	"options root=UUID=1-2 ro rhgb quiet"
gives 1 out "to be run: /usr/sbin/grub2-mkconfig --no-grubenv-update -o \
/boot/grub2/grub.cfg" "fedora: no other words of entries are written anew"
holds "fedora: /etc/kernel/cmdline is not older than /etc/default/grub" \
	[ ! "$tree/etc/kernel/cmdline" -ot "$tree/etc/default/grub" ]
there_and_back fedora

# --- RHEL 9: new kernels would get the running command line
plant rhel9
sync
has "rhel9: the token in an entry" boot/loader/entries/$id-6.1.conf \
	"options root=/dev/mapper/rhel-root ro rd.lvm.lv=rhel/root \$tuned_params $token"
has "rhel9: /etc/kernel/cmdline is made from an entry" etc/kernel/cmdline \
	"root=/dev/mapper/rhel-root ro rd.lvm.lv=rhel/root $token"
holds "rhel9: without what this boot only has" \
	[ -z "$(grep once=1 "$tree/etc/kernel/cmdline")" ]
there_and_back rhel9
plant rhel9
for v in 6.1 6.2; do
	# shellcheck disable=SC2016
	entry boot/loader/entries/$id-$v.conf '$kernelopts $tuned_params'
done
sync
holds "rhel8: no /etc/kernel/cmdline from words that only GRUB knows" \
	[ ! -e "$tree/etc/kernel/cmdline" ]
gives 1 err "note: /etc/kernel/cmdline is missing, and no entry starts the root *" \
	"rhel8: and that is said"

# --- systemd-boot: literal words
plant systemd_boot
sync
gives 0 out "loader: systemd-boot, by /boot/efi/EFI/systemd/systemd-bootx64.efi" \
	"systemd-boot is found, and nothing is left to do"
changed "systemd-boot: its entries, and /etc/kernel/cmdline" etc/kernel \
	etc/kernel/cmdline boot/efi/loader/entries/$id-6.1.conf \
	boot/efi/loader/entries/$id-6.2.conf
has "systemd-boot: the words" boot/efi/loader/entries/$id-6.1.conf \
	"options root=UUID=1-2 ro quiet systemd.machine_id=$id $words"
has "systemd-boot: for new kernels" etc/kernel/cmdline "root=UUID=1-2 ro quiet $words"
there_and_back systemd-boot

# A new kernel has the words from /etc/kernel/cmdline: they are ours as well.
plant systemd_boot
sync
entry boot/efi/loader/entries/$id-6.3.conf "$(cat "$tree/etc/kernel/cmdline")" $id
cp "$tree/boot/efi/loader/entries/$id-6.3.conf" "$work/new"
sync
same "$work/new" "$tree/boot/efi/loader/entries/$id-6.3.conf" \
	"a new kernel's entry is right already"
sync --undo
has "and loses the words" boot/efi/loader/entries/$id-6.3.conf \
	"options root=UUID=1-2 ro quiet"

# The config decides: other words in place of the former, and none in the end.
plant systemd_boot
echo "set iommu=on" >>"$tree/etc/earlybind.conf"
sync
has "set iommu=on: other words" boot/efi/loader/entries/$id-6.1.conf \
	"options root=UUID=1-2 ro quiet systemd.machine_id=$id intel_iommu=on"
sed -i /set/d "$tree/etc/earlybind.conf"
sync
has "then both" boot/efi/loader/entries/$id-6.1.conf \
	"options root=UUID=1-2 ro quiet systemd.machine_id=$id $words"
: >"$tree/etc/earlybind.conf"
sync
has "no rule: none" boot/efi/loader/entries/$id-6.1.conf \
	"options root=UUID=1-2 ro quiet systemd.machine_id=$id"
plant debian
sync
: >"$tree/etc/earlybind.conf"
sync
has "no rule: GRUB's variable is empty" boot/grub/earlybind.cfg 'set earlybind_args=""'
plant debian
: >"$tree/etc/earlybind.conf"
contents "$work/before"
sync
changed "no rule, and nothing of ours: nothing is made"
holds "and exit code 0" [ "$code" = 0 ]
finish
