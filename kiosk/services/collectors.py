"""Who takes goods for a household (代领): recorded by reference, and for how many households a day."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from kiosk.keys import name_digest
from kiosk.ledger.entries import decode_own
from kiosk.ledger.redemption import same_person
from kiosk.ledger.refusals import Refused
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import journal, member, reversal
from kiosk.words import Words

MEMBER = "member"  # of the same household: may always collect
RELATIONS = (MEMBER, "relative", "neighbour", "grid", "volunteer", "other")
MOST_NAME_CHARS = 40


class Collector(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes the goods. `card` is his own household where he showed its card, else ""."""

    name: str  # whole
    relation: str  # one of RELATIONS
    card: str = ""


def take(writing: Writing, household_id: str, who: Collector) -> dict[str, Any]:
    """Check and keep who collects for a household; returns what the entry's body says of it.

    The name goes beside the chain; the body has its reference and digest. Raises `Refused`:
    `collector-name`, `collector-relation`, `collector-limit` (most=).
    """
    said = record(writing, household_id, who)
    most = writing.settings.rules.collector_most_a_day
    if most and said["rel"] != MEMBER and len(_others_today(writing, household_id, said)) >= most:
        raise Refused("collector-limit", most=most)
    return said


def record(writing: Writing, household_id: str, who: Collector) -> dict[str, Any]:
    """`take` without the limit: for who receives goods at his own door."""
    name = who.name.strip()
    if not 0 < len(name) <= MOST_NAME_CHARS or not name.isprintable():
        raise Refused("collector-name")
    own = who.card == household_id
    if who.relation not in RELATIONS or (who.card and own != (who.relation == MEMBER)):
        raise Refused("collector-relation")
    return {
        "name": name_digest(writing.centre_key, name),
        "ref": side.put(writing.conn, "collector", household_id, writing.day, name.encode()),
        "rel": who.relation,
        "card": who.card,
    }


def members(terminal: Terminal, household_id: str) -> tuple[tuple[str, int], ...]:
    """A household's members as far as the county told them: name, whole, and year of birth (0: not known)."""
    with terminal.read() as conn:
        return tuple((row.name, row.born) for row in _MEMBERS.all(conn, {"b_household": household_id}))


def relation_word(relation: str, say: Words) -> str:
    """A relation as slips say it; "" for none."""
    return say(f"collector.{relation}") if relation else ""


def _others_today(writing: Writing, household_id: str, who: dict[str, Any]) -> set[str]:
    """Other households for which the same person collected on this business day."""
    found: set[str] = set()
    for row in _TODAY.all(writing.conn, {"b_day": writing.day}):
        body = decode_own(row.data).body
        taker = body.get("taker")
        if taker and taker["rel"] != MEMBER and same_person(taker, who):
            found.add(body["hh"])
    return found - {household_id}


_MEMBERS = Prepared(
    select(member.c.name, member.c.born)
    .where(member.c.household == bindparam("b_household"), member.c.state == "active", member.c.name != "")
    .order_by(member.c.number)
)
_TODAY = Prepared(
    select(journal.c.data)
    .select_from(
        journal.outerjoin(reversal, (reversal.c.epoch == journal.c.epoch) & (reversal.c.seq == journal.c.seq))
    )
    .where(
        (journal.c.kind == "redeem") | (journal.c.kind == "collect"),
        journal.c.day == bindparam("b_day"),
        reversal.c.seq.is_(None),
    )
)
