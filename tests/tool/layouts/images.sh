# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A system with images that are out of date, and what their tests ask. Sourced after
# tap.sh.
# shellcheck disable=SC2154,SC2034 # of tap.sh and layouts.sh, and for inside.sh

# shellcheck source=layouts.sh
. "$here/layouts/layouts.sh"
# shellcheck source=inside.sh
. "$here/layouts/inside.sh"

image=/boot/initrd.img-6.1

# A system whose running kernel is 6.1, dracut, and an old image that has those marks.
plant() {	# MARK...
	layout_debian
	furnish
	for v in 6.1 6.2; do
		echo "#" | put lib/modules/$v/modules.dep
		image_with <"$tree/etc/earlybind.conf" | put made/$v
	done
	marks=$*
	echo "bind id=10de:2206" | image_with >"$tree$image"
	unset marks
	contents "$work/before"
}

unchanged() {	# SENTENCE
	contents "$work/after"
	same "$work/before" "$work/after" "$1"
}

refused() {	# WHAT TEXT
	contents "$work/before"
	inside /earlybind sync --images
	gives 1 err "$image: its config is not the present one: $2" "$1: it is refused"
	unchanged "$1: nothing is changed"
	inside /earlybind status
	has_line out "differs $image: its config is not the present one: $2" \
		"$1: status says so too"
}

has_line() {	# out|err PATTERN SENTENCE
	found=no
	while IFS= read -r line; do
		# shellcheck disable=SC2254 # a pattern
		case $line in
		$2) found=yes ;;
		esac
	done <"$work/$1"
	holds "$3" [ $found = yes ]
}
