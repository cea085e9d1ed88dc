#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut's init where there is no systemd, when it leaves for the real root.
# What the net has begun is finished first.
if [ "${earlybind_net:-}" ]; then
	kill "$earlybind_net" 2>/dev/null || :
	wait "$earlybind_net" 2>/dev/null || :
fi
