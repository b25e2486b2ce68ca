"""Who signs a counted sheet: the two committees (两委), 村务监督委员会, and the township where it checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, get_args

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import scoring, staff
from kiosk.services.declare import REASONS, Place
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import side
from kiosk.store.tables import sign_off

Body = Literal["committees", "supervision", "township"]
BODIES: tuple[Body, ...] = get_args(Body)


def sign(
    terminal: Terminal, at: Place, by: str, passed: bool, why: str, actor: str, document: bytes = b""
) -> str:
    """Sign a counted sheet for one of `BODIES`, or return it to the panel for a reason; the entry's id.

    A returned sheet is scored anew. The township comes behind the other two; what it wrote may be kept as
    `document`. Raises `Refused`: `unknown-sheet`, `unknown-body`, `sheet-not-closed`, `signed-already`,
    `sign-own` for somebody who scored it or signed it for another body, `township-later`, `why-needed`,
    `too-large`, `role-may-not`.
    """
    if by not in BODIES:
        raise Refused("unknown-body")
    if not passed and why not in REASONS:
        raise Refused("why-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, f"sign-{by}")
        body = _body(writing.conn, at, by, passed, why)
        signed = {row.staff for row in signatures(writing.conn, at, body["round"]) if row.body != by}
        if by != "township" and actor in signed:
            raise Refused("sign-own")
        if actor in {row.staff for row in scoring.scorers(writing.conn, at)}:
            raise Refused("sign-own")
        if document:
            body["doc"] = side.put(writing.conn, "document", "", writing.day, document)
        head = writing.append("sign-off", body, actor)
    return entry_id(head.epoch, head.seq)


def carry_out(writing: Writing, order: str, body: Mapping[str, Any]) -> None:
    """Sign for the township as the county's order says, or write `order-refused`; both close the order."""
    named = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", str(body.get("sheet", "")))
    passed, why = body.get("pass"), str(body.get("why", ""))
    if not named or passed not in (0, 1) or (not passed and why not in REASONS):
        writing.append("order-refused", {"order": order, "code": "order-unknown"})
        return
    try:
        signed = _body(writing.conn, (int(named[1]), int(named[2])), "township", bool(passed), why)
    except Refused as refused:
        writing.append("order-refused", {"order": order, "code": refused.code})
        return
    writing.append("sign-off", signed | {"order": order})


def signatures(conn: Connection, at: Place, in_round: int) -> list[Any]:
    """Who signed the sheet in that round: rows of `sign_off`."""
    params = {"b_epoch": at[0], "b_seq": at[1], "b_round": in_round}
    return list(conn.execute(_SIGNED, params).all())


def missing(conn: Connection, at: Place, in_round: int, township: bool) -> tuple[Body, ...]:
    """Whose word is still wanted before the sheet may be published."""
    have = {row.body for row in signatures(conn, at, in_round) if row.passed}
    return tuple(body for body in BODIES if body not in have and (body != "township" or township))


def _body(conn: Connection, at: Place, by: str, passed: bool, why: str) -> dict[str, Any]:
    found = scoring.the_sheet(conn, at)
    if found.state != "closed":
        raise Refused("sheet-not-closed")
    if by in {row.body for row in signatures(conn, at, found.round)}:
        raise Refused("signed-already")
    if by == "township" and missing(conn, at, found.round, township=False):
        raise Refused("township-later")
    body = {"sheet": list(at), "round": found.round, "by": by, "pass": int(passed)}
    return body | ({} if passed else {"why": why})


_SIGNED = select(sign_off).where(
    sign_off.c.epoch == bindparam("b_epoch"),
    sign_off.c.seq == bindparam("b_seq"),
    sign_off.c.round == bindparam("b_round"),
)
