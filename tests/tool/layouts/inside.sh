# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs earlybind below a tree as if that were "/", so that it runs the programs there: the
# stubs of layouts.sh, and a dracut that prints what was prepared. Sourced after that.

# shellcheck disable=SC2154,SC2034 # of tap.sh and layouts.sh, and for tests
chroot=chroot
[ "$(id -u)" = 0 ] || chroot="unshare -r chroot"
$chroot / true 2>/dev/null || skip_all "chroot needs root or user namespaces"

# The program and what the stubs call, with their libraries: looked for once, and linked
# into every tree of a test.
furnish() {
	all=$work/furniture
	[ -d "$all" ] || {
		mkdir -p "$all/bin"
		cp "$top/build/earlybind" "$all/earlybind"
		libraries "$all/earlybind" "$all"
		for program in sh cat rm; do
			add_program "$program" "$all"
		done
	}
	cp -al "$all/." "$tree"
	mkdir -p "$tree/usr/bin" "$tree/dev"
	: >"$tree/dev/null"
	put usr/bin/dracut <<'END'
#!/bin/sh
test "$1" = --force
echo "dracut: working"
test ! -e /etc/dracut-fails || { echo half >"$2"; echo "dracut: failing"; exit 1; }
cat "/made/$3" >"$2"
END
	chmod 755 "$tree/usr/bin/dracut"
}

add_program() {	# NAME [TREE]: one that scripts in the tree call
	cp -L "$(command -v "$1")" "${2-$tree}/bin/$1"
	libraries "${2-$tree}/bin/$1" "${2-$tree}"
}

libraries() {	# PROGRAM TREE
	ldd "$1" | tr -s ' \t' '\n' | grep ^/ | sort -u | while read -r library; do
		[ -e "$2$library" ] || {
			mkdir -p "$2${library%/*}"
			cp -L "$library" "$2$library"
		}
	done
}

inside() {	# COMMAND...: its output in $work/out, as run() has it
	# shellcheck disable=SC2086 # a command and its option
	run env PATH=/usr/sbin:/usr/bin:/sbin:/bin $chroot "$tree" "$@"
}

version=$("$top/build/earlybind" --version)
version=${version##* }

# An image with the config on standard input, on standard output.
image_with() {
	rm -rf "$work/files"
	mkdir -p "$work/files/etc" "$work/files/usr/lib/earlybind"
	cat >"$work/files/etc/earlybind.conf"
	printf 'version %s\nend\n' "$version" >"$work/files/usr/lib/earlybind/image.conf"
	: >"$work/files/usr/lib/earlybind/earlybind-binder"
	for mark in ${marks-usr/lib/dracut/build-parameter.txt}; do
		mkdir -p "$(dirname "$work/files/$mark")"
		echo --force >"$work/files/$mark"	# as dracut notes its options
	done
	(cd "$work/files" && find . | sort | cpio -o -H newc --quiet)
}
