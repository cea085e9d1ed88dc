#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The .deb in whole Debian systems, by their own dpkg, dracut and grub-mkconfig:
# installed, upgraded, removed and purged. SUITES names others. Wants root, and the
# network for the first run of each suite.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
[ "$(id -u)" = 0 ] || skip_all "it takes root: dpkg runs in a chroot"
command -v dh >/dev/null || skip_all "debhelper is not installed: tests/setup packages"
bed=${TESTBED:-$top/build/testbed}

"$top/tests/packages/versions" "$work" >"$work/log" 2>&1 ||
	{ not_ok "make deb, in two versions" "$work/log"; finish; }
ok "two versions are built"
# What inside does after dracut has come stands there, too.
holds "earlybind-sync(8) names the hook" grep -q \
	'^\.Ql /etc/kernel/postinst\.d/dracut VERSION' "$top/docs/man/earlybind-sync.8"
make -s -C "$top" install DESTDIR="$work/installed" \
	DRACUTDIR=/usr/lib/dracut/modules.d >"$work/log" 2>&1
make -s -C "$top" list-installed DRACUTDIR=/usr/lib/dracut/modules.d >"$work/list"

"$top/tests/lib/tree" "$top/tests/plan/machines/desktop.machine" "$work/machine"
echo "root=LABEL=system ro quiet" >"$work/machine/proc/cmdline"

mkdir "$work/foreign" "$work/foreign/conf"
: >"$work/foreign/conf/initramfs.conf"
(cd "$work/foreign" && find . | cpio --create --format=newc --quiet) >"$work/foreign.img"

# The tree of the test bed with what is written to it in memory, and without the files
# that other tests have installed there.
in_system() {	# SUITE
	# shellcheck disable=SC2016 # the inner shell expands these
	unshare --mount --propagation private sh -euc '
		mount -t tmpfs none "$1/mnt"
		mkdir "$1/mnt/up" "$1/mnt/work" "$1/mnt/root"
		mount -t overlay none "$1/mnt/root" \
			-o "lowerdir=$2/root,upperdir=$1/mnt/up,workdir=$1/mnt/work"
		cd "$1/mnt/root"
		if [ -e "$2/install.list" ]; then
			tr "\n" "\0" <"$2/install.list" | xargs -0 rm -f
			sed "s,/[^/]*$,," "$2/install.list" | sort -u | tr "\n" "\0" |
				xargs -0 rmdir -p --ignore-fail-on-non-empty
		fi
		mount --bind /dev dev
		mount -t proc proc proc
		mount -t tmpfs none tmp
		mount -t tmpfs none run
		mount --bind "$1/machine/proc/cpuinfo" proc/cpuinfo
		mount --bind "$1/machine/proc/cmdline" proc/cmdline
		mount --bind "$1/machine/sys" sys
		mkdir -p tmp/top/tests/packages tmp/top/tests/lib
		cp "$3/tests/lib/tap.sh" tmp/top/tests/lib/
		cp "$3/tests/packages/inside" tmp/top/tests/packages/
		mkdir -p tmp/top/docs/packaging
		cp "$3"/docs/packaging/uninstall "$3"/docs/packaging/removed.sh \
			tmp/top/docs/packaging/
		cp -R "$1/installed" "$1/list" "$1/foreign.img" tmp/
		cp "$1"/first/deb/earlybind_*.deb tmp/first.deb
		cp "$1"/second/deb/earlybind_*.deb tmp/second.deb
		exec chroot . env -i TMPDIR=/tmp \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
			sh /tmp/top/tests/packages/inside /tmp/first.deb /tmp/second.deb
	' system "$work" "$bed/$1" "$top" </dev/null
}

mkdir "$work/mnt"
for suite in ${SUITES:-bookworm trixie sid}; do
	"$top/tests/vm/bed/rootfs" "$suite" >"$work/log" 2>&1 ||
		{ not_ok "$suite: its root file system" "$work/log"; continue; }
	in_system "$suite" >"$work/tap" 2>"$work/err" || echo "exit $?" >>"$work/err"
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "$suite: ${line#* - }" ;;
		"not ok "*) not_ok "$suite: ${line#* - }" ;;
		"1.."*) echo "# $suite: $line" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$work/tap"
	tail -n 1 "$work/tap" | grep -q '^1\.\.' ||
		not_ok "$suite: it ran to its end" "$work/err"
done
finish
