# SPDX-License-Identifier: GPL-2.0-or-later
"""Emulated machines: QEMU's arguments from named pieces, and one boot with a deadline."""
import fcntl
import os
import re
import subprocess
import threading
import time

from paths import BED, VM

# No SATA, no i8042: what no case looks at costs udev a second.
QEMU = ("qemu-system-x86_64 -nodefaults -no-user-config -accel tcg,thread=multi "
    "-machine q35,kernel-irqchip=off,sata=off,i8042=off -cpu qemu64 -m 1G -smp 1 "
    "-display none -nic none -no-reboot")

# What makes a boot quick (quiet, no self tests), and what makes a log whole. On a busy
# host the kernel's timer check fails under emulation and is a panic.
ARGS = ("console=ttyS0 quiet no_timer_check panic=-1 rd.shell=0 "
    "rd.emergency=poweroff cryptomgr.notests apparmor=0 audit=0 nokaslr "
    "mitigations=off log_buf_len=4M intel_iommu=on")

# Why a boot failed that ended by itself, and too early, or did not end.
NOT_DONE = "the guest ended before its check was done"
SLOW = "not finished after"

# "none" starts the uncompressed kernel at once, and has no screen. What is written to the
# variables of OVMF is gone after the boot.
FIRMWARE = {
    "none": [],
    "seabios": [],
    "ovmf": ["-drive", "if=pflash,unit=0,format=raw,readonly=on,"
             "file=/usr/share/OVMF/OVMF_CODE_4M.fd",
             "-drive", "if=pflash,unit=1,format=raw,snapshot=on,"
             "file=/usr/share/OVMF/OVMF_VARS_4M.fd"],
}


def with_kernel(kernel, initrd, args):
    """QEMU's arguments to boot a kernel without a boot loader."""
    return ["-kernel", kernel, "-initrd", initrd, "-append", f"{ARGS} {args}"]


def expand(text):
    """a{1-3} -> a1 a2 a3"""
    found = re.search(r"\{(\d)-(\d)\}", text)
    if not found:
        return [text]
    out = []
    for n in range(int(found[1]), int(found[2]) + 1):
        out += expand(text[:found.start()] + str(n) + text[found.end():])
    return out


def read_topology():
    """piece -> QEMU's arguments"""
    pieces, name = {}, None
    with open(os.path.join(VM, "topology")) as file:
        for line in file:
            text = line.strip().replace("@BED@", BED)
            if not text or text.startswith("#"):
                continue
            if not line.startswith("\t"):
                name = text.split(":")[0]
                pieces[name] = []
            elif text.startswith("-"):
                pieces[name] += text.split(" ", 1)
            else:
                for device in expand(text):
                    pieces[name] += ["-device", device]
    return pieces


def read_slowly(path, out, speed):
    """Copies a pipe at so many bytes a second: a UART waits until its byte is out."""
    with open(path, "rb", buffering=0) as pipe, open(out, "ab", buffering=0) as file:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
        while data := pipe.read(max(speed // 10, 1)):
            file.write(data)
            time.sleep(0.1)


class Boot:
    """What one boot left: the console, and what the guest program sent."""

    def __init__(self, log):
        self.log = log
        self.why = None
        self.seconds = 0.0
        self.said = []
        self.files = {}

    def open_console(self, speed):
        """Where QEMU writes the console to: a file, or a pipe of that speed."""
        path = f"{self.log}.console"
        if not speed:
            return path
        pipe = f"{self.log}.pipe"
        if os.path.exists(pipe):
            os.unlink(pipe)
        os.mkfifo(pipe)
        threading.Thread(target=read_slowly, args=(pipe, path, speed),
                 daemon=True).start()
        return pipe

    def start(self, pieces, boot, deadline, camera=None, speed=0):
        """Boots those pieces; boot is QEMU's arguments for disks, kernel or firmware."""
        topology = read_topology()
        command = QEMU.split()
        for piece in pieces:
            command += topology[piece]
        for name in ("console", "guest"):
            open(f"{self.log}.{name}", "w").close()
        for path in (self.open_console(speed), f"{self.log}.guest"):
            command += ["-serial", f"file:{path}"]
        command += boot + (camera.args if camera else [])
        with open(f"{self.log}.command", "w") as file:
            file.write("\n".join(command) + "\n")
        began = time.monotonic()
        with open(f"{self.log}.console", "a") as console:
            qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                        stdout=console, stderr=console,
                        pass_fds=camera.fds if camera else ())
            try:
                if camera:
                    camera.start()
                if qemu.wait(deadline) != 0:
                    self.why = f"QEMU ended with status {qemu.returncode}"
            except subprocess.TimeoutExpired:
                self.why = f"{SLOW} {deadline} seconds"
            finally:
                if qemu.poll() is None:
                    qemu.kill()
                    qemu.wait()
        self.why = self.why or (camera and camera.stop())
        self.seconds = time.monotonic() - began
        self.read()

    def keep_files(self):
        """What the guest sent, as files beside the log."""
        for name, text in self.files.items():
            with open(f"{self.log}.{name}", "w", encoding="latin-1", newline="") as file:
                file.write(text)

    def text(self, name):
        with open(f"{self.log}.{name}", encoding="latin-1", newline="") as file:
            return file.read()

    def read(self):
        """Takes apart what the guest sent; see send_file() in guest.c."""
        name, done = None, False
        for line in self.text("guest").partition("EB-START\n")[2].split("\n"):
            if name is None and line.startswith("EB-BEGIN "):
                name = line[9:]
                self.files[name] = []
            elif name is not None and line == f"EB-END {name}":
                self.files[name] = "\n".join(self.files[name])
                name = None
            elif name is not None:
                self.files[name].append(line)
            elif line == "EB-DONE":
                done = True
            elif line:
                self.said.append(line)
        if not done and not self.why:
            self.why = NOT_DONE

    def last_lines(self, n=30):
        text = self.text("console") + self.text("guest")
        return text.replace("\r", "").rstrip().split("\n")[-n:]
