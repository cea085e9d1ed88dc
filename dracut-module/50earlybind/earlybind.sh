#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut's init where there is no systemd: the first of the cmdline hooks,
# before anything loads a module. The boot goes on whatever the binder says.
/usr/lib/earlybind/earlybind-binder --boot || :
