#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut.
[ ! -e /ebtest/before.sh ] || sh /ebtest/before.sh
