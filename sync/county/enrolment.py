"""Letting a terminal in: one-time codes, its number and place, a new epoch, its key made known."""

from __future__ import annotations

import hashlib
import os
import time

from sqlalchemy import ColumnElement, Connection, insert, select, update

from kiosk.keys import SigningKey
from kiosk.ledger.entries import GENESIS
from sync import protocol
from sync.county import moves, registry
from sync.county.database import County, CountyError
from sync.county.tables import centres, enrolments, epochs, terminals
from sync.protocol import EnrolAnswer, EnrolRequest, Sealed

SECRET_BYTES = 10


class NotEnrolledError(Exception):
    """The request is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_code(county: County, centre: str) -> str:
    """A one-time code for the spending terminal of `centre`; only its hash is kept.

    Raises `CountyError` when there is no such centre.
    """
    secret = os.urandom(SECRET_BYTES)
    code = protocol.write_code(secret, county.key.public)
    with county.write() as conn:
        place = conn.execute(
            select(centres.c.terminal).where(centres.c.county == county.code, centres.c.centre == centre)
        ).scalar()
        if place is None:
            raise CountyError(f"there is no centre {centre}; add it first")
        secret_hash = _hash(protocol.read_code(code)[0])
        conn.execute(
            insert(enrolments).values(
                county=county.code,
                secret_hash=secret_hash,
                centre=centre,
                terminal=place,
                epoch=0,
                public=b"",
                made_at_ms=_now_ms(),
            )
        )
    return code


def enrol(county: County, sealed: Sealed) -> EnrolAnswer:
    """Take the sender in under its code.

    The same code with the same key gives the same answer again (the first may have been lost on the way)
    until the epoch it gave has begun; with another key it is refused. Raises `NotEnrolledError` and
    `protocol.ProtocolError`.
    """
    request = protocol.read_body(sealed, EnrolRequest)
    protocol.unseal(sealed, request.public, EnrolRequest)  # holds the private half of what it names
    with county.write() as conn:
        found = conn.execute(
            select(enrolments)
            .where(enrolments.c.county == county.code, enrolments.c.secret_hash == _hash(request.secret))
            .with_for_update()
        ).first()
        if found is None:
            raise NotEnrolledError("enrol-code-unknown")
        if found.public and found.public != request.public:
            raise NotEnrolledError("enrol-code-used")
        if found.epoch and _has_begun(conn, county.code, found.terminal, found.epoch):
            raise NotEnrolledError("enrol-code-used")
        epoch = found.epoch or _open_epoch(conn, county.code, found.terminal, request.public)
        conn.execute(
            update(enrolments)
            .where(enrolments.c.county == county.code, enrolments.c.secret_hash == found.secret_hash)
            .values(public=request.public, epoch=epoch)
        )
        key = conn.execute(
            select(centres.c.centre_key).where(
                centres.c.county == county.code, centres.c.centre == found.centre
            )
        ).scalar_one()
        goes_on_from = origin(conn, county.code, found.terminal, epoch)
    return EnrolAnswer(
        found.terminal,
        county.code,
        found.centre,
        epoch,
        key,
        county.key.public,
        goes_on_from,
        county.today(),
    )


def enrol_directly(county: County, centre: str, key: SigningKey) -> EnrolAnswer:
    """What a terminal with `key` gets by a fresh code, without a line; for demos and tests."""
    secret = protocol.read_code(make_code(county, centre))[0]
    request = EnrolRequest(secret, key.public)
    return enrol(county, protocol.open_seal(protocol.seal(key, "", request)))


def origin(conn: Connection, county: str, terminal: int, epoch: int) -> tuple[int, int, str] | None:
    """What `epoch` goes on from: the last entry (epoch, seq, hash in hex) the county took before it."""
    row = conn.execute(
        select(epochs.c.epoch, epochs.c.acknowledged, epochs.c.acknowledged_hash)
        .where(*_epochs_of(county, terminal), epochs.c.epoch < epoch, epochs.c.acknowledged > 0)
        .order_by(epochs.c.epoch.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.epoch, row.acknowledged, bytes(row.acknowledged_hash).hex())


def _has_begun(conn: Connection, county: str, terminal: int, epoch: int) -> bool:
    """Whether the answer has long arrived: something was written in the epoch, or a later one was given."""
    later = conn.execute(
        select(epochs.c.epoch)
        .where(*_epochs_of(county, terminal))
        .where((epochs.c.epoch > epoch) | ((epochs.c.epoch == epoch) & (epochs.c.acknowledged > 0)))
    )
    return later.first() is not None


def _epochs_of(county: str, terminal: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return epochs.c.county == county, epochs.c.terminal == terminal


def _open_epoch(conn: Connection, county: str, terminal: int, public: bytes) -> int:
    """Close what was open at what is acknowledged; later arrivals of it are set aside.

    Moves that were good for it and did not arrive go back to their senders.
    """
    own = (terminals.c.county == county, terminals.c.terminal == terminal)
    row = conn.execute(select(terminals).where(*own).with_for_update()).one()
    epoch = int(row.epoch) + 1
    ending = conn.execute(
        select(epochs).where(*_epochs_of(county, terminal), epochs.c.state != "closed")
    ).all()
    conn.execute(
        update(epochs).where(epochs.c.county == county, epochs.c.terminal == terminal).values(state="closed")
    )
    opened = {"county": county, "terminal": terminal, "epoch": epoch, "centre": row.centre}
    opened |= {"public": public, "acknowledged": 0, "acknowledged_hash": GENESIS, "state": "open"}
    conn.execute(insert(epochs), opened)
    conn.execute(update(terminals).where(*own).values(epoch=epoch, public=public, state="ok"))
    for one in ending:
        registry.tell_terminal_key(conn, county, terminal, one.epoch, one.public, one.acknowledged)
        moves.settle_lost(conn, county, terminal, one.epoch, one.acknowledged)
    registry.tell_terminal_key(conn, county, terminal, epoch, public)
    moves.pass_on(conn, county, terminal, epoch)
    return epoch


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
