"""Checking a terminal's books against themselves, and folding them anew from the journal."""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.ledger.entries import decode_own
from kiosk.ledger.refusals import Refused
from kiosk.services import checks, feed
from kiosk.services.terminal import Terminal
from kiosk.store import fold, journal
from kiosk.store.database import Database
from kiosk.store.tables import FEED_TABLES, FOLD_TABLES
from kiosk.store.tables import journal as journal_table

MOST_PROBLEMS = 100


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; no personal data."""

    ok: bool
    entries: int
    problems: tuple[str, ...]


def verify(terminal: Terminal) -> Verified:
    """Check file, chain, sums, stock, slips and queue of the terminal's database; writes nothing."""
    return verify_database(terminal.db, terminal.identity.terminal)


def verify_database(database: Database, number: int) -> Verified:
    """`verify` for the database of terminal `number`."""
    try:
        with database.read() as conn:
            problems = tuple(islice(checks.everything(conn, number), MOST_PROBLEMS))
            entries = conn.execute(select(func.count()).select_from(journal_table)).scalar_one()
    except Refused as refused:
        why = refused.params.get("reason", "")
        return Verified(ok=False, entries=0, problems=(f"file: {refused.code} {why}".rstrip(),))
    return Verified(ok=not problems, entries=entries, problems=problems)


def rebuild(terminal: Terminal) -> Verified:
    """Fold the journal and the stored feed anew, in one transaction; says what had differed before.

    With a broken chain nothing is touched.
    """
    before = verify(terminal)
    if any(problem.startswith(("chain", "file")) for problem in before.problems):
        return before
    with terminal.db.write() as conn:
        old = _dump(conn)
        fold.clear(conn)
        for row in journal.everything(conn):
            fold.fold(conn, decode_own(row.data))
        feed.rebuild(conn)
        new = _dump(conn)
    changed = [f"rebuilt: {name} was different" for name in old if old[name] != new[name]]
    after = verify(terminal)
    return Verified(ok=after.ok, entries=after.entries, problems=(*changed, *after.problems))


def _dump(conn: Connection) -> dict[str, list[Any]]:
    tables = (*FOLD_TABLES, *FEED_TABLES)
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }
