# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots of machines, configs, images and faults that a seed has drawn.

What fails is left in build/testbed/soak as a case: put it into tests/vm/boot/cases.
"""
import collections
import os
import time

import bed
import case
import draw
import kind
from paths import BED, VM


def as_case(one):
    """The draw as a file, and read back as a case of the boot tests."""
    folder = os.path.join(BED, "soak")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, one.name)
    with open(os.path.join(VM, "soak", "judge.sh")) as file:
        judge = file.read()
    head, check, tail = one.text().rpartition("[check]")
    with open(path, "w") as file:
        file.write(f"{head}[/ebtest/judge.sh]\n{judge}\n{check}{tail}")
    return case.Case(path)


class Draws(kind.Kind):
    """boots that a seed draws: as many as -n says, and the same ones for the same seed"""

    noun = "boot"

    def __init__(self, option):
        super().__init__(option)
        self.bases, self.boots = {}, bed.Boots()
        self.table = collections.defaultdict(lambda: [0, 0])

    @staticmethod
    def add_options(words):
        words.add_argument("-n", type=int, default=20, metavar="N", help="how many boots")
        words.add_argument("--seed", default="", help="of all draws; today's if none")
        words.add_argument("--only", type=int, metavar="NUMBER",
                           help="one boot of the seed")

    def read(self):
        option = self.option
        seed = option.seed or time.strftime("%Y%m%d")
        numbers = [option.only] if option.only is not None else range(option.n)
        draws = [draw.Draw(seed, number) for number in numbers]
        print(f"# SEED={seed}: {len(draws)} boots", flush=True)
        return [(one, *one.image.split()) for one in draws]

    def describe(self, work):
        return work[0].text()

    def prepare(self, chosen):
        self.bases = bed.make_bases(work[1:] for work in chosen)

    def start(self, pool, work):
        read = as_case(work[0])
        return [self.boots.start(pool, read, self.bases[work[1:]], read.images()[0],
                                 False)]

    def judge(self, tap, work, results):
        one, failed = work[0], tap.failed
        tap.say_all(f"{one.name}, {one.image}, {one.fault}", results[0], 1)
        self.table[one.fault][tap.failed > failed] += 1
        if tap.failed > failed:
            print(f"# config: {' | '.join(one.config)}; want: {one.want}")
            print(f"# its case: build/testbed/soak/{one.name}", flush=True)
        else:
            os.unlink(os.path.join(BED, "soak", one.name))
        return [results[0].seconds]

    def end(self):
        for fault, (passed, failed) in sorted(self.table.items()):
            print(f"# {fault}: {passed} right, {failed} wrong or lost")
