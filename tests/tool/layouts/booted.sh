# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A system after a boot: who has its devices, the report, and an image, for tests of
# "earlybind status". Sourced after tap.sh.
# shellcheck disable=SC2034,SC2154 # for the tests, and of tap.sh
version=$("$tool" --version)
version=${version##* }
lib=/usr/lib/earlybind
kernel=6.1
image=/boot/initramfs-$kernel.img
for program in cpio gzip; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

holder() {	# ADDRESS [DRIVER]
	rm -f "$tree/sys/bus/pci/devices/$1/driver"
	[ $# = 1 ] || {
		mkdir -p "$tree/sys/bus/pci/drivers/$2"
		ln -s "../../../../bus/pci/drivers/$2" \
			"$tree/sys/bus/pci/devices/$1/driver"
	}
}

report() {	# LINE...
	{
		echo "# earlybind $version boot=1 took=1 us"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$tree/run/earlybind/report"
}

# With the reason of its verb, where the sentence does not bring one.
line() {	# VERB ADDRESS ID DRIVER SENTENCE
	case $1 in
	bind) reason=matches ;;
	release) reason=framebuffer ;;
	warn) reason=group-shared ;;
	keep) reason=kept ;;
	refuse) reason=needed-root ;;
	miss) reason=absent ;;
	esac
	case $5 in
	*'] -> '* | *']') printf '%-7s %-12s %-9s %-8s conf:1    %s' "$@" ;;
	*) printf '%-7s %-12s %-9s %-8s conf:1    %s' "$1" "$2" "$3" "$4" \
		"$(echo "$5" | sed "s/ -> / [$reason]&/; t; s/\$/ [$reason]/")" ;;
	esac
}

archive() (	# DIRECTORY: as an archive on standard output
	cd "$1" || exit
	find . | cpio -o -H newc --quiet
)

# An image with the present config and host; then $work/files is for changes.
pack() {	# the program that packs it, and its options
	archive "$work/files" | "$@" >"$tree$image"
}

plant() {	# a boot that went well
	rm -rf "$tree" "$work/files"
	"$top/tests/lib/tree" "$top/tests/plan/machines/desktop.machine" "$tree"
	mkdir -p "$tree/proc/self" "$tree/run/earlybind" "$tree/boot"
	put proc/self/mountinfo "1 0 0:25 / / rw shared:1 - tmpfs tmpfs rw"
	put proc/sys/kernel/osrelease $kernel
	put lib/modules/$kernel/modules.dep "#"
	put etc/earlybind.conf "bind address=02:00.0 id=10de:2206 with=card"
	cp "$tree/etc/earlybind.conf" "$tree/run/earlybind/earlybind.conf"
	mkdir -p "$work/files/etc" "$work/files$lib"
	cp "$tree/etc/earlybind.conf" "$work/files/etc"
	{
		echo "version $version"
		echo "free path=0000:00:17.0 id=8086:a352"
		echo end
	} >"$work/files$lib/image.conf"
	: >"$work/files$lib/earlybind-binder"
	mkdir -p "$work/files/usr/lib/dracut"
	: >"$work/files/usr/lib/dracut/build-parameter.txt"
	pack gzip -c
	report "$(line bind 0000:02:00.0 10de:2206 vfio-pci 'matches -> bound')" \
		"$(line bind 0000:02:00.1 10de:1aef vfio-pci 'same card -> bound')"
	holder 0000:02:00.0 vfio-pci
	holder 0000:02:00.1 vfio-pci
}

status() {	# [OPTION...]
	run "$tool" status --root "$tree" "$@"
}

