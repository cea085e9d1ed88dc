# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of tests/vm/system.

A scenario is several boots of the same disks, which keep what each boot has written. The
runner is the boot loader: it takes the image out of the disk, as GRUB would.
"""
import fnmatch
import os
import shutil
import subprocess

import archive
import bed
import case
import efi_screen
import firmware
import kind
import machine
import scenario
import screens
from paths import BED, VM

RUNS = os.path.join(BED, "run")
# The getty of the console would take the port away from the kernel's log.
ARGS = "ro systemd.mask=serial-getty@ttyS0.service"


class Disks:
    """The disks of one scenario, files that are there while it runs."""

    def __init__(self, one, suite):
        self.path = {}
        folder = os.path.join(RUNS, f"{one.name}.{suite}")
        os.makedirs(folder, exist_ok=True)
        for name, what, *words in one.disks():
            self.path[name] = os.path.join(folder, f"{name}.img")
            if what in scenario.IMAGES:
                source = os.path.join(BED, suite, f"{scenario.IMAGES[what]}.img")
                subprocess.run(["cp", "--sparse=always", source, self.path[name]],
                               check=True)
            elif what == "empty":
                with open(self.path[name], "wb") as file:
                    file.truncate(int(words[0]) << 20)
            else:
                raise case.Wrong(f"{one.name}: no such kind of disk: {what}")

    def arguments(self):
        out = []
        for name, path in self.path.items():
            out += ["-blockdev", f"driver=raw,node-name={name},discard=unmap,"
                    f"file.driver=file,file.filename={path}"]
        return out

    def take(self, name, path, to):
        """Copies a file out of a disk, which holds one ext4 file system."""
        subprocess.run(["debugfs", "-R", f"dump {path} {to}", self.path[name]],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.path.exists(to) or os.path.getsize(to) == 0:
            raise case.Wrong(f"the disk {name} has no {path}")

    def remove(self):
        for path in self.path.values():
            os.unlink(path)


def with_loader(which, suite, log):
    """QEMU's arguments to boot by GRUB, whose menu is on the root file system."""
    folder = f"{log}.loader"
    firmware.make_grub(suite, "system", "/boot/grub", folder)
    return firmware.arguments(which, folder)


def with_image(one, suite, boot, disks, log):
    """QEMU's arguments to boot the image that is on a disk."""
    name, path = (boot.keys.get("initrd") or ["root /boot/initrd.img-KERNEL"])[-1].split()
    initrd = f"{log}.img"
    disks.take(name, path.replace("KERNEL", bed.kernel_of(suite)), initrd)
    if "remake" in one.keys:
        conf = case.PATHS["earlybind.conf"]
        files = {conf: boot.files[conf]}
        files.update(bed.image_conf(files[conf][1], suite))
        with open(initrd, "ab") as file:
            file.write(bytes(-file.tell() % 512) + archive.write(files))
    args = " ".join([ARGS] + one.words(boot, "args"))
    if "root=" not in args:
        args += " root=LABEL=system"
    return machine.with_kernel(os.path.join(BED, suite, "vmlinux"), initrd, args)


def run_boot(one, suite, boot, disks, log):
    """One boot; the disks stay as it leaves them."""
    payload, loader = f"{log}.cpio", one.words(boot, "loader")
    files = {**boot.files, **one.made(), **case.programs()}
    files["/ebtest/check"] = (0o644, ("\n".join(boot.lines) + "\n").encode())
    with open(payload, "wb") as file:
        file.write(archive.write(files))
    command = with_loader(loader[-1], suite, log) if loader else \
        with_image(one, suite, boot, disks, log)
    command += disks.arguments() + ["-fw_cfg", f"name=opt/ebtest,file={payload}"]
    result = machine.Boot(log)
    result.start(one.pieces(boot), command, one.deadline(boot),
                 screens.Camera(log) if boot.has_pictures() else None)
    os.unlink(payload)
    if os.path.exists(f"{log}.img"):
        os.unlink(f"{log}.img")
    shutil.rmtree(f"{log}.loader", ignore_errors=True)
    return result


def run_scenario(one, suite):
    """The result of each boot, or what was wrong in its place; ends with the first."""
    disks, out = Disks(one, suite), []
    for n, boot in enumerate(one.boots, 1):
        log = os.path.join(bed.LOGS, f"{one.name}.{suite}.{n}")
        try:
            result = run_boot(one, suite, boot, disks, log)
        except (case.Wrong, OSError, subprocess.CalledProcessError) as error:
            result = machine.Boot(log)
            result.why = str(error)
        out.append(result)
        result.keep_files()
        if result.why and "lost" not in boot.keys:
            break
    disks.remove()
    return out


def judge_screens(tap, name, boot, result):
    """The lines "screen NAME PATTERN": what UEFI shows on a picture that was taken."""
    for line in boot.keys.get("screen", []):
        shot, pattern = line.split(None, 1)
        try:
            lines = efi_screen.read_text(f"{result.log}.{shot}.ppm",
                                         efi_screen.read_font())
        except (screens.Wrong, OSError) as error:
            lines = [str(error)]
        tap.say(bool(fnmatch.filter(lines, pattern)),
                f"{name}: the picture {shot} shows: {pattern}", lines)


class Scenarios(kind.Kind):
    """scenarios of tests/vm/system: several boots of a whole system and its disks"""

    noun = "scenario"

    def read(self):
        return [(one, suite) for one in scenario.read_scenarios() if self.is_wanted(one)
                for suite in one.keys["suite"]]

    def describe(self, work):
        return f"{work[0].name}: {', '.join(boot.name for boot in work[0].boots)}"

    def prepare(self, chosen):
        for suite, image in sorted({(suite, image) for one, suite in chosen
                                    for image in one.images()}):
            subprocess.run([os.path.join(VM, "system", "disk"), suite, image], check=True)

    def start(self, pool, work):
        return [pool.submit(run_scenario, *work)]

    def judge(self, tap, work, results):
        one, suite = work
        ends = results[0]
        for n, boot in enumerate(one.boots):
            name = f"{one.name}, {suite}, {boot.name}"
            if n >= len(ends):
                tap.say(False, f"{name}: not booted, for the boot before it failed")
            elif "lost" in boot.keys:
                tap.say(one.is_lost(boot, ends[n]), f"{name}: the boot is lost",
                        ends[n].last_lines())
            else:
                tap.say_all(name, ends[n], len(boot.lines))
                judge_screens(tap, name, boot, ends[n])
        return [end.seconds for end in ends]
