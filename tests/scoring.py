"""A village whose panel scores: staff, roster and rules for the way of a point, and that way step by step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import msgspec

from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import declare, due, notices, scoring, signing, staff, verify
from kiosk.services.declare import Claim
from kiosk.services.terminal import DATABASE_FILE, Terminal
from kiosk.store.database import sqlite_module
from kiosk.store.tables import FOLD_TABLES
from tests.village import CENTRE_KEY, HOUSEHOLDS, PIN, QUICK_HASH, HandClock, Village, send

ZHANG, OUYANG, LI, RICH = (row[0] for row in HOUSEHOLDS)
PANEL = ("P1", "P2", "P3", "P4")
MORE_STAFF = (
    *((one, f"评议{one}", "panel") for one in PANEL),
    ("S037A", "孙监明", "supervisor"),
    ("R037B", "何复核", "reviewer"),
)
RULES = (("tidy-yard", "庭院整洁", 25), ("litter", "乱倒垃圾", 10), ("volunteer", "志愿服务", 40))
ROSTER = {"P1": (ZHANG, ()), "P2": ("", (OUYANG,)), "P3": ("", ()), "P4": ("", ())}
PHOTO = b"\xff\xd8 a photograph"


def scoring_terminal(village: Village, clock: HandClock, **rules: Any) -> Terminal:
    """A stocked terminal with a panel of four; P1 is of 张's household, P2 is kin of 欧阳's."""
    clock.move(days=-1)  # rules of another amount count from the next day
    terminal = village.stocked(clock=clock)
    terminal.settings = with_rules(terminal, **rules)
    pin = QUICK_HASH.hash(staff.pin_material(CENTRE_KEY, PIN))
    people = [
        ("staff", {"staff": one, "name": name, "role": role, "pin": pin, "serial": 1, "state": "active"})
        for one, name, role in MORE_STAFF
    ]
    members = [("panel", panel_row(one, hh, kin)) for one, (hh, kin) in ROSTER.items()]
    catalogue = [
        ("rule", {"rule": one, "category": "civility", "title": title, "amount": amount, "version": 3})
        for one, title, amount in RULES
    ]
    send(terminal, "county", *people, *members, *catalogue)
    clock.move(days=1)
    with terminal.write():
        pass
    return terminal


def panel_row(
    one: str, hh: str = "", kin: tuple[str, ...] = (), since: str = "2026-01-01", until: str = "2028-12-31"
) -> dict[str, Any]:
    """A member of the panel as the county sends them."""
    return {"staff": one, "from": since, "to": until, "election": "2026-01", "hh": hh, "kin": list(kin)}


def with_rules(terminal: Terminal, **rules: Any) -> Any:
    """The terminal's settings with other rules."""
    changed = msgspec.structs.replace(terminal.settings.rules, **rules)
    return msgspec.structs.replace(terminal.settings, rules=changed)


def claim(household: str = LI, rule: str = "tidy-yard", tenths: int = 25, **more: Any) -> Claim:
    """A deed of today in the village."""
    return Claim(
        **{"household": household, "rule": rule, "amount_tenths": tenths, "deed": "2026-11-20"} | more
    )


def passed(terminal: Terminal, *claims: Claim) -> list[str]:
    """The claims, declared by the grid and passed by the reviewer."""
    made = [declare.declare(terminal, one, actor="G037A") for one in claims]
    declare.review(terminal, [entry_of(one) for one in made], True, "", "R037A")
    return made


def counted(terminal: Terminal, *claims: Claim, month: str = "2026-11") -> tuple[int, int]:
    """A sheet of the claims, scored by all as declared, and counted."""
    passed(terminal, *claims)
    at = entry_of(scoring.make(terminal, month, "P3").entry)
    for one in PANEL:
        scoring.score_sheet(terminal, at, {}, one)
    scoring.close(terminal, at, "P3")
    return at


def signed(terminal: Terminal, *claims: Claim, month: str = "2026-11") -> tuple[int, int]:
    """The same, signed by the two committees and the supervision committee."""
    at = counted(terminal, *claims, month=month)
    signing.sign(terminal, at, "committees", True, "", "M037A")
    signing.sign(terminal, at, "supervision", True, "", "S037A")
    return at


def published(terminal: Terminal, *claims: Claim, month: str = "2026-11") -> tuple[int, int]:
    """The same, published today; the notice's place."""
    return entry_of(notices.publish(terminal, signed(terminal, *claims, month=month), "M037A").entry)


def pass_days(terminal: Terminal, clock: HandClock, days: int) -> None:
    """Day by day, what is due done at each."""
    for _ in range(days):
        clock.move(days=1)
        with terminal.write():
            pass
        due.follow(terminal)


def refused(act: Callable[[], object]) -> str:
    """The code with which `act` is refused, "" when it isn't."""
    try:
        act()
    except Refused as no:
        return no.code
    return ""


def rows(terminal: Terminal, sql: str) -> list[Any]:
    """What a query says about the terminal's database."""
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        return list(conn.execute(sql).fetchall())


def holds(terminal: Terminal) -> None:
    """The books are clean, and folding them anew gives the same to the byte."""
    found = verify.verify(terminal)
    assert found.ok, found.problems
    before = [rows(terminal, f"SELECT * FROM {table.name}") for table in FOLD_TABLES]
    rebuilt = verify.rebuild(terminal)
    assert rebuilt.ok, rebuilt.problems
    assert rebuilt.problems == ()
    assert [rows(terminal, f"SELECT * FROM {table.name}") for table in FOLD_TABLES] == before
