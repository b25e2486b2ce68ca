"""Activities: announced with rule, place and time; residents sign in; crediting them is `crediting`'s.

What an activity is called and where it takes place are free words: they lie beside the chain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import rules as rulebook
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import GIVES, Rule
from kiosk.services import deeds, evidence, find, printing, rules, staff
from kiosk.services.clock import days_between, is_day
from kiosk.services.deeds import MOST_DAYS_BACK
from kiosk.services.evidence import Evidence
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import activity, household, rule, sign_in
from kiosk.words import Words, points

MOST_SIGNED = 3_000  # households at one activity
MOST_LISTED = 200
MOST_ROWS = 60  # of a blank sheet
MOST_NAME_CHARS = 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One activity as it stands."""

    entry: str  # of its announcement, "1-284"
    title: str
    place: str
    rule: str
    rule_title: str
    amount_tenths: int  # for each household
    day: str
    time: str
    signed: int  # households
    credited: int
    off: str  # why it was called off, "" while it stands


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A household on the list. The name is whole: mask it before it is shown."""

    entry: str
    household: str
    name: str
    repeated: bool  # it was on the list already; nothing new happened


def announce(
    terminal: Terminal,
    rule_id: str,
    day: str,
    time: str,
    title: str,
    place: str,
    actor: str,
    *,
    amount_tenths: int | None = None,
    sheet_rows: int = 0,
) -> Activity:
    """Announce an activity worth `amount_tenths` (None: what the rule says) to each household.

    With `sheet_rows` a slip with so many lines to sign on is printed. Raises `Refused`: `rule-takes`,
    `amount-outside`, `day-unreadable`, `time-unreadable`, `deed-too-old`, `activity-unnamed`, `sheet-rows`
    (most=), `role-may-not`, and what `rules.find` names.
    """
    if not is_day(day):
        raise Refused("day-unreadable")
    if not _TIME.fullmatch(time):
        raise Refused("time-unreadable")
    if not (0 < len(title.strip()) <= MOST_NAME_CHARS and 0 < len(place.strip()) <= MOST_NAME_CHARS):
        raise Refused("activity-unnamed")
    if not 0 <= sheet_rows <= MOST_ROWS:
        raise Refused("sheet-rows", most=MOST_ROWS)
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "activity")
        if days_between(day, writing.day) > MOST_DAYS_BACK:
            raise Refused("deed-too-old", days=MOST_DAYS_BACK)
        found = rules.find(conn, writing.terminal, rule_id, writing.day)
        amount = found.amount if amount_tenths is None else amount_tenths
        _require_gives(found, amount)
        body: dict[str, Any] = {"amount": amount, "day": day, "time": time, **deeds.rule_fields(found)}
        for name, words in (("title", title), ("place", place)):
            body[name] = side.put(conn, "activity", "", writing.day, words.strip().encode())
        if sheet_rows:
            body["slip"] = printing.next_number(writing)
        head = writing.append("activity", body, actor)
        made = describe(conn, head.epoch, head.seq)
        if sheet_rows:
            paper = _paper_sheet(made, sheet_rows, terminal.words)
            printing.queue_paper(writing, head, body["slip"], "activity.sheet", actor=actor, **paper)
    return made


def sign_in_by_card(
    terminal: Terminal, place: tuple[int, int], card: str, member: int = rulebook.WHOLE
) -> SignedIn:
    """A resident signs in with the household card, on the day of the activity; needs nobody of the staff.

    Raises `Refused`: what `find.by_card` names, `unknown-activity`, `activity-off`, `activity-not-yet` and
    `activity-over` (day=), `activity-full`, `member-needed`, `unknown-member`.
    """
    with terminal.write() as writing:
        proof = find.prove_card(terminal, writing.conn, card)
        row = announced(writing, place)
        if writing.day > row.day:
            raise Refused("activity-over", day=row.day)
        return _sign_in(writing, row, proof.household, member, proof.how, "")


def sign_in_at_desk(
    terminal: Terminal,
    place: tuple[int, int],
    household_id: str,
    reason: str,
    actor: str,
    member: int = rulebook.WHOLE,
) -> SignedIn:
    """Staff sign a household in by its number, with the reason why without its card; also some days later.

    Raises `Refused`: `reason-needed`, `role-may-not`, `unknown-household`, and what `sign_in_by_card` names.
    """
    if reason not in find.DESK_REASONS:
        raise Refused("reason-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "find")
        row = announced(writing, place)
        return _sign_in(writing, row, household_id, member, f"desk:{reason}", actor)


def sign_in_by_paper(
    terminal: Terminal,
    place: tuple[int, int],
    signed: Sequence[tuple[str, int]],
    photo: Evidence,
    actor: str,
) -> tuple[SignedIn, ...]:
    """Staff enter a signed list, as (household, member) pairs; its photograph is kept. All or nothing.

    Raises `Refused`: `role-may-not`, `unknown-household`, and what `sign_in_by_card` names.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "activity")
        row = announced(writing, place)
        refs = evidence.keep(writing.conn, "", writing.day, (photo,))["ev"]
        return tuple(_sign_in(writing, row, who, member, "paper", actor, refs[0]) for who, member in signed)


def listing(terminal: Terminal) -> tuple[Activity, ...]:
    """The latest activities, latest day first."""
    with terminal.read() as conn:
        places = conn.execute(_LATEST).all()
        return tuple(describe(conn, *where) for where in places)


def one(terminal: Terminal, place: tuple[int, int]) -> Activity:
    """One activity. Raises `Refused("unknown-activity")`."""
    with terminal.read() as conn:
        return describe(conn, *place)


def announced(writing: Writing, place: tuple[int, int]) -> Any:
    """The row of an activity whose points may be given today, in the caller's transaction.

    Raises `Refused`: `unknown-activity`, `activity-off`, `activity-not-yet`, `activity-over` (day=).
    """
    row = _ACTIVITY.first(writing.conn, {"b_epoch": place[0], "b_seq": place[1]})
    if row is None:
        raise Refused("unknown-activity")
    if row.off:
        raise Refused("activity-off")
    if writing.day < row.day:
        raise Refused("activity-not-yet", day=row.day)
    if days_between(row.day, writing.day) > MOST_DAYS_BACK:
        raise Refused("activity-over", day=row.day)
    return row


def _require_gives(found: Rule, amount_tenths: int) -> None:
    if found.sign and found.sign != GIVES:
        raise Refused("rule-takes")
    if not 0 < amount_tenths <= deeds.MOST_TENTHS or not rulebook.fits(found, amount_tenths):
        raise Refused("amount-outside", least_tenths=found.least, most_tenths=found.most)


def _sign_in(
    writing: Writing, made: Any, household_id: str, member: int, how: str, actor: str, ref: str = ""
) -> SignedIn:
    conn, place = writing.conn, {"b_epoch": made.epoch, "b_seq": made.seq}
    name = _NAME.scalar(conn, {"b_id": household_id})
    if name is None:
        raise Refused("unknown-household")
    there = _SIGNED.first(conn, {**place, "b_household": household_id})
    if there is not None:
        entry = entry_id(there.epoch, there.seq)
        return SignedIn(entry=entry, household=household_id, name=name, repeated=True)
    if (_COUNT.scalar(conn, place) or 0) >= MOST_SIGNED:
        raise Refused("activity-full")
    if member != rulebook.WHOLE:
        rules.require_member(conn, household_id, member)
    elif _by_member(rules.known(conn, writing.terminal, made.rule, writing.day)):
        raise Refused("member-needed")
    body: dict[str, Any] = {"activity": [made.epoch, made.seq], "hh": household_id, "how": how}
    body |= ({"member": member} if member else {}) | ({"ev": [ref]} if ref else {})
    head = writing.append("sign-in", body, actor)
    entry = entry_id(head.epoch, head.seq)
    return SignedIn(entry=entry, household=household_id, name=name, repeated=False)


def _by_member(found: Rule | None) -> bool:
    return found is not None and any(cap.of == rulebook.MEMBER for cap in found.caps)


def describe(conn: Connection, epoch: int, seq: int) -> Activity:
    """The activity in the caller's transaction. Raises `Refused("unknown-activity")`."""
    where = {"b_epoch": epoch, "b_seq": seq}
    row = _ACTIVITY.first(conn, where)
    if row is None:
        raise Refused("unknown-activity")
    return Activity(
        entry=entry_id(epoch, seq),
        title=side.text(conn, row.title),
        place=side.text(conn, row.place),
        rule=row.rule,
        rule_title=conn.execute(_RULE_TITLE, {"b_id": row.rule}).scalar() or row.rule,
        amount_tenths=row.amount,
        day=row.day,
        time=row.time,
        signed=_COUNT.scalar(conn, where) or 0,
        credited=_COUNT_CREDITED.scalar(conn, where) or 0,
        off=row.off,
    )


def _paper_sheet(made: Activity, rows: int, say: Words) -> dict[str, Any]:
    lines = [
        line for number in range(1, rows + 1) for line in ("", say("activity.row", number=f"{number:>2}"))
    ]
    return {
        "facts": (
            Fact(label="activity.title", value=made.title, bold=True),
            Fact(label="activity.place", value=made.place),
            Fact(label="activity.when", value=f"{made.day} {made.time}"),
            Fact(label="activity.rule", value=f"{made.rule_title} {points(made.amount_tenths)}"),
        ),
        "notes": tuple(lines),
        "signs": ("slip.sign_clerk",),
    }


_ACTIVITY = Prepared(
    select(activity).where(activity.c.epoch == bindparam("b_epoch"), activity.c.seq == bindparam("b_seq"))
)
_LATEST = (
    select(activity.c.epoch, activity.c.seq)
    .order_by(activity.c.day.desc(), activity.c.epoch.desc(), activity.c.seq.desc())
    .limit(MOST_LISTED)
)
_OF = (sign_in.c.activity_epoch == bindparam("b_epoch"), sign_in.c.activity_seq == bindparam("b_seq"))
_SIGNED = Prepared(
    select(sign_in.c.epoch, sign_in.c.seq).where(*_OF, sign_in.c.household == bindparam("b_household"))
)
_COUNT = Prepared(select(func.count().label("signed")).select_from(sign_in).where(*_OF))
_COUNT_CREDITED = Prepared(
    select(func.count().label("credited")).select_from(sign_in).where(*_OF, sign_in.c.earn_seq > 0)
)
_NAME = Prepared(select(household.c.name).where(household.c.id == bindparam("b_id")))
_RULE_TITLE = select(rule.c.title).where(rule.c.id == bindparam("b_id")).order_by(rule.c.counts_from.desc())
