"""What residents wish for (点单): a vote a household, good and month, and what they think of a price."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Annotated

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.paths import assets_dir
from kiosk.services import shelf
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household, wish

PRICES = ("", "dear", "fair")  # no opinion, 太贵, 合适
FROM_LIST = "w:"  # begins what a vote is about where it is a wish of the list
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wish of the list."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    title: str


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wish: tuple[Listed, ...]


class Wished(msgspec.Struct, frozen=True, kw_only=True):
    """How households voted on one good in one month."""

    about: str  # a SKU, or `w:` and the code of the list
    title: str
    votes: int
    dear: int
    fair: int


@cache
def wish_list() -> tuple[Listed, ...]:
    """The wishes that may be chosen beside the goods of the catalogue."""
    text = (assets_dir() / "catalogue" / "wishes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _List).wish


def vote(terminal: Terminal, proof: Proof, about: str, *, wanted: bool, price: str = "") -> str:
    """Write down a household's vote on a good or a wish of the list; returns the entry's id.

    Raises `Refused`: `wish-unknown`, `wish-price-unknown`, `wish-nothing-said`, `wish-already`,
    `unknown-household`.
    """
    if price not in PRICES or (price and about.startswith(FROM_LIST)):
        raise Refused("wish-price-unknown")
    if not wanted and not price:
        raise Refused("wish-nothing-said")
    with terminal.write() as writing:
        conn = writing.conn
        if _HOUSEHOLD.first(conn, {"b_id": proof.household}) is None:
            raise Refused("unknown-household")
        if not title(conn, about):
            raise Refused("wish-unknown")
        key = {"b_month": writing.day[:7], "b_about": about, "b_household": proof.household}
        if _VOTED.first(conn, key) is not None:
            raise Refused("wish-already")
        body = {
            "hh": proof.household,
            "how": proof.how,
            "about": about,
            "wanted": int(wanted),
            "price": price,
        }
        head = writing.append("wish", body)
    return entry_id(head.epoch, head.seq)


def tally(terminal: Terminal, month: str) -> tuple[Wished, ...]:
    """How households voted in a month (`2026-11`), most wanted first.

    Raises `Refused("month-unreadable")`.
    """
    if not _MONTH.fullmatch(month):
        raise Refused("month-unreadable")
    with terminal.read() as conn:
        return tuple(
            Wished(
                about=row.about,
                title=title(conn, row.about) or row.about,
                votes=row.votes,
                dear=row.dear,
                fair=row.fair,
            )
            for row in _TALLY.all(conn, {"b_month": month})
        )


def title(conn: Connection, about: str) -> str:
    """What a vote is about, as people read it; "" for nothing we know."""
    if about.startswith(FROM_LIST):
        code = about.removeprefix(FROM_LIST)
        return next((one.title for one in wish_list() if one.code == code), "")
    item = shelf.known(conn, about)
    return item.name if item else ""


_HOUSEHOLD = Prepared(select(household.c.id).where(household.c.id == bindparam("b_id")))
_VOTED = Prepared(
    select(wish.c.household).where(
        wish.c.month == bindparam("b_month"),
        wish.c.about == bindparam("b_about"),
        wish.c.household == bindparam("b_household"),
    )
)
_VOTES = func.sum(wish.c.wanted).label("votes")
_TALLY = Prepared(
    select(
        wish.c.about,
        _VOTES,
        func.sum(wish.c.price == "dear").label("dear"),
        func.sum(wish.c.price == "fair").label("fair"),
    )
    .where(wish.c.month == bindparam("b_month"))
    .group_by(wish.c.about)
    .order_by(_VOTES.desc(), wish.c.about)
)
