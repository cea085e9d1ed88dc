#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind image, on module trees of kernels that were never built: small objects that
# only depmod takes for modules.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/modules.sh
. "$here/layouts/modules.sh"

vfio 6.1 vfio_virqfd
module 6.1 drivers/pci/pci-stub ""
module 6.1 drivers/vfio/pci/mlx5/mlx5-vfio-pci "pre: mlx5_ib" vfio_pci_core mlx5_core
module 6.1 drivers/net/mlx5_core ""
module 6.1 drivers/net/mlx5_ib "" mlx5_core
vfio 6.12 ""
cp -R "$root/usr/lib/modules/6.12" "$work/plain"
find "$root/usr/lib/modules/6.12" -name '*.ko' -exec xz {} +
vfio 6.13 ""
find "$root/usr/lib/modules/6.13" -name 'vfio*.ko' -exec zstd -q --rm {} +
# not every depmod knows .gz
case $(depmod --version) in *+ZLIB*)
	find "$root/usr/lib/modules/6.13" -name 'irq*.ko' -exec gzip {} +
esac
module 6.14 drivers/net/dummy ""
for name in virt/lib/irqbypass drivers/vfio/vfio drivers/vfio/pci/vfio-pci-core \
	drivers/vfio/pci/vfio-pci drivers/vfio/vfio_iommu_type1; do
	echo "kernel/$name.ko"
done >"$root/usr/lib/modules/6.14/modules.builtin"
module 6.15 drivers/net/dummy ""
vfio 6.16 ""
rm "$root/usr/lib/modules/6.16/kernel/drivers/vfio/vfio_iommu_type1.ko"
finish_modules 6.1 6.12 6.13 6.14 6.15 6.16

nothing() {	# SENTENCE: nothing is left that could pass for an image
	if [ -s "$work/out" ] || [ -e "$work/dir$lib/earlybind-binder" ] ||
		[ -e "$work/dir$lib/image.conf" ] ||
		find "$work/dir" -name '*.part' 2>/dev/null | grep -q .; then
		find "$work/dir" -type f >"$work/found"
		not_ok "$1" "$work/out" "$work/found"
	else
		ok "$1"
	fi
}

# --- which modules, in which order
echo "bind id=10de:2206" >"$conf"
image 6.1
whole 0 "kernel 6.1: dependencies first, vfio_virqfd and the soft dependency" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio_virqfd.ko
vfio-pci-core.ko
vfio-pci.ko
END
same "$conf" "$work/dir/etc/earlybind.conf" "the config is in the image"
same "$root$lib/earlybind-binder" "$work/dir$lib/earlybind-binder" "the binder is in it"
holds "the binder can be run" [ -x "$work/dir$lib/earlybind-binder" ]
holds "the modes do not depend on the umask" \
	[ "$(find "$work/dir" -type f ! -name earlybind-binder ! -perm 644)" = "" ]
mv "$work/dir" "$work/first"
(umask 077 && "$tool" image --root "$root" --kernel 6.1 "$work/dir" >/dev/null)
holds "made twice it is the same" diff -r "$work/first" "$work/dir"
holds "and its modes are" [ -z "$(find "$work/dir" -type f ! -perm -444)" ]
rm -rf "$work/first"

image 6.12
whole 0 "kernel 6.12: no vfio_virqfd" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
for name in virt/lib/irqbypass drivers/vfio/pci/vfio-pci; do
	same "$work/plain/kernel/$name.ko" "$work/dir$lib/modules/${name##*/}.ko" \
		"${name##*/}.ko.xz is decompressed"
done
image 6.13
whole 0 "kernel 6.13: .zst and .gz" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
image 6.14
whole 0 "kernel 6.14: all is built in, nothing is loaded" </dev/null
image 6.16
whole 0 "kernel 6.16: there is no vfio_iommu_type1" <<'END'
irqbypass.ko
vfio.ko
vfio-pci-core.ko
vfio-pci.ko
END

cat >"$conf" <<'END'
bind id=10de:2206 driver=none
bind id=10de:2207 driver=pci_stub
bind id=15b3:101e driver=mlx5_vfio_pci
bind id=15b3:101f driver=mlx5-vfio-pci
set vfio-pci.disable_vga=1
set vfio_pci.nointxmask=1
set vfio-iommu-type1.allow_unsafe_interrupts=1
END
image 6.1
whole 0 "other drivers with what they need, once, and options" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko allow_unsafe_interrupts=1
vfio_virqfd.ko
vfio-pci-core.ko
vfio-pci.ko disable_vga=1 nointxmask=1
pci-stub.ko
mlx5_core.ko
mlx5_ib.ko
mlx5-vfio-pci.ko
END
holds "and says nothing" [ ! -s "$work/err" ]

printf 'set vfio-pci.disable_vga=1\nset vfio-other.x=1\n' >"$conf"
image 6.14
gives 0 err '/etc/earlybind.conf:1: "vfio-pci" is built into this kernel, *' \
	"an option of a built-in module is said to be lost"
gives 0 err '/etc/earlybind.conf:2: "vfio-other" is no module that the rules need, *' \
	"an option of another module is said to be lost"

# --- no config, wrong configs
rm "$conf"
image 6.1
gives 0 out "$lib/modules/vfio-pci.ko" \
	"no config: vfio-pci is there for rd.earlybind.bind="
holds "no config: none in the image" [ ! -e "$work/dir/etc" ]

wrong() {	# PATTERN SENTENCE [OPTION...]
	pattern=$1
	sentence=$2
	shift 2
	image 6.12 "$@"
	gives 2 err "$pattern" "$sentence: said with its place"
	whole 2 "$sentence: the image is whole" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
}

printf 'bind id=10de:2206 driver=pci-stub\nbind idd=1\n' >"$conf"
wrong '/etc/earlybind.conf:2:6: unknown word "idd", *' "a wrong word"
same "$conf" "$work/dir/etc/earlybind.conf" \
	"a wrong word: for the boot log it is in the image"
head -c 1048576 /dev/urandom >"$conf"
wrong '/etc/earlybind.conf: the file is larger than the limit *' "a config of 1 MB"
{
	echo "bind id=10de:2206"
	head -c 300000 /dev/zero | tr '\0' '#'
} >"$conf"
wrong '/etc/earlybind.conf: the file is larger than the limit *' "a long comment"
run "$top/build/test/earlybind-binder" --dry-run --root "$work/dir"
gives 2 err '*/etc/earlybind.conf: the file is larger than the limit *' \
	"and the binder finds it as wrong as the tool"
rm "$conf"
mkdir "$conf"
wrong '/etc/earlybind.conf: this is a directory, not a file: *' "a directory"
rmdir "$conf"
wrong "$work/none: the file cannot be read: No such file*" "a config that is not there" \
	--config "$work/none"
echo "bind id=10de:2206 driver=vfio_nosuch" >"$conf"
wrong '/etc/earlybind.conf:1: kernel 6.12 has no module "vfio_nosuch": *' \
	"an unknown driver"
echo "bind id=10de:2206" >"$conf"
image 6.15
gives 2 err '/etc/earlybind.conf:1: kernel 6.15 has no module "vfio-pci": *' \
	"a kernel without vfio-pci is the wrong one for the rules"
echo "bind id=10de:2206 driver=none" >"$conf"
image 6.15
gives 0 err 'earlybind: kernel 6.15 has no module "vfio-pci": *' \
	"where no rule wants it, that is only said"

# --- what the system fails in
echo "bind id=10de:2206" >"$conf"
ln -s /somewhere/else "$root/usr/lib/modules/link"
for kernel in nope ../6.1 . .. '' /etc link; do
	image "$kernel"
	if [ -z "$kernel" ]; then
		gives 100 err 'earlybind: --kernel needs a value: *' \
			"an empty kernel version"
		continue
	fi
	gives 111 err 'earlybind: *' "no kernel of the version \"$kernel\""
	nothing "no kernel of the version \"$kernel\": nothing is made"
done
image nope
gives 111 err 'earlybind: /lib/modules/nope: *No such file*, is it installed[?]' \
	"a kernel that is not there is named"

broken() {	# PATTERN SENTENCE
	image 6.12
	gives 111 err "$1" "$2"
	nothing "$2: nothing is left"
}
file=$root/usr/lib/modules/6.12/kernel/drivers/vfio/pci/vfio-pci.ko.xz
cp "$file" "$work/whole.xz"
head -c 200 "$work/whole.xz" >"$file"
broken '*/vfio-pci.ko.xz: xz cannot decompress it: *' "a truncated module"
echo "no module" | xz >"$file"
broken '*/vfio-pci.ko.xz: this is not a kernel module: *' "a module that is none"
xz -dc "$work/whole.xz" | head -c 500 | xz >"$file"
broken '*/vfio-pci.ko.xz: this is not a kernel module: *' "a module that was cut off"
rm "$file"
broken '*/vfio-pci.ko.xz: the file cannot be read: *' "a module that is gone"
cp "$work/whole.xz" "$file"
needed=$(find "$root/usr/lib/modules/6.12" -name 'irqbypass.ko*')
mv "$needed" "$work/needed"
broken '*: module "vfio-pci" or one that it needs has no file: *' \
	"a module that another one needs is gone"
mv "$work/needed" "$needed"
mv "$root$lib/earlybind-binder" "$work/binder"
broken "$lib/earlybind-binder: the file cannot be read: *" "no binder"
image 6.12
mv "$work/binder" "$root$lib/earlybind-binder"
run "$tool" image --root "$root" --kernel 6.12 "$work/dir"
gives 0 out "$lib/earlybind-binder" "a directory may be used again"
head -c 200 "$work/whole.xz" >"$file"
run "$tool" image --root "$root" --kernel 6.12 "$work/dir"
nothing "a failure takes away what an earlier run has left"
cp "$work/whole.xz" "$file"
mkdir "$work/bin"
save=$PATH
PATH=$work/bin
image=$work/dir
code=0
/bin/rm -rf "$image"
"$tool" image --root "$root" --kernel 6.12 "$image" >"$work/out" 2>"$work/err" || code=$?
PATH=$save
gives 111 err '*: the program xz cannot be run *install xz-utils or xz' \
	"no xz to be found"
run "$tool" image --root "$root" --kernel 6.12 "$work/none/dir"
gives 111 err "$work/none/dir: this directory cannot be written to: No such file*" \
	"a directory in none"
run "$tool" image --root "$root" --kernel 6.12 "$conf"
gives 111 err "$conf: this directory cannot be written to: Not a directory" "a file"
run "$tool" image --root "$root" --kernel 6.12 "$root/etc/.."
gives 111 err '*: this is the root that is read: *' "the root itself"
holds "the root itself: it stays as it was" [ ! -e "$root$lib/image.conf" ]

# The name that sync gives an image, and that a boot leaves in /run.
named() {	# NAME COUNT SENTENCE
	export EARLYBIND_IMAGE="$1"
	image 6.12
	unset EARLYBIND_IMAGE
	holds "$3" [ "$(grep -c "^# image $1\$" "$conf_of_image")" = "$2" ]
}

named 0123456789abcdef0123456789abcdef 1 "an image has the name that was chosen for it"
holds "in the second line" \
	[ "$(sed -n '2s/ [0-9a-f]*$//p' "$conf_of_image")" = "# image" ]
named 0123456789abcdef 0 "what is no such name is none"
named "" 0 "and without one two images are alike"
finish
