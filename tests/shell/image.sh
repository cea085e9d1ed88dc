#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind image, on module trees of kernels that were never built: small objects that
# only depmod takes for modules.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
version=$("$tool" --version)
version=${version##* }
for program in depmod xz gzip zstd; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

root=$work/root
lib=/usr/lib/earlybind
mkdir -p "$root/etc" "$root$lib" "$root/usr/lib/modules"
ln -s usr/lib "$root/lib"
printf 'the binder' >"$root$lib/earlybind-binder"
chmod 755 "$root$lib/earlybind-binder"
conf=$root/etc/earlybind.conf
# a host in memory, which needs no disk
mkdir -p "$root/proc/self"
echo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw" >"$root/proc/self/mountinfo"

# A module that exports NAME_symbol, needs those of others, and may have a softdep.
module() {	# KERNEL PATH SOFTDEP [NAME...]
	kernel=$1
	file=$root/usr/lib/modules/$kernel/kernel/$2.ko
	softdep=$3
	shift 3
	own=$(basename "$file" .ko | tr - _)
	mkdir -p "${file%/*}"
	{
		echo "const char strings[]" \
			"__attribute__((section(\"__ksymtab_strings\")))" \
			"= \"${own}_symbol\";"
		[ -z "$softdep" ] ||
			echo "const char soft[] __attribute__((section(\".modinfo\")))" \
				"= \"softdep=$softdep\";"
		for name; do
			echo "void ${name}_symbol(void);"
		done
		echo "void start(void); void start(void) {"
		for name; do
			echo "${name}_symbol();"
		done
		echo "}"
	} >"$work/module.c"
	"${CC:-cc}" -c -o "$file" "$work/module.c"
}

vfio() {	# KERNEL VIRQFD: the vfio modules, with a separate vfio_virqfd or without
	module "$1" virt/lib/irqbypass ""
	module "$1" drivers/vfio/vfio "post: vfio_iommu_type1 vfio_iommu_spapr_tce"
	module "$1" drivers/vfio/vfio_iommu_type1 "" vfio
	[ -z "$2" ] || module "$1" "drivers/vfio/$2" ""
	# shellcheck disable=SC2086 # nothing or a word
	module "$1" drivers/vfio/pci/vfio-pci-core "" vfio irqbypass $2
	module "$1" drivers/vfio/pci/vfio-pci "" vfio_pci_core vfio
}

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
vfio 6.17 ""
module 6.17 drivers/virtio/virtio ""
module 6.17 drivers/virtio/virtio_pci "" virtio
module 6.17 drivers/iommu/virtio-iommu "" virtio
vfio 6.18 ""
module 6.18 drivers/iommu/arm/arm-smmu/arm_smmu ""
module 6.18 drivers/iommu/arm/arm-smmu-v3/arm_smmu_v3 ""
for kernel in 6.1 6.12 6.13 6.14 6.15 6.16 6.17 6.18; do
	: >"$root/usr/lib/modules/$kernel/modules.order"
	[ -e "$root/usr/lib/modules/$kernel/modules.builtin" ] ||
		: >"$root/usr/lib/modules/$kernel/modules.builtin"
	: >"$root/usr/lib/modules/$kernel/modules.builtin.modinfo"
	depmod -b "$root" $kernel
done

export SOURCE_DATE_EPOCH=1	# images that are alike have no name
image() {	# KERNEL [OPTION...]: into $work/dir
	rm -rf "$work/dir"
	run "$tool" image --root "$root" --kernel "$@" "$work/dir"
}

# image.conf says this, whatever the order; what others need is loaded before them; what
# is there is what was printed.
whole() {	# CODE SENTENCE, the load lines on standard input (without the directory)
	{
		echo "version $version"
		sed "s,^,load $lib/modules/,"
		echo end
	} | sort >"$work/expected"
	[ "$code" = "$1" ] || echo "exit code $code, not $1" >>"$work/expected"
	conf_of_image=$work/dir$lib/image.conf
	sort "$conf_of_image" >"$work/sorted"
	same "$work/expected" "$work/sorted" "$2"
	order >"$work/wrong"
	same /dev/null "$work/wrong" "$2: in load order"
	(cd "$work/dir" && find . -type f | sed 's/^\.//' | sort) >"$work/found"
	sort "$work/out" >"$work/printed"
	same "$work/printed" "$work/found" "$2: every file is printed, and no other"
	sed -n "s,^load \([^ ]*\).*,\1,p" "$conf_of_image" | sort >"$work/loaded"
	grep '\.ko$' "$work/found" >"$work/modules" || :
	same "$work/loaded" "$work/modules" "$2: the modules are those that are loaded"
}

# Of the modules that are there: the first before the second.
order() {
	while read -r first second; do
		awk -v first="/$first.ko" -v second="/$second.ko" '
			index($0, second) { is_late = 1 }
			index($0, first) && is_late { print second " before " first }
		' "$conf_of_image"
	done <<-'END'
		vfio vfio_iommu_type1
		vfio vfio-pci-core
		vfio vfio-pci
		irqbypass vfio-pci-core
		vfio_virqfd vfio-pci-core
		vfio-pci-core vfio-pci
		vfio-pci-core mlx5-vfio-pci
		mlx5_core mlx5_ib
		mlx5_ib mlx5-vfio-pci
		virtio virtio-iommu
		virtio_pci virtio-iommu
		virtio-iommu vfio
	END
	head -n 1 "$conf_of_image" | grep -v '^version ' || :
	tail -n 1 "$conf_of_image" | grep -v '^end$' || :
}

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

# --- drivers of IOMMUs
image 6.17
whole 0 "kernel 6.17: the IOMMU's driver is a module, and the machine is not known" <<'END'
virtio.ko
iommu/virtio-iommu.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
holds "what it needs comes first" [ "$(grep -n virtio "$work/dir$lib/image.conf" |
	sed 's,.*/,,' | tr '\n' ' ')" = "virtio.ko virtio-iommu.ko " ]
machine_of() {	# ID: of its one device
	"$top/tests/tree" - "$root" <<-END
		machine 1 cpu=intel
		address=0000:00:04.0 path=0000:00:04.0 id=$1 class=00ff00 group=none
	END
}
machine_of 1af4:1057
image 6.17
whole 0 "a virtual machine with such an IOMMU: what drives its device as well" <<'END'
virtio.ko
virtio_pci.ko
iommu/virtio-iommu.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
rm -r "$root/sys"
machine_of 8086:10d3
image 6.17
whole 0 "a machine without: none" <<'END'
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
image 6.18
whole 0 "kernel 6.18: those of its processors" <<'END'
iommu/arm_smmu.ko
iommu/arm_smmu_v3.ko
irqbypass.ko
vfio.ko
vfio_iommu_type1.ko
vfio-pci-core.ko
vfio-pci.ko
END
rm -r "$root/sys"

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
wrong '/etc/earlybind.conf: this is a directory and no file: *' "a directory"
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
broken '*/vfio-pci.ko.xz: this is no kernel module: *' "a module that is none"
xz -dc "$work/whole.xz" | head -c 500 | xz >"$file"
broken '*/vfio-pci.ko.xz: this is no kernel module: *' "a module that was cut off"
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
