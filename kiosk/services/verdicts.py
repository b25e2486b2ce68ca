"""What two people decide about a case: it stays as it is, or a linked correction in the same transaction."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import appeals, deeds, panel, scoring, staff
from kiosk.services.declare import Place, within_rule
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import journal
from kiosk.store.tables import declaration, household, notice, notice_line

Outcome = Literal["upheld", "less", "more", "all"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_OTHER = {"earn": "correct", "deduct": "earn"}  # what takes back a part


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that is in the journal."""

    entry: str
    case: appeals.Case
    was_tenths: int
    now_tenths: int  # 0: nothing of it stands
    fix: str  # the linked entry, "" for none: an objection changes the line before it is posted


class _Matter(msgspec.Struct, frozen=True):
    """What a case is about, whether a line or an entry."""

    what: str  # earn, deduct
    household: str
    rule: str
    amount: int
    touched: frozenset[str]  # who declared, reviewed, scored or signed it: they may not decide


def decide(
    terminal: Terminal,
    at: Place,
    outcome: str,
    amount_tenths: int | None,
    why: str,
    actor: str,
    second: str,
) -> Verdict:
    """Decide a case once: `upheld` as it is, `less` or `more` with the new amount, `all` taken back.

    A line is changed before it is posted; a posted entry gets a linked one (`correct` or `earn`/`deduct`
    for the difference, `reverse` for all). Neither person may have declared, reviewed or scored it, nor be
    kin. Raises `Refused`: `unknown-case`, `case-decided`, `unknown-outcome`, `outcome-amount` (now_tenths=),
    `over-rule` (most_tenths=), `ground-needed`, `decided-own`, `already-reversed`, `second-needed`,
    `role-may-not`.
    """
    if outcome not in OUTCOMES:
        raise Refused("unknown-outcome")
    if why not in appeals.GROUNDS:
        raise Refused("ground-needed")
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        conn = writing.conn
        case = appeals.the_case(conn, at)
        if case.outcome:
            raise Refused("case-decided")
        matter = _line_matter(conn, case) if case.of_line else _entry_matter(conn, case)
        for person in (actor, second):
            staff.require(conn, person, "decide")
            if person in matter.touched or panel.stands_back(conn, person, matter.household):
                raise Refused("decided-own")
        now = _now(writing, outcome, amount_tenths, matter)
        body: dict[str, Any] = {"case": list(at), "outcome": outcome, "why": why, "amount": now}
        fix = ""
        if not case.of_line and now != matter.amount:
            head = _fix(writing, case, matter, now, actor, second)
            body["fix"], fix = [head.epoch, head.seq], entry_id(head.epoch, head.seq)
        head = writing.append("decide", body, actor, second)
        return Verdict(
            entry=entry_id(head.epoch, head.seq),
            case=appeals.describe(writing, at),
            was_tenths=matter.amount,
            now_tenths=now,
            fix=fix,
        )


def _now(writing: Writing, outcome: str, amount_tenths: int | None, matter: _Matter) -> int:
    """What stands afterwards."""
    if outcome in ("upheld", "all"):
        return matter.amount if outcome == "upheld" else 0
    lower = outcome == "less"
    if not amount_tenths or not (
        0 < amount_tenths < matter.amount if lower else amount_tenths > matter.amount
    ):
        raise Refused("outcome-amount", now_tenths=matter.amount)
    if not lower:
        within_rule(writing, matter.rule, amount_tenths)
    return amount_tenths


def _fix(writing: Writing, case: Any, matter: _Matter, now: int, actor: str, second: str) -> Any:
    """The entry that makes of the posted one what was decided; an award where the points live elsewhere."""
    original = appeals.posted(writing.conn, (case.of_epoch, case.of_seq))
    kind = matter.what if now > matter.amount else _OTHER[matter.what]
    copied = ("hh", "rule", "rv", "deed", "member")
    fields = {name: original.body[name] for name in copied if name in original.body}
    fields |= {"amount": abs(now - matter.amount), "case": [case.epoch, case.seq]}
    fields |= {"corrects": [case.of_epoch, case.of_seq], "was": matter.what}
    home = writing.conn.execute(_HOME, {"b_id": matter.household}).scalar()
    if home != writing.terminal:
        what = "earn" if kind == "earn" else "deduct"
        return writing.append("award", {**fields, "what": what}, actor, second)
    if not now:
        body = deeds.reverse_body(writing, case.of_epoch, case.of_seq, "appeal")
        return writing.append("reverse", body | {"case": fields["case"]}, actor, second)
    if kind == "earn":
        expires = deeds.last_day(writing.settings.rules, writing.day)
        return writing.append(kind, deeds.earn_body(writing.conn, fields, expires), actor, second)
    return writing.append(kind, deeds.deduct_body(writing.conn, fields), actor, second)


def _line_matter(conn: Connection, case: Any) -> _Matter:
    row = conn.execute(_LINE, _at(case.of_epoch, case.of_seq) | {"b_line": case.of_line}).one()
    return _Matter(row.what, row.household, row.rule, row.amount, _hands(conn, row))


def _entry_matter(conn: Connection, case: Any) -> _Matter:
    found = journal.get(conn, case.of_epoch, case.of_seq)
    assert found is not None, "an appealed entry is there"
    entry = decode_own(found.data)
    hands = frozenset((entry.actor, entry.second)) - {""}
    if "notice" in entry.body:
        params = _at(*entry.body["notice"]) | {"b_line": entry.body["line"]}
        hands |= _hands(conn, conn.execute(_LINE, params).one())
    return _Matter(entry.kind, entry.body["hh"], entry.body["rule"], entry.body["amount"], hands)


def _hands(conn: Connection, line: Any) -> frozenset[str]:
    """Who declared, reviewed and scored a published line."""
    declared = conn.execute(_DECLARED, _at(line.of_epoch, line.of_seq)).one()
    scored = scoring.scorers(conn, (line.sheet_epoch, line.sheet_seq), line.line)
    return frozenset((declared.actor, declared.reviewer, *(row.staff for row in scored))) - {""}


def _at(epoch: int, seq: int) -> dict[str, Any]:
    return {"b_epoch": epoch, "b_seq": seq}


_HOME = select(household.c.home).where(household.c.id == bindparam("b_id"))
_DECLARED = select(declaration.c.actor, declaration.c.reviewer).where(
    declaration.c.epoch == bindparam("b_epoch"), declaration.c.seq == bindparam("b_seq")
)
_LINE = (
    select(notice_line, notice.c.sheet_epoch, notice.c.sheet_seq)
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
