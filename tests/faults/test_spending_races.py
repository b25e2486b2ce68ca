"""Two processes at one database in every service that spends points or goods: what one took the other cannot.

Reservations, redemptions and notices have races of their own beside this file; loans, rules' caps, expiry,
counts and orders in the tests of their services (`tests.kiosk.services.two`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.services import issuing, verify
from kiosk.services.issuing import Wanted
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.faults.killer import Killer
from tests.kiosk.services.moving import introduce
from tests.village import PIN, Village, receive

RICH = "0370900"  # 5,000 points, limits off
HOUSE = "0370217"  # 38.5 points
STAFF = ("M037A", "R037A")
ONE = ("--staff", "M037A")
TWO = (*ONE, "--second", "R037A")
PINS = {"KIOSK_PIN": PIN, "KIOSK_PIN_2": PIN}


class Pair:
    """Two processes that carry out one command line each, at the same time."""

    def __init__(self, village: Village, terminal: Terminal, killers: tuple[Killer, Killer], config: Path):
        self.village, self.terminal, self._config = village, terminal, config
        self._one, self._two = killers

    def race(self, first: Sequence[str], second: Sequence[str]) -> list[dict[str, Any]]:
        """Both answers; the books are right afterwards."""
        begin, end = ("--config", str(self._config)), ("--json",)
        with (
            self._one.start([*begin, *first, *end], env=PINS) as left,
            self._two.start([*begin, *second, *end], env=PINS) as right,
        ):
            answers = [json.loads("".join(child.out)) for child in (left, right)]
            assert {child.end() for child in (left, right)} <= {0, 3}, answers
        assert verify.verify(self.terminal).problems == ()
        return answers

    def one_wins(self, code: str, first: Sequence[str], second: Sequence[str] = ()) -> None:
        """Of both (or of the same twice) one is done and the other refused with `code`."""
        answers = self.race(first, second or first)
        assert sorted(answer.get("refused", "done") for answer in answers) == sorted(("done", code)), answers

    def did(self, *words: str) -> dict[str, Any]:
        """One command that nobody disturbs."""
        with self._one.start(["--config", str(self._config), *words, "--json"], env=PINS) as child:
            answer: dict[str, Any] = json.loads("".join(child.out))
            assert child.end() == 0, answer
        return answer

    def pieces(self, sku: str) -> int:
        """On the shelf."""
        statement = f"SELECT coalesce(sum(pieces),0) FROM lot WHERE sku='{sku}'"
        return int(books.rows(self.terminal.settings.data_dir, statement)[0][0])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    village = Village(folder)
    terminal = village.stocked()
    introduce(terminal, village.terminal(38))
    config = folder / "config.toml"
    config.write_text(f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n')
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    with Killer(folder / "a") as one, Killer(folder / "b") as two:
        one.run(["--help"])  # both servers have loaded the program
        two.run(["--help"])
        yield Pair(village, terminal, (one, two), config)
    village.close()


@pytest.fixture
def entry(pair: Pair) -> str:
    """A redemption of two bars of soap."""
    receive(pair.terminal, "soap", 2)
    words = ("--card", pair.village.card(RICH), "--item", "soap=2", *ONE, "--yes", "duplicate-charge")
    return str(pair.did("redeem", *words)["entry"])


def test_one_redemption_is_voided_once(pair: Pair, entry: str) -> None:
    before = pair.pieces("soap")
    pair.one_wins("already-reversed", ("void", entry, *TWO, "--why", "mistake"))
    assert pair.pieces("soap") == before + 2


def test_one_redemption_is_voided_or_returned(pair: Pair, entry: str) -> None:
    before = pair.pieces("soap")
    void = ("void", entry, *TWO, "--why", "mistake")
    back = ("return", entry, "--item", "soap=2", *TWO, "--why", "goods")
    answers = pair.race(void, back)
    assert sum("refused" in answer for answer in answers) == 1, answers
    assert pair.pieces("soap") == before + 2


def test_goods_come_back_once(pair: Pair, entry: str) -> None:
    before = pair.pieces("soap")
    pair.one_wins("return-too-many", ("return", entry, "--item", "soap=2", *TWO, "--why", "goods"))
    assert pair.pieces("soap") == before + 2


def test_one_request_is_granted_or_denied(pair: Pair, entry: str) -> None:
    asked = pair.did("void", "ask", entry, *ONE, "--why", "mistake")["entry"]
    decided = ("--staff", "R037A")
    pair.one_wins("void-decided", ("void", "grant", asked, *decided), ("void", "deny", asked, *decided))


def test_the_last_pieces_leave_by_one_door(pair: Pair, tmp_path: Path) -> None:
    """Written off, sent away or handed out: three ways off the shelf, two at a time."""
    photo = tmp_path / "broken.jpg"
    Image.new("L", (8, 8), 128).save(photo)
    off = ("stock", "write-off", "--item", "vinegar=3", "--why", "damaged", "--evidence", str(photo), *TWO)
    sent = ("stock", "send", "038", "--item", "vinegar=3", *ONE)
    out = ("stock", "issue", "--item", "vinegar=3", "--why", "care", *TWO)
    issuing.issue(pair.terminal, (Wanted(sku="vinegar", pieces=pair.pieces("vinegar")),), "care", "", *STAFF)
    for first, second in ((off, sent), (sent, out), (out, off)):
        receive(pair.terminal, "vinegar", 3)
        pair.one_wins("not-enough-stock", first, second)
        assert pair.pieces("vinegar") == 0


def test_points_are_moved_saved_and_withdrawn_once(pair: Pair) -> None:
    """The same points cannot go to another centre and into the saved pot, nor out of it twice."""
    pair.did("saved", "deposit", HOUSE, "30", *ONE)
    pair.one_wins("saved-not-enough", ("saved", "withdraw", HOUSE, "20", *ONE))
    away = ("voucher", "out", HOUSE, "20", "--to", "038", *ONE)  # of the 28.5 there are now
    pair.one_wins("not-enough-points", away, ("saved", "deposit", HOUSE, "20", *ONE))


def test_more_is_deducted_than_there_is(pair: Pair) -> None:
    """Never refused: what is there goes once, the rest is owed, whoever comes second."""
    household = "0370301"  # 10 points
    words = ("points", "deduct", household, "tidy-yard", "8", *TWO)
    answers = pair.race(words, words)
    assert not any("refused" in answer for answer in answers), answers
    statement = f"SELECT available, owed FROM pot WHERE household='{household}'"
    assert books.rows(pair.terminal.settings.data_dir, statement) == [(0, 60)]
