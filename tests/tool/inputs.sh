#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the verbs read: where from, and what they say about files that are no good.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
version=$("$tool" --version)
version=${version##* }

cat >"$work/machine" <<'END'
machine 1 cpu=intel
address=0000:00:01.0 path=0000:00:01.0 id=8086:1901 class=060400 group=1 bridge=1
address=0000:01:00.0 path=0000:00:01.0/00.0 id=10de:2206 class=030000 group=10
address=0000:02:00.0 path=0000:00:02.0/00.0 id=1002:67df class=030000 group=11
END
mkdir -p "$work/root/etc" "$work/root/usr/lib/earlybind" "$work/root/proc"
conf=$work/root/etc/earlybind.conf
image=$work/root/usr/lib/earlybind/image.conf
echo "bind id=10de:2206" >"$conf"
bound="bind *0000:01:00.0 10de:2206 vfio-pci conf:1 * ?matches?"

verb() {	# VERB [OPTION...]: on the tree, with the machine above
	name=$1
	shift
	run "$tool" "$name" --root "$work/root" --machine "$work/machine" "$@"
}

# --- what is good
verb plan
gives 0 out "$bound" "plan reads the config below the root"
verb check
gives 0 out "/etc/earlybind.conf: 1 rule, no error" "check: the config is right"
run "$tool" record --machine "$work/machine"
"$tool" record --machine - <"$work/out" >"$work/again"
same "$work/out" "$work/again" "record of a record"
run "$tool" plan --root "$work/root" --machine - <"$work/machine"
gives 0 out "$bound" "a machine from standard input"
code=0
# shellcheck disable=SC2002 # a pipe it shall be
cat "$work/machine" | "$tool" plan --root "$work/root" --machine=- >"$work/out" \
	2>"$work/err" || code=$?
gives 0 out "$bound" "a machine from a pipe"
cp "$conf" "$work/other.conf"
rm "$conf"
verb plan
same /dev/null "$work/out" "no config: the plan is empty"
holds "and that is no error" [ "$code" = 0 ]
verb check
gives 0 out "/etc/earlybind.conf: no such file, so nothing is bound" "check: no config"
verb plan --config "$work/other.conf"
gives 0 out "$bound" "--config is not below the root"
verb plan --config /dev/null
same /dev/null "$work/out" "--config /dev/null is an empty config"
cp "$work/other.conf" "$conf"

# --- pipes
given() {	# OPTION FILE: that file through a pipe, as <(...) of a shell, and slowly
	code=0
	(sleep 0.3 && cat "$2") | "$tool" plan --root "$work/root" \
		--machine "$work/machine" "$1" /dev/stdin >"$work/out" 2>"$work/err" ||
		code=$?
	gives 0 out "$bound" "$1 from a pipe"
}
echo "rd.earlybind.bind=id=1b73:1100" >"$work/line"
printf 'version %s\nend\n' "$version" >"$work/image.conf"
given --config "$work/other.conf"
given --cmdline "$work/line"
given --image "$work/image.conf"
code=0
(sleep 0.3 && cat "$work/machine") | "$tool" plan --root "$work/root" \
	--machine /dev/fd/0 >"$work/out" 2>"$work/err" || code=$?
gives 0 out "$bound" "--machine from /dev/fd/0"
if command -v bash >/dev/null; then
	run bash -c '"$0" check --root "$1" --machine <(sleep 0.2; cat "$2") \
		--config <(sleep 0.2; cat "$3")' "$tool" "$work/root" "$work/machine" \
		"$work/other.conf"
	gives 0 out "/dev/fd/*: 1 rule, no error" "check: <(...) of bash"
fi
head -c 1048576 /dev/zero | tr '\0' '#' >"$work/large"
code=0
# shellcheck disable=SC2002 # a pipe it shall be
cat "$work/large" | "$tool" plan --root "$work/root" --machine "$work/machine" \
	--config /dev/stdin >"$work/out" 2>"$work/err" || code=$?
gives 2 err '/dev/stdin: the file is larger than the limit CONFIG_MAX, 262144 bytes' \
	"a pipe with too much"
mkfifo "$work/pipe"
run timeout 10 "$tool" plan --root "$work/root" --machine "$work/machine" \
	--config "$work/pipe"
gives 2 err "$work/pipe: nobody writes to this pipe" \
	"a pipe that nobody writes to is no empty config"
# shellcheck disable=SC2016 # the inner shell expands these
(sleep 0.5 && timeout 5 sh -c 'cat "$1" >"$2"' write "$work/other.conf" "$work/pipe") &
run timeout 10 "$tool" plan --root "$work/root" --machine "$work/machine" \
	--config "$work/pipe"
wait || :
gives 0 out "$bound" "a named pipe, whose writer comes later"

# --- the kernel command line is for one boot, and for the binder
echo "quiet rd.earlybind.keep=id=10de:2206 rd.earlybind.bind=id=1002:67df,with=card" \
	>"$work/root/proc/cmdline"
verb plan
gives 0 out "$bound" "the running command line is no rule for the host tool"
verb plan --cmdline "$work/root/proc/cmdline"
gives 0 out "keep *0000:01:00.0 10de:2206 * cmdline:1 *" "--cmdline: its rules count"
echo "rd.earlybind.bind=ID=1" >"$work/cmdline"
verb plan --cmdline "$work/cmdline"
gives 2 err 'rd.earlybind.bind:1:1: unknown word "ID"*' "--cmdline: a wrong word"
verb plan --cmdline "$work/none"
gives 2 err "$work/none: the file cannot be read: No such file*" "--cmdline: no file"

# --- findings
echo "bind id=ffff:0001" >"$conf"
verb check
gives 1 out "error /etc/earlybind.conf:1: no device matches: see*" \
	"check: a device is missing"
gives 1 out "/etc/earlybind.conf: 1 rule, 1 error" "check: and the summary counts it"
verb plan
gives 0 out "miss * ffff:0001 * conf:1 * ?absent?" "plan: and that is printed"
echo "bind class=display" >"$conf"
verb check
gives 1 out "error *: 0000:01:00.0 is the last display of this machine: *" \
	"check: a device is refused"
printf 'bind id=ffff:0001\nbind id=ffff:0002\n' >"$conf"
verb check
gives 1 out "/etc/earlybind.conf: 2 rules, 2 errors" "check: two errors"
printf 'bind id=10de:2206\nkeep id=10de:2206\n' >"$conf"
verb check
gives 0 out "/etc/earlybind.conf: 2 rules, no error" "check: a kept device is no finding"

# --- configs that are no good
bad() {		# PATTERN SENTENCE [OPTION...]
	pattern=$1
	sentence=$2
	shift 2
	verb plan "$@"
	gives 2 err "$pattern" "plan: $sentence"
	holds "plan: and prints nothing else" [ ! -s "$work/out" ]
	verb check "$@"
	gives 2 out "error $pattern" "check: $sentence"
}

echo "bind dirver=x id=10de:2206" >"$conf"
bad '/etc/earlybind.conf:1:6: unknown word "dirver", did you mean "driver"[?]' \
	"a misspelt word, with its place"
printf 'bind id=10de:2206\n\001\002 junk\n' >"$conf"
bad '/etc/earlybind.conf:2:1: *' "garbage, with its place"
head -c 1048576 /dev/zero | tr '\0' '#' >"$conf"
bad '/etc/earlybind.conf: the file is larger than the limit CONFIG_MAX, 262144 bytes' \
	"a config of 1 MB"
head -c 262143 /dev/zero | tr '\0' '#' >"$conf"
verb check
gives 0 out '/etc/earlybind.conf: 0 rules, no error' "a config just below the limit"
rm "$conf"
mkdir "$conf"
bad '/etc/earlybind.conf: this is a directory, not a file: move it away' "a directory"
rmdir "$conf"
bad "$work/none: the file cannot be read: No such file or directory" \
	"a config that was asked for is absent" --config "$work/none"
bad "/proc/self/mem: the file cannot be read: Input/output error" \
	"a config that cannot be read" --config /proc/self/mem
ln -s etc/earlybind.conf "$work/root/loop"
ln -s /loop "$conf"
bad "/etc/earlybind.conf: the file cannot be read: Too many levels*" "a link to itself"
rm "$conf" "$work/root/loop"
ln -s /elsewhere "$conf"
echo "bind id=10de:2206" >"$work/root/elsewhere"
verb plan
gives 0 out "$bound" "an absolute link stays below the root"
rm "$conf"
echo "bind id=10de:2206" >"$conf"

# --- image.conf
echo "version 0.0.0" >"$image"
bad '/usr/lib/earlybind/image.conf: it was written by earlybind "0.0.0", *: run *sync' \
	"an image of another version"
echo "load /x.ko" >"$image"
bad '/usr/lib/earlybind/image.conf: it has no version line*' "an image without a version"
printf 'version %s\nload x\n' "$version" >"$image"
bad '/usr/lib/earlybind/image.conf:2:6: load needs the absolute path of a module' \
	"a wrong word in image.conf, with its place"
printf 'version %s\nkeep id=10de:2206 for=root\nend\n' "$version" >"$image"
verb plan
gives 0 out "refuse *0000:01:00.0 * ?needed-root?" \
	"image.conf is read below the root"
verb plan --image /dev/null
gives 2 err '/dev/null: it has no version line*' "--image is read in its place"
rm "$image"
bad "$work/none: the file cannot be read: No such file or directory" \
	"an image.conf that was asked for is absent" --image "$work/none"

# --- devices that cannot be read
"$top/tests/lib/tree" "$work/machine" "$work/some"
device=$work/some/sys/bus/pci/devices/0000:02:00.0
: >"$device/modalias"
: >"$device/vendor"
mkdir -p "$work/some/etc"
echo "bind id=10de:2206" >"$work/some/etc/earlybind.conf"
for verb in plan list record "generate 01:00.0"; do
	# shellcheck disable=SC2086 # they are words
	run "$tool" $verb --root "$work/some"
	gives 0 err "earlybind: 0000:02:00.0 cannot be read, and is left out: run as *" \
		"$verb: one device cannot be read"
done
for device in "$work/some/sys/bus/pci/devices/"*; do
	: >"$device/modalias"
	: >"$device/class"
done
for verb in plan list record check status "generate 01:00.0"; do
	# shellcheck disable=SC2086 # they are words
	run "$tool" $verb --root "$work/some"
	gives 111 err "/sys/bus/pci/devices: no PCI function *can be read: run as root" \
		"$verb: none can be read"
done

# --- machines
run timeout 10 "$tool" plan --root "$work/root" --machine "$work/pipe"
gives 111 err "$work/pipe: nobody writes to this pipe" "a pipe that nobody writes to"
code=0
true | "$tool" plan --root "$work/root" --machine /dev/stdin >"$work/out" 2>"$work/err" ||
	code=$?
gives 111 err "/dev/stdin: there is no machine in it: *" "a pipe with nothing in it"
for verb in plan check; do
	run "$tool" $verb --root "$work/root" --machine "$work/none"
	gives 111 err "$work/none: the file cannot be read: No such file or directory" \
		"$verb: no machine file"
	run "$tool" $verb --root "$work/root" --machine "$work"
	gives 111 err "$work: this is a directory, not a file: *" "$verb: a directory"
	echo "machine 2" >"$work/bad"
	run "$tool" $verb --root "$work/root" --machine "$work/bad"
	gives 111 err "$work/bad:1:*" "$verb: a machine text of a later version"
	printf 'machine 1\naddress=nonsense\n' >"$work/bad"
	run "$tool" $verb --root "$work/root" --machine - <"$work/bad"
	gives 111 err "standard input:2:*" "$verb: a wrong machine text, with its place"
	run "$tool" $verb --root "$work/root" --machine /dev/zero
	gives 111 err "/dev/zero: the machine text is larger than 4 MiB" \
		"$verb: a machine text without end"
	run "$tool" $verb --root "$work/none"
	gives 111 err "$work/none: this root cannot be opened: No such file*" \
		"$verb: no root"
done
run "$tool" record --root "$work/none"
gives 111 err "$work/none: this root cannot be opened: No such file*" "record: no root"
run "$tool" record --root "$work/root"
gives 0 out "machine 1*" "record: a root without PCI is an empty machine"
finish
