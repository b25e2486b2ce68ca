"""Inspection at a centre: draw a sample, record findings, 整改 by a day, recheck; each step an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards, inspection
from kiosk.ledger.entries import entry_id
from kiosk.ledger.kinds import KINDS
from kiosk.ledger.refusals import Refused
from kiosk.services import period, printing, staff
from kiosk.services.clock import day_after, is_day
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import side
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import finding as finding_table
from kiosk.store.tables import inspection as inspection_table
from kiosk.store.tables import state

REDEMPTIONS = ("redeem", "collect")
MOST_DAYS_TO_FIX = 366
MOST_NOTE_CHARS = 200
_OWN = ("inspect",)  # an inspection is not drawn from itself


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample that was drawn; `inspection.draw` with `seed` over the same days draws it again."""

    sample: str
    seed: str  # hash of the journal's head at that moment
    entries: tuple[str, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding as it stands on the business day."""

    finding: str
    sample: str
    entry: str  # "" for the centre as a whole
    reason: str
    note: str
    day: str
    due: str
    state: str  # open, answered, closed
    overdue: bool
    rechecks: int
    slip: str


def draw(terminal: Terminal, first: str, last: str, size: int, actor: str, *, every: bool = False) -> Sample:
    """Draw `size` redemptions of the days `first` … `last`, with `every` entries of all kinds.

    The seed is the journal's head: nobody knows it before and nobody can change it behind. Raises `Refused`:
    `day-unreadable`, `inspect-size` (most=), `inspect-nothing`, `role-may-not`.
    """
    if not (is_day(first) and is_day(last)) or first > last:
        raise Refused("day-unreadable")
    if not 0 < size <= inspection.MOST_DRAWN:
        raise Refused("inspect-size", most=inspection.MOST_DRAWN)
    kinds = tuple(kind for kind in KINDS if kind not in _OWN) if every else REDEMPTIONS
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "inspect")
        assert writing.head is not None
        seed = writing.head.hash.hex()
        drawn = inspection.draw(seed, _candidates(writing.conn, first, last, kinds), size)
        if not drawn:
            raise Refused("inspect-nothing")
        body = {"act": "sample", "seed": seed, "first": first, "last": last, "every": int(every)}
        head = writing.append("inspect", body | {"entries": list(drawn)}, actor)
    return Sample(sample=entry_id(head.epoch, head.seq), seed=seed, entries=drawn)


def record(
    terminal: Terminal,
    sample: tuple[int, int],
    entry: str,
    reason: str,
    days: int,
    actor: str,
    *,
    note: str = "",
) -> str:
    """Record a finding about one drawn entry, or about the centre (`entry` ""), to be put right in `days`
    calendar days; prints 整改通知单. Returns the finding's entry.

    Raises `Refused`: `inspect-unknown`, `inspect-not-drawn`, `inspect-reason`, `inspect-days` (most=),
    `inspect-note` (most=), `role-may-not`.
    """
    if reason not in inspection.FINDINGS:
        raise Refused("inspect-reason")
    _check_days(days)
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "inspect")
        if _SAMPLE.first(conn, {"b_epoch": sample[0], "b_seq": sample[1]}) is None:
            raise Refused("inspect-unknown")
        if entry and entry not in _body(conn, *sample)["entries"]:
            raise Refused("inspect-not-drawn")
        due = day_after(writing.day, days)
        number = printing.next_number(writing)
        body = {"act": "finding", "sample": list(sample), "entry": entry, "reason": reason, "due": due}
        head = writing.append("inspect", body | _noted(writing, note) | {"slip": number}, actor)
        _queue(writing, head, number, body, note, actor)
    return entry_id(head.epoch, head.seq)


def answer(terminal: Terminal, found: tuple[int, int], note: str, actor: str) -> str:
    """Say what was done about an open finding (整改). Returns the entry.

    Raises `Refused`: `inspect-unknown`, `inspect-closed`, `inspect-note`, `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "fix")
        if _standing(writing.conn, found).state != "open":
            raise Refused("inspect-closed")
        body = {"act": "fix", "finding": list(found), **_noted(writing, note)}
        head = writing.append("inspect", body, actor)
    return entry_id(head.epoch, head.seq)


def recheck(terminal: Terminal, found: tuple[int, int], outcome: str, days: int, actor: str) -> str:
    """Look again: put right, or not, and then to be done in `days` more calendar days. Returns the entry.

    Raises `Refused`: `inspect-unknown`, `inspect-closed`, `inspect-outcome`, `inspect-days`, `role-may-not`.
    """
    if outcome not in inspection.OUTCOMES:
        raise Refused("inspect-outcome")
    _check_days(days)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "inspect")
        standing = _standing(writing.conn, found)
        if standing.state == "closed":
            raise Refused("inspect-closed")
        due = standing.due if outcome == inspection.FIXED else day_after(writing.day, days)
        body = {"act": "recheck", "finding": list(found), "outcome": outcome, "due": due}
        head = writing.append("inspect", body, actor)
    return entry_id(head.epoch, head.seq)


def findings(terminal: Terminal) -> tuple[Finding, ...]:
    """All findings, the latest first."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        return tuple(_describe(conn, terminal, row, day) for row in _FINDINGS.all(conn))


def _candidates(conn: Connection, first: str, last: str, kinds: tuple[str, ...]) -> Iterator[str]:
    for written in period.between(conn, first, last):
        if written.entry.kind in kinds:
            yield entry_id(written.entry.epoch, written.entry.seq)


def _check_days(days: int) -> None:
    if not 0 <= days <= MOST_DAYS_TO_FIX:
        raise Refused("inspect-days", most=MOST_DAYS_TO_FIX)


def _noted(writing: Writing, note: str) -> dict[str, str]:
    if len(note) > MOST_NOTE_CHARS or not note.isprintable():
        raise Refused("inspect-note", most=MOST_NOTE_CHARS)
    return {"note": side.put(writing.conn, "inspection", "", writing.day, note.encode())} if note else {}


def _standing(conn: Connection, found: tuple[int, int]) -> Any:
    row = _ONE.first(conn, {"b_epoch": found[0], "b_seq": found[1]})
    if row is None:
        raise Refused("inspect-unknown")
    return row


def _body(conn: Connection, epoch: int, seq: int) -> Any:
    return period.one(conn, epoch, seq).body


def _describe(conn: Connection, terminal: Terminal, row: Any, day: str) -> Finding:
    entry = period.one(conn, row.epoch, row.seq)
    return Finding(
        finding=entry_id(row.epoch, row.seq),
        sample=entry_id(row.of_epoch, row.of_seq),
        entry=row.entry,
        reason=row.reason,
        note=side.text(conn, entry.body.get("note", "")),
        day=entry.day,
        due=row.due,
        state=row.state,
        overdue=row.state == "open" and row.due < day,
        rechecks=row.rechecks,
        slip=cards.slip_number(terminal.identity.terminal, row.epoch, entry.body["slip"]),
    )


def _queue(writing: Writing, head: Head, number: int, body: dict[str, Any], note: str, actor: str) -> None:
    say = writing.words
    facts = [
        Fact(label="inspect.slip.reason", value=say(f"inspect.reason.{body['reason']}"), bold=True),
        Fact(label="inspect.slip.entry", value=body["entry"] or say("inspect.slip.centre")),
        Fact(label="inspect.slip.due", value=body["due"], bold=True),
    ]
    printing.queue_paper(
        *(writing, head, number, "inspect.title"),
        actor=actor,
        facts=tuple(facts),
        notes=(note,) if note else (),
        signs=("inspect.sign.supervisor", "inspect.sign.manager"),
    )


_DAY = select(state.c.value).where(state.c.name == "day")
_SAMPLE = Prepared(
    select(inspection_table.c.seq).where(
        inspection_table.c.epoch == bindparam("b_epoch"), inspection_table.c.seq == bindparam("b_seq")
    )
)
_ONE = Prepared(
    select(finding_table).where(
        finding_table.c.epoch == bindparam("b_epoch"), finding_table.c.seq == bindparam("b_seq")
    )
)
_FINDINGS = Prepared(select(finding_table).order_by(finding_table.c.epoch.desc(), finding_table.c.seq.desc()))
