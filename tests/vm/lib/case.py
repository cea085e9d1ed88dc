# SPDX-License-Identifier: GPL-2.0-or-later
"""A case: one file of tests/vm/boot/cases; README.md there has all the words."""
import lzma
import os
import random

import machine
from paths import BED, VM

# Where the product keeps what a case replaces by a section with a short name.
PATHS = {
    "earlybind.conf": "/etc/earlybind.conf",
    "image.conf": "/usr/lib/earlybind/image.conf",
    "before": "/ebtest/before.sh",
}


class Wrong(Exception):
    pass


class Text:
    """Keys, then sections; the first comment is the sentence that it proves."""

    known = ()

    def __init__(self, path):
        self.name = os.path.basename(path)
        self.keys = {}
        self.sections = {}
        self.sentence = None
        with open(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    self.read_line(line.rstrip("\n"))
                except Wrong as error:
                    raise Wrong(f"{path}:{number}: {error}")
        if not self.sentence:
            raise Wrong(f"{path}: no comment says what this case proves")

    def read_line(self, line):
        if line.startswith("[") and line.endswith("]"):
            self.section = line[1:-1]
            if self.section in self.sections:
                raise Wrong(f"[{self.section}] is there twice")
            self.sections[self.section] = []
        elif self.sections:
            self.sections[self.section].append(line)
        elif line.startswith("#"):
            text = line[1:].strip()
            if not text.startswith("SPDX") and not self.sentence:
                self.sentence = text
        elif line.strip():
            key, _, value = line.partition(" ")
            if key not in self.known:
                raise Wrong(f"unknown word \"{key}\"")
            self.keys.setdefault(key, []).append(value.strip())

    def lines(self, section):
        """The lines of a section that are no comment."""
        return [line for line in self.sections.get(section, [])
                if line.strip() and not line.startswith("#")]


class Case(Text):
    known = ("smoke", "image", "matrix", "machine", "args", "control-args", "control-is",
             "deadline", "file", "noreplay", "remake", "console")
    # sections that are no file of the guest: what is judged there, and on the host
    judged = ("control", "check", "control-screens", "screens")

    def __init__(self, path):
        super().__init__(path)
        for name in ("control", "check"):
            if not self.lines(name):
                raise Wrong(f"{path}: without a [{name}] it proves nothing")
        if "machine" not in self.keys:
            raise Wrong(f"{path}: no line \"machine ...\"")
        images = self.images(True)
        if not images or any(len(image) != 3 or image[2] not in machine.FIRMWARE
                     for image in images):
            raise Wrong(f"{path}: write: image SUITE INIT [FIRMWARE]")

    def images(self, matrix=False):
        """(suite, init, firmware) for each boot of the case, those of a matrix too"""
        lines = self.keys.get("image", [])
        if matrix:
            lines = lines + self.keys.get("matrix", [])
        images = [words.split() for words in lines]
        return [tuple(words if len(words) != 2 else words + ["none"])
            for words in images]

    def has_screens(self):
        return "screens" in self.sections or "control-screens" in self.sections

    def screens(self, control):
        return self.lines("control-screens" if control else "screens")

    def pieces(self):
        return " ".join(self.keys["machine"]).split()

    def args(self, control):
        words = self.keys.get("args", [])
        if control:
            return " ".join(words + self.keys.get("control-args", ["rd.earlybind=0"]))
        return " ".join(words)

    def deadline(self):
        return int(self.keys.get("deadline", ["150"])[0])

    def speed(self):
        return int(self.keys.get("console", ["0"])[0])

    def text(self, name, image):
        """A section as a file, @LOAD@ and @VERSION@ as in the image's own image.conf."""
        out = []
        for line in self.sections[name]:
            if line.strip() == "@LOAD@":
                out += [own for own in image if own.startswith("load ")]
            elif line.strip() == "@VERSION@":
                out += [own for own in image if own.startswith("version ")]
            else:
                out.append(line)
        while out and not out[-1]:
            out.pop()
        if name == "image.conf":
            out.append("end")
        return "".join(line + "\n" for line in out).encode()

    def files(self, control, image):
        """What the case puts into the image behind the base: path -> (mode, bytes)."""
        out = {}
        for name in self.sections:
            if name in self.judged:
                continue
            path = PATHS.get(name, name)
            mode = 0o755 if path.endswith(".sh") else 0o644
            out[path] = (mode, self.text(name, image))
        for line in self.keys.get("file", []):
            path, kind, *words = line.split()
            former = out.get(path, (0o644, b""))[1]
            out[path] = (0o644, MAKERS[kind](former, *words))
        check = "\n".join(self.lines("control" if control else "check")) + "\n"
        out["/ebtest/check"] = (0o644, check.encode())
        out.update(programs())
        return out


def programs():
    """What judges inside the guest: path -> (mode, bytes)."""
    out = {}
    for name in ("guest", "vfio", "shot"):
        with open(os.path.join(BED, name), "rb") as file:
            out[f"/ebtest/{name}"] = (0o755, file.read())
    return out


def make_random(_, size):
    return random.Random(1).randbytes(int(size))


def make_padded(former, size):
    line = b"# a comment that makes this file long\n"
    count = (int(size) - len(former)) // len(line)
    out = former + line * count
    return out + b"#" * (int(size) - len(out) - 1) + b"\n"


def make_module(_, suite, name):
    """A kernel module of a suite, decompressed: perhaps one of the wrong kernel."""
    top = os.path.join(BED, suite, "root", "lib", "modules")
    for folder, _, names in os.walk(top):
        for found in names:
            if found.split(".")[0].replace("_", "-") != name:
                continue
            with open(os.path.join(folder, found), "rb") as file:
                data = file.read()
            return lzma.decompress(data) if found.endswith(".xz") else data
    raise Wrong(f"{suite} has no module {name}")


# file PATH KIND WORD...: files that are no text
MAKERS = {"random": make_random, "padded": make_padded, "module": make_module}


def read_cases():
    folder = os.path.join(VM, "boot", "cases")
    return [Case(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
