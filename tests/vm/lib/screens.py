# SPDX-License-Identifier: GPL-2.0-or-later
"""What is on the screens of an emulated machine: pictures taken at the guest's request,
and the console's text read back from their pixels, with the fonts that drew it."""
import json
import re
import socket
import threading

BIOS = "/usr/share/seabios/vgabios-stdvga.bin" # its font is that of VGA text
# Two glyphs of an 8x16 font that everybody knows, to find the table in a program.
HEIGHT = 16
KNOWN = {"A": "000010386cc6c6fec6c6c6c600000000", "H": "0000c6c6c6c6fec6c6c6c6c600000000"}


class Wrong(Exception):
    pass


class Camera:
    """A thread that takes a picture whenever the guest asks for one; see shot.c."""

    def __init__(self, log):
        self.log, self.errors = log, []
        self.qmp, qemus_qmp = socket.socketpair()
        self.guest, qemus_guest = socket.socketpair()
        self.ends = (qemus_qmp, qemus_guest)
        self.fds = tuple(end.fileno() for end in self.ends)
        self.args = ["-chardev", f"socket,id=qmp,fd={self.fds[0]}",
                     "-mon", "chardev=qmp,mode=control",
                     "-chardev", f"socket,id=shots,fd={self.fds[1]}",
                     "-serial", "chardev:shots"]
        self.thread = threading.Thread(target=self.work, daemon=True)

    def start(self):
        """Once QEMU runs: only it has the other ends now, so that its end is ours."""
        for end in self.ends:
            end.close()
        self.thread.start()

    def stop(self):
        """Once QEMU has ended. Returns what went wrong, if anything."""
        self.thread.join(10)
        self.qmp.close()
        self.guest.close()
        return self.errors[0] if self.errors else None

    def ask(self, stream, command, **arguments):
        stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        stream.flush()
        for line in stream:
            answer = json.loads(line)
            if "error" in answer:
                self.errors.append(f"{command}: {answer['error']['desc']}")
            if "error" in answer or "return" in answer:
                return

    def work(self):
        try:
            with self.qmp.makefile("rw") as stream, self.guest.makefile("r") as asked:
                stream.readline() # its greeting
                self.ask(stream, "qmp_capabilities")
                for line in asked:
                    name, device = line.split()
                    self.ask(stream, "screendump", device=device,
                             filename=f"{self.log}.{name}.ppm")
                    self.guest.sendall(b"\n")
        except (OSError, ValueError) as error:
            self.errors.append(str(error))


def read_font(program):
    """glyph -> character, from an uncompressed kernel or a BIOS."""
    with open(program, "rb") as file:
        data = file.read()
    known = {char: bytes.fromhex(text) for char, text in KNOWN.items()}
    at = data.find(known["A"])
    while at >= 0:
        table = at - ord("A") * HEIGHT
        there = table + ord("H") * HEIGHT
        if data[there:there + HEIGHT] == known["H"]:
            return {data[table + n * HEIGHT:table + (n + 1) * HEIGHT]: chr(n)
                    for n in range(126, 31, -1)}
        at = data.find(known["A"], at + 1)
    raise Wrong(f"{program} has no 8x16 font")


class Picture:
    """One screendump: pixels, and the text that they show."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        if not head:
            raise Wrong(f"{path} is no picture")
        self.width, self.height = int(head[1]), int(head[2])
        self.pixels = data[head.end():]

    def glyph(self, left, top, height=HEIGHT):
        """The bits of one cell; its background is the colour of its first column."""
        rows = bytearray()
        start = 3 * (top * self.width + left)
        ground = self.pixels[start:start + 3]
        for y in range(height):
            row, bits = start + 3 * y * self.width, 0
            for x in range(8):
                pixel = self.pixels[row + 3 * x:row + 3 * x + 3]
                bits = bits << 1 | (pixel != ground)
            rows.append(bits)
        return bytes(rows)

    def lines(self, font):
        """The text, a line for each row of cells; what is no character is a "?"."""
        cell = 9 if self.width == 720 else 8 # text mode has a column between them
        out = []
        for top in range(0, self.height - HEIGHT + 1, HEIGHT):
            out.append("".join(font.get(self.glyph(left, top), "?") for left in
                       range(0, self.width - 7, cell)))
        return out


def judge_line(line, log, font):
    """(holds, sentence, notes) for one line of a [screens] section."""
    line, _, sentence = line.partition(" # ")
    verb, name, rest = (line.split(None, 2) + ["", ""])[:3]
    rest = rest.strip()
    picture = Picture(f"{log}.{name}.ppm")
    sentence = sentence or f"the screen {name}: {verb} {rest}"
    if verb == "differs":
        return picture.pixels != Picture(f"{log}.{rest}.ppm").pixels, sentence, []
    if verb not in ("text", "notext"):
        raise Wrong(f"[screens] knows no {verb}")
    lines = picture.lines(font)
    pattern = ".*".join(re.escape(part) for part in rest.split("*"))
    found = bool(re.search(pattern, "".join(lines))) # the console wraps long lines
    notes = [f"{picture.width}x{picture.height}"]
    notes += [text.rstrip() for text in lines if text.strip()]
    return found == (verb == "text"), sentence, notes


def judge(lines, log, kernel):
    """Every line of a [screens] section, judged as far as there are pictures."""
    font, out = {**read_font(BIOS), **read_font(kernel)}, []
    for line in lines:
        try:
            out.append(judge_line(line, log, font))
        except (Wrong, OSError) as error:
            out.append((False, f"screens: {line}", [str(error)]))
    return out
