"""The demo's story: the main job played by real taps and real bytes, step by step; writes no page."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno

from kiosk import config
from kiosk.demo.village import Village
from kiosk.ledger import points
from kiosk.ledger.entries import decode
from kiosk.ledger.masks import mask_name
from kiosk.services.terminal import DATABASE_FILE
from kiosk.services.verify import verify_database
from kiosk.store.database import Database
from kiosk.ui.inspect_client import NotSeen, Window, texts
from kiosk.words import Words
from kiosk.words import points as points_text
from sync.county import settings as county_settings
from sync.county.database import open_county
from sync.county.verify import verify as county_verify

RESIDENT, NEIGHBOUR, THIRD = "0370217", "0370102", "0370103"
MANAGER = "M037A"
BASKET = ("rice5", "soap", "vinegar")
SHORT_WAIT_S, LONG_WAIT_S = 12.0, 25.0
FRAMES_TO_SETTLE, QUIET_S = 8, 0.6


class StoryError(Exception):
    """A step did not come true; the text names the simulator or part that failed it."""


@dataclass
class Step:
    """One step as it went."""

    key: str
    seconds: float
    picture: str  # file name of the screenshot
    shown: str = ""  # the balance as the window shows it
    journal: str = ""  # the same household's balance folded from the raw journal
    slips: list[str] = field(default_factory=list)  # file names of slip pictures
    bytes_received: int = 0  # by the printer, for these slips
    params: dict[str, str] = field(default_factory=dict)


class Story:
    """Plays every step in a village whose terminal is switched on; `play()` gives the steps."""

    def __init__(self, village: Village, window_of: Callable[[], Window], out: Path, words: Words) -> None:
        self.village = village
        self.out = out
        self.words = words
        self.steps: list[Step] = []
        self.facts: dict[str, int] = {}
        self._window_of = window_of
        self.window = window_of()
        self._names = {one["id"]: one["name"] for one in village.demo["households"]}
        self._cards = {one["id"]: one["card"] for one in village.demo["households"]}
        self._codes = {one["sku"]: one["barcode"] for one in village.demo["items"]}
        self._slips_seen = 0
        self._bytes_seen = 0

    def play(self) -> list[Step]:
        """All steps in order. Raises `StoryError` naming the simulator without which a step can't go on."""
        for key, step, simulator in (
            ("attract", self._attract, "terminal"),
            ("account", self._account, "camera"),
            ("history", self._history, "terminal"),
            ("forged", self._forged, "scanner"),
            ("sign-in", self._sign_in, "camera"),
            ("manager", self._manager, "terminal"),
            ("line-cut", self._line_cut, "county"),
            ("basket", self._basket, "scanner"),
            ("confirm", self._confirm, "terminal"),
            ("done", self._done, "printer"),
            ("paper-out", self._paper_out, "printer"),
            ("new-paper", self._new_paper, "printer"),
            ("power", self._power, "terminal"),
            ("line-up-again", self._line_up, "county"),
            ("true-slip", self._true_slip, "camera"),
            ("county", self._county, "county"),
        ):
            self._take(key, step, simulator)
        return self.steps

    def _take(self, key: str, step: Callable[[Step], None], simulator: str) -> None:
        begun_s = time.monotonic()
        record = Step(key, 0.0, f"{len(self.steps) + 1:02}-{key}.png")
        try:
            step(record)
        except (NotSeen, AssertionError) as error:
            self.window.screenshot(self.out / f"failed-{key}.png")
            raise StoryError(f"step {key!r} failed; the {simulator} did not do its part: {error}") from error
        record.seconds = time.monotonic() - begun_s
        self._settle()
        self.window.screenshot(self.out / record.picture)
        self.steps.append(record)

    def _settle(self) -> None:
        """Let what the state says reach the glass: some more frames, or a while in which nothing changes."""
        frame = self.window.state()["frame"]
        quiet_until_s = time.monotonic() + QUIET_S
        while self.window.state()["frame"] < frame + FRAMES_TO_SETTLE and time.monotonic() < quiet_until_s:
            time.sleep(0.02)

    def _attract(self, _step: Step) -> None:
        self.window.wait_for(screen="attract", timeout_s=LONG_WAIT_S)
        self.window.wait_for(where=lambda state: state["pages"] >= 13, timeout_s=LONG_WAIT_S)

    def _account(self, step: Step) -> None:
        step.params["name"] = mask_name(self._names[RESIDENT])
        self._hold_up(RESIDENT, "account")
        self._compare(step, RESIDENT)

    def _history(self, _step: Step) -> None:
        loading = self.words("ui.history.loading")
        self.window.tap("history")
        self.window.wait_for(screen="history", where=lambda state: not _shows(state, loading))

    def _forged(self, _step: Step) -> None:
        card = self._cards[RESIDENT]
        altered = card[:-9] + ("A" if card[-9] != "A" else "B") + card[-8:]
        self.village.scanner.scan(altered)
        self.window.wait_for(screen="message", where=lambda state: state["code"] == "card-forged")

    def _sign_in(self, _step: Step) -> None:
        self.window.tap("ok")
        self.window.wait_for(screen="attract")
        self._hold_up(MANAGER, "sign-in")
        for digit in self._pin():
            self.window.tap(f"key-{digit}")

    def _manager(self, _step: Step) -> None:
        self.window.tap("sign-in")
        self.window.wait_for(screen="manager")

    def _line_cut(self, _step: Step) -> None:
        self.window.wait_for(text=self.words("ui.bar.online"), timeout_s=LONG_WAIT_S)
        self.village.line.cut()
        self.window.wait_for(
            where=lambda state: not _shows(state, self.words("ui.bar.online")), timeout_s=LONG_WAIT_S
        )

    def _basket(self, step: Step) -> None:
        self._serve(RESIDENT, BASKET)
        self._compare(step, RESIDENT)

    def _confirm(self, _step: Step) -> None:
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")

    def _done(self, step: Step) -> None:
        self.window.tap("yes")
        self.window.wait_for(screen="done")
        self._draw_slips(step, 2)
        self._compare(step, RESIDENT)

    def _paper_out(self, step: Step) -> None:
        self.window.tap("next")
        self._serve(NEIGHBOUR, ("towel", "soap"))
        self.village.printer.paper_out(after_lines=12)
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")
        self.window.tap("yes")
        self.window.wait_for(screen="not-printed", timeout_s=LONG_WAIT_S)
        self._compare(step, NEIGHBOUR)

    def _new_paper(self, step: Step) -> None:
        self.village.printer.new_paper()
        self.window.wait_for(screen="done", timeout_s=LONG_WAIT_S)
        self._draw_slips(step, 2)

    def _power(self, step: Step) -> None:
        self.window.tap("next")
        self._serve(THIRD, ("egg10",))
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")
        self.window.tap("yes")
        self.village.pull_power()
        self.window.close()
        self.village.power_on()
        self.window = self._window_of()
        self.window.wait_for(screen="attract", timeout_s=LONG_WAIT_S)
        self._hold_up(THIRD, "account")
        self._compare(step, THIRD)

    def _line_up(self, _step: Step) -> None:
        self.window.tap("exit")
        self.village.line.restore()
        self.window.wait_for(text=self.words("ui.bar.online"), timeout_s=LONG_WAIT_S)

    def _true_slip(self, _step: Step) -> None:
        code = self.out / "slip-code.png"
        segno.make(_last_slip_code(self._database()), micro=False).save(str(code), scale=8, border=4)
        self.village.camera.hold_up(code)
        self.window.wait_for(screen="message", timeout_s=SHORT_WAIT_S)
        self.village.camera.take_away()

    def _county(self, _step: Step) -> None:
        folder = self.village.folder
        own = verify_database(Database(self._database(), read_only=True), config_terminal(folder))
        county = open_county(county_settings.load(folder / "county" / county_settings.FILE))
        with closing(county):
            theirs = county_verify(county, self._database())
        self.facts = {
            "entries": own.entries,
            "problems": len(own.problems) + len(theirs.problems),
            "waiting": own.entries - theirs.entries,
            "county_entries": theirs.entries,
            "differences": len(theirs.problems),
        }
        assert not any(self.facts[name] for name in ("problems", "waiting", "differences")), (
            f"{self.facts} {own.problems} {theirs.problems}"
        )

    def _hold_up(self, name: str, screen: str) -> None:
        self.village.camera.hold_up(self.village.card_picture(name))
        try:
            self.window.wait_for(screen=screen, timeout_s=SHORT_WAIT_S)
        finally:
            self.village.camera.take_away()

    def _serve(self, household: str, skus: tuple[str, ...]) -> None:
        self.window.wait_for(where=lambda state: state["screen"] in ("manager", "next", "attract"))
        if self.window.state()["screen"] == "manager":
            self.window.tap("start")
        self._hold_up(household, "redeem")
        for sku in skus:
            name = next(one["name"] for one in self.village.demo["items"] if one["sku"] == sku)
            self.village.scanner.scan(self._codes[sku])
            self.window.wait_for(screen="redeem", text=name)

    def _pin(self) -> str:
        return str(next(one["pin"] for one in self.village.demo["staff"] if one["id"] == MANAGER))

    def _compare(self, step: Step, household: str) -> None:
        """The balance in the window must be the one that the raw journal gives."""
        step.journal = points_text(journal_balance(self._database(), household))
        self.window.wait_for(where=lambda state: step.journal in _figures(state), timeout_s=SHORT_WAIT_S)
        step.shown = step.journal

    def _draw_slips(self, step: Step, count: int) -> None:
        """Draw the slips that were cut since the last step."""
        printer = self.village.printer
        deadline_s = time.monotonic() + LONG_WAIT_S
        while len(cut := [slip for slip in printer.slips() if slip.cut]) < self._slips_seen + count:
            assert time.monotonic() < deadline_s, f"{len(cut) - self._slips_seen} of {count} slips were cut"
            printer.wait_until_idle(0.2)
        for number, slip in enumerate(cut[self._slips_seen :], self._slips_seen + 1):
            name = f"slip-{number:02}.png"
            printer.picture(slip).save(self.out / name)
            step.slips.append(name)
        self._slips_seen = len(cut)
        received = len(printer.received)
        step.bytes_received, self._bytes_seen = received - self._bytes_seen, received

    def _database(self) -> Path:
        return self.village.folder / "terminal" / DATABASE_FILE


def journal_balance(database: Path, household: str) -> int:
    """Available tenths of a household, folded from the raw journal without any table that is kept."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        rows = conn.execute("SELECT data FROM journal ORDER BY epoch, seq").fetchall()
    entries = [decode(data) for (data,) in rows]
    return sum(
        posting.tenths
        for entry in entries
        for posting in points.postings(entry.kind, entry.body)
        if posting.household == household and posting.pot == points.AVAILABLE
    )


def config_terminal(folder: Path) -> int:
    """The number of the demo's terminal."""
    from kiosk.services import identity

    return identity.load(config.load(folder / "config.toml").data_dir).terminal


def _last_slip_code(database: Path) -> str:
    """The code on the slip queued last, as the printer is given it."""
    import json

    from kiosk.keys import SigningKey
    from kiosk.services import identity, printing

    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        row = conn.execute("SELECT content FROM print_job ORDER BY id DESC LIMIT 1").fetchone()
    key = SigningKey.load_or_make(database.parent / identity.KEY_FILE)
    return printing.signed_code(key, json.loads(row[0])["qr"])


def _shows(state: dict[str, Any], text: str) -> bool:
    return any(text in shown for shown in texts(state))


def _figures(state: dict[str, Any]) -> set[str]:
    """Every number that stands alone, or with its unit, on the screen."""
    return {word.removesuffix("分").strip() for text in texts(state) for word in (text, *text.split())}
