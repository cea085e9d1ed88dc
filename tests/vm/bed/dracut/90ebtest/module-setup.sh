#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The test bed's part of an image: run the case's [before] ahead of earlybind, and its
# check when udev has settled. Both come with the small cpio that the runner puts behind
# the image.

check() {
	return 255
}

depends() {
	echo base
}

install() {
	# shellcheck disable=SC2154 # moddir and systemdsystemunitdir are dracut's
	if dracut_module_included systemd; then
		inst_simple "$moddir/ebtest-before.service" \
			"$systemdsystemunitdir/ebtest-before.service"
		${SYSTEMCTL:-systemctl} -q --root "$initdir" add-wants sysinit.target \
			ebtest-before.service
	else
		inst_hook cmdline 00 "$moddir/before.sh" # before 00-earlybind.sh
	fi
	inst_hook initqueue/settled 99 "$moddir/settled.sh"
	inst_hook initqueue/finished 99 "$moddir/finished.sh"
	dracut_need_initqueue
}
