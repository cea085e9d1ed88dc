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

finish
