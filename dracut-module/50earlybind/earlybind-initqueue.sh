#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut's init where there is no systemd, in each round of the loop that waits
# for the root.
/usr/lib/earlybind/giveback.sh once || :
