"""What can be pulled, broken and thrown around the terminal, and put right again."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import segno

from drivers.base import DeviceError
from drivers.idcard.simulated import FAULTS
from kiosk.demo.training import FOLDER as TRAINING
from kiosk.ui.dock_hands import FOREIGN, FORGED, Hands
from tests.faults.monkey.cage import Cage
from tests.faults.monkey.thrown import throw

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
JUMPS_S = (MINUTE_S, HOUR_S, 5 * HOUR_S, DAY_S, 8 * DAY_S, 40 * DAY_S, 3653 * DAY_S)
RICH = "0379001"  # a household without limits
LONG, BARCODE = 3000, "6999999999994"
NO_SLIP = ("paper out", "cover open", "printer stalls", "printer out", "printer out half-way")
CARD_PIXELS_A_MODULE = 10


class Plugs:
    """Knobs by name; each broken one is remembered until it is put right."""

    def __init__(self, cage: Cage, chance: random.Random) -> None:
        self._cage, self._chance = cage, chance
        self.used: Counter[str] = Counter()
        self._broken: dict[str, Callable[[], Any]] = {}
        village = cage.village
        camera, scanner, idcard, printer = village.camera, village.scanner, village.idcard, village.printer
        self._knobs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "scanner out": (scanner.unplug, scanner.replug),
            "camera freezes": (camera.freeze, camera.restore),
            "camera silent": (lambda: camera.fail("silence"), camera.restore),
            "camera garbage": (lambda: camera.fail("garbage"), camera.restore),
            "camera drops": (camera.drop, camera.restore),
            "idcard out": (idcard.unplug, idcard.replug),
            "idcard fault": (lambda: idcard.fail(chance.choice(FAULTS)), lambda: idcard.fail("")),
            "paper out": (printer.paper_out, printer.new_paper),
            "paper out half-way": (lambda: printer.paper_out(chance.randrange(1, 30)), printer.new_paper),
            "cover open": (lambda: printer.cover(True), lambda: printer.cover(False)),
            "printer stalls": (printer.stall, printer.wake),
            "printer mute": (lambda: setattr(printer, "mute", True), lambda: setattr(printer, "mute", False)),
            "printer out": (printer.unplug, printer.plug_in),
            "printer out half-way": (
                lambda: printer.unplug(after_bytes=chance.randrange(1, 4000)),
                printer.plug_in,
            ),
            "printer off and on": (printer.power_cycle, lambda: None),
            "line cut": (village.line.cut, village.line.restore),
        }

    def fiddle(self) -> str:
        """Break something, or put something broken right; returns what."""
        if self._broken and self._chance.random() < 0.5:
            name = self._chance.choice(sorted(self._broken))
            self._broken.pop(name)()
            return f"right: {name}"
        return self.pull(self._chance.choice(sorted(set(self._knobs) - set(self._broken))))

    def no_paper(self) -> str:
        """Break the printer so that a slip can't come."""
        return self.pull(self._chance.choice(NO_SLIP))

    def pull(self, name: str) -> str:
        """Break that one."""
        pull, right = self._knobs[name]
        device = _device(name)
        for other in [one for one in self._broken if _device(one) == device]:
            self._broken.pop(other)()  # one fault of a device at a time
        pull()
        self._broken[name] = right
        self.used[name] += 1
        return name

    def right(self) -> None:
        """Everything is well again, the clock too."""
        while self._broken:
            self._broken.popitem()[1]()
        throw(self._cage.clock, 0.0)

    def jump(self) -> str:
        """Throw the clock, or set it right; returns what."""
        off_s = self._chance.choice((0.0, *JUMPS_S, *(-one for one in JUMPS_S)))
        throw(self._cage.clock, off_s)
        self.used["clock"] += 1
        return f"clock {off_s / HOUR_S:+.2f} h"


def _device(knob: str) -> str:
    first = knob.split()[0]
    return "printer" if first in ("paper", "cover") else first


class Cards:
    """What can be shown: cards of all kinds, goods, slips and rubbish, by scanner, camera and reader."""

    def __init__(self, cage: Cage, chance: random.Random) -> None:
        self._cage, self._chance = cage, chance
        self.demo = cage.village.demo
        self.staff = [one["id"] for one in self.demo["staff"]]
        self.households = [one["id"] for one in self.demo["households"]]
        self.pins = cage.place.pins
        self._slips, self._barcodes = sorted(cage.place.slips.values()), sorted(cage.place.barcodes.values())
        self._texts = cage.place.cards
        self._hands = Hands(cage.village)
        self.used: Counter[str] = Counter()

    def practise(self) -> None:
        """From now on the cards of the training village are shown; PINs are the same."""
        about = json.loads(
            (self._cage.village.folder / "terminal" / TRAINING / "demo.json").read_text("utf-8")
        )
        self._texts = {one["id"]: one["card"] for one in (*about["households"], *about["staff"])}

    def household(self) -> str:
        """Some household's card; often one that can afford everything."""
        chosen = RICH if self._chance.random() < 0.4 else self._chance.choice(self.households)
        return self._texts[chosen]

    def good(self) -> str:
        """Some good's barcode."""
        return self._chance.choice(self._barcodes)

    def slip(self) -> str:
        """The code of some slip: a queue slip, or one that came out of the printer."""
        printed = [code for slip in self._cage.village.printer.slips()[-20:] for code in slip.codes]
        return self._chance.choice([*self._slips, *printed])

    def rubbish(self) -> str:
        """Something foreign, forged, lost, broken or far too long."""
        card = self.household()
        at = self._chance.randrange(len(card))
        return self._chance.choice(
            (
                card[:at] + self._chance.choice("ABC:129\x01é") + card[at + 1 :],
                card[:at],
                self.demo["lost_card"],
                self.slip()[:-2] + "00",
                BARCODE,
                "https://example.org/?a=" + "9" * self._chance.choice((1, 400, LONG)),
                "S1:",
                "P1:::::",
                "L1:" + "\u84dd" * 9,
                "00000000",
                " ",
            )
        )

    def scan(self, kind: str) -> str:
        """Show a text of that kind ("household", "good", "slip", "rubbish" or a staff id); returns kind."""
        text = self._texts[kind] if kind in self.staff else getattr(self, kind)()
        self.used[kind if kind not in self.staff else "staff"] += 1
        scanner = self._cage.village.scanner
        if not scanner.plugged:
            self.hold_up(text)
            return f"{kind} to the camera"
        try:
            scanner.scan(text)
        except DeviceError:  # nobody takes the bytes: the terminal is off, or does not read just now
            self.used["not taken"] += 1
        return kind

    def hold_up(self, text: str) -> None:
        """Hold a code before the camera until `take_away`."""
        if len(text.encode()) > 300:
            return
        path = self._cage.folder / "held.png"
        made = segno.make(text, error="m", boost_error=False, micro=False)
        made.save(str(path), scale=CARD_PIXELS_A_MODULE, border=4)
        self._cage.village.camera.hold_up(path)

    def camera(self) -> str:
        """Hold a whole card before the camera, or lay an identity card on its reader."""
        name = self._chance.choice((*self.households, *self.staff, FORGED, FOREIGN, "lost", "identity"))
        self._hands.hold_up(name)
        self.used["camera" if name != "identity" else name] += 1
        return f"{name} held up"

    def garbage(self) -> str:
        """Noise on the scanner's wire."""
        scanner = self._cage.village.scanner
        if scanner.plugged:
            try:
                scanner.garbage(self._chance.randrange(1, 400), seed=self._chance.randrange(1000))
            except DeviceError:  # as in `scan`
                self.used["not taken"] += 1
        self.used["garbage"] += 1
        return "noise"

    def take_away(self) -> None:
        """Nothing is held up any more."""
        self._hands.take_away()
