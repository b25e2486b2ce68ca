"""The demo of two centres cut off from each other: both try to spend the same points, and the sum stays."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import jinja2

from kiosk.config import ConfigError
from kiosk.demo import proof, seed
from kiosk.demo.display import virtual_display
from kiosk.demo.line import CuttableLine
from kiosk.demo.neighbour import MANAGER as THEIR_MANAGER
from kiosk.demo.neighbour import PIN, Neighbour
from kiosk.demo.seat import SHORT_WAIT_S, START_WAIT_S, Seat
from kiosk.demo.story import MANAGER, RESIDENT, StoryError
from kiosk.demo.village import Village
from kiosk.ledger.entries import decode
from kiosk.ledger.postings import postings
from kiosk.ui.inspect_client import NotSeen, Window
from kiosk.words import Words, points
from sync.county import settings as county_settings
from sync.county.database import open_county
from sync.county.verify import verify as county_verify

SIZE = (1280, 800)
FOLDER, SECOND = "village", "second"
MOVED_POINTS = "15"
HOME_BASKET = ("rice5",)  # 20 points
AWAY_BASKET = ("powder", "towel", "salt")  # 8 + 5 + 2 points
FIGURES = ("here", "there", "on-the-way", "spent", "sum")


@dataclass
class Step:
    """One step as it went; sums in tenths, folded from both raw journals."""

    key: str
    pictures: tuple[str, str]
    sums: dict[str, int]
    seconds: float
    slips: list[str] = field(default_factory=list)
    said: str = ""  # what the command line answered


class TwoCentres:
    """Plays every step; the home terminal first in each pair, the other centre's second."""

    def __init__(
        self,
        village: Village,
        home: Seat,
        away: Seat,
        lines: tuple[CuttableLine, CuttableLine],
        out: Path,
        words: Words,
    ) -> None:
        self.steps: list[Step] = []
        self.facts: dict[str, int] = {}
        self._village, self._home, self._away, self._lines, self._out = village, home, away, lines, out
        self._card = village.card_picture(RESIDENT)
        self._card_text = next(one["card"] for one in village.demo["households"] if one["id"] == RESIDENT)
        self._goods = {one["sku"]: (one["barcode"], one["name"]) for one in village.demo["items"]}
        self._online = words("ui.bar.online")
        self._code = ""  # of the voucher, read off the paper

    def play(self) -> None:
        """All steps in order. Raises `StoryError` naming the one that did not come true."""
        for key, step in self._plan():
            begun_s = time.monotonic()
            record = Step(key, (f"{key}-home.png", f"{key}-away.png"), {}, 0.0)
            try:
                step(record)
            except (NotSeen, AssertionError, OSError) as error:
                raise StoryError(f"step {key!r} failed: {error}") from error
            record.seconds = time.monotonic() - begun_s
            for seat, name in zip((self._home, self._away), record.pictures, strict=True):
                seat.picture(self._out / name)
            record.sums = self._sums()
            self.steps.append(record)
        self._look_at_sums()

    def _plan(self) -> tuple[tuple[str, Callable[[Step], None]], ...]:
        return (
            ("two-cut", self._cut),
            ("two-same-card", self._same_card),
            ("two-voucher", self._voucher),
            ("two-arrived", self._arrived),
            ("two-again", self._again),
            ("two-both-spend", self._both_spend),
            ("two-nothing-left", self._nothing_left),
            ("two-line-up", self._line_up),
        )

    def _cut(self, _step: Step) -> None:
        for seat, line in zip((self._home, self._away), self._lines, strict=True):
            seat.window.wait_for(screen="attract", timeout_s=START_WAIT_S)
            seat.window.wait_for(text=self._online, timeout_s=START_WAIT_S)  # each knows the other's key
            line.cut()

    def _same_card(self, _step: Step) -> None:
        """The same card before both: points at home, a sentence elsewhere."""
        self._home.show(self._card, "account")
        self._away.show(self._card, "message", code="not-home")

    def _voucher(self, step: Step) -> None:
        self._home.rest()
        sent = self._home.command("voucher", "out", RESIDENT, MOVED_POINTS, "--to", seed.OTHER_CENTRE)
        step.slips = self._home.new_slips(self._out, "voucher", 2)
        self._code = proof.code_on(self._out / step.slips[-1])
        assert self._code == sent["code"], "the paper says something else than the command"
        self._home.show(self._card, "account")

    def _arrived(self, step: Step) -> None:
        self._away.rest()
        self._away.command("voucher", "in", self._code, "--card", self._card_text)
        step.slips = self._away.new_slips(self._out, "arrived", 2)
        self._away.show(self._card, "account")

    def _again(self, step: Step) -> None:
        """The same slip once more at the same place, and at the place it came from."""
        words = ("voucher", "in", self._code, "--card", self._card_text)
        answers = [
            seat.command(*words, refused=code)
            for seat, code in ((self._away, "move-known"), (self._home, "move-elsewhere"))
        ]
        step.said = " / ".join(answer["message"] for answer in answers)

    def _both_spend(self, _step: Step) -> None:
        for seat, basket in ((self._home, HOME_BASKET), (self._away, AWAY_BASKET)):
            seat.rest()
            seat.sign_in()
            seat.basket(self._card, tuple(self._goods[sku] for sku in basket))
            seat.confirm()

    def _nothing_left(self, _step: Step) -> None:
        """Both try once more: what is gone here is not to be had there."""
        for seat in (self._home, self._away):
            seat.rest()
        self._home.basket(self._card, (self._goods["rice5"],))
        self._away.show(self._card, "redeem")

    def _line_up(self, _step: Step) -> None:
        for seat, line in zip((self._home, self._away), self._lines, strict=True):
            line.restore()
            seat.rest()
            seat.exchange()
        folder = self._village.folder
        end_s = time.monotonic() + 2 * SHORT_WAIT_S
        while True:
            county = open_county(county_settings.load(folder / "county" / county_settings.FILE))
            with closing(county):
                reports = [county_verify(county, seat.database) for seat in (self._home, self._away)]
            found = [problem for report in reports for problem in report.problems]
            if not found and not reports[0].away_tenths:
                break
            assert time.monotonic() < end_s, f"the county does not have it all: {found}"
            time.sleep(0.3)
        self.facts = {
            "county_entries": reports[0].entries,
            "differences": len(found),
            "away_tenths": reports[0].away_tenths,
        }

    def _sums(self) -> dict[str, int]:
        pots: Counter[str] = Counter()
        for seat in (self._home, self._away):
            with closing(sqlite3.connect(f"file:{seat.database}?mode=ro", uri=True)) as conn:
                rows = conn.execute("SELECT data FROM journal").fetchall()
            for (data,) in rows:
                entry = decode(data)
                for posting in postings(entry.kind, entry.body):
                    if posting.household == RESIDENT:
                        pots[posting.pot] += posting.tenths
        here, there = self._home.holds(RESIDENT), self._away.holds(RESIDENT)
        parts = (here, there, pots["away"], pots["spent"])
        return dict(zip(FIGURES, (*parts, sum(parts)), strict=True))

    def _look_at_sums(self) -> None:
        totals = {step.sums["sum"] for step in self.steps}
        if len(totals) != 1:
            raise StoryError(f"the sum did not stay: {sorted(totals)}")


def tell(out: Path, locale: str) -> Path:
    """Play it into `out`, both terminals on virtual displays; returns the page.

    Raises `StoryError` naming the step that failed, `ConfigError` when `out` holds something else.
    """
    _make_room(out)
    screen = {"width": SIZE[0], "height": SIZE[1], "locale": locale}
    words = Words(locale)
    begun_s = time.monotonic()
    with ExitStack() as parts:
        here, there = (parts.enter_context(virtual_display(*SIZE)) for _ in range(2))
        os.environ["DISPLAY"] = here  # programs that look at the window know no other way
        village = parts.enter_context(Village(out / FOLDER, screen))
        neighbour = parts.enter_context(Neighbour(village, out / SECOND, screen))
        village.power_on(here)
        neighbour.process.power_on(there)
        home, away = _seats(village, neighbour, here, there)
        parts.callback(home.window.close)
        parts.callback(away.window.close)
        told = TwoCentres(village, home, away, (village.line, neighbour.line), out, words)
        try:
            told.play()
        except StoryError:
            for seat, name in ((home, "home"), (away, "away")):
                seat.picture(out / f"failed-{name}.png")
            raise
    _write(out, words, told, (home.name, away.name), time.monotonic() - begun_s)
    return out / "index.html"


def _seats(village: Village, neighbour: Neighbour, here: str, there: str) -> tuple[Seat, Seat]:
    staff = next(one for one in village.demo["staff"] if one["id"] == MANAGER)
    home = Seat(
        name=str(seed.demo_place()["centre_name"]),
        window=Window(village.inspect_socket, here),
        camera=village.camera,
        scanner=village.scanner,
        printer=village.printer,
        config=village.folder / seed.CONFIG_FILE,
        data_dir=village.folder / "terminal",
        manager=MANAGER,
        pin=str(staff["pin"]),
        staff_card=village.card_picture(MANAGER),
    )
    away = Seat(
        name=neighbour.name,
        window=Window(neighbour.inspect_socket, there),
        camera=neighbour.camera,
        scanner=neighbour.scanner,
        printer=neighbour.printer,
        config=neighbour.config,
        data_dir=neighbour.folder / "terminal",
        manager=THEIR_MANAGER,
        pin=PIN,
        staff_card=neighbour.staff_card,
    )
    return home, away


def _make_room(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        if not (out / FOLDER / "demo.json").exists() and not (out / "summary.json").exists():
            raise ConfigError(f"{out}: not empty and not made by the demo; choose another folder with --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _write(out: Path, words: Words, told: TwoCentres, names: tuple[str, str], total_s: float) -> None:
    template = jinja2.Template(
        Path(__file__).with_name("two.html").read_text("utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    page = template.render(
        say=words,
        lang=words.locale,
        steps=told.steps,
        names=names,
        facts=told.facts,
        points=points,
        figures=FIGURES,
        total_s=total_s,
    )
    (out / "index.html").write_text(page, "utf-8")
    summary = {"ok": True, "seconds": round(total_s, 1), "steps": [asdict(step) for step in told.steps]}
    text = json.dumps({**summary, "books": told.facts}, ensure_ascii=False, indent=1)
    (out / "summary.json").write_text(text + "\n", "utf-8")
