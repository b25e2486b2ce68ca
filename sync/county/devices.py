"""How the devices of the terminals do, as each last told; what a technician reads before driving there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from sync.county.tables import centres, devices, terminals
from sync.county.upserts import upsert
from sync.protocol import Device

WELL = "ok"


class Told(NamedTuple):
    """One device of one terminal; `at_ms` is when it said so by the terminal's clock."""

    terminal: int
    centre: str  # its name
    device: str
    kind: str
    state: str
    detail: str
    at_ms: int


def take_in(conn: Connection, county: str, terminal: int, told: Sequence[Device]) -> None:
    """Keep the newest word of each device in the caller's transaction."""
    rows = [
        {
            "county": county,
            "terminal": terminal,
            "device": one.name,
            **{name: getattr(one, name) for name in ("kind", "state", "detail", "at_ms")},
        }
        for one in {one.name: one for one in told if one.name}.values()
    ]
    if rows:
        conn.execute(upsert(conn, devices), rows)


def told(conn: Connection, county: str) -> list[Told]:
    """Every device ever told of, by terminal and name."""
    joined = devices.join(
        terminals,
        and_(terminals.c.county == devices.c.county, terminals.c.terminal == devices.c.terminal),
    ).join(centres, and_(centres.c.county == terminals.c.county, centres.c.centre == terminals.c.centre))
    rows = conn.execute(
        select(
            devices.c.terminal,
            centres.c.name,
            devices.c.device,
            devices.c.kind,
            devices.c.state,
            devices.c.detail,
            devices.c.at_ms,
        )
        .select_from(joined)
        .where(devices.c.county == county)
        .order_by(devices.c.terminal, devices.c.device)
    )
    return [Told(*row) for row in rows]
