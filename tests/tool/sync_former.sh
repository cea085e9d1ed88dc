#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What earlybind sync keeps of an image that it makes again: the options that dracut was
# called with, and of the running kernel the former image, until a boot with the new one
# was seen. Below a root of its own, with a stub for dracut.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=layouts/inside.sh
. "$here/layouts/inside.sh"

image=/boot/initrd.img-6.1
former=/boot/.initrd.img-6.1.earlybind-former
one=11111111111111111111111111111111
two=22222222222222222222222222222222

# An image with the present config, or that of before; the second word is its own name, or
# "-", and the third what dracut noted of its options.
an_image() {	# present|old NAME [OPTIONS]
	rm -rf "$work/files"
	mkdir -p "$work/files/etc" "$work/files/usr/lib/earlybind" \
		"$work/files/usr/lib/dracut"
	cp "$tree/etc/earlybind.conf" "$work/files/etc/earlybind.conf"
	[ "$1" = present ] || echo "bind id=10de:2206" >"$work/files/etc/earlybind.conf"
	{
		echo "version $version"
		[ "$2" = - ] || echo "# image $2"
		echo end
	} >"$work/files/usr/lib/earlybind/image.conf"
	: >"$work/files/usr/lib/earlybind/earlybind-binder"
	echo "${3-}" >"$work/files/usr/lib/dracut/build-parameter.txt"
	(cd "$work/files" && find . | sort | cpio -o -H newc --quiet)
}

# A system whose running kernel is 6.1 and has an old image. dracut notes how it is
# called.
plant() {	# [OPTIONS]
	layout_debian
	furnish
	for v in 6.1 6.2; do
		echo "#" | put lib/modules/$v/modules.dep
		an_image present $one | put made/$v
	done
	# shellcheck disable=SC2016 # the stub's own
	sed -i '2i printf "%s\\n" "$#" "$@" "$EARLYBIND_IMAGE" >/called' \
		"$tree/usr/bin/dracut"
	an_image old - "${1-}" >"$tree$image"
	cp "$tree$image" "$work/first"
}

booted_with() {	# NAME: this boot had the image of that name
	printf 'version %s\n# image %s\n' "$version" "$1" | put run/earlybind/image.conf
}

is_first() {	# SENTENCE FILE
	holds "$1" cmp "$work/first" "$tree$2"
}

# --- which image is kept, and until when
plant
inside /earlybind sync --images
gives 0 out "$image is made" "the image of the running kernel is made"
is_first "the former one is beside it" $former
gives 0 out "the former image is kept as $former until a boot with the new one is seen*" \
	"that is said"
holds "the new one is another file" [ "$(stat -c %h "$tree$image")" = 1 ]
inside /earlybind status
gives "$code" out \
	"ok *$former: the former image, kept because no boot with $image has been *" \
	"status shows it"
inside /earlybind sync --images
gives 0 out "images: none is out of date" "a second run has nothing to do"
is_first "and the former image stays" $former

echo "bind id=10de:2207" >>"$tree/etc/earlybind.conf"
an_image present $two >"$tree/made/6.1"
inside /earlybind sync --images
gives 0 out "$image is made" "made again before a boot was seen"
is_first "the oldest one stays, which is known to boot" $former
booted_with $one
inside /earlybind sync --images
is_first "a boot with another image proves nothing" $former
booted_with 2222
inside /earlybind sync --images
is_first "nor does half a name" $former
printf 'version %s\n' "$version" | put run/earlybind/image.conf
inside /earlybind sync --images
is_first "nor an image without one" $former
booted_with $two
inside /earlybind status
gives "$code" out "ok *$former: the former image, *the next earlybind sync removes it" \
	"status says that a boot was seen"
inside /earlybind sync --images --dry-run
is_first "--dry-run removes nothing" $former
cp "$tree$image" "$work/second"
inside /earlybind sync --images
gives 0 out "$former is removed: a boot with $image was seen" "then sync removes it"
holds "it is gone" [ ! -e "$tree$former" ]
echo "bind id=10de:2208" >>"$tree/etc/earlybind.conf"
an_image present $one >"$tree/made/6.1"
inside /earlybind sync --images
gives 0 out "$image is made" "the next change"
holds "keeps the image that has booted" cmp "$work/second" "$tree$former"
echo "bind id=10de:2209" >>"$tree/etc/earlybind.conf"
an_image present $two >"$tree/made/6.1"
booted_with $one
cp "$tree$image" "$work/third"
inside /earlybind sync --images
holds "a former one makes room for the one of this boot" cmp "$work/third" "$tree$former"

# --- failures
plant
: >"$tree/etc/dracut-fails"
inside /earlybind sync --images
gives 1 err "$image: dracut failed *" "dracut fails"
is_first "the image is as it was" $image
holds "and nothing lies beside it" [ -z "$(find "$tree/boot" -name '.*')" ]
rm "$tree/etc/dracut-fails"
plant
an_image old - >"$tree/boot/initrd.img-6.2"
inside /earlybind sync --images
gives 0 out "/boot/initrd.img-6.2 is made" "the image of another kernel"
holds "is not kept: that kernel does not run" \
	[ ! -e "$tree/boot/.initrd.img-6.2.earlybind-former" ]
plant
mkdir "$tree$former"
inside /earlybind sync --images
gives 1 err "$former: this is not a file: move it away" "what is no file is in the way"
is_first "the image stays then" $image
rmdir "$tree$former"
ln -s /etc/passwd "$tree$former"
inside /earlybind sync --images
gives 1 err "$former: this is a link" "so is a link"

# --- its end
plant
echo x >"$tree/boot/.initrd.img-5.9.earlybind-former"
echo x >"$tree/boot/.initrd.img-6.2.earlybind-former"
echo x >"$tree/boot/.initrd.img-5.9.mine"
inside /earlybind status
gives "$code" out \
	"ok *-5.9.earlybind-former: the former image of a kernel that is gone: *" \
	"status tells of the one whose kernel is gone"
holds "and of no other" [ "$(grep -c "kernel that is gone" "$work/out")" = 1 ]
inside /earlybind sync --images
gives 0 out "/boot/.initrd.img-5.9.earlybind-former is removed: its kernel is gone" \
	"with its kernel"
holds "it goes" [ ! -e "$tree/boot/.initrd.img-5.9.earlybind-former" ]
holds "that of a kernel that is there stays, even without an image" \
	[ -e "$tree/boot/.initrd.img-6.2.earlybind-former" ]
holds "and what is not ours" [ -e "$tree/boot/.initrd.img-5.9.mine" ]
inside /earlybind sync --undo
gives 0 err "note: $former is kept: no boot with $image was seen: *" \
	"--undo does not take the only image that is known to boot"
is_first "it stays" $former
booted_with $one
inside /earlybind sync --undo
gives 0 out "$former is removed: a boot with $image was seen" "--undo after a boot"
holds "takes it" [ ! -e "$tree$former" ]

# --- GRUB's menu
plant
inside /earlybind sync --loader
inside /earlybind sync --loader
holds "a menu of this version is not made again" [ -z "$(grep "is made" "$work/out")" ]
echo 'echo "# .initrd.img-6.1.earlybind-former"' | put etc/grub.d/43_earlybind
inside /earlybind sync --loader
holds "nor for a script that is not to run" [ -z "$(grep "is made" "$work/out")" ]
chmod 755 "$tree/etc/grub.d/43_earlybind"
inside /earlybind sync --loader
gives 0 out "/boot/grub/grub.cfg is made" \
	"one of before the entries with former images is"
inside /earlybind sync
holds "once" [ -z "$(grep "grub.cfg is made" "$work/out")" ]
gives 0 out "the former image is kept as *: GRUB's menu has it, as *" \
	"that GRUB has it is said"

# --- the options
called() {	# SENTENCE, the words on standard input
	sed '1d;$d' "$tree/called" | tail -n +4 >"$work/words"
	cat >"$work/expected"
	same "$work/expected" "$work/words" "$1"
}

plant " --quiet --force --no-hostonly --kver '6.1' --add 'one two' -o 'plymouth' \
--kernel-cmdline 'a=b  c' --tmpdir '/var/x' --kernel-image '/boot/v' --logfile --gzip"
inside /earlybind sync --images
called "the options of the image are kept" <<'END'
--no-hostonly
--add
one two
-o
plymouth
--kernel-cmdline
a=b  c
--gzip
END
gives 0 out "running dracut --force $image 6.1 --no-hostonly --add 'one two' *" \
	"and printed, as for a shell"
tail -n 1 "$tree/called" >"$work/name"
holds "the new image has a name of its own" grep -qxE "[0-9a-f]{32}" "$work/name"
plant "--force --modules 'base' --include '/etc' '/x' --include '/gone' '/y' \
--conf '/gone.conf'"
inside /earlybind sync --images
called "what names a missing file is left out; earlybind is added to a list" <<'END'
--modules
base
--include
/etc
/x
--add
earlybind
END
gives 0 err "note: $image: left out of the options that it was made with, \
because there is no such file: --include /gone /y, --conf /gone.conf" "which is said"
for odd in "mark" "--add 'one" "--add one" "--add 'it's'" "--no-such" "--sysroot '/x'" \
	"--conf 'my.conf'" \
	"--include '/etc'" "--hostonly 'x'" "--add"; do
	plant "$odd"
	inside /earlybind sync --images
	gives 1 err "$image: *: dracut's note of the options *is not understood: *" \
		"odd, $odd: it is refused"
	is_first "odd, $odd: the image stays" $image
done
plant "--add 'one'"
head -c 1100 "$tree$image" >"$work/cut"
cp "$work/cut" "$tree$image"
inside /earlybind sync --images
called "a damaged image keeps its options too" <<END
--add
one
END
plant ""
inside /earlybind sync --images
called "none" </dev/null
holds "and no word of it" [ ! -s "$work/err" ]
# --- what is no proof, and what is no way back
plant
inside /earlybind sync --images
booted_with "$(sed -n '$p' "$tree/called")"
an_image present $two >"$tree$image"
booted_with $two
echo "bind a b c conf:1 x [matches] -> rehearsed" | put run/earlybind/report
inside /earlybind sync --images
is_first "a rehearsal is no boot" $former
echo "bind a b c conf:1 x [matches] -> returned: x" | put run/earlybind/report
inside /earlybind sync --images
is_first "nor is one that found its root only without the devices" $former
echo "keep    0000:01:00.0 8086:0001 - cmdline:1" | put run/earlybind/report
inside /earlybind sync --images
is_first "nor is one that a rule of the command line may have saved" $former
rm "$tree/run/earlybind/report"
inside /earlybind sync --images
holds "one without a report is" [ ! -e "$tree$former" ]

plant
: >"$tree$former"
inside /earlybind sync --images
gives 0 out "$image is made" "an empty former image"
is_first "makes room" $former
plant
(
	an_image old - >"$work/plain"
	mkdir -p "$work/files/usr/lib/modules/6.0/kernel"
	cd "$work/files" && find . | sort | cpio -o -H newc --quiet
) >"$tree$former"
inside /earlybind sync --images
is_first "so does one with modules of another kernel" $former
plant
sed -i '2i test ! -e '$former' || echo two >/names' "$tree/usr/bin/dracut"
inside /earlybind sync --images
holds "while dracut runs the image has one name" [ ! -e "$tree/names" ]
is_first "and then two" $former
plant
an_image old - >"$tree/boot/initrd.img-6.2"
echo 6.0 | put proc/sys/kernel/osrelease
inside /earlybind sync --images
is_first "where no image is the running kernel's, each may be it" $former
holds "and all are kept" [ -e "$tree/boot/.initrd.img-6.2.earlybind-former" ]
gives 0 out "the former image is kept as /boot/.initrd.img-6.2.earlybind-former *" \
	"which is said of each"
plant
echo x >"$tree/boot/.initrd.img-5.9.earlybind-former"
echo x >"$tree/boot/initrd.img-5.9"
inside /earlybind sync --images
holds "another system's former image stays beside its image" \
	[ -e "$tree/boot/.initrd.img-5.9.earlybind-former" ]
plant
echo linux | put lib/modules/6.1/pkgbase
echo x >"$tree/boot/.initramfs-linux-lts.img.earlybind-former"
inside /earlybind sync --images
holds "linux-lts goes, though linux stays" \
	[ ! -e "$tree/boot/.initramfs-linux-lts.img.earlybind-former" ]

# --- without earlybind by wish
plant
rm -rf "$work/files/usr/lib/earlybind"
echo "--force --omit 'lvm earlybind'" >"$work/files/usr/lib/dracut/build-parameter.txt"
(cd "$work/files" && find . | sort | cpio -o -H newc --quiet) >"$tree/boot/initrd.img-6.2"
inside /earlybind sync --images
gives 0 err "note: /boot/initrd.img-6.2: it has no earlybind: it was made with --omit *" \
	"an image that was made without earlybind"
gives 0 out "$image is made" "stops no other one"
finish
