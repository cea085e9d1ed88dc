#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# earlybind setup after the reboot: it leads to status.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=layouts/booted.sh
. "$here/layouts/booted.sh"

setup() {	# [OPTION...]: nobody has to answer
	run "$tool" setup --root "$tree" "$@" </dev/null
}

plant
run "$tool" status --root "$tree"
cp "$work/out" "$work/expected"
setup
gives 0 out "Step 1: did it work? This is earlybind status --root $tree" "status is next"
grep -v '^$\|^Step' "$work/out" >"$work/got"
same "$work/expected" "$work/got" "with its words"
gives 0 err "earlybind: all is done; next: earlybind export libvirt, for a guest; *" \
	"all is done"
holder 0000:02:00.1 snd_hda_intel
setup
gives 1 out "differs 0000:02:00.1: snd_hda_intel has it, *" "something is not as planned"
gives 1 err "earlybind: not all is as planned: *" "and that is said"
rm -r "$tree/run/earlybind"
setup
gives 0 out "Step 1: how far is it? This is earlybind status *" "before that boot"
gives 0 err "earlybind: reboot now; *" "it is the reboot that is missing"

# --- another device
plant
put usr/bin/dracut "#"
setup --yes --no-sync 03:00.0
gives 0 out "Step 1: what to give away. This is earlybind generate --root * 03:00.0" \
	"a device that is named is added"
holds "to the others" grep -q '^bind address=02:00.0' "$tree/etc/earlybind.conf"
setup
gives 100 err "earlybind: setup asks, and here is no terminal: *" \
	"and is not in the image yet"
plant_route 0000:00:1f.6
setup --yes --no-sync 00:1f.6
gives 1 err "earlybind: the host uses what would be taken, see above: *" \
	"--yes is no --force"
setup --yes --no-sync --force 00:1f.6
gives 0 err "earlybind: /etc/earlybind.conf is written; *" "--force is"
finish
