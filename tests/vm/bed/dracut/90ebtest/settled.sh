#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut's initqueue. The guest program switches the machine off.
/ebtest/guest
