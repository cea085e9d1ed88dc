# SPDX-License-Identifier: GPL-2.0-or-later
"""A boot drawn from a seed: machine, config, image and fault, and what must come of it.

What must come of it is worked out here and judged in the guest, from what
earlybind.conf(5) promises; neither shares code with the program. Where the promise
depends on what this cannot know, such as which card the firmware lit, a device may be
with vfio-pci or its own driver, but nowhere else, and apart from its IOMMU group only
where the report warns of it.
"""
import random

# piece -> device number of its port, or None, and its functions: where below the port,
# id, class, own driver. The pieces are those of tests/vm/topology.
CARD = [("00.0", "1234:1111", "display", "bochs-drm"),
        ("00.1", "8086:2668", "audio", "snd_hda_intel")]
RADEON = [("00.0", "1002:5159", "display", "radeon")] + CARD[1:]
NIC = [("00.0", "8086:10d3", "network", "e1000e")]
PIECES = {
    "nic0": ("0f", NIC), "card1": ("11", CARD), "nic1": ("11", NIC),
    "card2": ("12", CARD), "usb": ("13", [("00.0", "1b36:000d", "usb", "xhci_hcd")]),
    "sd": ("14", [("00.0", "1b36:0007", "sdhci", "sdhci-pci")]),
    "nvme": ("15", [("00.0", "1b36:0010", "nvme", "nvme")]),
    "bridge": ("16", [("01.0", "1013:00b8", "display", "cirrus"),
                      ("02.0", "8086:100e", "network", "e1000"),
                      ("03.0", "1033:0194", "usb", "xhci_hcd")]),
    "radeon": ("1b", RADEON), "radeon2": ("1e", RADEON),
    "screen": (None, [("03.0", "1af4:1050", "display", "virtio-pci")]),
}
STORAGE = ("nvme", "sdhci")
IMAGES = ["bookworm plain"] * 3 + ["bookworm systemd"] * 2 + ["trixie plain"] * 2 + \
    ["trixie systemd"]


class Function:
    def __init__(self, piece, port, bus, where, words):
        _, self.id, self.cls, self.own = words
        self.piece = piece
        self.address = f"0000:{bus:02x}:{where}"
        self.path = f"0000:00:{port}.0/00.0/{where}" if piece == "bridge" else \
            f"0000:00:{port}.0/{where}" if port else None
        self.card = self.address[:-2]
        # all behind a PCI bridge are one group; functions of a slot are together or not
        self.group = "bridge" if piece == "bridge" else self.card


def functions(pieces):
    """What a machine of these pieces has: buses are numbered in the order of ports."""
    out, bus = [], 1
    for piece in sorted((name for name in PIECES if name in pieces),
                        key=lambda name: PIECES[name][0] or ""):
        port, parts = PIECES[piece]
        for where, *words in parts:
            own = 0 if port is None else bus + (piece == "bridge")
            out.append(Function(piece, port, own, where, (where, *words)))
        if port is not None:
            bus += 2 if piece == "bridge" else 1
    return out


class Rule:
    def __init__(self, verb, how, target, mates):
        self.verb, self.how, self.target, self.mates = verb, how, target, mates

    def text(self):
        own = self.target
        words = {"address": f"address={own.address}", "id": f"id={own.id}",
                 "address+id": f"address={own.address} id={own.id}",
                 "path+id": f"path={own.path} id={own.id}",
                 "class": f"class={own.cls}"}[self.how]
        return f"{self.verb} {words}" + (f" with={self.mates}" if self.mates else "")

    def names(self, one):
        own = self.target
        if "id" in self.how and one.id != own.id:
            return False
        if self.how == "class":
            return one.cls == own.cls
        if self.how.startswith("address"):
            return one.address == own.address
        return self.how == "id" or one.path == own.path


class Draw:
    """One boot. want: address -> "own", "vfio", "may" (either) or "gone" (or that)."""

    def __init__(self, seed, number):
        self.name = f"soak-{seed}-{number}"
        self.dice = random.Random(f"{seed}/{number}")
        dice = self.dice
        self.image = dice.choice(IMAGES)
        names = dice.sample(sorted(PIECES), dice.randint(2, 6))
        if "nic1" in names and "card1" in names:
            names.remove("nic1")	# they are for one slot
        self.pieces, self.keys, self.sections, self.args = names, [], {}, []
        self.has_iommu = dice.random() < 0.95
        self.headless = dice.random() < 0.75
        self.rules = [self.draw_rule(functions(names))
                      for _ in range(dice.randint(1, 4))]
        self.config = [rule.text() for rule in self.rules]
        if self.headless:
            self.config.append("set headless=yes")
        self.fault = dice.choice(sorted(FAULTS) + ["none"] * 5)
        self.sentence = f"{self.image}, {self.fault}"
        self.move()
        self.all = functions(self.pieces)
        self.want = {one.address: self.judge(one) for one in self.all}
        self.settle_groups()
        if not self.has_iommu:
            self.all_are("own")
        FAULTS[self.fault](self)

    def draw_rule(self, known):
        target = self.dice.choice(known)
        ways = ["address", "address+id", "id"] + ["path+id"] * 3 * bool(target.path)
        if target.cls not in STORAGE:
            ways.append("class")
        verb = "keep" if self.dice.random() < 0.1 else "bind"
        mates = self.dice.choice(("", "card", "group", "group"))
        return Rule(verb, self.dice.choice(ways), target, mates if verb == "bind" else "")

    def move(self):
        """Since the config was written a card went, came or changed its slot."""
        change = self.dice.choice(("", "", "came", "went", "swapped"))
        if change == "came" and "nic0" not in self.pieces:
            self.pieces = self.pieces + ["nic0"]
        if change == "went" and len(self.pieces) > 2:
            self.pieces = self.pieces[:-1]
        if change == "swapped":
            other = {"card1": "nic1", "nic1": "card1"}
            self.pieces = [other.get(name, name) for name in self.pieces]

    def judge(self, one):
        """What the rules alone make of it, its group aside."""
        if any(rule.verb == "keep" and rule.names(one) for rule in self.rules):
            return "own"
        named = [rule for rule in self.rules if rule.verb == "bind" and rule.names(one)]
        mates = [rule for rule in self.rules if rule.verb == "bind" and any(
            rule.names(other) and (other.group if rule.mates == "group" else other.card)
            == (one.group if rule.mates == "group" else one.card)
            for other in self.all) and rule.mates]
        if not named and not mates:
            return "own"
        if one.cls in STORAGE and not any(rule.how == "path+id" for rule in named):
            return "may"
        if one.cls == "display" and not self.headless:
            return "may"
        return "vfio"

    def settle_groups(self):
        """A group is taken as a whole, or by nobody: who is not sure makes all unsure."""
        for one in self.all:
            states = {self.want[other.address] for other in self.all
                      if other.group == one.group}
            if "vfio" in states and len(states) > 1:
                for other in self.all:
                    if other.group == one.group and self.want[other.address] == "vfio":
                        self.want[other.address] = "may"

    def all_are(self, state):
        self.want = {address: state for address in self.want}

    def unsure(self):
        self.want = {address: "may" if state == "vfio" else state
                     for address, state in self.want.items()}

    def victims(self):
        """The devices that shall be taken, or any."""
        return [one for one in self.all if self.want[one.address] == "vfio"] or self.all

    def text(self):
        """As a file of tests/vm/boot/cases: what fails is put there."""
        pieces = ["iommu"] * self.has_iommu + self.pieces
        out = ["# SPDX-License-Identifier: GPL-2.0-or-later",
               f"# Drawn by \"make soak\", fault \"{self.fault}\": "
               "each device is where it may be.",
               f"image {self.image}", "deadline 240", "noreplay the config may be none",
               f"machine {' '.join(pieces)}", *self.keys]
        out += [f"args {' '.join(self.args)}"] if self.args else []
        out += ["", "[earlybind.conf]", *self.config]
        for name, lines in self.sections.items():
            out += ["", f"[{name}]", *lines]
        table = [f"{self.want[one.address]} {one.address} {one.own}" for one in self.all]
        out += ["", "[/ebtest/want]", *table, "", "[control]"]
        out += [f"driver {one.address} {one.own}" for one in self.all]
        return "\n".join(out + ["", "[check]", "sh sh /ebtest/judge.sh", ""])


def nonsense(draw):
    """A line that no config may have: nothing is bound."""
    word = "".join(draw.dice.choices("abcdefghijklmnopqrstuvwxyz=:.# \t\"", k=12))
    draw.config.insert(draw.dice.randrange(len(draw.config) + 1), f"bnid {word}")
    draw.all_are("own")


def cut_config(draw):
    """What is left may name more than before: a rule has lost its id, or a keep."""
    text = "\n".join(draw.config)
    draw.config = text[:draw.dice.randrange(len(text))].split("\n")
    draw.all_are("may")


def other_kernel(draw):
    """An image with the modules of another kernel."""
    other = "trixie" if draw.image.startswith("bookworm") else "bookworm"
    draw.keys += [f"file /ebtest/{name}.ko module {other} {name}"
                  for name in ("vfio", "vfio-pci")]
    draw.sections["image.conf"] = ["@VERSION@", "load /ebtest/vfio.ko",
                                   "load /ebtest/vfio-pci.ko"]
    draw.all_are("own")


def cut_image(draw):
    """An image.conf that a full disk has cut off."""
    draw.sections["/usr/lib/earlybind/image.conf"] = ["@VERSION@", "free pa"]
    draw.unsure()


def garbage_image(draw):
    draw.keys.append(f"file /usr/lib/earlybind/image.conf random "
                     f"{draw.dice.randint(1, 5000)}")
    draw.unsure()


def pulled(draw):
    """A device goes while the boot is on."""
    one = draw.dice.choice(draw.victims())
    wait = draw.dice.choice(("0", "0.05", "0.2", "0.5", "1", "2"))
    draw.sections["before"] = [
        "#!/bin/sh",
        f"(sleep {wait}; echo 1 >/sys/bus/pci/devices/{one.address}/remove) &"]
    for other in draw.all:
        if other.group == one.group:
            draw.want[other.address] = "may"
    draw.want[one.address] = "gone"


def refused(draw):
    """The kernel does not bind one of them: its card goes back."""
    one = draw.dice.choice(draw.victims())
    other = draw.dice.choice([two for two in draw.all if two is not one])
    draw.sections["before"] = [
        "#!/bin/sh", "cd /sys/bus/pci/devices",
        f"mount --bind {other.address}/driver_override {one.address}/driver_override"]
    for two in draw.all:
        if two.group in (one.group, other.group):
            draw.want[two.address] = "may"


def early(draw):
    """A driver that is loaded before earlybind is asked."""
    one = draw.dice.choice(draw.victims())
    draw.sections["before"] = ["#!/bin/sh",
                               f"modprobe {one.own.removesuffix('-drm')} || :"]
    for two in draw.all:
        if two.cls == "display" and draw.want[two.address] == "vfio":
            draw.want[two.address] = "may"	# it may have its screen in use
    draw.settle_groups()


def switched_off(draw):
    draw.args.append(draw.dice.choice(("rd.earlybind=0", "rd.earlybind=plan")))
    draw.all_are("own")


def lockdown(draw):
    draw.args.append("lockdown=" + draw.dice.choice(("integrity", "confidentiality")))


FAULTS = {"none": lambda draw: None, "nonsense": nonsense, "cut config": cut_config,
          "image of another kernel": other_kernel, "cut image.conf": cut_image,
          "garbage image.conf": garbage_image, "pulled": pulled,
          "bind refused": refused, "driver first": early, "switched off": switched_off,
          "lockdown": lockdown}
