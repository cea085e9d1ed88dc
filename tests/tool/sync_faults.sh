#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync, stopped at every system call that changes something: killed before it,
# or told that the disk is full or broken. Each file must then be the old or the new one;
# the next run must finish the work, and --undo must know what was added. To save time a
# layout gets some of the faults, at some of the calls: each rename and link, and every
# eighth of the others, not the same ones for two faults. With LONG in the environment at
# each call; with FAULTS=all, each fault, too.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/inside.sh
. "$here/layouts/inside.sh"
command -v strace >/dev/null || skip_all "strace is not installed"
calls="write,fsync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,fchmod,fchown,\
fsetxattr,ftruncate,openat,openat2,linkat"
faults_always=
# shellcheck disable=SC2086 # words
strace -o /dev/null -e inject=fsync:error=EIO true 2>/dev/null ||
	skip_all "strace cannot inject faults here"

# The tree as it is, as text: what follows compares three of them.
texts() {	# FILE
	(cd "$tree" && find etc boot -type f ! -name '.*' -print | sort |
		xargs cksum) >"$1"
}

# What changes; programs and their libraries do not.
save() {
	rm -rf "$work/saved"
	mkdir "$work/saved"
	cp -a "$tree/etc" "$tree/boot" "$work/saved"
}

restore() {
	rm -rf "${tree:?}/etc" "${tree:?}/boot" "${tree:?}/var"
	cp -a "$work/saved/etc" "$work/saved/boot" "$tree"
}

parts() {
	(cd "$tree" && find . -type f -name '.*' ! -name '*.earlybind-former')
}

# The image that has booted is there, in its place or as the former one.
has_booted() {
	case $what in *--images*) ;; *) return 0 ;; esac
	cmp -s "$work/saved/boot/initrd.img-6.1" "$tree/boot/initrd.img-6.1" ||
		cmp "$work/saved/boot/initrd.img-6.1" \
			"$tree/boot/.initrd.img-6.1.earlybind-former"
}

# Every file is one of the two, and what else lies about is a part with its name.
old_or_new() {
	texts "$work/now"
	sort "$work/old" "$work/new" | uniq >"$work/either"
	sort "$work/now" | comm -23 - "$work/either" >"$work/broken"
	[ ! -s "$work/broken" ] || { cat "$work/broken"; return 1; }
	parts | grep -v '/[.].*[.]earlybind$\|/[.]earlybind-grub[.]cfg' || return 0
	return 1
}

all_old() {
	texts "$work/now"
	diff "$work/old" "$work/now"
	[ -z "$(parts)" ] || echo "a part is left"
}

trace() {	# OPTION...: of strace
	# shellcheck disable=SC2086 # words
	run env PATH=/usr/sbin:/usr/bin:/sbin:/bin strace -o "$work/trace" "$@" \
		$faults_always $chroot "$tree" /earlybind sync $what
}

# The changing calls of a run, one a line: NAME NUMBER, as strace counts them.
changing() {
	awk -F'[(]' '
		/^[a-z0-9_]+\(/ {
			n[$1]++
			if ($1 ~ /^open/ && $0 !~ /O_CREAT/)
				next
			if ($0 ~ /^write\([12],/ || $0 ~ /^linkat.*EPERM/)
				next
			print $1, n[$1]
		}' "$work/trace"
}

# One fault; prints what is wrong afterwards.
one() {		# NAME NUMBER FAULT
	restore
	trace -e trace="$calls" -e "inject=$1:$3:when=$2"
	old_or_new || return 0
	has_booted || return 0
	case $3 in
	error=*)
		[ "$code" != 0 ] || [ "$(cat "$work/out")" = "" ] || {
			texts "$work/now"
			diff "$work/new" "$work/now" || echo "no failure is told"
		}
		# a failure that is told after the last file changed is of the note
		[ "$code" = 0 ] || diff "$work/new" "$work/now" >/dev/null || all_old
		;;
	esac
	inside /earlybind sync $what
	[ "$code" = 0 ] || { echo "the next run fails"; cat "$work/err"; }
	texts "$work/now"
	diff "$work/new" "$work/now"
	has_booted
	[ -z "$(parts)" ] || echo "for ever: $(parts)"
	case $what in *--images*) return 0 ;; esac
	inside /earlybind sync --undo
	texts "$work/now"
	diff "$work/old" "$work/now"
}

round=0
some() {
	case ${FAULTS-}${LONG-} in
	'') awk -v round="$round" '/^(rename|link)/ || NR % 8 == round % 8' ;;
	*) cat ;;
	esac
}

every() {	# SENTENCE FAULT...
	name_of=$1
	shift
	save
	texts "$work/old"
	trace -e trace="$calls"
	[ "$code" = 0 ] || not_ok "$name_of: without a fault" "$work/err"
	texts "$work/new"
	changing >"$work/all"
	n=$(wc -l <"$work/all")
	for fault; do
		round=$((round + 1))
		some <"$work/all" >"$work/points"
		: >"$work/bad"
		while read -r name number; do
			one "$name" "$number" "$fault" >"$work/one" 2>&1 ||
				echo "ended early" >>"$work/one"
			[ ! -s "$work/one" ] || {
				echo "$name $number:"
				cat "$work/one"
			} >>"$work/bad"
		done <"$work/points"
		# shellcheck disable=SC2016 # its own arguments
		holds "$name_of: $(wc -l <"$work/points") of $n calls, $fault" sh -c \
			'[ "$1" -ge 6 ] && cat "$2" && [ ! -s "$2" ]' sh "$n" "$work/bad"
	done
}

what=--loader
for layout in debian fedora systemd_boot; do
	"layout_$layout"
	furnish
	case $layout in
	debian | fedora)
		grub=$(cd "$tree" && ls boot/grub*/grub.cfg)
		inside "/$(cd "$tree" && ls usr/*bin/grub*mkconfig)" -o "/$grub"
		;;
	esac
	case ${FAULTS-}$layout in
	all*) every "$layout" signal=KILL error=ENOSPC error=EIO ;;
	debian) every "$layout" signal=KILL error=ENOSPC ;;
	fedora) every "$layout" error=EIO ;;
	*) every "$layout" signal=KILL ;;
	esac
done

what=--images
stale() {
	layout_debian
	furnish
	echo "#" | put lib/modules/6.1/modules.dep
	echo "bind id=10de:2206" | image_with >"$tree/boot/initrd.img-6.1"
	image_with <"$tree/etc/earlybind.conf" | put made/6.1
}

stale
every "an image" signal=KILL error=ENOSPC error=EIO
# as on FAT, where no file has two names
faults_always="-e inject=linkat:error=EPERM"
stale
every "an image, on FAT" signal=KILL error=EIO
finish
