# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario: one file of tests/system/scenarios. README.md tells what its lines mean."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "boot"))
import case  # noqa: E402


class Boot:
    """One boot: the runner's words, the files that come with it, the lines of its check."""

    known = ("machine", "args", "deadline", "initrd")

    def __init__(self, name):
        self.name = name
        self.keys = {}
        self.files = {}
        self.lines = []

    def read(self, lines):
        for line in lines:
            key, _, value = line.partition(" ")
            if key in self.known:
                self.keys.setdefault(key, []).append(value.strip())
            elif line.strip() and not line.startswith("#"):
                self.lines.append(line)


class Scenario(case.Text):
    """Keys, then in order: files of the next boot, [/path], and boots, [boot NAME]."""

    known = ("suite", "disk", "smoke", "machine", "args", "deadline")

    def __init__(self, path):
        super().__init__(path)
        for key in ("suite", "machine", "disk"):
            if key not in self.keys:
                raise case.Wrong(f"{path}: no line \"{key} ...\"")
        self.boots, files = [], {}
        for name in self.sections:
            if name.startswith("boot "):
                boot = Boot(name[5:])
                boot.read(self.sections[name])
                boot.files, files = files, {}
                self.boots.append(boot)
            elif name.startswith("/"):
                mode = 0o755 if name.endswith(".sh") else 0o644
                files[name] = (mode, self.text(name))
            else:
                raise case.Wrong(f"{path}: [{name}] is neither a boot nor a path")
        if not self.boots or files or not all(boot.lines for boot in self.boots):
            raise case.Wrong(f"{path}: a boot that checks nothing, or no boot at all")

    def text(self, name):
        return ("\n".join(self.sections[name]).rstrip("\n") + "\n").encode()

    def words(self, boot, key):
        """The words of a key: the scenario's, and the boot's behind them."""
        return " ".join(self.keys.get(key, []) + boot.keys.get(key, [])).split()

    def pieces(self, boot):
        """A boot's own machine stands in place of the scenario's."""
        return " ".join(boot.keys.get("machine") or self.keys["machine"]).split()

    def deadline(self, boot):
        return int(self.words(boot, "deadline")[-1]) if self.words(boot, "deadline") else 300

    def disks(self):
        """(name, word...) of each line: disk NAME system, disk NAME empty SIZE"""
        return [line.split() for line in self.keys["disk"]]


def read_scenarios():
    folder = os.path.join(HERE, "scenarios")
    return [Scenario(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
