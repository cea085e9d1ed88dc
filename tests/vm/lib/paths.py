# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie: the project, tests/vm, and the test bed, which is made there."""
import os

VM = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(os.path.dirname(VM))
BED = os.environ.get("TESTBED", os.path.join(TOP, "build", "testbed"))
