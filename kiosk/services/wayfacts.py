"""Why an entry is there, as the way of a point tells it: declared, reviewed, scored, signed, objected to."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.cards import paper_number
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.services import scoring
from kiosk.store import journal
from kiosk.store.tables import appeal_case, declaration, notice, notice_line, sheet, sheet_line, sign_off


class Fact(NamedTuple):
    """One thing to say of an entry: key of the sentence, and what it is filled with.

    Values that begin with `way.` or `appeal.` are keys of words themselves.
    """

    key: str
    values: dict[str, Any]


def facts(conn: Connection, entry: Entry) -> list[Fact]:
    """What is known of the entry's way, in the order it went; empty for an entry that came another way."""
    found: list[Fact] = []
    if "notice" in entry.body:
        epoch, seq = entry.body["notice"]
        line = conn.execute(_LINE, _at(epoch, seq) | {"b_line": entry.body["line"]}).one()
        found += [*_declared(conn, line), *_scored(conn, line), *_signed(conn, line)]
        number = paper_number(entry.terminal, line.epoch, line.number)
        found.append(Fact("way.why.published", {"number": number, "since": line.since, "until": line.until}))
        found += _cases(conn, entry.terminal, (line.epoch, line.seq, line.line))
    found += _cases(conn, entry.terminal, (entry.epoch, entry.seq, 0))
    if "case" in entry.body and "outcome" not in entry.body:
        case = conn.execute(_CASE, _at(*entry.body["case"])).one()
        number = paper_number(entry.terminal, case.epoch, case.number)
        corrected = entry_id(case.of_epoch, case.of_seq)
        found.append(Fact("way.why.corrects", {"entry": corrected, "number": number}))
    return found


def _declared(conn: Connection, line: Any) -> list[Fact]:
    row = conn.execute(_DECLARED, _at(line.of_epoch, line.of_seq)).one()
    evidence = len(row.evidence.split())
    who = row.actor or "way.why.resident"
    return [
        Fact("way.why.declared", {"day": row.day, "who": who, "deed": row.deed, "evidence": evidence}),
        Fact("way.why.reviewed", {"day": row.reviewed, "who": row.reviewer}),
    ]


def _scored(conn: Connection, line: Any) -> list[Fact]:
    at = (line.sheet_epoch, line.sheet_seq)
    row = conn.execute(_SHEET_LINE, _at(*at) | {"b_line": line.line}).one()
    name = f"{row.month}-{row.number}"
    found = [Fact("way.why.sheet", {"name": name, "line": line.line, "declared_tenths": row.declared})]
    for word in scoring.scorers(conn, at):
        out = line.line in json.loads(word.out)
        values = {"day": word.day, "who": word.staff}
        values |= {} if out else {"election": word.election}
        found.append(Fact("way.why.stood-back" if out else "way.why.scored", values))
    return found


def _signed(conn: Connection, line: Any) -> list[Fact]:
    found = []
    for row in conn.execute(_SIGNED, _at(line.sheet_epoch, line.sheet_seq)):
        values = {"day": row.day, "body": f"way.body.{row.body}", "who": row.staff or "way.why.county"}
        values |= {} if row.passed else {"why": f"way.reason.{row.why}"}
        found.append(Fact("way.why.signed" if row.passed else "way.why.sent-back", values))
    return found


def _cases(conn: Connection, terminal: int, of: tuple[int, int, int]) -> list[Fact]:
    """The case about a line or an entry, who decided it, and what corrected it."""
    row = conn.execute(_CASE_OF, _at(of[0], of[1]) | {"b_line": of[2]}).first()
    if row is None:
        return []
    number = paper_number(terminal, row.epoch, row.number)
    values = {"day": row.day, "number": number, "ground": f"appeal.{row.why}"}
    found = [Fact("way.why.objected", values | {"outcome": f"appeal.{row.outcome or 'open'}"})]
    if row.outcome:
        decided = journal.get(conn, row.by_epoch, row.by_seq)
        assert decided is not None, "a decided case names its decision"
        by = decode_own(decided.data)
        found.append(Fact("way.why.decided", {"day": by.day, "first": by.actor, "second": by.second}))
    if row.fix_seq:
        fix = entry_id(row.fix_epoch, row.fix_seq)
        found.append(Fact("way.why.corrected", {"entry": fix, "number": number}))
    return found


def _at(epoch: int, seq: int) -> dict[str, Any]:
    return {"b_epoch": epoch, "b_seq": seq}


def _is(table: Any) -> tuple[Any, Any]:
    return table.c.epoch == bindparam("b_epoch"), table.c.seq == bindparam("b_seq")


_LINE = (
    select(
        notice_line, notice.c.sheet_epoch, notice.c.sheet_seq, notice.c.number, notice.c.since, notice.c.until
    )
    .select_from(
        notice_line.join(
            notice, (notice.c.epoch == notice_line.c.epoch) & (notice.c.seq == notice_line.c.seq)
        )
    )
    .where(*_is(notice_line), notice_line.c.line == bindparam("b_line"))
)
_DECLARED = select(declaration).where(*_is(declaration))
_SHEET_LINE = (
    select(sheet_line.c.declared, sheet.c.month, sheet.c.number)
    .select_from(
        sheet_line.join(sheet, (sheet.c.epoch == sheet_line.c.epoch) & (sheet.c.seq == sheet_line.c.seq))
    )
    .where(*_is(sheet_line), sheet_line.c.line == bindparam("b_line"))
)
_SIGNED = (
    select(sign_off).where(*_is(sign_off)).order_by(sign_off.c.round, sign_off.c.by_epoch, sign_off.c.by_seq)
)
_CASE = select(appeal_case).where(*_is(appeal_case))
_CASE_OF = select(appeal_case).where(
    appeal_case.c.of_epoch == bindparam("b_epoch"),
    appeal_case.c.of_seq == bindparam("b_seq"),
    appeal_case.c.of_line == bindparam("b_line"),
)
