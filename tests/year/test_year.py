"""The written year of one centre: what is left is what the diary says, and every book says the same."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from kiosk.books import checklist, goods, notices, points, redemptions, scoring
from kiosk.books.forms import Desk
from kiosk.books.table import Table
from kiosk.services import shelf, verify
from tests.kiosk.books import raw, reading
from tests.scoring import rows as ask
from tests.year import diary
from tests.year.conftest import BULK, WHOLE
from tests.year.fold import Books, difference, fold
from tests.year.runner import Year
from tests.year.thrown import Throws, projections

FIRST, LAST = "2026-01-01", "2027-12-31"
POTS = ("available", "saved", "held", "owed")
WRITTEN = {  # kinds of entries the diary must bring about, or it shows less than it says
    *("earn", "deduct", "correct", "reverse", "borrow", "repay", "save", "unsave", "expire"),
    *("redeem", "deliver", "void", "void-ask", "void-grant", "void-deny", "return"),
    *("session", "hold", "collect", "release", "card-lost", "card-bind", "month-close"),
    *("stock-receive", "stock-donate", "stock-issue", "stock-write-off", "stock-count", "count-open"),
    *("declare", "review", "sheet", "sign-off", "publish", "object", "appeal", "decide"),
    *("activity", "sign-in", "credit", "open", "day-open"),
}


@pytest.fixture(scope="module")
def books(year: Year) -> Books:
    """The fold of the raw journal."""
    return fold(raw.journal(year.terminal.settings.data_dir))


@pytest.mark.parametrize("evening", ["2026-12-31", "2027-01-08"])
def test_the_twenty_have_what_was_written_down_beforehand(year: Year, evening: str) -> None:
    assert len(diary.read().left[evening]) == 20
    assert year.left[evening] == diary.read().left[evening]


def test_the_diary_is_a_whole_year(year: Year, books: Books) -> None:
    assert set(books.kinds) >= WRITTEN
    assert books.kinds["publish"] == 12 and books.kinds["session"] == 4
    assert books.kinds["stock-count"] == 2 and books.kinds["expire"] > len(year.people) // 2
    if WHOLE:
        assert len(year.people) == 500 and sum(books.kinds.values()) > 20_000


def test_the_fold_knows_nothing_of_the_program() -> None:
    said = "import sys, tests.year.fold; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, timeout=60)
    assert not {"kiosk", "sync", "drivers", "sqlalchemy"} & set(loaded.stdout.decode().split())


def test_every_household_balances_and_all_together(year: Year, books: Books) -> None:
    assert books.points.keys() == {one.id for one in year.people}
    assert {one: gap for one, terms in books.points.items() if (gap := difference(terms))} == {}
    together: dict[str, int] = defaultdict(int)
    for terms in books.points.values():
        assert min(terms[pot] for pot in POTS) >= 0
        for term, tenths in terms.items():
            together[term] += tenths
    assert difference(together) == 0
    moved = ("issued", "spent", "deducted", "expired", *POTS)
    assert all(together[term] > 0 for term in moved)
    totals = {pot: abs(tenths) for pot, tenths in ask(year.terminal, "SELECT pot, tenths FROM total")}
    assert totals == {term: tenths for term, tenths in together.items() if tenths or term in totals}
    kept = ask(year.terminal, "SELECT household, available, saved, held, owed FROM pot")
    assert {one: tuple(figures) for one, *figures in kept} == {
        one: tuple(terms[pot] for pot in POTS) for one, terms in books.points.items()
    }


def test_what_came_went_or_is_there(year: Year, books: Books) -> None:
    there = {
        (sku, lot): pieces + held
        for sku, lot, pieces, held in ask(year.terminal, "SELECT sku, lot, pieces, held FROM lot")
    }
    assert books.came.keys() == there.keys()
    assert {at: books.came[at] - books.went[at] for at in there} == there
    assert sum(books.went.values()) > 0 and min(there.values()) >= 0


def test_the_books_are_clean_and_folded_anew_the_same(year: Year) -> None:
    found = verify.verify(year.terminal)
    assert found.ok and found.problems == ()
    assert verify.rebuild(year.terminal).problems == ()


def test_excel_books_are_read_by_libreoffice_as_the_raw_journal_has_them(year: Year, tmp_path: Path) -> None:
    data_dir = year.terminal.settings.data_dir
    with year.terminal.read() as conn:
        desk = Desk(year.terminal, conn)
        hung = notices.points(desk, FIRST, LAST)
        scored = scoring.sheet(desk, FIRST, LAST)
        ledger, register = points.ledger(desk, FIRST, LAST), redemptions.register(desk, FIRST, LAST)
        tables = [ledger, register, goods.ledger(desk, FIRST, LAST), hung[0], scored[0]]
    told = reading.libreoffice_all(tables, tmp_path)
    *rows, sums = told[0]
    assert [(row[0], row[1], row[2], tuple(map(reading.tenths, row[6:10]))) for row in rows] == (
        raw.ledger(data_dir)
    )
    kept = fold(raw.journal(data_dir)).points.values()
    assert [reading.tenths(cell) for cell in sums[6:10]] == [sum(one[pot] for one in kept) for pot in POTS]
    assert [(row[0], row[2], int(row[5]), reading.tenths(row[6])) for row in told[1][:-1]] == (
        raw.handed_out(data_dir)
    )
    _check_goods(told[2], data_dir, year)
    assert len(hung) == len(scored) == 12
    _check_notices([told[3], *(reading.excel(one, tmp_path) for one in hung[1:])], hung, data_dir)
    _check_sheets([told[4], *(reading.excel(one, tmp_path) for one in scored[1:])], scored, data_dir)


def test_pages_for_the_wall_say_the_same_masked(year: Year, tmp_path: Path) -> None:
    data_dir = year.terminal.settings.data_dir
    with year.terminal.read() as conn:
        desk = Desk(year.terminal, conn)
        hung = notices.points(desk, FIRST, LAST)[:1]
        out = redemptions.notice(desk, "2026-01-01", "2026-01-31")
        eight = checklist.checklist(desk, FIRST, LAST)
    text = reading.pdf([*hung, out, eight], tmp_path)
    assert hung[0].number in text and "本期公示 12 次" in text
    notice, *_rest = (line for line in raw.journal(data_dir) if line.kind == "publish")
    posted = [line for line in raw.journal(data_dir) if line.body.get("notice") == [notice.epoch, notice.seq]]
    said = ["".join(line.split()) for line in text.splitlines()]
    for line in posted:
        tail, amount = line.body["hh"][-4:], line.body["amount"] / 10
        assert any(f"（{tail}）" in one and one.endswith(f"{amount:g}") for one in said), line
    january = [one for one in raw.handed_out(data_dir) if one[0] < "2026-02"]
    assert january
    for day, household, _pieces, charge in january:
        assert any(one.startswith(day) and household[-4:] in one for one in said)
        assert any(one.endswith(f"{charge / 10:g}") for one in said if household[-4:] in one)
    assert not [one.head for one in year.people[:20] if len(one.head) > 2 and one.head in text]


def test_no_clock_moves_a_point_ends_a_notice_or_loosens_a_cap(year: Year, ground: Path) -> None:
    throws = Throws()
    other = Year(ground / "thrown", BULK)
    other.before, other.morning = throws, throws.morning
    try:
        other.run()
        assert throws.count > other.steps > 900
        assert other.left == diary.read().left
        assert projections(other.terminal) == projections(year.terminal)
        clocks = fold(raw.journal(other.terminal.settings.data_dir)).kinds["clock"]
        assert clocks >= 2 * throws.count
    finally:
        other.close()


def _check_goods(rows: list[list[str]], data_dir: Path, year: Year) -> None:
    names = {one.sku: one.name for one in shelf.shelf(year.terminal)}
    wanted = {
        (names[sku], lot): sum(pieces for _day, pieces in moves)
        for (sku, lot), moves in raw.goods(data_dir).items()
    }
    assert {(row[0], row[2]): int(row[-1]) for row in rows} == wanted
    for row in rows:
        opening, came, redeemed, issued, off, sent, counted, closing = map(int, row[3:])
        assert opening + came - redeemed - issued - off - sent + counted == closing


def _check_notices(told: list[list[list[Any]]], tables: list[Table], data_dir: Path) -> None:
    """A line of a notice is a line of its sheet that the panel gave something to, to the tenth."""
    journal = raw.journal(data_dir)
    given = _given(data_dir)
    published = [line for line in journal if line.kind == "publish"]
    assert [table.number for table in tables] == [f"0037-{at:03}" for at in range(1, 13)]
    for rows, line in zip(told, published, strict=True):
        wanted = {at: tenths for at, (_hh, _declared, tenths) in given[tuple(line.body["sheet"])].items()}
        shown = {int(row[0]): reading.tenths(row[4]) for row in rows[:-1]}
        assert shown == {at: tenths for at, tenths in wanted.items() if tenths}
        posted = [one for one in journal if one.body.get("notice") == [line.epoch, line.seq]]
        untouched = [one for one in posted if shown[one.body["line"]] == one.body["amount"]]
        assert len(shown) - len(untouched) <= 1, "but for what was objected to, what hung is what was posted"


def _check_sheets(told: list[list[list[Any]]], tables: list[Table], data_dir: Path) -> None:
    given = _given(data_dir)
    assert [table.number for table in tables] == [f"2026-{month:02}-1" for month in range(1, 13)]
    for rows, wanted in zip(told, given.values(), strict=True):
        shown = {int(row[0]): (row[1], reading.tenths(row[5]), reading.tenths(row[6])) for row in rows[:-1]}
        assert shown == wanted


def _given(data_dir: Path) -> dict[tuple[int, int], dict[int, tuple[str, int, int]]]:
    """Sheet → line → (household, tenths declared, tenths given), as the raw journal has it."""
    journal = raw.journal(data_dir)
    declared = {(line.epoch, line.seq): line.body for line in journal if line.kind == "declare"}
    found: dict[tuple[int, int], dict[int, tuple[str, int, int]]] = {}
    for line in journal:
        if line.kind == "sheet" and line.body["do"] == "make":
            bodies = [declared[tuple(item)] for item in line.body["items"]]
            found[line.epoch, line.seq] = {
                at: (body["hh"], body["amount"], body["amount"]) for at, body in enumerate(bodies, 1)
            }
        elif line.kind == "sheet" and line.body["do"] == "close":
            lines = found[tuple(line.body["sheet"])]
            for at, tenths in line.body["changed"]:
                lines[at] = (*lines[at][:2], tenths)
    return found
