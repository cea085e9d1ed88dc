#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind setup: from the list to the reboot by the other verbs, which it names; whoever
# leaves at a question finds all as it was. After the reboot: setup_booted.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
command -v python3 >/dev/null || skip_all "there is no python3 to make a terminal"
# shellcheck source=layouts/images.sh
. "$here/layouts/images.sh"

fresh() {	# a system whose images dracut made, and no config; dracut packs that
	plant usr/lib/dracut/build-parameter.txt
	cp "$work/chosen.conf" "$tree/etc/earlybind.conf" 2>/dev/null || :
	for v in 6.1 6.2; do
		image_with <"$tree/etc/earlybind.conf" | put made/$v
	done
	rm "$tree/etc/earlybind.conf"
	contents "$work/before"
}

setup() {	# ANSWERS [WORD...]: at a terminal
	answers=$1
	shift
	# shellcheck disable=SC2086,SC2154 # a command and its option, of inside.sh
	run env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$top/tests/lib/ask" "$answers" \
		$chroot "$tree" /earlybind setup "$@"
}

says() {	# WORDS SENTENCE: in the output, wherever its lines end
	tr -s '\n ' ' ' <"$work/out" >"$work/line"
	holds "$2" grep -qF -- "$1" "$work/line"
}

asks() {	# COUNT SENTENCE
	holds "$2" [ "$(grep -c 'q leaves\|y/N' "$work/out")" = "$1" ]
}

# --- who can be asked
fresh
inside /earlybind setup
gives 100 err "earlybind: setup asks, and here is no terminal: *setup --yes DEVICE, *" \
	"no terminal: refused in words"
inside /earlybind setup --yes
gives 100 err "earlybind: setup asks, and here is no terminal: *" \
	"--yes is no choice of a device"
inside /earlybind setup 02:00.0
gives 100 err "earlybind: setup asks, and here is no terminal: *" \
	"a device is no yes"
unchanged "and nothing is changed"
user=
[ "$(id -u)" != 0 ] || user="setpriv --reuid=65534 --clear-groups"
cp "$tool" "$work/earlybind"
chmod 755 "$work" "$work/earlybind"
# shellcheck disable=SC2086 # a command and its options
run $user "$work/earlybind" setup
gives 111 err "earlybind: setup writes *: run as root, as with sudo earlybind setup; *" \
	"an ordinary user: sudo"

# --- all by options
inside /earlybind setup --yes --no-sync 02:00.0
gives 0 out "Step 1: what to give away. This is earlybind generate --write 02:00.0" \
	"--no-sync: the config"
gives 0 err "earlybind: nothing of it counts before the next boot with it: *" \
	"is all"
holds "no image is made" [ "$(cksum <"$tree$image")" = \
	"$(sed -n "s,^\([0-9]* [0-9]*\) .$image\$,\1,p" "$work/before")" ]
cp "$tree/etc/earlybind.conf" "$work/chosen.conf"
fresh
inside /earlybind setup --yes 02:00.0
gives 0 out "$image is made" "--yes: it makes the image"
gives 0 out "/boot/grub/grub.cfg is made" "and tells the boot loader"
gives 0 err "earlybind: reboot now; after that, earlybind setup goes on with *" \
	"the last word is reboot"
gives 0 err "earlybind: the IOMMU is off; it is on after the reboot if it is *" \
	"and that the IOMMU is on then"
same "$work/chosen.conf" "$tree/etc/earlybind.conf" "the config is that of generate"
inside /earlybind setup --yes 02:00.0
gives 0 err "earlybind: 0000:02:00.0 is taken already, *" "a second time"
gives 0 out "Step 2: how far is it? This is earlybind status" "only the boot is missing"
gives 0 err "earlybind: reboot now; *" "which it says"
fresh
inside /earlybind setup --yes --verbose 02:00.0
gives 0 out "*This is earlybind sync --verbose" "--verbose is that of sync"

# --- at a terminal
fresh
setup '2
y
y'
gives 0 out "*Step 1: what is there. This is earlybind list*" "the list comes first"
says "Step 2: what to give away. This is earlybind generate --write --ask" "the choice"
gives 0 out "bind path=0000:00:02.0/00.0 id=10de:1b80 *" "the lines"
gives 0 out "refuse  0000:02:00.0 10de:1b80 -  * is in no IOMMU group: *" "their plan"
says "Step 3: is the config right? This is earlybind check" "check"
says "Step 4: images and boot loader. This is earlybind sync" "sync"
says "$image is made" "which makes the image"
gives 0 out "earlybind: reboot now; after that, earlybind setup goes on with *" "reboot"
asks 3 "three questions"
same "$work/chosen.conf" "$tree/etc/earlybind.conf" "the config is that of generate"
sed -n 's/.*This is earlybind \([a-z -]*\).*/\1/p' "$work/out" >"$work/steps"
holds "each step names a verb" [ "$(wc -l <"$work/steps")" = 4 ]
while read -r words; do
	# shellcheck disable=SC2086 # words
	"$tool" $words --help >/dev/null || echo "earlybind $words"
done <"$work/steps" >"$work/why" 2>&1
same /dev/null "$work/why" "with options that it has"

# --- leaving
leaves() {	# QUESTION ANSWERS: the last of them leaves
	for last in q '' '^D' '^C'; do
		fresh
		[ "$1" != sync ] || inside /earlybind setup --yes --no-sync 02:00.0
		contents "$work/before"
		setup "$2$last" 2>/dev/null
		case $last:$code in
		'^C:130' | [!^]*:1 | :1 | '^D:1') ok "$1: \"$last\" leaves" ;;
		*) not_ok "$1: \"$last\" leaves, not with $code" "$work/out" ;;
		esac
		unchanged "$1: \"$last\" leaves all as it was"
	done
}
leaves numbers ''
leaves write '2
'
leaves sync ''
says "Step 1: is the config right? This is earlybind check" \
	"who has the config is led on from there"
says "Step 2: what does the next boot do? This is earlybind plan" "with its plan"
setup n
gives 1 out "earlybind: nothing of it counts before the next boot with it: earlybind *" \
	"who leaves there is told what is missing"
setup y
gives 0 out "earlybind: reboot now; *" "and led on another time"
setup ''
gives 0 out "earlybind: reboot now; *" "until the reboot"
asks 0 "without a question"

# --- what a verb refuses
fresh
echo "keep id=10de:1b80" | put etc/earlybind.conf
contents "$work/before"
inside /earlybind setup --yes 02:00.0
gives 1 err "earlybind: 0000:02:00.0 kept by rule (/etc/earlybind.conf:1): *" \
	"what the config keeps is refused"
gives 1 err "earlybind: setup ends here, and the config is as it was" "and it ends"
unchanged "as it was"
inside /earlybind setup --yes nonsense
gives 100 err 'earlybind: no device is "nonsense": *' "no such device"
echo "bind nonsense" | put etc/earlybind.conf
setup ''
gives 2 out "error /etc/earlybind.conf:1:6: *" "a wrong config is said"
asks 0 "before anything is asked"
fresh
rm "$tree/usr/bin/dracut"
contents "$work/before"
setup ''
gives 1 out "earlybind: only dracut can make these images, *: install dracut" \
	"no dracut: why not"
asks 0 "and nothing is asked"
unchanged "nor changed"
inside /earlybind setup --yes --no-sync 02:00.0
gives 0 out "Step 1: *" "a config can be written all the same"

# --- a config that is there
fresh
echo "set iommu=on" | put etc/earlybind.conf
inside /earlybind setup --yes --no-sync 02:00.0
holds "it adds" sh -c "head -n1 '$tree/etc/earlybind.conf' | grep -qx 'set iommu=on' &&
	grep -q '^bind .*id=10de:1b80' '$tree/etc/earlybind.conf'"

# --- sync fails
fresh
: >"$tree/etc/dracut-fails"
inside /earlybind setup --yes 02:00.0
gives 1 err "$image: dracut failed with exit code 1, *" "dracut fails"
gives 1 err "earlybind: not all of that could be done, see above: mend it, *" \
	"what is next is said"
rm "$tree/etc/dracut-fails"
setup y
says "$image is made" "setup goes on there"

# --- nothing to give away
fresh
find "$tree/sys" -name class -type f -exec sh -c 'echo 0x060000 >"$1"' class {} \;
find "$tree/sys" -name modalias -delete
contents "$work/before"
setup ''
gives 1 out "earlybind: there is no display, USB controller, *" "nothing to give away"
unchanged "changes nothing"
finish
