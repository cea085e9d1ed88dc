#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the host needs, from the live system into the plan and into image.conf: host and
# boot reason alike, and the host's own disks are safe.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
binder=$top/build/test/earlybind-binder
lib=/usr/lib/earlybind
conf=$work/conf

build() (	# NAME: a tree of hosts/ in $work/NAME, with a kernel and a binder
	TREE=$work/$1
	mkdir "$TREE"
	# shellcheck source=hosts/words.sh
	. "$top/tests/tool/hosts/words.sh"
	# shellcheck disable=SC1090
	. "$top/tests/tool/hosts/$1.tree"
	put "${lib#/}/earlybind-binder" "the binder"
	for file in dep builtin order alias symbols softdep; do
		put "lib/modules/6.1/modules.$file" "#"
	done
	[ -L "$TREE/proc/1/root" ] || link proc/1/root /
)

# The plan of the host verbs is that of the binder with the image built here.
agree() {	# SENTENCE [OPTION...]: of image; the tree is $tree
	sentence=$1
	shift
	cp "$conf" "$tree/etc/earlybind.conf"
	rm -rf "$work/dir"
	run "$tool" image --root "$tree" --kernel 6.1 "$work/dir"
	cp "$work/err" "$work/image.err"
	grep disks "$work/err" >"$work/image.err.disks" || :
	"$tool" plan --root "$tree" >"$work/live" 2>&1 || :
	"$binder" --dry-run --root "$tree" --image "$work/dir$lib/image.conf" \
		>"$work/boot" 2>&1 || :
	same "$work/boot" "$work/live" "$sentence: the host's plan is the boot's"
	cp "$work/live" "$work/out"
	code=0
}

build nvme-root
tree=$work/nvme-root
mkdir -p "$tree/etc"
for rule in class=nvme id=144d:a808 address=01:00.0 class=storage \
	path=0000:00:1b.0/00.0,id=144d:a808 display=boot; do
	echo "bind $rule driver=pci-stub" | tr , ' ' >"$conf"
	agree "bind $rule"
	case $rule in display*) continue ;; esac
	gives 0 out "refuse *0000:01:00.0 144d:a808 * ?needed-root?" \
		"bind $rule: the root disk is refused"
done
echo "bind class=nvme driver=pci-stub" >"$conf"
agree "storage that the host does not need"
gives 0 out "bind *0000:02:00.0 1987:5012 pci-stub * ?matches?" "a free disk may be taken"
holds "image.conf says what is kept" grep -qx \
	"keep path=0000:00:1b.0/00.0 id=144d:a808 for=root" "$work/dir$lib/image.conf"
holds "image.conf says what is free" grep -qx \
	"free path=0000:00:1d.0/00.0 id=1987:5012" "$work/dir$lib/image.conf"

# --- another host, or none
"$tool" record --root "$tree" >"$work/machine"
run "$tool" plan --config "$conf" --machine "$work/machine" --root "$tree"
gives 0 out "refuse *0000:02:00.0 1987:5012 *is storage that this image does not list*" \
	"a recorded machine: nothing is known to be free"
same /dev/null "$work/err" "and plan says nothing else"
cp "$work/dir$lib/image.conf" "$work/image.conf"
run "$tool" plan --config "$conf" --machine "$work/machine" --image "$work/image.conf"
gives 0 out "bind *0000:02:00.0 1987:5012 pci-stub * ?matches?" "but --image knows"
cp "$work/image.conf" "$tree$lib/image.conf"
sed -i 's/^free.*/#/' "$tree$lib/image.conf"
run "$tool" plan --root "$tree"
gives 0 out "refuse *0000:02:00.0 1987:5012 *is storage that this image does not list*" \
	"an image.conf below the root counts, as at boot"
rm "$tree$lib/image.conf"

# --- another root, another machine: as that of a copied image
at_home() {	# WHAT PLAN
	run "$tool" plan --config "$conf" --root "$tree" --image "$work/home.conf"
	gives 0 out "$2" "$1"
	run "$binder" --dry-run --root "$tree" --image "$work/home.conf" --config "$conf"
	gives 0 out "$2" "$1: the binder says so too"
	"$tool" record --root "$tree" >"$work/machine"
	run "$tool" plan --config "$conf" --machine "$work/machine" \
		--image "$work/home.conf"
	gives 0 out "$2" "$1: and the recorded machine"
}
refused="refuse *0000:02:00.0 1987:5012 *this image was made for another machine or *"
mkdir -p "$tree/sys/class/dmi/id"
echo 4c4c4544-0036-5210-8057-b4c04f4b3132 >"$tree/sys/class/dmi/id/product_uuid"
echo "root=UUID=1-1 ro" >"$tree/proc/cmdline"
run "$tool" image --root "$tree" --kernel 6.1 "$work/home"
cp "$work/home$lib/image.conf" "$work/home.conf"
holds "image.conf says what it was made for" grep -qE '^made-for [0-9a-f]{16}$' \
	"$work/home.conf"
holds "and ends with a line that says so" [ "$(tail -n 1 "$work/home.conf")" = end ]
at_home "at home" "bind *0000:02:00.0 1987:5012 pci-stub * ?matches?"
echo "quiet root=UUID=1-1 rw other=1" >"$tree/proc/cmdline"
at_home "other words of the command line" \
	"bind *0000:02:00.0 1987:5012 pci-stub * ?matches?"
echo "root=UUID=2-2 ro" >"$tree/proc/cmdline"
at_home "another root=" "$refused"
echo ro >"$tree/proc/cmdline"
at_home "no root=" "$refused"
echo "root=UUID=1-1 ro" >"$tree/proc/cmdline"
echo 5c4c4544-0036-5210-8057-b4c04f4b3132 >"$tree/sys/class/dmi/id/product_uuid"
at_home "another machine" "$refused"
echo 4c4c4544-0036-5210-8057-b4c04f4b3132 >"$tree/sys/class/dmi/id/product_uuid"
echo S12345 >"$tree/sys/class/dmi/id/board_serial"
at_home "another board with the same UUID" "$refused"
mv "$tree/sys/class/dmi/id/board_serial" "$tree/sys/class/dmi/id/product_serial"
at_home "another serial number with the same UUID" "$refused"
rm "$tree/sys/class/dmi/id/product_serial"
at_home "at home again" "bind *0000:02:00.0 1987:5012 pci-stub * ?matches?"
rm "$tree/sys/class/dmi/id/product_uuid"
at_home "a machine without a number" "$refused"
mkdir -p "$tree/sys/firmware/devicetree/base"
printf '10000000abcdef' >"$tree/sys/firmware/devicetree/base/serial-number"
run "$tool" image --root "$tree" --kernel 6.1 "$work/home"
cp "$work/home$lib/image.conf" "$work/home.conf"
at_home "at home, by the number of a device tree" \
	"bind *0000:02:00.0 1987:5012 pci-stub * ?matches?"
printf '10000000fedcba' >"$tree/sys/firmware/devicetree/base/serial-number"
at_home "another board by that number" "$refused"
rm -r "$tree/sys/firmware"

build chroot
tree=$work/chroot
mkdir -p "$tree/etc"
echo "bind class=nvme driver=pci-stub" >"$conf"
agree "a chroot"
holds "image says that it is one" grep -q \
	"^earlybind: this image takes no storage .* a chroot: " "$work/image.err"
holds "and image.conf says why" grep -q "^# no keep and no free: a chroot" \
	"$work/dir$lib/image.conf"

# The root may be behind any USB controller or network card.
build usb-root
tree=$work/usb-root
rm -f "$tree/proc/1/root"
mkdir -p "$tree/etc" "$tree/proc/1"
ln -s /rescue "$tree/proc/1/root"
echo "bind class=usb driver=pci-stub" >"$conf"
agree "a chroot on a stick"
gives 0 out "refuse *may lead to the root, and this image does not know the host:*" \
	"takes no USB controller by its class"
echo "bind id=8086:a36d driver=pci-stub" >"$conf"
agree "a chroot on a stick, and an id"
gives 0 out "bind *8086:a36d pci-stub * ?matches?" "an id is another matter"
tree=$work/chroot

echo "keep id=144d:a808" >"$conf"
agree "a chroot, and no bind rule"
same /dev/null "$work/image.err.disks" "image says nothing of disks then"

# --- in use, not mounted
build use-mapped
tree=$work/use-mapped
mkdir -p "$tree/etc"
echo "bind class=nvme driver=pci-stub" >"$conf"
agree "storage in use"
gives 0 out "refuse *0000:01:00.0 144d:a808 * ?needed-use?" \
	"a volume group that nothing is mounted from is refused"
gives 0 out "refuse *0000:04:00.0 144d:a808 * is of the same model as storage *" \
	"the unused disk is of their model"

# --- twins
build nvme-twins
tree=$work/nvme-twins
mkdir -p "$tree/etc"
echo "bind id=144d:a808 driver=pci-stub" >"$conf"
agree "two disks of one model"
run "$tool" check --root "$tree" --config "$conf"
gives 1 out "error *0000:01:00.0 is of the same model *or even-if=needed, *" \
	"check says which word takes a twin"
echo "bind path=0000:00:1b.0/00.0 id=144d:a808 driver=pci-stub even-if=needed" >"$conf"
agree "a twin that the user insists on"
gives 0 out "bind *0000:01:00.0 144d:a808 pci-stub *is of the same model *all the same*" \
	"it is taken"
echo "bind path=0000:00:1d.0/00.0 id=144d:a808 driver=pci-stub even-if=needed" >"$conf"
agree "the root's own disk, and the user insists"
gives 0 out "bind *0000:02:00.0 144d:a808 pci-stub *holds the root file system, and *" \
	"that is taken too"
run "$tool" check --root "$tree" --config "$conf"
gives 1 out "warning $conf:1: 0000:02:00.0 holds the root file system, and is taken *: \
leave even-if=needed out, unless *" "and check says so each time"
build vf
tree=$work/vf
mkdir -p "$tree/etc"
agree "virtual functions"
build unresolved
tree=$work/unresolved
mkdir -p "$tree/etc"
echo "bind class=storage driver=pci-stub" >"$conf"
agree "not all was found"
holds "image says so" grep -q "^earlybind: .*not all that the host needs was found" \
	"$work/image.err"
for machine in desktop server; do
	tree=$work/$machine
	"$top/tests/lib/tree" "$top/tests/plan/machines/$machine.machine" "$tree"
	mkdir -p "$tree/lib/modules/6.1"
	: >"$tree$lib/earlybind-binder"
	echo "bind class=network" >"$conf"
	agree "$machine"
done
finish
