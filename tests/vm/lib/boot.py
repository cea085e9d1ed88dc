# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases of tests/vm/boot.

Every case is two boots of the same image: the control, where earlybind is switched off
and the cards must be on their own drivers, and the case itself. A case whose control
fails proves nothing, and fails.
"""
import os
import subprocess

import bed
import case
import kind
import screens
from paths import TOP


def plan_lines(text):
    """A plan or a report without its comments, outcomes and padding."""
    lines = [line.split(" -> ")[0].split() for line in text.split("\n")]
    return [" ".join(words) for words in lines if words and words[0] != "#"]


def replay(tap, name, one, result):
    """The machine text that the binder left gives the plan of the report on the host."""
    sentence = f"{name}: the machine that the binder saw gives the same plan on the host"
    missing = [file for file in ("report", "machine") if file not in result.files]
    if missing:
        return tap.say(False, sentence, [f"the guest sent no {' and no '.join(missing)}"])
    command = [os.path.join(TOP, "build", "earlybind"), "plan",
               "--machine", f"{result.log}.machine"]
    for option, file in (("--config", "config"), ("--image", "image")):
        command += [option, f"{result.log}.{file}" if file in result.files
                    else "/dev/null"]
    if "rd.earlybind." in one.args(False):
        command += ["--cmdline", f"{result.log}.cmdline"]
    try:
        host = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return tap.say(False, sentence, [str(error)])
    theirs, ours = plan_lines(result.files["report"]), plan_lines(host.stdout)
    notes = [f"boot: {line}" for line in theirs if line not in ours]
    notes += [f"host: {line}" for line in ours if line not in theirs]
    return tap.say(theirs == ours, sentence, notes + host.stderr.split("\n")[:-1])


def judge_screens(one, result, base, control):
    """(holds, sentence, notes) for each line about the pictures of a boot"""
    lines = one.screens(control)
    return screens.judge(lines, result.log, base.vmlinux) if lines else []


def judge_control(tap, name, one, result, base):
    words = one.keys.get("control-is",
                         ["without earlybind the cards are on their own drivers"])
    sentence = f"{name}: the control: {words[0]}"
    notes = [line for line in result.said if not line.startswith("ok ")]
    if result.why:
        notes = [result.why] + result.last_lines()
    elif not any(line.startswith("ok ") for line in result.said):
        notes.append("it checked nothing")
    for holds, wanted, more in judge_screens(one, result, base, True):
        notes += [] if holds else [wanted] + more
    return tap.say(not notes, sentence, notes)


def judge_case(tap, name, one, result, base):
    if not tap.say_all(name, result, len(one.lines("check"))):
        return
    for holds, sentence, notes in judge_screens(one, result, base, False):
        tap.say(holds, f"{name}: {sentence}", [] if holds else notes)
    if "noreplay" not in one.keys:
        replay(tap, name, one, result)


class Cases(kind.Kind):
    """cases of tests/vm/boot: an image, and what it bound when the initramfs ends"""

    def __init__(self, option):
        super().__init__(option)
        self.bases, self.boots = {}, bed.Boots()

    @staticmethod
    def add_options(words):
        kind.add_smoke(words)
        words.add_argument("--matrix", action="store_true",
                           help="the lines \"matrix\" of a case too, not only \"image\"")
        words.add_argument("--control", action="store_true",
                           help="only the controls, with no earlybind needed")

    def read(self):
        return [(one, *image) for one in case.read_cases() if self.is_wanted(one)
                for image in one.images(self.option.matrix)]

    def prepare(self, chosen):
        self.bases = bed.make_bases(work[1:3] for work in chosen)

    def start(self, pool, work):
        one, image = work[0], work[1:]
        return [self.boots.start(pool, one, self.bases[image[:2]], image, control)
                for control in ([True] if self.option.control else [True, False])]

    def judge(self, tap, work, results):
        one, image = work[0], work[1:]
        name = f"{one.name}, {' '.join(image)}".removesuffix(" none")
        base = self.bases[image[:2]]
        judge_control(tap, name, one, results[0], base)
        for result in results[1:]:
            judge_case(tap, name, one, result, base)
        return [result.seconds for result in results]
