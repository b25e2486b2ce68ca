"""Whether a slip is what a terminal printed: by its signature, on any terminal, offline."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from kiosk.keys import verify_text
from kiosk.ledger import cards
from kiosk.services.terminal import Terminal
from kiosk.services.views import SlipCheck
from kiosk.store.tables import issuer


def check(terminal: Terminal, text: str) -> SlipCheck:
    """What the code on a slip says: `true`, `altered` (its signature does not fit), or `unknown`.

    Unknown is a code of another form, of another county, or of a terminal whose key has not come yet. The key
    is the one its issuer had in the epoch it names: a machine replaced since changes nothing.
    """
    code = cards.slip_code(text.strip())
    if code is None:
        altered = cards.kind_of(text.strip()) == "slip"
        return SlipCheck(verdict="altered" if altered else "unknown", slip="", charge_tenths=0, day="")
    if not cards.may_issue(code.issuer, code.number):
        return SlipCheck(verdict="altered", slip=code.number, charge_tenths=0, day="")
    if code.issuer == terminal.identity.issuer:
        public = terminal.key.public.hex()
    else:
        with terminal.read() as conn:
            public = conn.execute(_ISSUER, {"b_id": code.issuer}).scalar() or ""
    if not public:
        return SlipCheck(verdict="unknown", slip=code.number, charge_tenths=0, day="")
    fits = verify_text(bytes.fromhex(public), code.signature, cards.signed_part(text.strip()))
    return SlipCheck(
        verdict="true" if fits else "altered",
        slip=code.number,
        charge_tenths=code.charge_tenths if fits else 0,
        day=code.day if fits else "",
    )


_ISSUER = select(issuer.c.public).where(issuer.c.id == bindparam("b_id"))
