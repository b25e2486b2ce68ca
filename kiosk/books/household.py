"""户档案: one household's account, members, cards, loans, honours and every entry that moved its points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from kiosk.books import points
from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.ledger.refusals import Refused
from kiosk.services import find, honours, loans
from kiosk.services.views import Account, Proof
from kiosk.store.tables import card, member
from kiosk.words import points as as_points

ASKED = "desk:other"  # how the file was asked for: by number, at the desk


def file(desk: Desk, first: str, last: str, household: str) -> list[Table]:
    """Account, members, cards, loans and honours as they stand, and the entries of the days `first` … `last`.

    For the household itself and for inspectors: the name is whole. Raises `Refused("unknown-household")`.
    """
    if household not in desk.heads:
        raise Refused("unknown-household")
    account = find.account(desk.terminal, Proof(household=household, how=ASKED))
    tables = [
        _table(desk, "account", ("what", "figure"), _figures(desk, account), last),
        _table(desk, "members", ("number", "name", "born", "state"), _members(desk, household), last),
        _table(desk, "cards", ("serial", "state"), _cards(desk, household), last),
        _table(desk, "loans", ("day", "due", "amount", "left", "state"), _loans(desk, household), last),
        _table(desk, "honours", ("year", "level", "title", "state"), _honours(desk, household), last),
    ]
    return [*tables, points.ledger(desk, first, last, household)]


def _table(
    desk: Desk, name: str, headings: Sequence[str], rows: Sequence[tuple[Cell, ...]], last: str
) -> Table:
    frame: dict[str, Any] = desk.frame(f"books.file-{name}", last, last)
    columns = tuple(Column(heading=desk.say(f"books.file-{heading}")) for heading in headings)
    if name == "account":
        return Table(columns=columns, rows=tuple(rows), **frame)
    below = frame | {"place": "", "period": "", "made": "", "source": "", "follows": True}
    return Table(columns=columns, rows=tuple(rows), **below)


def _figures(desk: Desk, account: Account) -> list[tuple[Cell, ...]]:
    facts: list[tuple[str, str]] = [
        ("household", account.household),
        ("head", account.name),
        ("members", str(account.members)),
    ]
    pots = ("available", "saved", "held", "owed", "honour")
    facts += [(name, as_points(getattr(account, f"{name}_tenths"))) for name in pots]
    return [(desk.say(f"books.has-{name}"), value) for name, value in facts]


def _members(desk: Desk, household: str) -> list[tuple[Cell, ...]]:
    return [
        (str(row.number), row.name, str(row.born or ""), desk.say(f"books.member-{row.state}"))
        for row in desk.conn.execute(_MEMBERS, {"b_household": household})
    ]


def _cards(desk: Desk, household: str) -> list[tuple[Cell, ...]]:
    rows = desk.conn.execute(_CARDS, {"b_household": household})
    return [(str(row.serial), desk.say(f"books.card-{row.state}")) for row in rows]


def _loans(desk: Desk, household: str) -> list[tuple[Cell, ...]]:
    return [
        (
            one.day,
            one.due,
            as_points(one.amount_tenths),
            as_points(one.left_tenths),
            desk.say(
                "books.loan-overdue" if one.overdue else f"books.loan-{'repaid' if one.closed else 'open'}"
            ),
        )
        for one in loans.loans(desk.terminal, closed=True)
        if one.household == household
    ]


def _honours(desk: Desk, household: str) -> list[tuple[Cell, ...]]:
    return [
        (
            str(one.year),
            desk.say(f"honours.{one.level}"),
            one.title,
            desk.say(f"books.honour-{'held' if one.held else 'withdrawn'}"),
        )
        for one in honours.register(desk.terminal, household)
    ]


_MEMBERS = (
    select(member.c.number, member.c.name, member.c.born, member.c.state)
    .where(member.c.household == bindparam("b_household"))
    .order_by(member.c.number)
)
_CARDS = (
    select(card.c.serial, card.c.state)
    .where(card.c.household == bindparam("b_household"))
    .order_by(card.c.serial)
)
