"""Whether a slip is what a terminal printed: by its signature, on any terminal, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, func, select

from kiosk.keys import verify_text
from kiosk.ledger import cards
from kiosk.services.terminal import Terminal
from kiosk.services.views import SlipCheck
from kiosk.store.tables import feed_row, issuer


def check(terminal: Terminal, text: str) -> SlipCheck:
    """What the code on a slip says: `true`, `altered` (its signature does not fit), or `unknown`.

    Unknown is a code of another form, of another county, or of a terminal whose key has not come yet.
    """
    code = cards.slip_code(text.strip())
    if code is None:
        altered = cards.kind_of(text.strip()) == "slip"
        return SlipCheck(verdict="altered" if altered else "unknown", slip="", charge_tenths=0, day="")
    own = [terminal.key.public.hex()] if code.issuer == terminal.identity.issuer else []
    with terminal.read() as conn:
        publics = [*own, *_keys_of(conn, code.issuer)]
    if not publics:
        return SlipCheck(verdict="unknown", slip=code.number, charge_tenths=0, day="")
    part = cards.signed_part(text.strip())
    fits = any(verify_text(bytes.fromhex(public), code.signature, part) for public in publics)
    return SlipCheck(
        verdict="true" if fits else "altered",
        slip=code.number,
        charge_tenths=code.charge_tenths if fits else 0,
        day=code.day if fits else "",
    )


def _keys_of(conn: Connection, issuer_id: str) -> Iterator[str]:
    """Every key the issuer has had, the present one first: a machine that was replaced signed slips too."""
    present = conn.execute(_ISSUER, {"b_id": issuer_id}).scalar()
    if present is not None:
        yield present
    beginning = b'"key",{"issuer":' + json.dumps(issuer_id).encode() + b","
    for data in conn.execute(_TOLD, {"b_beginning": beginning}).scalars():
        public = json.loads(data)[2]["public"]
        if public != present:
            yield public


_ISSUER = select(issuer.c.public).where(issuer.c.id == bindparam("b_id"))
_TOLD = (
    select(feed_row.c.data)
    .where(feed_row.c.scope == "county", func.instr(feed_row.c.data, bindparam("b_beginning")) > 0)
    .order_by(feed_row.c.pos.desc())
)
