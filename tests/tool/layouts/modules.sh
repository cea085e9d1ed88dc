# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Module trees of kernels that were never built: small objects that only depmod takes for
# modules; and what "earlybind image" makes of them. Sourced after tap.sh.
# shellcheck disable=SC2034,SC2154 # for the tests, and of tap.sh
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

finish_modules() {	# KERNEL...
	for kernel; do
		: >"$root/usr/lib/modules/$kernel/modules.order"
		[ -e "$root/usr/lib/modules/$kernel/modules.builtin" ] ||
			: >"$root/usr/lib/modules/$kernel/modules.builtin"
		: >"$root/usr/lib/modules/$kernel/modules.builtin.modinfo"
		depmod -b "$root" "$kernel"
	done
}

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
