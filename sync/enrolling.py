"""Enrolling a machine that may hold books already: nothing is left behind, what is missing comes back."""

from __future__ import annotations

from typing import NamedTuple

from kiosk import config
from kiosk.config import Settings
from kiosk.ledger.refusals import Refused
from kiosk.services import epochs
from kiosk.services.identity import Identity
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import ExchangeResult, enrol, exchange_once

_NO_BOOKS = ("not-enrolled", "identity-unreadable", "database-missing")


class Enrolled(NamedTuple):
    """Who the machine is now; `result` of the exchange that took entries back, None for a first terminal."""

    who: Identity
    result: ExchangeResult | None


def enrol_machine(settings: Settings, url: str, code: str) -> Enrolled:
    """Enrol by a one-time code at the county at `url`.

    A healthy terminal pushes first; with entries that can't be pushed it raises `Refused("enrol-waiting")`
    and nothing has changed. A terminal that may not write anyway goes on without. Otherwise raises as
    `client.enrol` and `open_terminal` do, and `transport.BadUrlError`.
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
