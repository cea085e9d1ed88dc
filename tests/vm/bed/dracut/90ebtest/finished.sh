#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Never finished: there is no root file system to go on to.
false
