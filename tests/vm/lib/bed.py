# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed: base images and guest programs, made when needed, and boots of cases."""
import os
import subprocess
import tempfile

import archive
import case
import coreboot
import efi
import machine
import screens
from paths import BED, TOP, VM

LOGS = os.path.join(BED, "log")
COMPILE = ("-static -O2 -std=gnu11 -Wall -Wextra -idirafter /usr/include "
       "-idirafter /usr/include/x86_64-linux-gnu")
PROGRAMS = {"guest": ("guest.c", "verbs.c", "commands.c", "guest.h"), "vfio": ("vfio.c",),
        "shot": ("shot.c",)}


class Base:
    """One base image, read once: its bytes, the names in it, its image.conf."""

    def __init__(self, suite, init):
        subprocess.run([os.path.join(VM, "bed", "image"), suite, init], check=True)
        folder = os.path.join(BED, suite)
        self.vmlinux = os.path.join(folder, "vmlinux")
        self.bzimage = os.path.join(folder, "root", "boot", f"vmlinuz-{kernel_of(suite)}")
        with open(os.path.join(folder, f"{init}.img"), "rb") as file:
            self.data = file.read()
        self.names, self.image = set(), []
        for name, _, data in archive.read(self.data):
            self.names.add(name)
            if "/" + name == case.PATHS["image.conf"]:
                self.image = data.decode().split("\n")


def kernel_of(suite):
    """The version of its kernel."""
    with open(os.path.join(BED, suite, "kernel")) as file:
        return file.read().strip()


def make_bases(images):
    """(suite, init) -> Base"""
    return {image: Base(*image) for image in sorted({tuple(image) for image in images})}


def make_programs():
    os.makedirs(LOGS, exist_ok=True)
    coreboot.write(BED)
    efi.write(BED)
    for name, sources in PROGRAMS.items():
        out = os.path.join(BED, name)
        paths = [os.path.join(VM, "guest", source) for source in sources]
        if os.path.exists(out) and all(os.path.getmtime(out) > os.path.getmtime(path)
                           for path in paths):
            continue
        sources = [path for path in paths if path.endswith(".c")]
        subprocess.run(["musl-gcc", *COMPILE.split(), "-o", out, *sources], check=True)


class Boots:
    """Starts boots in a pool; equal ones (many controls) only once."""

    def __init__(self):
        self.done = {}

    def start(self, pool, one, base, image, control):
        suite, init, firmware = image
        files = one.files(control, base.image)
        one_name = f"{one.name}.control" if control else one.name
        if control and "control-args" not in one.keys:
            # It is off: without the config more cases have the same control.
            files.pop(case.PATHS["earlybind.conf"], None)
        if "remake" in one.keys:
            files.update(image_conf(one.text("earlybind.conf", []), suite))
        tail = archive.write(files, base.names)
        key = (image, tuple(one.pieces()), one.args(control), one.has_screens(), tail)
        if key not in self.done:
            log = os.path.join(LOGS, f"{one_name}.{suite}.{init}")
            if firmware != "none":
                log += f".{firmware}"
            self.done[key] = pool.submit(boot, log, base, firmware, tail, one, control)
        return self.done[key]


def image_conf(text, suite):
    """What earlybind image writes for a config; dracut calls the same."""
    root = os.path.join(BED, suite, "root")
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "earlybind.conf")
        with open(config, "wb") as file:
            file.write(text)
        subprocess.run([os.path.join(TOP, "build", "earlybind"), "image", "--root", root,
                "--config", config, "--kernel", kernel_of(suite), folder],
                   check=True, stdout=subprocess.DEVNULL)
        path = case.PATHS["image.conf"]
        with open(folder + path, "rb") as file:
            return {path: (0o644, file.read())}


def boot(log, base, firmware, tail, one, control):
    initrd = f"{log}.img"
    with open(initrd, "wb") as file:
        file.write(base.data + bytes(-len(base.data) % 512) + tail)
    result = machine.Boot(log)
    kernel = base.vmlinux if firmware == "none" else base.bzimage
    # there is no root to wait for
    args = f"root=LABEL=none rd.earlybind.giveback=0 {one.args(control)}"
    result.start(one.pieces(), machine.FIRMWARE[firmware] +
             machine.with_kernel(kernel, initrd, args), one.deadline(),
             screens.Camera(log) if one.has_screens() else None, one.speed())
    os.unlink(initrd)
    result.keep_files()
    return result
