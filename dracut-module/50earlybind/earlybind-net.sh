#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut's init where there is no systemd, before it looks for devices. In the
# background, because a passphrase prompt holds up the loop that waits for the root.
/usr/lib/earlybind/giveback.sh </dev/null &
# shellcheck disable=SC2034 # for earlybind-net-end.sh
earlybind_net=$!
