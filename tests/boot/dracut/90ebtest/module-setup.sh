#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The test bed's part of an image: when udev has settled, run the case and switch off.
# The case itself comes with the small cpio that the runner puts behind the image.

check() {
	return 255
}

depends() {
	echo base
}

install() {
	# shellcheck disable=SC2154 # moddir is dracut's
	inst_hook initqueue/settled 99 "$moddir/settled.sh"
	inst_hook initqueue/finished 99 "$moddir/finished.sh"
	dracut_need_initqueue
}
