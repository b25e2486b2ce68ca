"""Loans and saved points at the county: known kinds, no flags, balances as at the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kiosk.services import deeds, find, loans, saved
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from sync.client import exchange_once
from sync.county.books import read_balances
from sync.county.database import County
from sync.county.serving import Serving
from sync.county.verify import verify
from tests.sync.places import HOUSEHOLDS

HOUSE = HOUSEHOLDS[0]


def test_the_county_follows_loans_and_saved_points(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = make_terminal("t37", serving.url)
    assert exchange_once(terminal).ok
    for _ in range(3):
        deeds.earn(terminal, HOUSE, "yard", 200, "M037A", "R037A")
    loans.borrow(terminal, HOUSE, 100, "M037A", "R037A")
    loans.repay(terminal, HOUSE, 40, "M037A")
    saved.save(terminal, HOUSE, 150, "M037A")
    saved.unsave(terminal, HOUSE, 50, "M037A")
    assert exchange_once(terminal).ok
    account = find.account(terminal, Proof(household=HOUSE, how="card:1"))
    with county.read() as conn:
        balances = read_balances(conn, county.code, [HOUSE])
    found: Counter[str] = Counter()
    for (_, pot, _), tenths in balances.items():
        found[pot] += tenths
    assert (found["available"], found["saved"], -found["owed"]) == (
        account.available_tenths,
        account.saved_tenths,
        account.owed_tenths,
    )
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])
