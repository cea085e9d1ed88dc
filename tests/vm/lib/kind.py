# SPDX-License-Identifier: GPL-2.0-or-later
"""A kind of test in emulated machines: what tests/vm/run asks of each."""


def add_smoke(words):
    words.add_argument("--smoke", action="store_true", help="only those marked smoke")


class Kind:
    """Reads its tests, starts their boots, judges what became of them. A piece of work
    is a tuple that begins with the text of the test (name, sentence) and a suite."""

    noun = "case"

    def __init__(self, option):
        self.option = option

    @staticmethod
    def add_options(words):
        add_smoke(words)

    def is_wanted(self, one):
        return "smoke" in one.keys or not self.option.smoke

    def read(self):
        """All work, but for what the kind's own options leave out."""
        raise NotImplementedError

    def describe(self, work):
        """A line, or text, for --list."""
        return f"{work[0].name}: {work[0].sentence}"

    def prepare(self, chosen):
        """Makes what this work needs in the test bed."""

    def start(self, pool, work):
        """Returns the futures of its boots."""
        raise NotImplementedError

    def judge(self, tap, work, results):
        """Says what holds. Returns the seconds of each boot."""
        raise NotImplementedError

    def end(self):
        """Once all is judged."""
