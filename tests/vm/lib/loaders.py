# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases of tests/vm/loaders.

A case is a small system whose menu its own grub-mkconfig made, and boots of it. Each
suite, firmware and layout has a control without earlybind: no word that a case looks for
may be there.
"""
import os
import shutil
import subprocess
import sys
import threading

import archive
import bed
import case
import firmware
import kind
import menu
from paths import BED, TOP, VM

HERE = os.path.join(VM, "loaders")
OURS = os.path.join(BED, "loaders")
SCRIPT = ("wait", "choose", "type")
DEADLINE = 120


class Boot:
    """One boot: changes of files, keys for the menu, and what must be so."""

    def __init__(self, name, lines):
        self.name = name
        self.changes = [line for line in lines if line.split()[0] in ("put", "remove")]
        self.script = [line for line in lines if line.split()[0] in SCRIPT]
        self.checks = [line for line in lines if line not in self.changes + self.script]

    def judge(self, result, control):
        """Every (holds, sentence)."""
        words = (result.told("CMDLINE") or "").split()
        for line in self.checks:
            verb, _, value = line.partition(" ")
            if verb == "word":
                yield words.count(value) == 1, f"{value} is there, once"
                yield value not in control, f"{value} is not there without earlybind"
            elif verb == "noword":
                yield value not in words, f"{value} is not there"
            elif verb == "kernel":
                yield result.told("KERNEL") == value, f"the {value} kernel"
            elif verb in ("said", "unsaid"):
                yield (value in result.text()) == (verb == "said"), f"{verb}: {value}"
            else:
                raise case.Wrong(f"unknown word \"{verb}\"")


class Text(case.Text):
    known = ("suite", "firmware", "layout", "smoke", "plain")

    def __init__(self, path):
        super().__init__(path)
        self.files, self.boots = {}, []
        for name in self.sections:
            if name.startswith("boot "):
                self.boots.append(Boot(name[5:], self.lines(name)))
            elif name.startswith("/") or name in ("before", "after"):
                path = name if name.startswith("/") else f"/run/{name}"
                self.files[path] = "\n".join(self.sections[name]).rstrip() + "\n"
        if not self.boots or not all(boot.checks for boot in self.boots):
            raise case.Wrong(f"{path}: a boot that checks nothing, or no boot at all")

    def words(self, key, usual=""):
        return " ".join(self.keys.get(key, [usual])).split()


class Disk:
    """What tests/vm/loaders/disk made, for one case and suite."""

    def __init__(self, name, suite, layout, files, project):
        self.dir = os.path.join(OURS, "run", f"{name}.{suite}")
        over = f"{self.dir}.files"
        shutil.rmtree(over, ignore_errors=True)
        shutil.copytree(os.path.join(HERE, "files"), over)
        for path, text in files.items():
            path = os.path.join(over, path.lstrip("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        subprocess.run([os.path.join(HERE, "disk"), suite, layout, over, self.dir],
                       check=True,
                       env={**os.environ, "PROJECT": "yes" if project else ""})
        self.layout = layout
        if layout == "boot":
            firmware.make_grub(suite, "ebboot", "/grub", self.dir)
        elif layout != "esp":
            firmware.make_grub(suite, "ebsystem", "/boot/grub", self.dir)

    def change(self, line, sections):
        """put PATH SECTION, remove PATH: in the file system that has /boot."""
        verb, path, *section = line.split()
        if self.layout == "esp":
            path = os.path.join(self.dir, "esp", path.removeprefix("/boot/"))
            with open(path, "w") as file:
                file.write("\n".join(sections[section[0]]))
            return
        image = os.path.join(self.dir, "system.fs")
        source = os.path.join(self.dir, "changed")
        requests = [f"rm {path}"]
        if verb == "put":
            with open(source, "w") as file:
                file.write("\n".join(sections[section[0]]))
            requests.append(f"write {source} {path}")
        for request in requests:
            subprocess.run(["debugfs", "-w", "-R", request, image], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def arguments(self, name):
        out = firmware.arguments(name, self.dir)
        for number, file in enumerate(("system.fs", "boot.fs"), 1):
            path = os.path.join(self.dir, file)
            if os.path.exists(path):
                out += firmware.drive(f"disk{number}", path, number)
        return out

    def remove(self):
        for name in ("system.fs", "boot.fs", "esp", "bios.img", "core.img"):
            path = os.path.join(self.dir, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif os.path.exists(path):
                os.unlink(path)


class Controls:
    """The words of a boot without earlybind, booted once for each kind."""

    def __init__(self):
        self.known = {}
        self.lock = threading.Lock()

    def words(self, suite, which, layout, files):
        key = f"{suite}.{which}.{layout}"
        with self.lock:
            own = self.known.setdefault(key, [threading.Lock(), None])
        with own[0]:
            if own[1] is None:
                disk = Disk(f"control.{which}.{layout}", suite, layout, files, False)
                script = [] if layout == "esp" else ["choose Debian GNU/Linux"]
                result = boot_once(disk, which, script, f"control.{key}")
                disk.remove()
                if result.why:
                    raise case.Wrong(f"control {key}: {result.why}\n"
                                     f"{result.text()[-2000:]}")
                own[1] = result.told("CMDLINE").split()
        return own[1]


def boot_once(disk, which, script, log):
    result = menu.Menu(os.path.join(bed.LOGS, f"loader.{log}"))
    result.start(disk.arguments(which), script, DEADLINE)
    return result


def run_case(one, suite, which, controls):
    """(boot, result, sentences) of each boot."""
    layout = one.words("layout", "ext4")[0]
    # There is no menu of its own without the files that make one.
    files = {path: text for path, text in one.files.items()
             if layout == "esp" and path != "/run/after"}
    control = controls.words(suite, which, layout, files)
    disk = Disk(f"{one.name}.{which}", suite, layout, one.files, True)
    out = []
    for boot in one.boots:
        for line in boot.changes:
            disk.change(line, one.sections)
        name = f"{one.name}.{suite}.{which}.{boot.name.replace(' ', '-')}"
        result = boot_once(disk, which, boot.script, name)
        out.append((boot, result, list(boot.judge(result, control))))
    disk.remove()
    return out


def make_parts():
    """The project as it is installed, the guest, the machine that args is asked about."""
    os.makedirs(OURS, exist_ok=True)
    install = os.path.join(OURS, "install")
    shutil.rmtree(install, ignore_errors=True)
    env = {**os.environ, "MAKEFLAGS": ""}
    subprocess.run(["make", "-s", "-C", TOP, "install", f"DESTDIR={install}",
                    "PREFIX=/usr"], check=True, env=env, stdout=sys.stderr)
    # Where init is another one, 10_linux makes more entries.
    base = os.path.join(OURS, "base", "usr", "sbin")
    os.makedirs(base, exist_ok=True)
    if not os.path.islink(os.path.join(base, "init")):
        os.symlink("../lib/systemd/systemd", os.path.join(base, "init"))
    machine = os.path.join(OURS, "machine")
    shutil.rmtree(machine, ignore_errors=True)
    tests = os.path.join(TOP, "tests")
    subprocess.run([os.path.join(tests, "lib", "tree"), os.path.join(
        tests, "plan", "machines", "desktop.machine"), machine], check=True)
    with open(os.path.join(machine, "proc", "cmdline"), "w") as file:
        file.write("root=LABEL=ebsystem ro quiet\n")
    init = os.path.join(OURS, "init")
    subprocess.run(["musl-gcc", *bed.COMPILE.split(), "-o", init,
                    os.path.join(HERE, "init.c")], check=True)
    with open(init, "rb") as file:
        data = file.read()
    for which in ("first", "second"):
        with open(os.path.join(OURS, f"{which}.cpio"), "wb") as file:
            file.write(archive.write({"/init": (0o755, data),
                                      "/which": (0o644, which.encode())}))


class Cases(kind.Kind):
    """cases of tests/vm/loaders: real boot loaders, their menus, keys pressed there"""

    def __init__(self, option):
        super().__init__(option)
        self.controls = Controls()

    @staticmethod
    def add_options(words):
        words.add_argument("--smoke", action="store_true",
                           help="only those marked smoke, of the first suite")
        words.add_argument("-f", default="", metavar="FIRMWARE", help="only bios or efi")

    def read(self):
        option, folder = self.option, os.path.join(HERE, "cases")
        cases = [Text(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
        return [(one, suite, which) for one in cases if self.is_wanted(one)
                for suite in one.words("suite")[:1 if option.smoke else None]
                for which in one.words("firmware", " ".join(firmware.NAMES))
                if option.f in ("", which)]

    def prepare(self, chosen):
        for suite in sorted({suite for _, suite, _ in chosen}):
            subprocess.run([os.path.join(VM, "bed", "rootfs"), suite], check=True)
        make_parts()

    def start(self, pool, work):
        return [pool.submit(run_case, *work, self.controls)]

    def judge(self, tap, work, results):
        one, suite, which = work
        for boot, result, sentences in results[0]:
            name = f"{one.name}, {suite}, {which}, {boot.name}"
            if result.why:
                tap.say(False, f"{name}: {result.why}", result.text().split("\n")[-30:])
            for holds, sentence in sentences:
                tap.say(holds, f"{name}: {sentence}", [] if holds else [
                    f"the kernel got: {result.told('CMDLINE')}"])
        return [result.seconds for _, result, _ in results[0]]
