#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What others do to the same files while earlybind sync works: what they made stays, and
# what is said of it is true.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
# shellcheck source=../layouts/images.sh
. "$here/../layouts/images.sh"

# --- a package's hook makes grub.cfg for a new kernel while grub-mkconfig of ours works
hooked() {	# A system with what the hook makes
	layout_debian
	furnish
	sed "s/vmlinuz-6.1/vmlinuz-6.9/" "$tree/boot/grub/grub.cfg" >"$tree/hooks.cfg"
}

hooked
echo "cat /hooks.cfg >/boot/grub/grub.cfg" >>"$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: somebody else changed it just now: run *" \
	"a grub.cfg of the meantime is told of"
same "$tree/hooks.cfg" "$tree/boot/grub/grub.cfg" "and stays"
holds "it is not told that it could not be put back" \
	[ "$(grep -c "grub.cfg" "$work/err")" = 1 ]
sed -i '/hooks/d' "$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 0 out "/boot/grub/grub.cfg is made" "the next run makes it"

hooked
grub_cfg boot/grub2/grub.cfg
sed -i '2i case $2 in *grub2*) cat /hooks.cfg >/boot/grub/grub.cfg; exit 1 ;; esac' \
	"$tree/usr/sbin/grub-mkconfig"
inside /earlybind sync --loader
gives 1 err "/boot/grub2/grub.cfg: /usr/sbin/grub-mkconfig failed *" \
	"the second menu cannot be made"
same "$tree/hooks.cfg" "$tree/boot/grub/grub.cfg" \
	"the first one, of the meantime, is not replaced by the one of before"

# --- another program's image is put there while the former one is kept: a copy, on FAT
stopped() {	# NUMBER: waits until sync has stopped so often; 1: it has ended
	until [ "$(grep -c "stopped by SIGSTOP" "$work/trace")" = "$1" ]; do
		kill -0 $job 2>/dev/null || return 1
		sleep 0.1
	done
}

goes_on() {
	kill -CONT "$(sed -n 's/ .*stopped by SIGSTOP.*//p' "$work/trace" | tail -n 1)"
}

if strace -o /dev/null -e inject=fsync:error=EIO:signal=SIGCHLD true 2>/dev/null; then
	plant usr/lib/dracut/build-parameter.txt
	echo "another program's image" >"$tree/boot/new"
	: >"$work/trace"
	chroot="strace -f -o $work/trace -e trace=linkat \
		-e inject=linkat:error=EPERM:signal=SIGSTOP $chroot"
	(inside /earlybind sync --images; echo "$code" >"$work/code") &
	job=$!
	stopped 1 && goes_on		# it asks whether it can link
	stopped 2 && {
		mv "$tree/boot/new" "$tree$image"
		goes_on
	}
	wait $job
	code=$(cat "$work/code")
	gives 1 err "$image: somebody else has made it meanwhile, and that one stays: *" \
		"an image of the time in which the former one is copied is told of"
	echo "another program's image" >"$work/expected"
	same "$work/expected" "$tree$image" "and stays"
else
	skip "an image of the time in which the former one is copied" "no strace"
fi
finish
