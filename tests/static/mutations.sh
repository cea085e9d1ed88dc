#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/mutations/run itself, on a small tree: what it takes for noticed, and what not.
# And today's mutations: each is of today's source, and in the table of docs/testing.md.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
unset CI	# with which a test that is skipped is a failure

run "$top/tests/mutations/run" --check
holds "each mutation is one of today's source" [ "$code" = 0 ]
grep -A 1 "^not ok" "$work/out" | sed 's/^/# /' || :
"$top/tests/mutations/run" --table >"$work/expected"
sed -n '/^## Lost lines/,/^## Boots/s/^| `/&/p' "$top/docs/testing.md" >"$work/table"
same "$work/expected" "$work/table" "docs/testing.md has the table of --table"
sed -n 's/^boot //p' "$top"/tests/mutations/cases/* | while read -r name; do
	[ -e "$top/tests/vm/boot/cases/$name" ] || echo "$name"
done >"$work/why"
same /dev/null "$work/why" "each boot case that it names is there"

# --- a small tree: two lines, and a test of the second
tree=$work/small
mkdir -p "$tree/tests/mutations/cases" "$tree/tests/tool"
cp "$top/tests/mutations/run" "$tree/tests/mutations"
printf 'one\ntwo\n\ttwo\nthree\nthree\n' >"$tree/source"
cat >"$tree/Makefile" <<'END'
build/test/earlybind build/test/earlybind-binder build/earlybind:
	! grep -q broken source
END
cat >"$tree/tests/tool/small.sh" <<'END'
#!/bin/sh
code=0
if ! grep -qx two source; then
	printf 'not '
	code=1
fi
echo "ok 1 - two is there"
grep -qx red source && echo "ok 2 - red is there" || echo "ok 2 - red is there # SKIP"
echo 1..2
exit $code
END
chmod +x "$tree/tests/tool/small.sh"

try() {		# LINE...: of the mutation
	printf '%s\n' "# first" "# costs much" "$@" >"$tree/tests/mutations/cases/one"
	run "$tree/tests/mutations/run" one
}
small="test tests/tool/small.sh"
try "file source" "$small" "notices two is" -two +zwei
gives 0 out "ok 1 - one: tests/tool/small.sh notices it" "what is noticed passes"
gives 0 out "# 1 passed, 0 failed, 0 skipped" "and is counted"
holds "the source itself is as it was" [ "$(sed -n 2p "$tree/source")" = two ]
try "file source" "$small" "notices two is" -two
gives 0 out "ok 1 - one: *" "a line that is lost"
try "file source" "$small" "notices two is" -one +eins
gives 1 out "# nothing noticed: write the test" "what is not noticed is a hole"
gives 1 out "# 0 passed, 1 failed, 0 skipped" "and is counted as one"
try "file source" "$small" "notices another" -two +zwei
gives 1 out "# it fails without the mutation, or has no such sentence" \
	"another sentence of the test is not that one"
try "file source" "$small" "notices two is" -four +vier
gives 1 out "# source has the line 0 times, not once" "a line that is gone is an error"
try "file source" "$small" "notices two is" -three +drei
gives 1 out "# source has the line 2 times, not once" "one that is there twice too"
try "file source" "$small" "notices two is"
gives 1 out "# source has the line 0 times, not once" "no line at all too"
try "file source" "$small" "notices two is" -two +broken
gives 1 out "# it cannot be built with the mutation" "what cannot be built proves nothing"
try "file source" "$small" "notices red is" -two +zwei
gives 0 out "ok 1 - one: * # SKIP *" "a test that is skipped"
run env CI=yes "$tree/tests/mutations/run" one
holds "is a failure with CI" [ "$code" = 1 ]
sed -i 's/^two/zwei/' "$tree/source"
try "file source" "$small" "notices two is" -one +eins
gives 1 out "# it fails without the mutation, or has no such sentence" \
	"a test that fails anyway proves nothing"
run "$tree/tests/mutations/run" none
gives 1 err 'run: no mutation has "none" in its name' "no such mutation"
finish
