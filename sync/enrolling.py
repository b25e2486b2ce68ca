"""Enrolling at the county by a one-time code; also of a machine that may hold books already.

Nothing is left behind then, and what is missing comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kiosk import config
from kiosk.config import Settings
from kiosk.keys import SigningKey, fingerprint
from kiosk.ledger.refusals import Refused
from kiosk.services import epochs, identity
from kiosk.services.clock import is_day
from kiosk.services.identity import Identity
from kiosk.services.terminal import Terminal, open_terminal
from sync import protocol
from sync.client import ExchangeResult, exchange_once
from sync.protocol import ENROL_PATH, EnrolAnswer, EnrolRequest, ProtocolError
from sync.transport import Line, LineError

_NO_BOOKS = ("not-enrolled", "identity-unreadable", "database-missing")


class Enrolled(NamedTuple):
    """Who the machine is now; `result` of the exchange that took entries back, None for a first terminal."""

    who: Identity
    result: ExchangeResult | None


def enrol_machine(settings: Settings, url: str, code: str) -> Enrolled:
    """Enrol by a one-time code at the county at `url`.

    A healthy terminal pushes first; with entries that can't be pushed it raises `Refused("enrol-waiting")`
    and nothing has changed. A terminal that may not write anyway goes on without. Otherwise raises as
    `enrol` and `open_terminal` do, and `transport.BadUrlError`.
    """
    settings = config.with_county_url(settings, url)
    before = _opened(settings)
    if before is None:
        who = enrol(url, code, settings.data_dir, settings.county.timeout_s)
        if who.origin is None:
            return Enrolled(who, None)
    else:
        try:
            who = _enrol_over(before, url, code)
        except Refused as refused:
            if refused.code == "no-line":  # the county may have ended our epoch all the same: ask
                exchange_once(before)
            raise
        finally:
            before.close()
    terminal = open_terminal(settings)
    try:
        return Enrolled(who, exchange_once(terminal))
    finally:
        terminal.close()


def enrol(url: str, code: str, data_dir: Path, timeout_s: float = 15.0) -> Identity:
    """Become a terminal of the county at `url` by a one-time code; writes the identity file.

    The same code may be tried again after a time-out. Raises `Refused`: `enrol-code-malformed`,
    `enrol-refused` (reason=, the county's code), `no-line` (reason=) and `county-forged` when the answer is
    not from the county that the code names; and `transport.BadUrlError`.
    """
    try:
        secret, finger = protocol.read_code(code)
    except ProtocolError:
        raise Refused("enrol-code-malformed") from None
    key = SigningKey.load_or_make(data_dir / identity.KEY_FILE)
    request = protocol.seal(key, "", EnrolRequest(secret, key.public))
    with Line(url, timeout_s) as line:
        try:
            data = line.post(ENROL_PATH, request)
            sealed = protocol.open_seal(data)
            public = protocol.read_body(sealed, EnrolAnswer).county_public
            if fingerprint(public) != finger:
                raise Refused("county-forged")
            answer = protocol.unseal(sealed, public, EnrolAnswer, answers=request)
        except LineError as error:
            said = error.code.removeprefix("refused:")
            raise Refused("no-line" if said == error.code else "enrol-refused", reason=said) from None
        except ProtocolError:
            raise Refused("county-forged") from None
    who = identity_of(answer)
    epochs.adopt(data_dir, who)
    return who


def identity_of(answer: EnrolAnswer) -> Identity:
    """What a terminal keeps of its enrolment."""
    return Identity(
        terminal=answer.terminal,
        county=answer.county,
        centre=answer.centre,
        epoch=answer.epoch,
        centre_key=answer.centre_key.hex(),
        county_public=answer.county_public.hex(),
        origin=answer.origin,
        day=answer.day if is_day(answer.day) else "",
    )


def _opened(settings: Settings) -> Terminal | None:
    try:
        return open_terminal(settings)
    except Refused as refused:
        if refused.code in _NO_BOOKS:
            return None
        raise


def _enrol_over(terminal: Terminal, url: str, code: str) -> Identity:
    """Enrol under the write lock, so that no entry slips in between the last push and the epoch's end."""
    was = terminal.identity
    exchange_once(terminal)
    blocked = terminal.blocked()
    with terminal.db.write() as conn:
        waiting = epochs.waiting(conn)
        if waiting and not blocked:
            raise Refused("enrol-waiting", waiting=waiting)
        who = enrol(url, code, terminal.settings.data_dir, terminal.settings.county.timeout_s)
        if (who.terminal, who.epoch) != (was.terminal, was.epoch):
            epochs.end(conn, was.terminal, was.epoch)
    return who
