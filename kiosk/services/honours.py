"""结果运用: the honours register, ranks, lists of who may be recommended, coverage; moves no point."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Literal, get_args

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import results
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.ledger.results import Ranked, Score, Wanted
from kiosk.ledger.tallies import MOVED
from kiosk.paths import assets_dir
from kiosk.services import staff
from kiosk.services.deeds import OPENING
from kiosk.services.terminal import Terminal
from kiosk.store.tables import honour, household, tally

Level = Literal["village", "township", "banner", "league", "region", "nation"]
LEVELS: tuple[Level, ...] = get_args(Level)
FIRST_YEAR = 1949
MOST_SHOWN = 200


class _Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    honour_points: int = 0
    top_percent: int = 0
    months: int = 0
    no_deduction: bool = False
    honours: tuple[str, ...] = ()


class _Little(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    months: int


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Titles and lists, each county's own; the shipped one is an example."""

    honour: tuple[_Title, ...]
    list: tuple[_List, ...]
    little: _Little


class Honour(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the register. The name is whole: mask it before it is shown."""

    entry: str
    household: str
    name: str
    title: str  # as people read it
    level: Level
    year: int
    held: bool


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place on a board or list. The name is whole: mask it before it is shown."""

    place: int
    household: str
    name: str
    honour_tenths: int
    months: int


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Who meets the rule of a list, and the rule that produced it."""

    list: str
    name: str
    period: str
    rule: dict[str, int | bool | tuple[str, ...]]  # only what it asks
    places: tuple[Place, ...]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the households at home here took part in a period."""

    period: str
    taking_part: int
    households: int  # the denominator: all at home here
    percent: int
    wanted_percent: int
    enough: bool


class Little(msgspec.Struct, frozen=True, kw_only=True):
    """A household with little participation: not recommended. The name is whole."""

    household: str
    name: str
    months: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the dividend reference table: a reference only, for export."""

    household: str
    name: str
    honour_tenths: int
    share: int  # ten-thousandths of all


@cache
def catalogue() -> Catalogue:
    """The catalogue of honours and lists."""
    text = (assets_dir() / "catalogue" / "honours.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)


def give(
    terminal: Terminal, household_id: str, title: str, level: str, year: int, actor: str, second: str
) -> Honour:
    """Enter an honour into the register, signed by two.

    Raises `Refused`: `unknown-honour`, `unknown-household`, `year-unreadable`, `honour-held` when the very
    same is held already, `second-needed`, `role-may-not`.
    """
    _two(second, actor)
    if title not in _titles() or level not in LEVELS:
        raise Refused("unknown-honour")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "honour")
        staff.require(conn, second, "honour")
        if conn.execute(_HOUSEHOLD, {"b_id": household_id}).first() is None:
            raise Refused("unknown-household")
        if not FIRST_YEAR <= year <= int(writing.day[:4]):
            raise Refused("year-unreadable")
        key = {"b_household": household_id, "b_title": title, "b_level": level, "b_year": year}
        if conn.execute(_SAME, key).first() is not None:
            raise Refused("honour-held")
        body = {"hh": household_id, "title": title, "level": level, "year": year}
        head = writing.append("honour", body, actor, second)
        return _honours(conn, household_id, entry=(head.epoch, head.seq))[0]


def withdraw(terminal: Terminal, epoch: int, seq: int, why: str, actor: str, second: str) -> str:
    """Take an honour out of the register again, signed by two; the entry that gave it stays.

    Raises `Refused`: `unknown-entry`, `second-needed`, `role-may-not`.
    """
    _two(second, actor)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "honour")
        staff.require(writing.conn, second, "honour")
        row = writing.conn.execute(_HELD, {"b_epoch": epoch, "b_seq": seq}).first()
        if row is None:
            raise Refused("unknown-entry")
        body = {"hh": row.household, "withdraws": [epoch, seq], "why": why}
        head = writing.append("honour", body, actor, second)
    return entry_id(head.epoch, head.seq)


def register(terminal: Terminal, household_id: str = "") -> tuple[Honour, ...]:
    """The honours register, or one household's, the latest first; withdrawn ones are marked."""
    with terminal.read() as conn:
        return _honours(conn, household_id)


def board(terminal: Terminal, period: str) -> tuple[Place, ...]:
    """红榜: the households here by honour score in "2026-11", "2026-Q4" or "2026"; at most `MOST_SHOWN`.

    Raises `Refused("period-unreadable")`.
    """
    with terminal.read() as conn:
        ranks = results.ranked(_scores(conn, terminal, period))
        return _places(conn, ranks[:MOST_SHOWN])


def listed(terminal: Terminal, list_id: str, period: str) -> Listed:
    """Who meets the rule of a list in a period, with the rule.

    Raises `Refused`: `unknown-list`, `period-unreadable`.
    """
    found = next((one for one in catalogue().list if one.id == list_id), None)
    if found is None:
        raise Refused("unknown-list")
    wanted = Wanted(
        found.honour_points * 10, found.top_percent, found.months, found.no_deduction, found.honours
    )
    with terminal.read() as conn:
        ranks = results.ranked(_scores(conn, terminal, period))
        held: dict[str, set[str]] = {}
        for one in conn.execute(select(honour).where(honour.c.state == "held")):
            held.setdefault(one.household, set()).add(one.title)
        fitting = results.meeting(wanted, ranks, _households(conn, terminal), dict(held))
        places = _places(conn, fitting)
    asks = {name: value for name, value in msgspec.structs.asdict(found).items() if value}
    rule = {name: value for name, value in asks.items() if name not in ("id", "name")}
    return Listed(list=list_id, name=found.name, period=period, rule=rule, places=places)


def little(terminal: Terminal, period: str) -> tuple[Little, ...]:
    """Households here with earnings in fewer months than the catalogue asks: not recommended.

    Raises `Refused("period-unreadable")`.
    """
    with terminal.read() as conn:
        months = {one.household: one.months for one in _scores(conn, terminal, period)}
        rows = conn.execute(_AT_HOME, {"b_home": terminal.identity.terminal}).all()
    least = catalogue().little.months
    return tuple(
        Little(household=row.id, name=row.name, months=months.get(row.id, 0))
        for row in rows
        if months.get(row.id, 0) < least
    )


def coverage(terminal: Terminal, period: str) -> Coverage:
    """How many households took part, with the denominator. Raises `Refused("period-unreadable")`."""
    with terminal.read() as conn:
        found = results.coverage(_scores(conn, terminal, period), _households(conn, terminal))
    return Coverage(
        period=period,
        taking_part=found.taking_part,
        households=found.households,
        percent=found.percent,
        wanted_percent=results.COVERAGE_WANTED_PERCENT,
        enough=found.percent >= results.COVERAGE_WANTED_PERCENT,
    )


def dividend(terminal: Terminal, period: str) -> tuple[Share, ...]:
    """分红参考表: shares by honour score, for export only. Raises `Refused("period-unreadable")`."""
    with terminal.read() as conn:
        ranks = results.ranked(_scores(conn, terminal, period))
        places = _places(conn, ranks)
    parts = results.shares(ranks)
    return tuple(
        Share(
            household=one.household,
            name=one.name,
            honour_tenths=one.honour_tenths,
            share=parts[one.household],
        )
        for one in places
    )


def _scores(conn: Connection, terminal: Terminal, period: str) -> list[Score]:
    try:
        first, last = results.months_of(period)
    except ValueError:
        raise Refused("period-unreadable") from None
    rows = conn.execute(_SCORES, {"b_first": first, "b_last": last, "b_home": terminal.identity.terminal})
    return [Score(row.household, row.earned, row.deducted, row.months) for row in rows]


def _households(conn: Connection, terminal: Terminal) -> int:
    return len(conn.execute(_AT_HOME, {"b_home": terminal.identity.terminal}).all())


def _places(conn: Connection, ranks: tuple[Ranked, ...]) -> tuple[Place, ...]:
    names = {row.id: row.name for row in conn.execute(select(household.c.id, household.c.name))}
    return tuple(
        Place(
            place=one.place,
            household=one.score.household,
            name=names.get(one.score.household, ""),
            honour_tenths=one.score.honour,
            months=one.score.months,
        )
        for one in ranks
    )


def _honours(conn: Connection, household_id: str, entry: tuple[int, int] | None = None) -> tuple[Honour, ...]:
    titles = _titles()
    rows = conn.execute(_REGISTER)
    return tuple(
        Honour(
            entry=entry_id(row.epoch, row.seq),
            household=row.household,
            name=row.name or "",
            title=titles.get(row.title, row.title),
            level=row.level,
            year=row.year,
            held=row.state == "held",
        )
        for row in rows
        if household_id in ("", row.household) and entry in (None, (row.epoch, row.seq))
    )


def _titles() -> dict[str, str]:
    return {one.id: one.name for one in catalogue().honour}


def _two(second: str, actor: str) -> None:
    if not second or second == actor:
        raise Refused("second-needed")


_HOUSEHOLD = select(household.c.id).where(household.c.id == bindparam("b_id"))
_AT_HOME = (
    select(household.c.id, household.c.name)
    .where(household.c.home == bindparam("b_home"))
    .order_by(household.c.id)
)
_SAME = select(honour.c.seq).where(
    honour.c.household == bindparam("b_household"),
    honour.c.title == bindparam("b_title"),
    honour.c.level == bindparam("b_level"),
    honour.c.year == bindparam("b_year"),
    honour.c.state == "held",
)
_HELD = select(honour.c.household).where(
    honour.c.epoch == bindparam("b_epoch"), honour.c.seq == bindparam("b_seq"), honour.c.state == "held"
)
_REGISTER = (
    select(honour, household.c.name)
    .select_from(honour.outerjoin(household, household.c.id == honour.c.household))
    .order_by(honour.c.epoch.desc(), honour.c.seq.desc())
)
_SCORES = (
    select(
        tally.c.household,
        func.sum(tally.c.earned).label("earned"),
        func.sum(tally.c.deducted).label("deducted"),
        func.count(tally.c.month.distinct()).filter(tally.c.earned > 0).label("months"),
    )
    .select_from(tally.join(household, household.c.id == tally.c.household))
    .where(
        tally.c.month.between(bindparam("b_first"), bindparam("b_last")),
        tally.c.rule.not_in((OPENING, MOVED)),  # brought in from before or from another home
        household.c.home == bindparam("b_home"),
    )
    .group_by(tally.c.household)
)
