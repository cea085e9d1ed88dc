#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Verbs, options and exit codes of the host tool; what cannot be understood is said in
# words with the nearest known one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"

# WORDS...: wrong usage, with exactly this message
wrong() {	# MESSAGE [WORD...]
	message=$1
	shift
	run "$tool" "$@"
	printf 'earlybind: %s\n' "$message" >"$work/expected"
	[ "$code" = 100 ] || echo "exit code $code, not 100" >>"$work/expected"
	[ ! -s "$work/out" ] || echo "something on standard output" >>"$work/expected"
	same "$work/expected" "$work/err" "wrong usage: earlybind $*"
}

verbs=$("$tool" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')
known=$(echo "$verbs" | sed '$!s/$/, /' | tr -d '\n' | sed 's/, \([^,]*\)$/ or \1/')

wrong 'a verb is missing, see earlybind --help' --root /
wrong 'unknown verb "plna", did you mean "plan"?' plna
wrong 'unknown verb "chek", did you mean "check"?' chek
wrong "unknown verb \"xyzzy\", expected $known" xyzzy
wrong "unknown verb \"\", expected $known" ''
wrong 'unknown option "--rot", did you mean "--root"?' plan --rot /
wrong 'unknown option "--machin", did you mean "--machine"?' plan --machin=x
wrong '--root needs a value: --root DIR' plan --root
wrong '--root needs a value: --root DIR' plan --root=
wrong '--root is given more than once' plan --root / --root /
wrong '--dsn takes no value' record --dsn=yes
wrong '--color is one of auto|always|never' list --color=blue
wrong '--color needs a value: --color auto|always|never' list --color
wrong '--json takes no value' list --json=yes
wrong '--help takes no value' --help=yes
wrong '--dsn is not an option of plan, see earlybind plan --help' plan --dsn
wrong '--kernel is not an option of check, see earlybind check --help' check --kernel 6.1
wrong '--machine is not an option of image, see earlybind image --help' \
	image --kernel 6.1 --machine x DIR
wrong 'image needs --kernel VERSION' image DIR
wrong 'image needs DIR, see earlybind image --help' image --kernel 6.1
wrong 'unexpected argument "two": one is enough' \
	image --kernel 6.1 one two
wrong 'unexpected argument "x"' plan x
wrong 'unexpected argument "--root"' plan -- --root
wrong 'unexpected argument "-"' plan -
wrong '--root needs a value: --root DIR' plan --root ''
for word in --h -x -xy --vers --dr; do
	run "$tool" plan $word
	gives 100 err 'earlybind: unknown option "*' "$word is no option"
done
run "$tool" plan "$(printf 'x\033[31m')"
gives 100 err 'earlybind: unexpected argument "x?\[31m"' \
	"a message shows no control character"

run "$tool" --help
gives 0 out 'usage: earlybind VERB \[OPTION...\]' "--help prints the usage"
cp "$work/out" "$work/usage"
holds "it fits on a screen" [ "$(wc -l <"$work/usage")" -le 24 ]
holds "of 80 columns" [ -z "$(awk 'length > 80' "$work/usage")" ]
gives 0 out "  earlybind generate --write DEVICE *" "the first day comes first"
for word in -h help; do
	run "$tool" $word
	same "$work/usage" "$work/out" "earlybind $word is the same"
done
run "$tool"
same "$work/usage" "$work/err" "earlybind alone says it on standard error"
gives 100 err "usage: *" "as wrong usage"
run "$tool" help sync
gives 0 out "usage: earlybind sync *" "help VERB is VERB --help"
run "$tool" sync -h
gives 0 out "usage: earlybind sync *" "and so is VERB -h"
run "$tool" help xyzzy
gives 100 err 'earlybind: unknown verb "xyzzy", *' "help of what is not there"
for verb in $verbs; do
	holds "--help has the verb $verb" grep "^  $verb " "$work/usage"
	run "$tool" "$verb" --help
	gives 0 out "usage: earlybind $verb *" "$verb --help prints its usage"
	holds "$verb --help is 80 columns wide" \
		[ -z "$(expand "$work/out" | awk 'length > 80')" ]
	# each verb and each of its options is in the man page
	sed -n 's/^  --\([a-z]*\) .*/\1/p' "$work/out" | while read -r option; do
		grep -q "^\.It Fl -$option\( \|\$\)" "$top/docs/man/earlybind.8" ||
			echo "--$option is not in earlybind.8"
	done >"$work/missing"
	grep -q "^\.It Cm $verb\$" "$top/docs/man/earlybind.8" ||
		echo "$verb is not in earlybind.8" >>"$work/missing"
	same /dev/null "$work/missing" "$verb and its options are in earlybind(8)"
done

version=$(sed -n 's/^VERSION = //p' "$top/Makefile")
run "$tool" --version
gives 0 out "earlybind $version" "--version is that of the Makefile"
run "$top/build/test/earlybind-binder" --version
gives 0 out "earlybind-binder $version" "tool and binder are of one version"
run "$tool" -V
gives 0 out "earlybind $version" "-V is --version"
run "$tool" plan --version
gives 0 out "earlybind $version" "--version after a verb"

if [ -w /dev/full ]; then
	code=0
	"$tool" --help >/dev/full 2>"$work/err" || code=$?
	: >"$work/out"
	gives 111 err 'earlybind: standard output cannot be written: *' \
		"a full disk does not look like success"
else
	skip "a full disk does not look like success" "there is no /dev/full"
fi
# one next step: earlybind sync, then reboot
holds "no message and no page sends people to dracut -f" sh -c "cd '$top' &&
	! grep -rn 'dracut -f' README.md config binder dracut-module docs/man"
finish
