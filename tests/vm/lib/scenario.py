# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario: one file of tests/vm/system/scenarios. README.md there has the words."""
import fnmatch
import os
import re

import case
import machine
from paths import BED, TOP, VM

# What tests/vm/system/disk makes for a kind of disk.
IMAGES = {"system": "disk", "packages": "packages"}


def readme_commands(first):
    """The commands of README.md's "Five minutes", from one that starts like this."""
    with open(os.path.join(TOP, "README.md")) as file:
        text = file.read().split("## Five minutes\n")[1].split("\n## ")[0]
    out = []
    for block in re.findall(r"(?:^    .*\n)+", text, re.M):
        lines = [line.strip() for line in block.splitlines()]
        if any(line.startswith("$ ") for line in lines):
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        commands = [re.sub(r"\s+#.*", "", line) for line in lines]
        while not out and commands and not commands[0].startswith(first):
            commands.pop(0)
        out += commands
    return out


class Boot:
    """One boot: the runner's words, the files that come with it, the lines to judge."""

    known = ("machine", "args", "deadline", "initrd", "loader", "lost", "screen")

    def __init__(self, name):
        self.name = name
        self.keys = {}
        self.files = {}
        self.lines = []

    def has_pictures(self):
        return any(line.startswith("shot ") for line in self.lines)

    def read(self, lines):
        for line in lines:
            key, _, value = line.partition(" ")
            if key in self.known:
                self.keys.setdefault(key, []).append(value.strip())
            elif line.strip() and not line.startswith("#"):
                self.lines.append(line)


class Scenario(case.Text):
    """Keys, then in order: files of the next boot, [/path], and boots, [boot NAME]."""

    known = ("suite", "disk", "smoke", "machine", "args", "deadline", "readme", "loader",
             "put", "remake")

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
        if not self.boots or files or \
           any(bool(boot.lines) == ("lost" in boot.keys) for boot in self.boots):
            raise case.Wrong(f"{path}: a boot that checks nothing, or is lost and checks "
                             "something, or no boot at all")
        if "readme" in self.keys:
            self.walk_readme(path)

    def walk_readme(self, path):
        """The lines "readme COMMAND" are all of the README's, in its order; "reboot" is
        the end of each boot."""
        first = "apt install " if "packages" in self.images() else "earlybind "
        theirs, ours = readme_commands(first), []
        words = dict(re.split(r"\s+=\s+", line) for line in self.keys["readme"])
        for boot in self.boots:
            for n, line in enumerate(boot.lines):
                verb, _, command = line.partition(" ")
                if verb != "readme":
                    continue
                ours.append(command)
                for word, own in words.items():
                    command = command.replace(word, own)
                boot.lines[n] = f"sh {command}" if command != "reboot" else ""
            boot.lines = [line for line in boot.lines if line]
        if theirs != ours:
            raise case.Wrong(f"{path}: README.md has these commands: {theirs}, "
                             f"and the scenario {ours}")

    def text(self, name):
        return ("\n".join(self.sections[name]).rstrip("\n") + "\n").encode()

    def words(self, boot, key):
        """The words of a key: the scenario's, and the boot's behind them."""
        return " ".join(self.keys.get(key, []) + boot.keys.get(key, [])).split()

    def made(self):
        """Files that the bed has made, for every boot: path -> (mode, bytes)"""
        out = {}
        for line in self.keys.get("put", []):
            path, name = line.split()
            with open(os.path.join(BED, name), "rb") as file:
                out[path] = (0o644, file.read())
        return out

    def pieces(self, boot):
        """A boot's own machine stands in place of the scenario's."""
        return " ".join(boot.keys.get("machine") or self.keys["machine"]).split()

    def deadline(self, boot):
        return int((["300"] + self.words(boot, "deadline"))[-1])

    def is_lost(self, boot, result):
        """Whether the system never came up: the boot ended by itself before that, or
        waits without an end, as systemd does; and had this line."""
        if not result.why or not result.why.startswith((machine.NOT_DONE, machine.SLOW)):
            return False
        wanted = [f"*{pattern}*" for pattern in boot.keys["lost"]]
        lines = result.text("console").replace("\r", "").split("\n")
        return all(fnmatch.filter(lines, pattern) for pattern in wanted)

    def images(self):
        """The names of the disks that tests/vm/system/disk makes."""
        return [IMAGES[kind] for _, kind, *_ in self.disks() if kind in IMAGES]

    def disks(self):
        """(name, kind, word...) of each line: disk NAME system, disk NAME empty SIZE"""
        return [line.split() for line in self.keys["disk"]]


def read_scenarios():
    folder = os.path.join(VM, "system", "scenarios")
    return [Scenario(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
