"""What a person does to the demo's far ends: cards, goods, paper, plugs, power; knows no Kivy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import segno
from sqlalchemy import select

from drivers.idcard.simulated import SdtFarEnd
from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.simulated import CameraFarEnd, ScannerFarEnd
from kiosk.keys import SigningKey, to_base32
from kiosk.ledger import cards
from kiosk.ledger.refusals import Refused
from kiosk.services.terminal import DATABASE_FILE
from kiosk.store.database import Database
from kiosk.store.tables import pot

if TYPE_CHECKING:
    from PIL.Image import Image

FORGED, FOREIGN, LOST = "forged", "foreign", "lost"
IDENTITY = "identity"  # not a card for the camera: it is laid on its reader
FOREIGN_ISSUER, FOREIGN_HOUSEHOLD = "XX", "0120456"
CARD_PIXELS_A_MODULE = 10


class Line(Protocol):
    """The county's line: a plug that can be pulled."""

    @property
    def is_cut(self) -> bool: ...
    def cut(self) -> None: ...
    def restore(self) -> None: ...


class Village(Protocol):
    """What the dock needs of `kiosk.demo.village.Village`, which lies above it."""

    @property
    def folder(self) -> Path: ...
    @property
    def demo(self) -> dict[str, Any]: ...
    @property
    def camera(self) -> CameraFarEnd: ...
    @property
    def scanner(self) -> ScannerFarEnd: ...
    @property
    def idcard(self) -> SdtFarEnd: ...
    @property
    def printer(self) -> PrinterFarEnd: ...
    @property
    def line(self) -> Line: ...
    @property
    def running(self) -> bool: ...
    def power_on(self) -> None: ...
    def pull_power(self) -> None: ...
    def card_picture(self, name: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of the village at one moment."""

    running: bool
    line_cut: bool
    balances: Mapping[str, int]  # available tenths by household
    slips: int  # pieces of paper cut so far
    slip: Image | None  # the last of them, only when it is a new one


class Hands:
    """Turns the knobs. Methods may take a moment and are called on one thread that is not the screen's."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._slips_seen = 0
        self._database: Database | None = None
        self._own: dict[str, Path] = {}

    # cards and goods

    def hold_up(self, name: str) -> None:
        """Hold a household's or staff member's card, FORGED, FOREIGN or LOST before the camera.

        IDENTITY is laid on its reader instead.
        """
        if name == IDENTITY:
            self._village.camera.take_away()
            self._village.idcard.put()
            return
        own = name in (FORGED, FOREIGN)
        picture = self._own_card(name) if own else self._village.card_picture(name)
        self._village.camera.hold_up(picture)

    def take_away(self) -> None:
        """Nothing is held up any more."""
        self._village.camera.take_away()
        self._village.idcard.lift()

    def scan(self, barcode: str) -> bool:
        """Pull the scanner's trigger on a good; False when the scanner is unplugged."""
        scanner = self._village.scanner
        if scanner.plugged:
            scanner.scan(barcode)
        return scanner.plugged

    # printer, line, power

    def paper(self, there: bool) -> None:
        """Take the roll out, or put a new one in."""
        if there:
            self._village.printer.new_paper()
        else:
            self._village.printer.paper_out()

    def cover(self, closed: bool) -> None:
        """Open or close the printer's cover."""
        self._village.printer.cover(not closed)

    def cable(self, plugged: bool) -> None:
        """Pull or plug the printer's cable."""
        if plugged:
            self._village.printer.plug_in()
        else:
            self._village.printer.unplug()

    def line(self, up: bool) -> None:
        """Pull or plug the network cable."""
        if up:
            self._village.line.restore()
        else:
            self._village.line.cut()

    def power(self, on: bool) -> None:
        """Pull the terminal's power, or switch it on; also after its window was closed."""
        if on and self._village.running:
            return
        self._village.pull_power()  # also clears away a program that has ended by itself
        if on:
            self._village.power_on()

    # what is to be seen

    def look(self) -> Sight:
        """Look around once."""
        village = self._village
        cut = [slip for slip in village.printer.slips() if slip.cut]
        new = len(cut) > self._slips_seen
        self._slips_seen = len(cut)
        return Sight(
            running=village.running,
            line_cut=village.line.is_cut,
            balances=self._balances(),
            slips=len(cut),
            slip=village.printer.picture(cut[-1]) if new else None,
        )

    def close(self) -> None:
        """Let go of the database."""
        if self._database is not None:
            self._database.close()

    def _balances(self) -> dict[str, int]:
        try:
            if self._database is None:
                path = self._village.folder / "terminal" / DATABASE_FILE
                self._database = Database(path, read_only=True)
            with self._database.read() as conn:
                return {row.household: row.available for row in conn.execute(select(pot))}
        except Refused:  # busy or just being opened by the terminal: the next look shows it
            return {}

    def _own_card(self, name: str) -> Path:
        if name not in self._own:
            text = self._forged() if name == FORGED else _foreign()
            path = self._village.folder / "cards" / f"{name}.png"
            made = segno.make(text, error="m", boost_error=False, micro=False)
            made.save(str(path), scale=CARD_PIXELS_A_MODULE, border=4)
            self._own[name] = path
        return self._own[name]

    def _forged(self) -> str:
        """The first household's card with one character of its signature changed."""
        card = str(self._village.demo["households"][0]["card"])
        at = card.rindex(":") + 10
        return card[:at] + ("A" if card[at] != "A" else "B") + card[at + 1 :]


def _foreign() -> str:
    """A card another county signed properly."""
    part = cards.household_card_text(FOREIGN_ISSUER, FOREIGN_HOUSEHOLD, 1)
    return f"{part}:{to_base32(SigningKey(os.urandom(32)).sign(part.encode('ascii')))}"
