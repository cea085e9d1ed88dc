#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind sync where it runs programs: below a root of its own, with stubs for
# grub-mkconfig and dracut that fail when they are told to.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/inside.sh
. "$here/layouts/inside.sh"

plant() {	# LAYOUT: with a grub.cfg as the stub makes it
	"layout_$1"
	furnish
	grub=$(dirname "$(cd "$tree" && ls boot/grub*/grub.cfg)")
	inside "/$(cd "$tree" && ls usr/*bin/grub*mkconfig)" -o "/$grub/grub.cfg"
	contents "$work/before"
}

unchanged() {	# SENTENCE
	contents "$work/after"
	same "$work/before" "$work/after" "$1"
}

token() {	# COUNT: of lines of grub.cfg that have it
	[ "$(grep -c '^	linux .*[$]earlybind_args$' "$tree/$grub/grub.cfg")" = "$1" ]
}

# --- GRUB
plant debian
inside /earlybind sync --loader
gives 0 out "/boot/grub/grub.cfg is made" "debian: grub.cfg is made"
holds "debian: the default entry has the token, that for recovery has not" token 1
holds "debian: nothing is left beside it" [ "$(ls -A "$tree/boot/grub")" = \
	"earlybind.cfg
grub.cfg" ]
snapshot "$work/once"
inside /earlybind sync --loader
gives 0 out "loader: all files have the present arguments" "debian: a second run"
snapshot "$work/twice"
same "$work/once" "$work/twice" "debian: changes nothing, no time either"
echo "set iommu=on" >>"$tree/etc/earlybind.conf"
inside /earlybind sync --loader
holds "debian: other words need no new grub.cfg" [ -z "$(grep made "$work/out")" ]
holds "debian: they are in earlybind.cfg" grep -q '"intel_iommu=on"' \
	"$tree/boot/grub/earlybind.cfg"
sed -i /set/d "$tree/etc/earlybind.conf"
inside /earlybind sync --undo
unchanged "debian: --undo gives the former bytes, of grub.cfg too"
layout_fedora
furnish
inside /earlybind sync --loader
gives 0 out "/boot/grub2/grub.cfg is made" "fedora: grub.cfg is made"
holds "fedora: for the variable" grep -q earlybind_args "$tree/boot/grub2/grub.cfg"
plant fedora
inside /earlybind sync --loader
holds "fedora: one that knows the variable is not made again" \
	[ -z "$(grep made "$work/out")" ]
inside /earlybind sync --undo
unchanged "fedora: --undo gives the former bytes"

plant debian
: >"$tree/etc/fail"
contents "$work/before"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: /usr/sbin/grub-mkconfig failed with exit code 1, *" \
	"grub-mkconfig fails"
gives 1 err "earlybind: the boot loader's files are as they were" "that is said"
unchanged "and is so"
holds "no state is left" [ ! -e "$tree/var/lib/earlybind/sync" ]
plant debian
echo 'GRUB_CMDLINE_LINUX_DEFAULT=mine' | put etc/default/grub.d/zz.cfg
contents "$work/before"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: no entry got \$earlybind_args: *" \
	"another file takes the token away again"
unchanged "then all is as before"
# shellcheck disable=SC2016 # GRUB's variable
put etc/grub.d/30_os-prober <<'END'
echo "menuentry 'Other (on /dev/sdb1)' {"
echo '	linux /boot/vmlinuz-6.9 root=/dev/sdb1 ro quiet $earlybind_args'
echo "}"
END
contents "$work/before"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: no entry got \$earlybind_args: *" \
	"what os-prober copied from another system is none of ours"
unchanged "all is as before then, too"
plant debian
# shellcheck disable=SC2016 # its own arguments
printf '#!/bin/sh\necho half >"$2"\n# default/grub.d\n' | put usr/sbin/grub-mkconfig
contents "$work/before"
inside /earlybind sync --loader
gives 1 err "/boot/grub/grub.cfg: what was made is not a complete *" "half a grub.cfg"
unchanged "is not put into place"

# --- images
image=/boot/initrd.img-6.1
stale() {	# a kernel with an image of before, and what dracut makes for it
	plant debian
	for v in 6.1 6.2; do
		echo "#" | put lib/modules/$v/modules.dep
		echo "bind id=10de:2206" | image_with >"$tree/boot/initrd.img-$v"
		image_with <"$tree/etc/earlybind.conf" | put made/$v
	done
	cp "$tree/made/6.2" "$tree/boot/initrd.img-6.2"
	chmod 640 "$tree$image"
	contents "$work/before"
}

stale
inside /earlybind sync --images --dry-run
gives 0 out "to be run: dracut --force $image 6.1" "--dry-run: the command"
unchanged "--dry-run: nothing is changed"
inside /earlybind sync --images
gives 0 out "$image: its config is not the present one" "why an image is made"
gives 0 out "$image is made" "it is made"
same "$tree/made/6.1" "$tree$image" "it is what dracut made"
holds "with the mode of the old one" [ "$(stat -c %a "$tree$image")" = 640 ]
holds "only that one" [ "$(grep -c "is made" "$work/out")" = 1 ]
find "$tree/boot" -name '.*' >"$work/beside"
echo "$tree${image%/*}/.${image##*/}.earlybind-former" >"$work/expected"
same "$work/expected" "$work/beside" "nothing is left beside it but the former one"
snapshot "$work/once"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "a second run"
snapshot "$work/twice"
same "$work/once" "$work/twice" "changes nothing, no time either"

stale
: >"$tree/etc/dracut-fails"
contents "$work/before"
inside /earlybind sync
gives 1 err "$image: dracut failed with exit code 1, see its output above" \
	"dracut fails"
holds "and the boot loader has its words all the same" \
	grep -q intel_iommu "$tree/boot/grub/earlybind.cfg"
inside /earlybind sync --undo
unchanged "the old image stays"
stale
echo "bind id=10de:2206" | image_with | put made/6.1
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$image: the new image is not right, and the old one stays: its config *" \
	"dracut makes another image"
unchanged "the old image stays then"
stale
echo broken | put made/6.1
contents "$work/before"
inside /earlybind sync --images
gives 1 err "$image: the new image is not right, and the old one stays: *" \
	"dracut makes no image"
unchanged "the old image stays then as well"
stale
rm "$tree/usr/bin/dracut"
: | put usr/sbin/mkinitramfs
contents "$work/before"
inside /earlybind sync --images
gives 1 err "earlybind: only dracut can make these images, *initramfs-tools: *" \
	"another generator"
unchanged "and nothing is changed"
stale
mkdir -p "$tree/boot/efi/$id/6.1"
cp "$tree$image" "$tree/boot/efi/$id/6.1/initrd.img-6.1"
inside /earlybind sync --images
gives 0 out "running cp $image /boot/efi/$id/6.1/initrd.img-6.1" "a copy on the ESP"
same "$tree/made/6.1" "$tree/boot/efi/$id/6.1/initrd.img-6.1" "is the new image"

# A file system that has no room for two.
stale
if unshare -rm true 2>/dev/null; then
	cp -a "$tree/boot" "$work/boot"
	run unshare -rm sh -c "mount -t tmpfs -o size=4m none '$tree/boot' &&
		cp '$work/boot/initrd.img-6.1' '$tree/boot' &&
		chroot '$tree' /earlybind sync --images; code=\$?
		cmp '$work/boot/initrd.img-6.1' '$tree$image' || exit 9; exit \$code"
	gives 1 err "$image: 17 MB are needed beside the old image, and there are *" \
		"no room: refused, and the old image stays"
else
	skip "no room" "there are no user namespaces"
fi

# FAT: no file has two names, so that the former image takes room as well. And with
# SELinux it lists a label for each file, and takes none.
cat >"$work/fat.c" <<'END'
#include <errno.h>
#include <string.h>
#include <sys/types.h>

#define LABEL "security.selinux"

int linkat(int from, const char *old, int to, const char *new, int flags)
{
	(void)from, (void)old, (void)to, (void)new, (void)flags;
	errno = EPERM;
	return -1;
}

ssize_t flistxattr(int fd, char *names, size_t size)
{
	(void)fd;
	if (size >= sizeof(LABEL))
		memcpy(names, LABEL, sizeof(LABEL));
	return sizeof(LABEL);
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
	(void)fd, (void)name;
	if (size >= 3)
		memcpy(value, "x:y", 3);
	return 3;
}

int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	(void)fd, (void)name, (void)value, (void)size, (void)flags;
	errno = EOPNOTSUPP;
	return -1;
}
END
cc -shared -fPIC -o "$work/fat.so" "$work/fat.c"
on_fat() {	# such a system, whose image is out of date
	stale
	add_program env
	cp "$work/fat.so" "$tree/fat.so"
}
on_fat
cp "$tree$image" "$work/first"
inside env LD_PRELOAD=/fat.so /earlybind sync --images
gives 0 out "$image is made" "on a file system like FAT, with labels that nobody may set"
same "$work/first" "$tree/boot/.initrd.img-6.1.earlybind-former" \
	"the former one is a copy"
on_fat
head -c 9000000 /dev/zero >>"$tree$image"
: >"$tree/called"
sed -i '2i echo >>/called' "$tree/usr/bin/dracut"
if unshare -rm true 2>/dev/null; then
	rm -rf "${work:?}/boot"
	cp -a "$tree/boot" "$work/boot"
	run unshare -rm sh -c "mount -t tmpfs -o size=40m none '$tree/boot' &&
		cp '$work/boot/initrd.img-6.1' '$tree/boot' &&
		chroot '$tree' env LD_PRELOAD=/fat.so /earlybind sync --images"
	gives 1 err \
		"$image: 34 MB are needed *: remove a *, or run dracut yourself, *" \
		"no room for a copy of the old one: the way out is named"
	holds "before dracut has worked" [ ! -s "$tree/called" ]
else
	skip "no room for three" "there are no user namespaces"
fi
finish
