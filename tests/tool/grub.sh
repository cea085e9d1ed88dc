#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the scripts of grub.d print, whatever earlybind says, and that they cannot fail:
# grub-mkconfig would give up the whole menu. tests/vm/loaders boots with it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
mkdir "$work/grub.d" "$work/bin" "$work/empty"
for script in "$top"/grub.d/*_earlybind; do	# with an earlybind here, or none
	sed "s,/usr/lib/earlybind,$work/lib," "$script" >"$work/grub.d/${script##*/}"
	chmod 755 "$work/grub.d/${script##*/}"
done
mkdir "$work/lib"
: >"$work/lib/earlybind-binder"

says() {	# COMMAND: what "earlybind args" does
	printf '#!/bin/sh\n[ "$*" = args ] || exit 100\n%s\n' "$1" >"$work/bin/earlybind"
	chmod +x "$work/bin/earlybind"
}

script() {	# NAME [PATH]: runs it as grub-mkconfig does, and GRUB must understand it
	(cd "$work/empty" && PATH=${2-$work/bin:$PATH} "$work/grub.d/$1") \
		>"$work/out" 2>"$work/err" && code=0 || code=$?
	holds "$1 ends with 0" [ "$code" = 0 ]
	holds "$1 says nothing else" [ ! -s "$work/err" ]
	if [ ! -s "$work/out" ]; then
		:	# "no commands" is what the check calls an error
	elif command -v grub-script-check >/dev/null; then
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
says 'exit 127'
script 09_earlybind
fallback "" "earlybind is not found"

# --- the way back, which is there only where it works
made() {	# LINE...: what grub-mkconfig has in its file before 42_earlybind
	for line; do
		printf '%s\n' "$line"
	done >"$work/menu"
}

way_back() {	# [NAME=VALUE...]: as grub-mkconfig runs it; what it adds is in $work/out
	cp "$work/menu" "$work/menu.new"
	(cd "$work/empty" && env "$@" "$work/grub.d/42_earlybind") >>"$work/menu.new" \
		2>"$work/err" && code=0 || code=$?
	holds "42_earlybind ends with 0" [ "$code" = 0 ]
	holds "and says nothing else" [ ! -s "$work/err" ]
	tail -n +$(($(wc -l <"$work/menu") + 1)) "$work/menu.new" >"$work/out"
	[ ! -s "$work/out" ] || ! command -v grub-script-check >/dev/null ||
		holds "GRUB reads what it prints" grub-script-check "$work/out"
}

shown() {	# CONDITION SENTENCE: the entry is there, on that condition
	holds "$2" grep -qxF "elif [ \"$1\" = 1 ]; then" "$work/out"
	holds "$2: one entry" [ "$(grep -c menuentry\  "$work/out")" = 1 ]
}

linux="	linux	/vmlinuz-6.1 root=/dev/sda2 ro"
# shellcheck disable=SC2016 # GRUB's variables
token='$earlybind_args' asked='${earlybind_bls}'
set_in=GRUB_CMDLINE_LINUX_DEFAULT
made "$linux quiet $token"
way_back
shown 1 "entries of this run have the variable"
made "$linux quiet"
way_back
holds "they have not: no entry" [ ! -s "$work/out" ]
way_back "$set_in=quiet $token"
holds "nor if it is set, and no script put it into entries" [ ! -s "$work/out" ]
made "### BEGIN /etc/grub.d/10_linux ###" "$linux quiet" "### END x ###" \
	"### BEGIN /etc/grub.d/30_os-prober ###" "$linux $token" "### END x ###"
way_back
holds "nor if only another system's entries have it" [ ! -s "$work/out" ]
made "blscfg"
way_back "$set_in=quiet $token"
shown "$asked" "entries that GRUB reads: if earlybind sync says that they have it"
made "$linux quiet $token" "	blscfg --path /boot/loader/entries"
way_back
shown "$asked" "entries of both kinds: the same"
made
way_back "$set_in=quiet $token"
holds "an empty menu: no entry" [ ! -s "$work/out" ]

# Not to a file, grub-mkconfig tells less.
piped() {	# [NAME=VALUE...]
	env "$@" "$work/grub.d/42_earlybind" | cat >"$work/out"
}

piped "$set_in=quiet $token"
shown 1 "to a pipe: by the settings"
piped "$set_in=quiet $token" GRUB_ENABLE_BLSCFG=true
shown "$asked" "to a pipe, with entries that GRUB reads"
piped "$set_in=quiet"
holds "to a pipe, without: no entry" [ ! -s "$work/out" ]
made "$linux quiet $token"
chmod -x "$work/grub.d/09_earlybind"
way_back
holds "09_earlybind does not run: no entry" [ ! -s "$work/out" ]
chmod +x "$work/grub.d/09_earlybind"

free="^  menuentry 'Boot menu without PCI passthrough' --unrestricted "
way_back
holds "the way back is as closed as any entry, where there is no 10_linux" \
	[ "$(grep -c "$free" "$work/out")" = 0 ]
echo 'CLASS="--class gnu-linux --class gnu --class os"' >"$work/grub.d/10_linux"
way_back
holds "or where its entries are" [ "$(grep -c "$free" "$work/out")" = 0 ]
echo '  CLASS="--class gnu-linux --class os --unrestricted"' >"$work/grub.d/10_linux"
way_back
holds "and free where they are" grep -q "$free" "$work/out"

# --- entries with former images
entry() {	# TITLE VERSION ROOT [WORDS]
	printf '%s\n' "menuentry '$1' --class os \$menuentry_id_option 'id' {" \
		"	load_video" \
		"	insmod ext2" "	set root='$3'" \
		"	if [ x\$feature_platform_search_hint = xy ]; then" \
		"	  search --no-floppy --fs-uuid --set=root --hint-bios=$3  $2" \
		"	else" \
		"	  search --no-floppy --fs-uuid --set=root $2" \
		"	fi" "	savedefault" \
		"	linux	/@/boot/vmlinuz-$2 root=UUID=x ro ${4-quiet $token}" \
		"	initrd	/boot/ucode.img /@/boot/initrd.img-$2" "}"
}

former() {	# TEXT: the menu so far; what 43_earlybind adds is in $work/out
	printf '%s\n' "$1" >"$work/menu"
	cp "$work/menu" "$work/menu.new"
	(cd "$work/empty" && "$work/grub.d/43_earlybind") >>"$work/menu.new" \
		2>"$work/err" && code=0 || code=$?
	holds "43_earlybind ends with 0" [ "$code" = 0 ]
	tail -n +$(($(wc -l <"$work/menu") + 1)) "$work/menu.new" >"$work/out"
	[ ! -s "$work/out" ] || ! command -v grub-script-check >/dev/null ||
		holds "GRUB reads what it prints" grub-script-check "$work/menu.new"
}

q=\$
offers() {	# SENTENCE VERSION...: these, and no others
	sentence=$1
	shift
	for version; do
		echo "$version"
	done >"$work/wanted"
	sed -n "s/^menuentry 'Linux \(.*\) with the former initramfs image'.*/\1/p" \
		"$work/out" >"$work/got"
	same "$work/wanted" "$work/got" "$sentence"
}

begin="### BEGIN /etc/grub.d/10_linux ###" end="### END /etc/grub.d/10_linux ###"
former "$begin
$(entry Debian 6.1-a hd0,1)
submenu 'Advanced' {
$(entry again 6.1-a hd0,1)
$(entry recovery 6.0-a hd0,1 single)
$(entry older 6.0-a hd0,1)
}
$end
### BEGIN /etc/grub.d/30_os-prober ###
$(entry other 5.9-a hd1,1)
### END /etc/grub.d/30_os-prober ###"
offers "one entry for each kernel, none for another system" 6.1-a 6.0-a
# shellcheck disable=SC2016 # GRUB's variable
{
	entry Debian 6.1-a hd0,1 | sed -n '2,9p;11,$p' |
		sed 's,/@/boot/\(initrd.img-6.1-a\),/@/boot/.\1.earlybind-former,
			s,^	linux,set earlybind_linux=linux\n${earlybind_linux},'
} >"$work/wanted"
sed -n "/^menuentry 'Linux 6.1-a/,/^}/p" "$work/out" | sed 1d >"$work/got"
same "$work/wanted" "$work/got" "it is the kernel's own entry but for the image"
holds "os-prober of another system finds no kernel in it" \
	[ -z "$(grep "^[[:space:]]*linux" "$work/out")" ]
holds "if there is such a file" grep -qx \
	"if \[ -f /@/boot/.initrd.img-6.1-a.earlybind-former \]; then" "$work/out"
holds "and not chosen for good by savedefault" [ -z "$(grep savedefault "$work/out")" ]
former "$begin
$(entry Debian 6.1-a hd0,1 | sed "s/--class os/--unrestricted/")
$end"
holds "as free as the kernel's own" grep -q "image' --unrestricted " "$work/out"
former "$begin
$(entry Debian "6.1$q(x)" hd0,1)
$end"
offers "none with a name that GRUB would read"
former "$begin
$(entry Debian 6.1-a hd0,1 | sed '/initrd/p')
$end"
offers "none with two initrd lines"
former "$begin
	blscfg
$end"
offers "none where GRUB reads the entries"
"$work/grub.d/43_earlybind" | cat >"$work/out"
holds "to a pipe: nothing" [ ! -s "$work/out" ]

# --- a package that was removed leaves them in /etc, until it is purged
rm "$work/lib/earlybind-binder"
says 'echo intel_iommu=on'
script 09_earlybind
holds "without earlybind there is no variable" [ ! -s "$work/out" ]
made "$linux quiet $token"
way_back
holds "and no way back from it" [ ! -s "$work/out" ]
former "$begin
$(entry Debian 6.1-a hd0,1)
$end"
holds "nor an entry with a former image" [ ! -s "$work/out" ]
finish
