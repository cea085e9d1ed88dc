# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose boot menu is on a serial line: waits for texts there, presses keys."""
import fnmatch
import os
import re
import selectors
import subprocess
import time

import machine

DOWN, UP = b"\x0e", b"\x10"
PATIENCE = 5.0
# What comes after enter: another menu, a kernel, a question.
AFTER = ("GNU GRUB ", "Loading Linux", "Enter username", "EB-")
HIGHLIGHT = re.compile(r"\*((?:\S+ )+) ")
# The third port: UEFI takes the first two for its own consoles, and keys get lost.
PORT = ("-serial none -chardev stdio,id=menu "
        "-device isa-serial,index=2,iobase=0x3e8,irq=4,chardev=menu").split()
# What a terminal is told to do, and not to show.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]|\r")


class Menu:
    def __init__(self, log):
        self.log = log
        self.raw = b""
        self.seen = 0		# of the text; what a "wait" found is behind us
        self.why = None
        self.seconds = 0.0
        self.pressed, self.key, self.marked, self.entered = 0.0, DOWN, None, 0

    def text(self):
        return CONTROL.sub("", self.raw.decode("latin-1"))

    def told(self, word):
        """What the guest said of itself: EB-WORD VALUE."""
        found = re.search(rf"^EB-{word} (.*)$", self.text(), re.MULTILINE)
        return found[1].strip() if found else None

    def start(self, arguments, script, deadline):
        """Boots; the script is lines "wait TEXT", "choose ENTRY", "type TEXT"."""
        command = machine.QEMU.split() + PORT + arguments
        with open(f"{self.log}.command", "w") as file:
            file.write("\n".join(command) + "\n")
        began = time.monotonic()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as qemu:
            try:
                self.follow(qemu, list(script), began + deadline)
            finally:
                qemu.kill()
        self.seconds = time.monotonic() - began
        with open(f"{self.log}.console", "wb") as file:
            file.write(self.raw)
        if not self.why and self.told("DONE") is None and "EB-DONE" not in self.text():
            self.why = "the machine ended before its kernel said with what it was started"

    def follow(self, qemu, script, end):
        with selectors.DefaultSelector() as selector:
            selector.register(qemu.stdout, selectors.EVENT_READ)
            while True:
                self.act(qemu, script)
                left = end - time.monotonic()
                if left <= 0:
                    self.why = f"not finished in time; next was: {script or 'the end'}"
                    return
                if not selector.select(min(left, 0.2)):
                    continue
                data = os.read(qemu.stdout.fileno(), 65536)
                if not data:
                    break
                self.raw += data
        if script:
            self.why = f"the machine ended before: {script[0]}"

    def act(self, qemu, script):
        """Does the lines of the script that can be done by now."""
        while script:
            word, _, rest = script[0].partition(" ")
            if word == "wait" and not self.sees(rest):
                return
            if word == "choose" and not self.chooses(qemu, rest):
                return
            if word == "type":
                self.press(qemu, rest.encode() + b"\r")
            script.pop(0)

    def sees(self, text):
        at = self.text().find(text, self.seen)
        if at >= 0:
            self.seen = at + len(text)
        return at >= 0

    def press(self, qemu, key):
        qemu.stdin.write(key)
        qemu.stdin.flush()
        self.pressed = time.monotonic()

    def chooses(self, qemu, pattern):
        """Goes to an entry and presses enter, again after a while. Whether something has
        come of it."""
        text = self.text()
        at = text.rfind("GNU GRUB ", self.seen)
        marks = HIGHLIGHT.findall(text, at) if at >= 0 else []
        if self.entered:
            if any(after in text[self.entered:] for after in AFTER):
                self.seen, self.entered, self.marked = self.entered, 0, None
                return True
        elif not marks or "Press enter to" not in text[at:]:
            return False
        is_there = marks and fnmatch.fnmatchcase(marks[-1].strip(), pattern)
        if time.monotonic() < self.pressed + PATIENCE and \
                (self.entered or marks[-1] == self.marked):
            return False
        if is_there or self.entered:
            self.entered = self.entered or len(text)
            self.press(qemu, b"\r")
            return False
        if marks[-1] == self.marked:
            self.key = UP if self.key == DOWN else DOWN	# the end of the menu
        self.marked = marks[-1]
        self.press(qemu, self.key)
        return False
