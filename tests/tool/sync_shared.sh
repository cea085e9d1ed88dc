#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync where several systems share one /boot: only entries of the system that
# runs are edited, only one of them is the source of /etc/kernel/cmdline, and what is not
# sure is left as it is and said. And the length of a command line.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/sync.sh
. "$here/layouts/sync.sh"

edited() {	# SENTENCE FILE...: these entries and no others have words of ours
	sentence=$1
	shift
	for file; do
		echo "$file"
	done | sort >"$work/expected"
	(cd "$tree/$entries" && grep -lE 'intel_iommu|earlybind_args' ./*.conf |
		sed 's/..//' | sort) >"$work/got" 2>/dev/null
	same "$work/expected" "$work/got" "$sentence"
}

left() {	# FILE REASON SENTENCE
	gives "$code" err "note: /$entries/$1: left as it is: $2: if it is of this *" "$3"
}

cmdline() {	# SENTENCE TEXT
	echo "$2" >"$work/expected"
	same "$work/expected" "$tree/etc/kernel/cmdline" "$1"
}

no_cmdline() {	# SENTENCE REASON
	gives "$code" err "note: /etc/kernel/cmdline is missing, and $2: *" "$1: said"
	holds "$1: not made" [ ! -e "$tree/etc/kernel/cmdline" ]
}

# --- three systems on one /boot
for loader in grub systemd; do
	if [ $loader = grub ]; then w=$token; else w=$words; fi
	layout_shared $loader
	contents "$work/before"
	sync
	edited "$loader: our entries, and of no other system" $id-6.0.conf $id-6.1.conf
	cmdline "$loader: /etc/kernel/cmdline is of this system" \
		"root=UUID=own ro quiet $w"
	left zz-third.conf "the root that it starts is not the running one" \
		"$loader: an entry of another root is said to be left"
	holds "$loader: what starts no Linux, or is another's for sure, is not told" \
		[ -z "$(grep -E "memtest|Shell|$other_id|/third-6|directory|link" \
			"$work/err")" ]
	sync --undo
	contents "$work/after"
	same "$work/before" "$work/after" "$loader: --undo gives the former bytes"
done

# --- what says that an entry is ours
one() {		# NAME OPTIONS [MACHINE-ID]: the only entry, of a running root=UUID=own
	layout_shared grub
	rm -rf "${tree:?}/$entries"
	entry "$entries/$1" "$2" "${3-}"
}

one $id-6.1.conf "root=UUID=else ro"
sync
edited "our id with another root: not edited"
left $id-6.1.conf "the root that it starts is not the running one" "that is said"
gives 1 err "/boot/grub2/grub.cfg: GRUB: no entry is known to belong to this system: *" \
	"and that no entry has the words"
no_cmdline "another root" "no entry starts the root that runs"
one $other_id-6.1.conf "root=UUID=own ro other=1"
sync
edited "another id with our root, not booted: not edited"
left $other_id-6.1.conf "it starts the root of this system, and *" "and that is said"
one $other_id-6.1.conf "root=UUID=own ro quiet"
sync
edited "a name of another machine, and booted: of the image's maker" $other_id-6.1.conf
entry $entries/$id-6.1.conf "root=UUID=own ro quiet"
sync --undo
sync
edited "but not where there is one with our name" $id-6.1.conf
one $id-6.1.conf "root=UUID=own ro quiet" $other_id
sync
edited "a machine-id of another machine counts more than the name"
for same in "root=/dev/sdz2" "root=/dev/mapper/own" "root=LABEL=own"; do
	one $id-6.1.conf "$same ro quiet"
	for link in by-uuid/own by-label/own; do
		mkdir -p "$tree/dev/disk/${link%/*}" "$tree/dev/mapper"
		ln -sf ../../sdz2 "$tree/dev/disk/$link"
	done
	ln -sf ../sdz2 "$tree/dev/mapper/own"
	sync
	edited "the same device by another name, $same" $id-6.1.conf
done
one $id-6.1.conf "root=/dev/mapper/other ro quiet"
mkdir -p "$tree/dev/mapper" "$tree/dev/disk/by-uuid"
ln -sf ../sdz3 "$tree/dev/mapper/other"
ln -sf ../../sdz2 "$tree/dev/disk/by-uuid/own"
sync
edited "another device: not edited"
one $id-6.1.conf "root=UUID=own rootflags=subvol=snapshot ro"
sync
edited "a snapshot of this system: not edited"
booted "root=UUID=own rootflags=rw,subvol=/snapshot ro"
sync
edited "unless that runs" $id-6.1.conf
one 'any name.conf' "root=UUID=own ro quiet"
sync
edited "a name with a blank: not edited"
left "any name.conf" "its name has a blank *" "and that is said"
one hand.conf "root=UUID=own ro quiet"
sync
edited "by hand, with our root" hand.conf
one hand.conf "ro quiet"
sync
edited "by hand, with no root: not edited"
left hand.conf "nothing in it says that it is of this system" "and that is said"
loader_says LoaderEntrySelected HAND.conf
sync
edited "unless systemd-boot started it" hand.conf
one hand.conf "root=UUID=own ro quiet"
printf 'options more=1\n' >>"$tree/$entries/hand.conf"
sync
cmdline "options in two lines" "root=UUID=own ro quiet more=1 $token"
one debian-6.1.conf "root=UUID=own ro quiet"
sync
edited "the name of the distribution, and our root" debian-6.1.conf
one debian-6.1.conf "ro quiet"
sync
edited "the name of the distribution alone: not edited"
one mine-6.1+3-1.conf "ro quiet"
echo mine | put etc/kernel/entry-token
sync
edited "a token of our own, and tries" mine-6.1+3-1.conf
one theirs-6.1.conf "root=UUID=own ro other=1"
sync
edited "another token: not edited"

# --- /etc/kernel/cmdline: from which of ours
two() {		# two kernels of ours, with other options each
	layout_shared systemd
	entry $entries/$id-6.1.conf "root=UUID=own ro quiet one"
	entry $entries/$id-6.2.conf "root=UUID=own ro quiet two"
	sed -i 's/vmlinuz-6.1/vmlinuz-6.2/' "$tree/$entries/$id-6.2.conf"
	rm "$tree/$entries/$id-6.0.conf"
}

two
booted "root=UUID=own ro quiet one"
sync
cmdline "from the booted one, by BOOT_IMAGE" "root=UUID=own ro quiet one $words"
two
echo "root=UUID=own ro quiet" | put proc/cmdline
loader_says LoaderEntrySelected $id-6.1.conf
sync
cmdline "from the booted one, by systemd-boot's word" "root=UUID=own ro quiet one $words"
two
echo "root=UUID=own ro quiet" | put proc/cmdline
sync
edited "which was booted is not known: both get words" $id-6.1.conf $id-6.2.conf
no_cmdline "that is not known" "the entries of this system differ, and which one *"
two
rm "$tree/proc/cmdline"
sync
no_cmdline "no running command line" "no entry starts the root that runs"
two
printf 'root=UUID=a\nro\n' | put usr/lib/kernel/cmdline
sync
no_cmdline "two lines" "/usr/lib/kernel/cmdline has more than one line of words"
two
entry $entries/$id-6.1.conf "root=UUID=own ro \$from_grub"
rm "$tree/$entries/$id-6.2.conf"
sync
no_cmdline "a variable" "the words for it have a variable that only GRUB knows"

# --- what is left of a loader that is gone
layout_shared grub
echo "timeout 3" | put boot/efi/loader/loader.conf
sync
edited "a stray loader.conf: GRUB's variable all the same" $id-6.0.conf $id-6.1.conf
has "and not the words" $entries/$id-6.1.conf "options root=UUID=own ro quiet $token"
: | put boot/efi/EFI/systemd/systemd-bootia32.efi
sync
has "with systemd-boot itself, the words" $entries/$id-6.1.conf \
	"options root=UUID=own ro quiet $words"

# --- menus of others
plant debian
grub_cfg boot/efi/EFI/redhat/grub.cfg
sed -i 's,/dev/sda2,UUID=other,' "$tree/boot/efi/EFI/redhat/grub.cfg"
mkdir -p "$tree/boot/efi/EFI/With Blanks"
cp "$tree/boot/grub/grub.cfg" "$tree/boot/efi/EFI/With Blanks"
sync
gives 1 out "to be run: /usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg" "our menu is made"
holds "and not that of another system on the same ESP" \
	[ "$(grep -c 'to be run' "$work/out")" = 1 ]
plant debian
grub_cfg boot/efi/EFI/redhat/grub.cfg bls
sync
holds "nor one that does not say, where ours is in /boot" \
	[ "$(grep -c 'to be run' "$work/out")" = 1 ]
rm "$tree/boot/grub/grub.cfg"
sync
gives 1 err "/boot/efi/EFI/redhat/grub.cfg: GRUB: no entry is known to belong to this *" \
	"which is ours where there is no other"

# --- where the menu has no way back, that is said
way_back() {	# FILE REASON SENTENCE
	gives "$code" err "note: /$1: its menu has no entry \"Boot menu without PCI \
passthrough\": $2: to boot without, press e at an entry and add rd.earlybind=0" "$3"
}

flag() {	# what 42_earlybind asks for
	grep -qx "set earlybind_bls=1" "$tree/boot/grub2/earlybind.cfg"
}

layout_shared grub
sync
holds "GRUB with entries of ours: there is a way back" flag
gives 1 out "to be run: /usr/sbin/grub2-mkconfig *" "by a new grub.cfg"
old_way() {	# a grub.cfg of ours
	printf '%s\n' "### BEGIN /etc/grub.d/09_earlybind ###" \
		"### BEGIN /etc/grub.d/42_earlybind ###" "$@" \
		"menuentry 'x' 'earlybind-off' {" >>"$tree/boot/grub2/grub.cfg"
}

layout_shared grub
old_way
sync
gives 1 out "to be run: /usr/sbin/grub2-mkconfig *" "one that does not ask is made again"
sync --undo
gives 0 out "to be run: /usr/sbin/grub2-mkconfig *" "by --undo, too"
layout_shared grub
# shellcheck disable=SC2016 # GRUB's variable
old_way 'elif [ "${earlybind_bls}" = 1 ]; then'
sync
gives 0 out "loader: GRUB, by /boot/grub2/grub.cfg" "one that asks is not"
sync --undo
gives 0 out "/boot/grub2/earlybind.cfg is removed" "nor by --undo: the answer goes"
layout_shared grub
: | put boot/efi/EFI/systemd/systemd-bootx64.efi
sync
way_back boot/grub2/grub.cfg \
	"systemd-boot reads the same entries, and knows no variable" \
	"GRUB and systemd-boot"
holds "then GRUB is not told of a way back" [ -z "$(flag && echo it is)" ]
layout_shared systemd
sync
way_back boot/efi/EFI/systemd/systemd-bootx64.efi "systemd-boot cannot have one" \
	"systemd-boot"
plant debian
rm "$tree/etc/grub.d/42_earlybind"
sync
way_back boot/grub/grub.cfg "/etc/grub.d/42_earlybind is missing" "half of earlybind"

# --- the length of a command line
long() {	# COUNT: that many characters
	printf "%0$1d" 0
}

too_long() {	# FILE SENTENCE
	contents "$work/before"
	sync
	gives 1 err "/$1: the kernel would get * characters, and takes 2047: *" \
		"$2: refused, with the numbers"
	contents "$work/after"
	same "$work/before" "$work/after" "$2: nothing is changed"
}

layout_shared systemd
entry $entries/$id-6.1.conf "root=UUID=own ro x=$(long 2000)"
too_long $entries/$id-6.1.conf "an entry that words of ours make too long"
entry $entries/$id-6.1.conf "root=UUID=own ro x=$(long 1900)"
sync
edited "a long one" $id-6.0.conf $id-6.1.conf
echo "set ids=always" >>"$tree/etc/earlybind.conf"
entry $entries/$id-6.1.conf "root=UUID=own ro x=$(long 1955)"
too_long $entries/$id-6.1.conf "more words than before"
layout_shared grub
entry $entries/$id-6.0.conf "root=UUID=own ro x=$(long 1970)"
too_long $entries/$id-6.0.conf "the words in place of GRUB's variable count"
layout_shared grub
entry $entries/$id-6.0.conf "root=UUID=own ro x=$(long 9000)"
contents "$work/before"
sync
left $id-6.0.conf "it has more options than any kernel takes" "far too long: left"
layout_shared grub
echo "root=UUID=own ro x=$(long 1950)" | put etc/kernel/cmdline
too_long etc/kernel/cmdline "what new kernels get"
layout_shared grub
echo aarch64 | put proc/sys/kernel/arch
entry $entries/$id-6.1.conf "root=UUID=own ro x=$(long 1990)"
too_long $entries/$id-6.1.conf "arm64 has the same limit"
echo riscv64 | put proc/sys/kernel/arch
entry $entries/$id-6.1.conf "root=UUID=own ro x=$(long 1000)"
sync
gives 1 err "/$entries/$id-6.1.conf: the kernel would get * and takes 1023: *" \
	"and riscv another"
plant debian
sed -i "s/ quiet/ quiet x=$(long 1975)/" "$tree/boot/grub/grub.cfg"
too_long boot/grub/grub.cfg "a line of grub.cfg"
plant debian
sed -i "s/ quiet/ single x=$(long 1975)/" "$tree/boot/grub/grub.cfg"
sync
gives 1 out "/boot/grub/earlybind.cfg is written" "one for recovery gets none"
finish
