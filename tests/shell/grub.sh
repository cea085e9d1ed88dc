#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the scripts of grub.d print, whatever earlybind says, and that they cannot fail:
# grub-mkconfig would give up the whole menu. tests/loaders boots with it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib.sh
. "$here/../lib.sh"
mkdir "$work/grub.d" "$work/bin" "$work/empty"
cp "$top/grub.d/09_earlybind" "$top/grub.d/42_earlybind" "$work/grub.d"

says() {	# COMMAND: what "earlybind args" does
	printf '#!/bin/sh\n[ "$*" = args ] || exit 100\n%s\n' "$1" >"$work/bin/earlybind"
	chmod +x "$work/bin/earlybind"
}

script() {	# NAME [PATH]: runs it as grub-mkconfig does, and GRUB must understand it
	(cd "$work/empty" && PATH=${2-$work/bin:$PATH} "$work/grub.d/$1") \
		>"$work/out" 2>"$work/err" && code=0 || code=$?
	holds "$1 ends with 0" [ "$code" = 0 ]
	holds "$1 says nothing else" [ ! -s "$work/err" ]
	if command -v grub-script-check >/dev/null; then
		holds "GRUB reads what $1 prints" grub-script-check "$work/out"
	else
		skip "GRUB reads what $1 prints" "there is no grub-script-check"
	fi
}

fallback() {	# WORDS SENTENCE
	sed -n 's/^  set earlybind_args="\(.*\)"$/\1/p' "$work/out" >"$work/got"
	printf 'rd.earlybind=0\n%s\n' "$1" >"$work/wanted"
	same "$work/wanted" "$work/got" "$2"
}

says 'echo why >&2; echo "intel_iommu=on iommu=pt vfio-pci.ids=10de:2206,10de:1aef"'
script 09_earlybind
fallback "intel_iommu=on iommu=pt vfio-pci.ids=10de:2206,10de:1aef" \
	"the words of today, if the file is lost"
holds "it is exported" [ "$(tail -n 1 "$work/out")" = "export earlybind_args" ]
says 'echo'
script 09_earlybind
fallback "" "no word wanted"
says 'echo half; exit 2'
script 09_earlybind
fallback "" "no word of an earlybind that failed"
says 'kill -9 $$'
script 09_earlybind
fallback "" "nor of one that died"
# shellcheck disable=SC2016 # no expansions, that is the point
for words in 'a"; reboot; "' 'a$b' 'a\b' "a'b" 'a;b' 'a|b' 'a&b' '{a}' '<a>' \
	'a#b' 'a*'; do
	says "cat <<'END'
$words
END"
	script 09_earlybind
	fallback "" "no words with other characters: $words"
done
says 'echo a; echo b'
script 09_earlybind
fallback "" "nor two lines"
rm "$work/bin/earlybind"
script 09_earlybind
fallback "" "no earlybind at all"

free="^  menuentry 'Boot menu without PCI passthrough' --unrestricted "
script 42_earlybind
holds "the way back is as closed as any entry, where there is no 10_linux" \
	[ "$(grep -c "$free" "$work/out")" = 0 ]
echo 'CLASS="--class gnu-linux --class gnu --class os"' >"$work/grub.d/10_linux"
script 42_earlybind
holds "or where its entries are" [ "$(grep -c "$free" "$work/out")" = 0 ]
echo '  CLASS="--class gnu-linux --class os --unrestricted"' >"$work/grub.d/10_linux"
script 42_earlybind
holds "and free where they are" grep -q "$free" "$work/out"
holds "one entry" [ "$(grep -c menuentry\  "$work/out")" = 1 ]
finish
