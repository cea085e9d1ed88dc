#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make install puts every file where it belongs, and touches nothing else.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
[ -x "$top/build/earlybind-binder" ] ||
	skip_all "build/earlybind-binder is not built: it takes musl-gcc"
unset MAKEFLAGS MAKELEVEL MFLAGS

install() {	# PREFIX
	rm -rf "$work/dest"
	run make -s -C "$top" install DESTDIR="$work/dest" PREFIX="$1" \
		DRACUTDIR=/usr/lib/dracut/modules.d
	holds "make install PREFIX=$1" [ "$code" = 0 ]
	(cd "$work/dest" && find . -type f | sed 's/^\.//' | sort) >"$work/found"
}

installed() {	# PREFIX: what should be there
	cat <<-END
		/etc/grub.d/09_earlybind
		/etc/grub.d/42_earlybind
		/etc/grub.d/43_earlybind
		$1/bin/earlybind
		/usr/lib/earlybind/earlybind-binder
		/usr/lib/earlybind/vfio-is-ours
		/usr/lib/udev/rules.d/70-earlybind-vfio.rules
		/usr/lib/systemd/system/earlybind-status.service
		/usr/lib/dracut/modules.d/50earlybind/README
		/usr/lib/dracut/modules.d/50earlybind/earlybind-giveback.service
		/usr/lib/dracut/modules.d/50earlybind/earlybind-net-end.sh
		/usr/lib/dracut/modules.d/50earlybind/earlybind-net.sh
		/usr/lib/dracut/modules.d/50earlybind/earlybind.service
		/usr/lib/dracut/modules.d/50earlybind/earlybind.sh
		/usr/lib/dracut/modules.d/50earlybind/giveback.sh
		/usr/lib/dracut/modules.d/50earlybind/module-setup.sh
		$1/share/bash-completion/completions/earlybind
		$1/share/fish/vendor_completions.d/earlybind.fish
		$1/share/zsh/site-functions/_earlybind
	END
	for page in "$top"/docs/man/*.[1-9]; do
		echo "$1/share/man/man${page##*.}/${page##*/}"
	done
}

for prefix in /usr /usr/local; do
	install $prefix
	installed $prefix | sort >"$work/expected"
	same "$work/expected" "$work/found" "PREFIX=$prefix: these files and no others"
done
programs="/etc/grub.d/09_earlybind /etc/grub.d/42_earlybind /etc/grub.d/43_earlybind
	/usr/local/bin/earlybind /usr/lib/earlybind/earlybind-binder
	/usr/lib/earlybind/vfio-is-ours
	/usr/lib/dracut/modules.d/50earlybind/module-setup.sh
	/usr/lib/dracut/modules.d/50earlybind/earlybind.sh
	/usr/lib/dracut/modules.d/50earlybind/earlybind-net-end.sh
	/usr/lib/dracut/modules.d/50earlybind/earlybind-net.sh
	/usr/lib/dracut/modules.d/50earlybind/giveback.sh"
for file in $programs; do
	holds "$file is mode 755" [ "$(stat -c %a "$work/dest$file")" = 755 ]
done
holds "the other files are mode 644" \
	[ -z "$(find "$work/dest" -type f ! -perm 755 ! -perm 644)" ]
holds "the unit starts the installed program" grep -qx \
	"ExecStart=/usr/local/bin/earlybind status --quiet" \
	"$work/dest/usr/lib/systemd/system/earlybind-status.service"
holds "the installed programs are of one version" [ \
	"$("$work/dest/usr/lib/earlybind/earlybind-binder" --version | sed 's/.* //')" = \
	"$("$work/dest/usr/local/bin/earlybind" --version | sed 's/.* //')" ]

# The one description of it.
make -s -C "$top" list-installed DRACUTDIR=/usr/lib/dracut/modules.d |
	while read -r path; do
		directory=${path%/*}
		grep -q -F -e "\`$path\`" -e "\`$directory/\`" -e "\`${path##*/}\`" \
			-e "\`${directory##*/}/\`" "$top/docs/packaging/README.md" ||
			echo "docs/packaging/README.md does not tell of $path"
	done >"$work/why"
if [ -s "$work/why" ]; then
	not_ok "docs/packaging/README.md tells of every file" "$work/why"
else
	ok "docs/packaging/README.md tells of every file"
fi

# What is in the directories of a system before, stays.
mkdir -p "$work/dest/usr/local/share/man/man8" "$work/dest/usr/local/bin"
: >"$work/dest/usr/local/share/man/man8/other.8"
echo "bind id=10de:2206" >"$work/dest/etc/earlybind.conf"
run make -s -C "$top" uninstall DESTDIR="$work/dest" PREFIX=/usr/local \
	DRACUTDIR=/usr/lib/dracut/modules.d
holds "make uninstall" [ "$code" = 0 ]
(cd "$work/dest" && find . -type f) >"$work/found"
printf '%s\n' ./etc/earlybind.conf ./usr/local/share/man/man8/other.8 >"$work/expected"
sort -o "$work/found" "$work/found"
same "$work/expected" "$work/found" "make uninstall takes these files, and no others"
holds "and the directories that are ours" [ ! -e "$work/dest/usr/lib/earlybind" ]
holds "not those of the system" [ -d "$work/dest/usr/local/bin" ]

# As debhelper, dpkg-buildpackage, rpmbuild and makepkg call it.
for variable in DH_INTERNAL_BUILDFLAGS=1 DEB_BUILD_ARCH=amd64 RPM_BUILD_ROOT=/x \
	TEXTDOMAIN=pacman-scripts; do
	run env "$variable" make -n -C "$top" check
	holds "${variable%%=*}: make check runs the tests" grep -q tests/run "$work/out"
	holds "${variable%%=*}: it installs and boots nothing" \
		[ "$(grep -c '^tests/setup\|^tests/vm/boot' "$work/out")" = 0 ]
done
run make -n -C "$top" check
holds "else it does" grep -q tests/setup "$work/out"

# Where an older version was, root's shell looks first: it would be found for ever.
mkdir -p "$work/old/usr/sbin" "$work/merged/usr/bin"
echo old >"$work/old/usr/sbin/earlybind"
ln -s bin "$work/merged/usr/sbin"
for dest in old merged; do
	run make -s -C "$top" install DESTDIR="$work/$dest"
	holds "$dest: an ordinary user finds it" [ -x "$work/$dest/usr/bin/earlybind" ]
done
holds "the one of 0.1 in /usr/sbin is gone" [ ! -e "$work/old/usr/sbin/earlybind" ]
if command -v pkg-config >/dev/null && pkg-config --exists dracut; then
	dir=$(pkg-config --variable=dracutmodulesdir dracut)
	run make -s -C "$top" install DESTDIR="$work/other"
	holds "dracut's own directory is taken where pkg-config knows it" \
		[ -e "$work/other$dir/50earlybind/module-setup.sh" ]
fi
finish
