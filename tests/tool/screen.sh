#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The firmware's screen as the host tool sees it: where it is on a host whose drivers are
# loaded, what check, args, status and list say of it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/tap.sh
. "$here/../lib/tap.sh"
PATH=$PATH:/usr/sbin:/sbin
place=/etc/earlybind.conf
card="bind path=0000:00:08.1/00.0 id=1002:1586 with=card"	# of screen-0380
this_boot=0b7de4a5-0000-4000-8000-000000000001

plant() {	# MACHINE
	plant_host "$1"
	put proc/sys/kernel/random/boot_id "$this_boot"
}

config() {	# LINE...
	printf '%s\n' "$@" >"$tree/etc/earlybind.conf"
}

report() {	# BOOT LINE...
	boot=$1
	shift
	mkdir -p "$tree/run/earlybind"
	{
		echo "# earlybind 0.1.0 boot=$boot took=81234 us"
		printf '%s\n' "$@"
	} >"$tree/run/earlybind/report"
}

released() {	# OUTCOME
	report "$this_boot" \
		"bind 0000:c4:00.0 1002:1586 vfio-pci conf:1 matches [matches] -> bound" \
		"release 0000:c4:00.0 1002:1586 - conf:1 firmware framebuffer \
[framebuffer]$1"
}

screen_of() {	# ADDRESS: what a record says of it
	run "$tool" record --root "$tree"
	sed -n "s/^address=$1 .* screen=\([a-z]*\).*/\1/p" "$work/out"
}

# --- where it is
plant screen-0380
rm -r "$tree/sys/kernel/boot_params"
holds "without the boot loader's word nothing is known" [ -z "$(screen_of 0000:c4:00.0)" ]
mkdir -p "$tree/run/earlybind"
grep -v '^#' "$top/tests/plan/machines/screen-0380.machine" >"$tree/run/earlybind/machine"
report another "# no bind rule, nothing to do"
holds "another boot's report tells nothing" [ -z "$(screen_of 0000:c4:00.0)" ]
report "$this_boot" "# no bind rule, nothing to do"
holds "this boot's does" [ "$(screen_of 0000:c4:00.0)" = framebuffer ]
holds "of the others too" [ "$(screen_of 0000:01:00.0)" = none ]
sed -i 's/id=1002:1586/id=1002:1587/' "$tree/run/earlybind/machine"
holds "another device there now: not of that" [ -z "$(screen_of 0000:c4:00.0)" ]
sed -i 's/^machine 1/machine 2/' "$tree/run/earlybind/machine"
holds "a machine text that cannot be read tells nothing" \
	[ -z "$(screen_of 0000:01:00.0)" ]
plant screen-0380
report "$this_boot" "# no bind rule, nothing to do"
grep -v '^#' "$top/tests/plan/machines/screen-0380.machine" |
	sed 's/=framebuffer/=x/;s/screen=none/screen=framebuffer/;s/=x/=none/' \
		>"$tree/run/earlybind/machine"
holds "it comes before what is there now" [ "$(screen_of 0000:c4:00.0)" = none ]

plant screen-3d
rm -r "$tree/sys/kernel/boot_params"
put sys/bus/pci/devices/0000:02:00.0/drm/card0/boot_display 1
holds "boot_vga comes before boot_display" [ -z "$(screen_of 0000:02:00.0)" ]
rm "$tree/sys/bus/pci/devices/0000:01:00.0/boot_vga"
holds "which tells where nothing else does" [ "$(screen_of 0000:02:00.0)" = yes ]
config "bind display=boot"
run "$tool" plan --root "$tree"
gives 0 out "bind    0000:02:00.0 *" "and display=boot is that one"
none ^release "of which kind it is, is not known: nothing is released"
put sys/bus/pci/devices/0000:02:00.0/drm/card0/boot_display 0
holds "a 0 is no 1" [ -z "$(screen_of 0000:02:00.0)" ]

# --- check
plant screen-0380
check "bind display=other with=card"
none "firmware" "the card with the screen stays: nothing to say"
check "$card"
gives 0 out "warning $place:1: 0000:c4:00.0 has the firmware's screen: *: make *" \
	"the boot display goes, another one stays"
none initcall "efifb lets go: no argument"
check "bind class=display with=card" "set headless=yes"
gives 0 out "note $place:1: 0000:c4:00.0 has the *: no display is left, *" \
	"the boot display goes, and no other stays"
put etc/crypttab "luks-1 UUID=1 none luks"
check "$card"
gives 0 out "warning *: the boot asks for a passphrase (*), and 0000:c4:00.0 has *" \
	"a passphrase, and the boot display of class 0380 goes"
none "has the firmware's screen" "which is said once"
rm "$tree/etc/crypttab"

put proc/iomem "00000000-00000000 : 0000:c4:00.0
  00000000-00000000 : BOOTFB"
check "$card"
gives 0 out "warning $place:1: 0000:c4:00.0: a framebuffer of the firmware in its memory \
(BOOTFB) stays when it is bound, *: boot with initcall_blacklist=sysfb_init, *" \
	"BOOTFB would stay"
check "$card" "set framebuffer=leave"
none initcall "unless it is left on purpose"
put proc/iomem "00000000-00000000 : 0000:c4:00.0
  00000000-00000000 : Coreboot Framebuffer"
check "$card"
gives 0 out "warning *memory (Coreboot Framebuffer) stays when it is bound, *: boot with \
initcall_blacklist=framebuffer_driver_init, *" "so would what coreboot tells of"
put proc/iomem "00000000-00000000 : 0000:01:00.0
  00000000-00000000 : BOOTFB"
check "$card"
none initcall "BOOTFB of another card is none of it"
rm "$tree/proc/iomem"
released " -> released"
check "$card"
none initcall "it was released: no argument"
released " -> still there: BOOTFB"
check "$card"
gives 0 out "warning *its memory (BOOTFB) stayed when it was bound, *" "BOOTFB stayed"
put proc/cmdline "quiet initcall_blacklist=sysfb_init"
check "$card"
gives 0 out "warning *: this kernel ignores initcall_blacklist=sysfb_init, *" \
	"and the argument does not help"
report "$this_boot" "# this kernel took the firmware's screen away from a card that is \
not bound: the console is dark until the driver of that card is loaded [screen-lost]"
check "bind display=other with=card"
gives 0 out "warning *: at this boot the kernel took the firmware's screen away *" \
	"the screen of another card was lost"
plant screen-text
report "$this_boot" "release 0000:01:00.0 10de:2206 - conf:1 firmware text screen \
[text-screen] -> still there: VGA+"
check "bind display=boot with=card"
gives 0 out "warning *: 0000:01:00.0 was bound, and the kernel still writes text *" \
	"the text console stayed"
none initcall "for which there is no argument"

# --- args
words() {	# what args prints
	config "$card"
	run "$tool" args --root "$tree"
	cat "$work/out"
}
plant screen-0380
holds "args: no framebuffer stays, no argument" [ "$(words)" = iommu=pt ]
released " -> still there: BOOTFB"
holds "args: it stays" [ "$(words)" = "iommu=pt initcall_blacklist=sysfb_init" ]
gives 0 err "*initcall_blacklist=sysfb_init: 0000:c4:00.0: * stayed *" "args: and why"
released " -> released"
put proc/cmdline "initcall_blacklist=sysfb_init"
holds "args: what helped at this boot is kept" \
	[ "$(words)" = "iommu=pt initcall_blacklist=sysfb_init" ]
card="bind display=other"
holds "args: but not when another card is bound" [ "$(words)" = iommu=pt ]

# --- status
vfio=$tree/sys/bus/pci/drivers/vfio-pci
mkdir -p "$vfio"
ln -s "$vfio" "$tree/sys/bus/pci/devices/0000:c4:00.0/driver"
released " -> released"
run "$tool" status --root "$tree"
grep '0000:c4:00.0' "$work/out" >"$work/lines" || :
cat >"$work/want" <<END
ok      0000:c4:00.0: vfio-pci has it, as planned
ok      0000:c4:00.0: firmware framebuffer: released
END
same "$work/want" "$work/lines" "status: it is released"
released " -> still there: BOOTFB"
run "$tool" status --root "$tree"
gives 1 out "differs 0000:c4:00.0: firmware framebuffer: still there: BOOTFB: \
earlybind check" \
	"status: it is not"
released ""
run "$tool" status --root "$tree"
none "firmware" "status: nothing was done about it"

# --- where nothing tells which card has it
plant apu
check "bind path=0000:00:01.1/00.0 id=1002:73ff with=card"
gives 0 out "note $place:1: 0000:01:00.0 may be the boot display, *: see to it that *" \
	"it may be the one that is taken"
check "bind class=nvme"
none "boot display" "no display is taken"

# --- list
plant screen-0380
config "bind display=boot"
run "$tool" list --root "$tree" 1002:1586
gives 0 out "      *, boot display" "list: the boot display of class 0380"
gives 0 out "      plan: release by conf:1: firmware framebuffer" "list: its release"
shown config/judge/screen.c
finish
