#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion knows every verb and option, is right in the eyes of each shell, and bash
# completes with it what is expected.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
verbs=$("$tool" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')
holds "there are verbs" [ -n "$verbs" ]

for shell in bash zsh fish; do
	run "$tool" completion $shell
	holds "completion $shell" [ "$code" = 0 ]
	cp "$work/out" "$work/$shell"
	for verb in $verbs; do
		"$tool" "$verb" --help | sed -n 's/^  --\([a-z]*\).*/\1/p'
		echo "$verb"
	done | sort -u | while read -r word; do
		grep -q -e "[ -]$word\b" -e "'$word:" "$work/$shell" ||
			echo "$word is not completed"
	done >"$work/missing"
	same /dev/null "$work/missing" "$shell: every verb and every option"
	if command -v $shell >/dev/null; then
		holds "$shell reads it" $shell -n "$work/$shell"
	else
		skip "$shell reads it" "there is no $shell"
	fi
done
if command -v shellcheck >/dev/null; then
	holds "shellcheck likes that for bash" shellcheck -s bash "$work/bash"
else
	skip "shellcheck likes that for bash" "there is no shellcheck"
fi

# WORDS...: the last one is completed, split as bash does
completes() {	# SENTENCE EXPECTED WORD...
	sentence=$1
	printf '%s\n' "$2" >"$work/expected"
	shift 2
	cat >"$work/try" <<'END'
. "$1"
shift
compopt() { :; }
COMP_WORDS=(earlybind "$@")
COMP_CWORD=$#
COMP_LINE="earlybind $*"
COMP_POINT=${#COMP_LINE}
_earlybind
printf '%s\n' "${COMPREPLY[@]}"
END
	(cd "$work/files" && bash "$work/try" "$work/bash" "$@") >"$work/got" 2>&1 || :
	same "$work/expected" "$work/got" "bash: $sentence"
}

mkdir -p "$work/files/directory"
: >"$work/files/drawing"
if command -v bash >/dev/null; then
	completes "a verb" generate gen
	completes "an option before the verb" --version --v
	completes "an option of a verb" --machine plan --m
	completes "no option of another verb" "" plan --js
	completes "an option after others" --json list --root / --j
	completes "the words of a value" "always" list --color al
	completes "a value after =" "never" list --color = n
	completes "all values after =" "auto
always
never" list --color =
	completes "directories" directory list --root d
	completes "files" drawing plan --config dr
	completes "a directory as operand" directory image d
	completes "the shells" fish completion f
	completes "nothing for free words" "" list x
	address=
	for address in /sys/bus/pci/devices/*; do
		break
	done
	address=${address##*/}
	if [ "$address" != '*' ]; then
		part=${address%?}
		completes "the rest of an address" "${address##*:}" generate \
			"$part"
	else
		skip "bash: the rest of an address" "no PCI devices here"
	fi
else
	skip "bash completes" "there is no bash"
fi

run "$tool" completion
gives 100 err "earlybind: completion needs bash|zsh|fish, *" "a shell is needed"
run "$tool" completion tcsh
gives 100 err 'earlybind: no completion for the shell "tcsh", only for *' "another shell"
run "$tool" completion bash zsh
gives 100 err '*"zsh": one is enough' "two shells"

offers() {	# SENTENCE LINE WORD...: fish completes the line with these
	sentence=$1
	line=$2
	shift 2
	printf '%s\n' "$@" >"$work/expected"
	(cd "$work/files" &&
		fish --no-config -c "source $work/fish; complete -C '$line'") |
		cut -f1 >"$work/got" 2>&1 || :
	same "$work/expected" "$work/got" "fish: $sentence"
}

if command -v fish >/dev/null; then
	offers "a verb" "earlybind gen" generate
	offers "an option of that verb" "earlybind generate --w" --write
	offers "a value" "earlybind list --color=a" --color=always --color=auto
	offers "an option of this verb alone" "earlybind check --j" --json
else
	skip "fish completes" "there is no fish"
fi
finish
