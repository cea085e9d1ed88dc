#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Puts earlybind into the image whenever it is installed. Decides nothing: "earlybind
# image" says which files an image needs, and brings its own copies of the kernel
# modules, so that there is no installkernel() that could fail the image.

# called by dracut
check() {
	# a rescue image must leave every device where it was, and so must one for crash
	# dumps; kdumpbase has a higher number, so it is asked for and not yet included
	dracut_module_included rescue && return 1
	case " ${add_dracutmodules-} ${force_add_dracutmodules-} ${dracutmodules-} " in
	*" kdumpbase "* | *" rescue "*) return 1 ;;
	esac
	[ -x "${dracutsysrootdir-}/usr/lib/earlybind/earlybind-binder" ] || return 1
	command -v earlybind >/dev/null && return 0
	dwarn "earlybind: the program earlybind is not installed: nothing will be bound"
	return 1
}

# called by dracut
depends() {
	return 0
}

# Messages for people, each line of a file by $1: derror or dwarn.
earlybind_say() {
	local line

	while IFS= read -r line; do
		"$1" "earlybind: ${line#earlybind: }"
	done <"$2"
	return 0
}

earlybind_install_files() {
	local path

	while IFS= read -r path; do
		inst_simple "$1/tree$path" "$path" || return 1
	done <"$1/paths"
}

earlybind_install_unit() {
	# shellcheck disable=SC2154 # these are dracut's
	inst_simple "$moddir/$1" "$systemdsystemunitdir/$1" &&
		${SYSTEMCTL:-systemctl} -q --root "$initdir" add-wants sysinit.target "$1"
}

earlybind_install_start() {
	if dracut_module_included systemd; then
		earlybind_install_unit earlybind.service
	else
		inst_hook cmdline 00 "$moddir/earlybind.sh"
	fi
}

# What gives disks back if the root does not appear.
earlybind_install_net() {
	inst_multiple readlink sleep || return 1
	inst_simple "$moddir/giveback.sh" /usr/lib/earlybind/giveback.sh || return 1
	if dracut_module_included systemd; then
		earlybind_install_unit earlybind-giveback.service
	else
		inst_hook pre-trigger 00 "$moddir/earlybind-net.sh" &&
			inst_hook cleanup 00 "$moddir/earlybind-net-end.sh"
	fi
}

# What dracut was told to wait for besides the root: by its settings, by options of this
# call, or by those that the former image was made with. The files are fstabs.
earlybind_waits() {
	# shellcheck disable=SC2086,SC2154 # words; dracut's
	{
		echo "${add_device-} ${fstab_lines[*]-}"
		[ -z "${add_fstab-}" ] || cat $add_fstab 2>/dev/null
	} | sed 's/^#.*//'
}

# called by dracut
install() {
	local dir status=0

	dir=$(mktemp -d "${DRACUT_TMPDIR:-/var/tmp}/earlybind.XXXXXX") || {
		derror "earlybind: no directory for its files: this image binds no device"
		return 0
	}
	# shellcheck disable=SC2154 # $kernel is dracut's
	earlybind image --root "${dracutsysrootdir:-/}" --kernel "$kernel" \
		--wait-for " $(earlybind_waits)" "$dir/tree" >"$dir/paths" \
		2>"$dir/words" || status=$?
	case $status in
	0)
		earlybind_say dwarn "$dir/words"
		;;
	2)
		earlybind_say derror "$dir/words"
		derror "earlybind: the image is made all the same, and will boot."
		derror "earlybind: Correct the config, then run earlybind sync."
		;;
	*)
		earlybind_say derror "$dir/words"
		derror "earlybind: \"earlybind image\" failed with $status:" \
			"this image will boot, and binds no device."
		;;
	esac
	if [ "$status" = 0 ] || [ "$status" = 2 ]; then
		if earlybind_install_files "$dir"; then
			earlybind_install_start ||
				derror "earlybind: nothing starts it: this image will" \
					"boot, and binds no device."
			earlybind_install_net ||
				derror "earlybind: nothing gives a disk back where the" \
					"root does not appear: a wrong rule costs a boot."
		else
			derror "earlybind: its files cannot be put into the image:" \
				"this image will boot, and binds no device."
		fi
	fi
	rm -rf "$dir"
	return 0
}
