"""Where a household's points live, by name; who may spend where is a rule of `kiosk.ledger.moves`."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.refusals import Refused
from kiosk.store.tables import centre

CENTRE_DIGITS = 3  # a household's number begins with that of the centre it was entered at


def name(conn: Connection, home: int, household_id: str) -> str:
    """The centre of terminal `home`; where that is not known (0), the one the household's number names."""
    if home:
        return conn.execute(_BY_TERMINAL, {"b_terminal": home}).scalar() or ""
    return conn.execute(_BY_NUMBER, {"b_centre": household_id[:CENTRE_DIGITS]}).scalar() or ""


def terminal_of(conn: Connection, centre_id: str) -> int:
    """The spending terminal of a centre. Raises `Refused("move-nowhere")` when it is not known here."""
    found = conn.execute(_TERMINAL, {"b_centre": centre_id}).scalar()
    if found is None:
        raise Refused("move-nowhere")
    return int(found)


_BY_TERMINAL = select(centre.c.name).where(centre.c.terminal == bindparam("b_terminal"))
_TERMINAL = select(centre.c.terminal).where(centre.c.id == bindparam("b_centre"))
_BY_NUMBER = select(centre.c.name).where(centre.c.id == bindparam("b_centre"))
