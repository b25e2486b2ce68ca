"""The demo's story: the main job played by real taps and real bytes, step by step; writes no page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import segno

from drivers.scanner.cascade import LIFT_S
from kiosk import config
from kiosk.demo import proof
from kiosk.demo.village import Village
from kiosk.ledger import cards
from kiosk.ledger.masks import mask_name
from kiosk.services import identity
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
SHORT_WAIT_S, START_WAIT_S = 10.0, 25.0
LINE_WAIT_S = 90.0  # a line that was down is tried again after a pause that grows with its failures
FRAME_LATE_S = 0.5  # between the camera's far end and the eye, on a busy machine
CODE_WIDTH_PX = 340  # of a slip's code held close to the camera
BACKUP = "backup.db"


class StoryError(Exception):
    """A step did not come true; the text names the simulator or part that failed it."""


@dataclass
class Step:
    """One step as it went."""

    key: str
    seconds: float
    picture: str  # file name of the screenshot; "" where the county's page is shown instead
    shown: str = ""  # what the window's label of the balance says, as seen
    journal: str = ""  # the same household's balance folded from the raw journal
    held: str = ""  # file name of what was held up to the camera
    slips: list[str] = field(default_factory=list)  # file names of slip pictures
    numbers: list[str] = field(default_factory=list)  # slip numbers this step is about
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
        self.wires = proof.Wires(village)
        self.county_lists: list[str] = []
        self._window_of = window_of
        self.window = window_of()
        self._names = {one["id"]: one["name"] for one in village.demo["households"]}
        self._cards = {one["id"]: one["card"] for one in village.demo["households"]}
        self._codes = {one["sku"]: one["barcode"] for one in village.demo["items"]}
        self._taken_away_s: dict[str, float] = {}  # when a card was last taken from the camera
        self._slips_seen = 0
        self._bytes_seen = 0
        self._numbers: list[str] = []  # of every slip that was cut
        self._promised = ""  # what the basket said would be left

    def play(self) -> list[Step]:
        """All steps in order. Raises `StoryError` naming the simulator without which a step can't go on."""
        for key, step, simulator in self.plan():
            self._take(key, step, simulator)
        return self.steps

    def plan(self) -> tuple[tuple[str, Callable[[Step], None], str], ...]:
        """Every step in order: its key, what plays it, and whose fault it is most likely when it fails."""
        return (
            ("attract", self._attract, "terminal"),
            ("account", self._account, "camera"),
            ("history", self._history, "terminal"),
            ("identity", self._identity, "idcard"),
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
            ("old-copy", self._old_copy, "terminal"),
            ("old-copy-refused", self._old_copy_refused, "terminal"),
            ("true-books", self._true_books, "terminal"),
            ("line-up-again", self._line_up, "county"),
            ("true-slip", self._true_slip, "camera"),
            ("altered-slip", self._altered_slip, "camera"),
            ("county", self._county, "county"),
        )

    def _take(self, key: str, step: Callable[[Step], None], simulator: str) -> None:
        begun_s = time.monotonic()
        record = Step(key, 0.0, f"{len(self.steps) + 1:02}-{key}.png")
        try:
            step(record)
        except (NotSeen, AssertionError, OSError) as error:
            self._picture_of_failure(key)
            blamed = simulator if self.village.running else "terminal"
            raise StoryError(f"step {key!r} failed; the {blamed} did not do its part: {error}") from error
        except StoryError:
            self._picture_of_failure(key)
            raise
        record.seconds = time.monotonic() - begun_s
        if record.picture:
            self.window.come_to_rest()
            self.window.screenshot(self.out / record.picture)
        self.steps.append(record)

    def _picture_of_failure(self, key: str) -> None:
        with suppress(OSError):  # without a window there is no display: the step's own words matter more
            self.window.screenshot(self.out / f"failed-{key}.png")

    def _attract(self, _step: Step) -> None:
        self.window.wait_for(screen="attract", timeout_s=START_WAIT_S)
        self.window.wait_for(where=lambda state: state["pages"] >= 13, timeout_s=START_WAIT_S)

    def _account(self, step: Step) -> None:
        step.params["name"] = mask_name(self._names[RESIDENT])
        self._hold_up(RESIDENT, "account")
        self._compare(step, RESIDENT, "balance")

    def _history(self, _step: Step) -> None:
        loading = self.words("ui.history.loading")
        self.window.tap("history")
        self.window.wait_for(screen="history", where=lambda state: not _shows(state, loading))

    def _identity(self, step: Step) -> None:
        """The card was left at home: the identity card on its reader says who it is, and is forgotten."""
        for button, screen in (("back", "account"), ("exit", "attract")):
            self.window.tap(button)
            self.window.wait_for(screen=screen)
        self.village.idcard.put()
        self.window.wait_for(screen="account", timeout_s=SHORT_WAIT_S)
        self.village.idcard.lift()
        self._compare(step, RESIDENT, "balance")

    def _forged(self, _step: Step) -> None:
        card = self._cards[RESIDENT]
        altered = card[:-9] + ("A" if card[-9] != "A" else "B") + card[-8:]
        self.window.wait_for(
            where=lambda state: state["devices"].get("scanner") == "ok", timeout_s=SHORT_WAIT_S
        )
        self.wires.scan(altered)
        self.window.wait_for(screen="message", where=lambda state: state["code"] == "card-forged")

    def _sign_in(self, _step: Step) -> None:
        self.window.tap("ok")
        self._staff_card_and_pin()

    def _manager(self, _step: Step) -> None:
        self.window.tap("sign-in")
        self.window.wait_for(screen="manager")

    def _line_cut(self, _step: Step) -> None:
        online = self.words("ui.bar.online")
        self.window.wait_for(text=online, timeout_s=SHORT_WAIT_S)
        self.village.line.cut()
        self.window.wait_for(where=lambda state: not _shows(state, online), timeout_s=SHORT_WAIT_S)
        proof.copy_database(self._database(), self.village.folder / BACKUP)

    def _basket(self, step: Step) -> None:
        self._serve(RESIDENT, BASKET)
        self._compare(step, RESIDENT, "before")
        self._promised = self.window.figure("after")

    def _confirm(self, _step: Step) -> None:
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")

    def _done(self, step: Step) -> None:
        self.window.tap("yes")
        self.window.wait_for(screen="done")
        self._draw_slips(step, 2)
        self._compare(step, RESIDENT, "after", "ui.done.points")
        if step.journal != self._promised:
            raise StoryError(
                f"step {step.key!r}: the basket promised {self._promised!r}, the journal has {step.journal!r}"
            )

    def _paper_out(self, step: Step) -> None:
        self.window.tap("next")
        self._serve(NEIGHBOUR, ("towel", "soap"))
        self.village.printer.paper_out(after_lines=12)
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")
        self.window.tap("yes")
        self.window.wait_for(screen="not-printed", timeout_s=SHORT_WAIT_S)
        self._compare(step, NEIGHBOUR, "after", "ui.done.points")

    def _new_paper(self, step: Step) -> None:
        self.village.printer.new_paper()
        self.window.wait_for(screen="done", timeout_s=SHORT_WAIT_S)
        self._draw_slips(step, 2)

    def _power(self, step: Step) -> None:
        self.window.tap("next")
        self._serve(THIRD, ("egg10",))
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")
        self.window.tap("yes")
        self.village.pull_power()
        self._start_again()
        self._hold_up(THIRD, "account")
        self._compare(step, THIRD, "balance")
        self._wait_for_copies()
        self._draw_slips(step, 0)

    def _old_copy(self, step: Step) -> None:
        """The copy from before the first redemption comes back; the mark beside the database stays."""
        self.village.pull_power()
        proof.put_back(self.village.folder / BACKUP, self._database().parent, self._aside())
        self._start_again()
        self._hold_up(RESIDENT, "account")
        self._compare(step, RESIDENT, "balance")

    def _old_copy_refused(self, _step: Step) -> None:
        before = proof.journal_length(self._database())
        self.window.tap("exit")
        self._staff_card_and_pin()
        self.window.tap("sign-in")
        self.window.wait_for(screen="manager")
        self._serve(NEIGHBOUR, ("soap",))
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm")
        self.window.tap("yes")
        self.window.wait_for(screen="message", where=lambda state: state["code"] == "needs-epoch")
        words = _first_sentence(self.words("refused.needs-epoch"))
        self.window.wait_for(text=words)
        after = proof.journal_length(self._database())
        assert after == before, f"the older copy grew from {before} to {after} entries"

    def _true_books(self, step: Step) -> None:
        self.village.pull_power()
        proof.undo_put_back(self._database().parent, self._aside())
        self._start_again()
        self._hold_up(RESIDENT, "account")
        self._compare(step, RESIDENT, "balance")

    def _line_up(self, _step: Step) -> None:
        self.window.tap("exit")
        self.village.line.restore()
        self.window.wait_for(text=self.words("ui.bar.online"), timeout_s=LINE_WAIT_S)

    def _true_slip(self, step: Step) -> None:
        """The code is cut out of the picture of the resident's slip, drawn from the bytes on the socket."""
        slip = self._resident_slip()
        proof.cut_out_code(self.out / slip).save(self.out / "code-true.png")
        code = cards.slip_code(proof.code_on(self.out / slip))
        assert code is not None and code.number == self._numbers[0], f"{slip} has another slip's code"
        self._show_slip_code(step, "code-true.png", "true", code.number)

    def _altered_slip(self, step: Step) -> None:
        code = proof.one_digit_changed(proof.code_on(self.out / self._resident_slip()))
        segno.make(code, micro=False).save(str(self.out / "code-altered.png"), scale=6, border=4)
        self._show_slip_code(step, "code-altered.png", "altered", "")

    def _county(self, step: Step) -> None:
        folder = self.village.folder
        own = verify_database(Database(self._database(), read_only=True), terminal_number(folder))
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
        step.picture = ""
        page = httpx2.get(self.village.county.url).text
        (self.out / "county.html").write_text(page, "utf-8")
        missing = [number for number in self._numbers if number not in page]
        assert self._numbers and not missing, f"the county's page does not list {missing}"
        self.county_lists = step.numbers = list(self._numbers)

    def _hold_up(self, name: str, screen: str) -> None:
        free_s = self._taken_away_s.get(name, 0.0) + LIFT_S + FRAME_LATE_S
        time.sleep(max(0.0, free_s - time.monotonic()))  # sooner it is the same card, still held up
        self.village.camera.hold_up(self.village.card_picture(name))
        try:
            self.window.wait_for(screen=screen, timeout_s=SHORT_WAIT_S)
        finally:
            self.village.camera.take_away()
            self._taken_away_s[name] = time.monotonic()

    def _serve(self, household: str, skus: tuple[str, ...]) -> None:
        self.window.wait_for(where=lambda state: state["screen"] in ("manager", "next", "attract"))
        if self.window.state()["screen"] == "manager":
            self.window.tap("start")
        self._hold_up(household, "redeem")
        for sku in skus:
            name = next(one["name"] for one in self.village.demo["items"] if one["sku"] == sku)
            self.wires.scan(self._codes[sku])
            self.window.wait_for(screen="redeem", text=name)

    def _staff_card_and_pin(self) -> None:
        self.window.wait_for(screen="attract")
        self._hold_up(MANAGER, "sign-in")
        for digit in self._pin():
            self.window.tap(f"key-{digit}")

    def _start_again(self) -> None:
        self.window.close()
        self._taken_away_s.clear()  # a new camera process has seen nothing
        self.village.power_on()
        self.window = self._window_of()
        self.window.wait_for(screen="attract", timeout_s=START_WAIT_S)

    def _pin(self) -> str:
        return str(next(one["pin"] for one in self.village.demo["staff"] if one["id"] == MANAGER))

    def _compare(self, step: Step, household: str, figure: str, form: str = "") -> None:
        """What the window's label `figure` says must be the balance that the raw journal gives."""
        step.shown = self.window.figure(figure)
        step.journal = points_text(proof.journal_balance(self._database(), household))
        expected = self.words(form, points=step.journal) if form else step.journal
        if step.shown != expected:
            raise StoryError(
                f"step {step.key!r} failed; the window's {figure!r} says {step.shown!r}, "
                f"the journal {expected!r}"
            )

    def _show_slip_code(self, step: Step, picture: str, verdict: str, number: str) -> None:
        """Hold up a slip's code and wait for the words of that verdict, with that slip's number."""
        step.held, step.numbers = picture, [number] * bool(number)
        words = _first_sentence(self.words(f"ui.slip.{verdict}"))
        self.village.camera.hold_up(self.out / picture, CODE_WIDTH_PX)
        try:
            self.window.wait_for(
                "message",
                where=lambda state: _shows(state, words) and _shows(state, number),
                timeout_s=SHORT_WAIT_S,
            )
        finally:
            self.village.camera.take_away()

    def _resident_slip(self) -> str:
        """The picture of the resident's copy of the first redemption."""
        return next(step.slips[-1] for step in self.steps if step.key == "done")

    def _wait_for_copies(self) -> None:
        deadline_s = time.monotonic() + SHORT_WAIT_S
        while waiting := proof.copies_waiting(self._database()):
            assert time.monotonic() < deadline_s, f"{waiting} copies wait for the printer"
            time.sleep(0.05)

    def _draw_slips(self, step: Step, count: int) -> None:
        """Draw the slips that were cut since the last step, at least `count`."""
        printer = self.village.printer
        deadline_s = time.monotonic() + SHORT_WAIT_S
        while len(cut := [slip for slip in printer.slips() if slip.cut]) < self._slips_seen + count:
            assert time.monotonic() < deadline_s, f"{len(cut) - self._slips_seen} of {count} slips were cut"
            printer.wait_until_idle(0.2)
        for place, slip in enumerate(cut[self._slips_seen :], self._slips_seen + 1):
            name = f"slip-{place:02}.png"
            printer.picture(slip).save(self.out / name)
            step.slips.append(name)
            code = cards.slip_code(proof.code_on(self.out / name))
            assert code is not None, f"{name}: its code is not a slip's"
            assert any(code.number in line for line in slip.lines), f"{name}: {code.number} is not printed"
            step.numbers += [code.number] * (code.number not in step.numbers)
        self._numbers += [number for number in step.numbers if number not in self._numbers]
        self._slips_seen = len(cut)
        received = len(printer.received)
        step.bytes_received, self._bytes_seen = received - self._bytes_seen, received

    def _database(self) -> Path:
        return self.village.folder / "terminal" / DATABASE_FILE

    def _aside(self) -> Path:
        return self.village.folder / "true-books"


def terminal_number(folder: Path) -> int:
    """The number of the demo's terminal."""
    return identity.load(config.load(folder / "config.toml").data_dir).terminal


def _shows(state: dict[str, Any], text: str) -> bool:
    return any(text in shown for shown in texts(state))


def _first_sentence(words: str) -> str:
    return re.split(r"[。.]", words)[0]
