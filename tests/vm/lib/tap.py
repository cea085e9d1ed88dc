# SPDX-License-Identifier: GPL-2.0-or-later
"""TAP, numbered, of sentences that guests sent."""
import sys


def with_notes(said):
    """Every (holds, sentence, notes) of what a guest said."""
    for n, line in enumerate(said):
        if not line.startswith(("ok ", "not ok ")):
            continue
        notes = []
        while n + 1 < len(said) and said[n + 1].startswith("# "):
            n += 1
            notes.append(said[n][2:])
        yield line.startswith("ok "), line.split("ok ", 1)[1], notes


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def say(self, holds, sentence, notes=()):
        self.count += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.count} - {sentence}")
        for note in notes:
            print(f"  # {note}")
        sys.stdout.flush()
        return holds

    def say_all(self, name, result, wanted):
        """What the guest said. Returns whether that was all that was wanted."""
        if result.why:
            return self.say(False, f"{name}: {result.why}", result.last_lines())
        sentences = list(with_notes(result.said))
        for holds, sentence, notes in sentences:
            self.say(holds, f"{name}: {sentence}", notes)
        return len(sentences) >= wanted or \
            self.say(False, f"{name}: every line of the check was judged")

    def end(self):
        """Prints the plan; returns the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failed else 0
