"""Household cards as the county issues them and as entries report them, table and feed row together."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from kiosk.ledger import cards as card_texts
from kiosk.ledger.cardstates import ACTIVE, LOCAL_SERIALS_FROM, REVOKED, later
from sync.county import feed
from sync.county.database import County
from sync.county.lookups import all_of, check, first_of
from sync.county.signing import signed
from sync.county.tables import cards, households
from sync.county.upserts import upsert

COUNTY = "county"  # the scope of everybody


def issue_card(county: County, household: str) -> str:
    """A new signed card for a household; cards issued before become revoked. Returns the card's text."""
    return issue_cards(county, [household])[0]


def issue_cards(county: County, numbers: Iterable[str]) -> list[str]:
    """`issue_card` for several households, all or none; the texts in their order."""
    parts = []
    with county.write() as conn:
        for household in numbers:
            check(first_of(conn, households, county, household=household) is not None, "no such household")
            before = [row.serial for row in all_of(conn, cards, county, household=household)]
            ours = [serial for serial in before if serial < LOCAL_SERIALS_FROM]
            serial = max(ours, default=0) + 1
            states = [(old, "revoked") for old in before] + [(serial, "active")]
            _put_cards(conn, county.code, household, states)
            parts.append(card_texts.household_card_text(county.code, household, serial))
    return [signed(county, part) for part in parts]


def set_card_state(county: County, household: str, serial: int, state: str) -> None:
    """Report a card lost or revoked, for good: who finds it gets a new one. Raises `CountyError` on a card
    never issued."""
    check(state in ("lost", "revoked"), f"{state}: a card is reported lost or revoked")
    with county.write() as conn:
        found = first_of(conn, cards, county, household=household, serial=serial)
        check(found is not None, "no such card")
        _put_cards(conn, county.code, household, [(serial, state)])


def take_card(conn: Connection, county: str, household: str, serial: int, state: str) -> None:
    """What an entry said of a card: kept and told to every terminal, in the caller's transaction."""
    known = conn.execute(
        select(cards.c.state).where(
            cards.c.county == county, cards.c.household == household, cards.c.serial == serial
        )
    ).scalar()
    if later(known, state) != known:
        _put_cards(conn, county, household, [(serial, state)])


def revoke_cards_below(conn: Connection, county: str, household: str, serial: int) -> None:
    """Cards issued before a new one no longer count."""
    older = select(cards.c.serial).where(
        cards.c.county == county,
        cards.c.household == household,
        cards.c.serial < serial,
        cards.c.state == ACTIVE,
    )
    _put_cards(conn, county, household, [(row.serial, REVOKED) for row in conn.execute(older).all()])


def _put_cards(conn: Connection, county: str, household: str, states: Iterable[tuple[int, str]]) -> None:
    for serial, state in states:
        row = {"county": county, "household": household, "serial": serial, "centre": household[:3]}
        conn.execute(upsert(conn, cards), {**row, "state": state})
        told = {"hh": household, "serial": serial, "state": state}
        feed.append(conn, county, COUNTY, [("card", told)])
