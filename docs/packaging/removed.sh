# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# For the time after earlybind: what was made while it was there is made again without it.
# "make uninstall" and the scripts of all packages have these functions, so that every way
# of removing it leaves the same. None fails: who removes a package must not be held up.

# GRUB's menu has the variable and the entries of our scripts until it is made again.
make_menu_anew() {
	for menu in /boot/grub/grub.cfg /boot/grub2/grub.cfg; do
		grep -qs '^### BEGIN ' "$menu" || continue
		grep -q earlybind "$menu" || continue
		program=grub-mkconfig
		command -v $program >/dev/null || program=grub2-mkconfig
		$program -o "$menu" </dev/null ||
			echo "earlybind: $menu could not be made again" >&2
	done
}

# The images of this system's kernels, as "IMAGE VERSION".
print_images() {
	folders=
	# shellcheck disable=SC2013 # neither has a blank
	for token in $(cat /etc/machine-id /etc/kernel/entry-token 2>/dev/null); do
		folders="$folders /boot/$token /efi/$token /boot/efi/$token"
	done
	for modules in /lib/modules/*; do
		version=${modules##*/}
		set -- "/boot/initrd.img-$version" "/boot/initramfs-$version.img" \
			"/boot/initrd-$version"
		# Arch's are named for the package
		[ ! -f "$modules/pkgbase" ] ||
			set -- "$@" "/boot/initramfs-$(cat "$modules/pkgbase").img"
		for folder in $folders; do
			set -- "$@" "$folder/$version/initrd" \
				"$folder/$version/initrd.img-$version"
		done
		for image; do
			[ ! -f "$image" ] || echo "$image $version"
		done
	done
}

has_earlybind() {	# IMAGE
	lsinitrd "$1" 2>/dev/null | grep -q 'usr/lib/earlybind/earlybind-binder$'
}

# As for a new kernel of Debian's: the trigger update-initramfs, since Debian 13, makes
# the newest kernel's image only. Elsewhere there is no such hook.
make_image() {	# IMAGE VERSION
	hook=/etc/kernel/postinst.d/dracut
	if [ -x "$hook" ] && [ "$1" = "/boot/initrd.img-$2" ]; then
		env -u DEB_MAINT_PARAMS -u INITRD "$hook" "$2"
	else
		dracut --force "$1" "$2"
	fi
}

# Those that have earlybind would still bind devices.
make_images_anew() {
	if ! command -v lsinitrd >/dev/null || ! command -v dracut >/dev/null; then
		echo "earlybind: dracut is gone: make the images of all kernels again," \
			"or they will still bind devices" >&2
		return 0
	fi
	print_images | while read -r image version; do
		has_earlybind "$image" || continue
		echo "earlybind: making $image without it"
		if ! make_image "$image" "$version" </dev/null || has_earlybind "$image"
		then
			echo "earlybind: $image still binds devices: make it again" >&2
		fi
	done
}

# Of the state only what a person may want stays: configs of before.
remove_state() {
	rmdir /var/lib/earlybind 2>/dev/null || :
}

# The config too, and what "earlybind sync --undo" had to leave.
remove_traces() {
	rm -rf /var/lib/earlybind
	rm -f /etc/earlybind.conf /etc/default/grub.d/earlybind.cfg \
		/boot/grub/earlybind.cfg /boot/grub2/earlybind.cfg
	print_images | while read -r image _; do
		rm -f "${image%/*}/.${image##*/}.earlybind-former"
	done
	rm -f /boot/.*.earlybind-former
}
