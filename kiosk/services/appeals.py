"""Objections against published lines, appeals against posted entries (异议): a numbered case and its clock.

An objection stops its line from being posted; an appeal only marks the entry. Who decides is in `verdicts`.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.cards import paper_number, slip_number
from kiosk.ledger.entries import decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.ledger.workdays import add_working
from kiosk.services import basket, find, holidays, printing, staff
from kiosk.services.declare import Place
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import Proof
from kiosk.slips.paper import Fact
from kiosk.store import journal, side
from kiosk.store.tables import appeal_case, household, notice, notice_line, reversal, state
from kiosk.words import points

Ground = Literal["not-mine", "not-true", "amount", "missing", "unfair", "other"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)  # why somebody objects
APPEALABLE = ("earn", "deduct")
MOST_LISTED = 2_000


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands on the business day. The name is whole: mask it before it is shown."""

    entry: str
    number: str  # 0037-003
    kind: str  # object, appeal
    of: str  # 1-40/3 for a line of a notice, 1-57 for an entry
    household: str  # who objects, "" where staff do
    name: str
    actor: str
    why: str
    day: str
    due: str  # the last day to answer it
    outcome: str  # "" while it is open; upheld, less, more, all
    overdue: bool
    fix: str  # the entry that corrects the appealed one, "" for none
    slip: str


def object_to(
    terminal: Terminal,
    at: Place,
    line: int,
    why: str,
    *,
    card: str = "",
    proof: Proof | None = None,
    household_id: str = "",
    actor: str = "",
    note: bytes = b"",
) -> Case:
    """Object to a line that hangs: it waits until the case is decided.

    By a card, by what proved a household before (`proof`), or by staff for somebody.

    Raises `Refused`: `card-or-staff`, `ground-needed`, `unknown-line`, `notice-over`, `appeal-open`,
    `appeal-decided`, `too-large`, `unknown-household`, `role-may-not`, and with a card what `find.by_card`
    raises.
    """
    with terminal.write() as writing:
        body = _who(terminal, writing.conn, why, card, proof, household_id, actor)
        params = {"b_epoch": at[0], "b_seq": at[1], "b_line": line}
        found = writing.conn.execute(_LINE, params).first()
        if found is None:
            raise Refused("unknown-line")
        _refuse_second(writing.conn, at, line)
        if found.state != "noticed" or writing.day > found.until:
            raise Refused("notice-over")
        about = {"line": [*at, line]}
        where = f"{paper_number(writing.terminal, found.epoch, found.number)}/{line}"
        return _open(writing, "object", body | about, actor, note, (where, found.what, found.amount))


def appeal(
    terminal: Terminal,
    at: Place,
    why: str,
    *,
    card: str = "",
    proof: Proof | None = None,
    household_id: str = "",
    actor: str = "",
    note: bytes = b"",
) -> Case:
    """Appeal against a posted entry, which is marked until the case is decided; nothing is held back.

    Raises `Refused`: `unknown-entry`, `not-appealable`, `already-reversed`, and what `object_to` raises.
    """
    with terminal.write() as writing:
        body = _who(terminal, writing.conn, why, card, proof, household_id, actor)
        original = posted(writing.conn, at)
        _refuse_second(writing.conn, at, 0)
        about = (entry_id(*at), original.kind, original.body["amount"])
        return _open(writing, "appeal", body | {"entry": list(at)}, actor, note, about)


def cases(terminal: Terminal, *, decided: bool = False) -> tuple[Case, ...]:
    """The open cases, first due first; with `decided` also those that are decided, behind them."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        rows = conn.execute(_ALL if decided else _OPEN).all()
        return tuple(_describe(conn, terminal.identity.terminal, row, day) for row in rows)


def posted(conn: Connection, at: Place) -> Any:
    """The entry. Raises `Refused`: `unknown-entry`, `not-appealable`, `already-reversed`."""
    row = journal.get(conn, *at)
    if row is None:
        raise Refused("unknown-entry")
    original = decode_own(row.data)
    if original.kind not in APPEALABLE:
        raise Refused("not-appealable")
    if conn.execute(_REVERSED, {"b_epoch": at[0], "b_seq": at[1]}).first() is not None:
        raise Refused("already-reversed")
    return original


def the_case(conn: Connection, at: Place) -> Any:
    """The case's row. Raises `Refused("unknown-case")`."""
    found = conn.execute(_ONE, {"b_epoch": at[0], "b_seq": at[1]}).first()
    if found is None:
        raise Refused("unknown-case")
    return found


def describe(writing: Writing, at: Place) -> Case:
    """The case as it stands inside the caller's transaction."""
    return _describe(writing.conn, writing.terminal, the_case(writing.conn, at), writing.day)


def _who(
    terminal: Terminal,
    conn: Connection,
    why: str,
    card: str,
    proof: Proof | None,
    household_id: str,
    actor: str,
) -> dict[str, Any]:
    if why not in GROUNDS:
        raise Refused("ground-needed")
    if bool(card or proof) == bool(actor):
        raise Refused("card-or-staff")
    if card:
        proof = find.prove_card(terminal, conn, card)
    if proof is not None:
        basket.check_card(basket.about(conn, terminal, proof), proof)
        return {"hh": proof.household, "how": proof.how, "why": why}
    staff.require(conn, actor, "appeal")
    if household_id and conn.execute(_HOUSEHOLD, {"b_id": household_id}).first() is None:
        raise Refused("unknown-household")
    return {"hh": household_id, "how": "desk", "why": why}


def _refuse_second(conn: Connection, at: Place, line: int) -> None:
    params = {"b_epoch": at[0], "b_seq": at[1], "b_line": line}
    before = conn.execute(_BEFORE, params).first()
    if before is not None:
        raise Refused("appeal-decided" if before.outcome else "appeal-open")


def _open(
    writing: Writing, kind: str, body: dict[str, Any], actor: str, note: bytes, about: tuple[str, str, int]
) -> Case:
    settings = writing.settings
    due = add_working(writing.day, settings.rules.appeal_days, holidays.calendar(settings))
    number = 1 + (writing.conn.execute(_LAST, {"b_epoch": writing.epoch}).scalar() or 0)
    slip = printing.next_number(writing)
    body |= {"number": number, "due": due, "slip": slip}
    if note:
        body["note"] = side.put(writing.conn, "note", body["hh"], writing.day, note)
    head = writing.append(kind, body, actor)
    where, what, tenths = about
    printing.queue_paper(
        writing,
        head,
        slip,
        "appeal.slip",
        actor=actor,
        household=body["hh"],
        big=writing.words("appeal.case", number=paper_number(writing.terminal, writing.epoch, number)),
        facts=(
            Fact(label=f"appeal.of-{kind}", value=where),
            Fact(label=f"appeal.what-{what}", value=points(tenths)),
            Fact(label="appeal.ground", value=writing.words(f"appeal.{body['why']}")),
            Fact(label="appeal.due", value=due, bold=True),
        ),
        notes=(writing.words(f"appeal.meanwhile-{kind}"),),
        signs=("appeal.sign",),
    )
    return describe(writing, (head.epoch, head.seq))


def _describe(conn: Connection, terminal: int, row: Any, day: str) -> Case:
    of = entry_id(row.of_epoch, row.of_seq)
    made = journal.get(conn, row.epoch, row.seq)
    assert made is not None, "a case names its entry"
    return Case(
        entry=entry_id(row.epoch, row.seq),
        number=paper_number(terminal, row.epoch, row.number),
        kind=row.kind,
        of=f"{of}/{row.of_line}" if row.of_line else of,
        household=row.household,
        name=row.name or "",
        actor=row.actor,
        why=row.why,
        day=row.day,
        due=row.due,
        outcome=row.outcome,
        overdue=not row.outcome and row.due < day,
        fix=entry_id(row.fix_epoch, row.fix_seq) if row.fix_seq else "",
        slip=slip_number(terminal, row.epoch, decode_own(made.data).body["slip"]),
    )


_DAY = select(state.c.value).where(state.c.name == "day")
_HOUSEHOLD = select(household.c.id).where(household.c.id == bindparam("b_id"))
_LAST = select(func.max(appeal_case.c.number)).where(appeal_case.c.epoch == bindparam("b_epoch"))
_LINE = (
    select(notice_line, notice.c.number, notice.c.until)
    .select_from(
        notice_line.join(
            notice, (notice.c.epoch == notice_line.c.epoch) & (notice.c.seq == notice_line.c.seq)
        )
    )
    .where(
        notice_line.c.epoch == bindparam("b_epoch"),
        notice_line.c.seq == bindparam("b_seq"),
        notice_line.c.line == bindparam("b_line"),
    )
)
_BEFORE = select(appeal_case.c.outcome).where(
    appeal_case.c.of_epoch == bindparam("b_epoch"),
    appeal_case.c.of_seq == bindparam("b_seq"),
    appeal_case.c.of_line == bindparam("b_line"),
)
_REVERSED = select(reversal.c.seq).where(
    reversal.c.epoch == bindparam("b_epoch"), reversal.c.seq == bindparam("b_seq")
)
_ALL = (
    select(appeal_case, household.c.name)
    .select_from(appeal_case.outerjoin(household, household.c.id == appeal_case.c.household))
    .order_by(appeal_case.c.outcome != "", appeal_case.c.due, appeal_case.c.epoch, appeal_case.c.seq)
    .limit(MOST_LISTED)
)
_OPEN = _ALL.where(appeal_case.c.outcome == "")
_ONE = _ALL.where(appeal_case.c.epoch == bindparam("b_epoch"), appeal_case.c.seq == bindparam("b_seq"))
