"""Fetching our own entries back from the county, page by page, until a new epoch has its origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from kiosk.services import epochs
from kiosk.services.epochs import Place
from kiosk.services.terminal import Terminal
from sync import protocol
from sync.pack import PackError, unpack
from sync.protocol import OWN_PATH, OwnAnswer, OwnRequest, ProtocolError
from sync.transport import LineError

if TYPE_CHECKING:
    from sync.client import Call

MAX_PAGES = 1_000_000  # each brings an entry or begins anew once, so it ends long before


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange took back first, before anything was pushed."""

    entries: int = 0
    set_aside: str = ""  # the file the old database was put into, "" when it stayed


def take_back(
    terminal: Terminal,
    post: Callable[[str, bytes], bytes],
    call: Call,
    budget_bytes: Callable[[], int],
    *,
    may_set_aside: bool,
) -> TakenBack:
    """Fetch what is missing before our epoch may be written; nothing when nothing is missing.

    Every page is committed before the next is asked for, so a cut line costs one page. A journal that is not
    the beginning of what the county has is put beside whole when `may_set_aside`, else the error's code is
    `needs-entries`. Raises `LineError` and what `epochs.take_in` and `epochs.set_aside` refuse.
    """
    taken, beside = 0, ""
    for _ in range(MAX_PAGES):
        at = call(epochs.missing_from, terminal)
        if at is None:
            break
        answer = _ask(terminal, post, at, budget_bytes())
        if answer.state == "differs" and at.epoch:
            if not may_set_aside:
                raise LineError("needs-entries", "our journal went another way")
            beside = call(epochs.set_aside, terminal).name
        elif answer.state == "part":
            taken += call(epochs.take_in, terminal, _lines(terminal, answer))
        else:
            raise LineError("county-nonsense", "the county lacks what it named")
    return TakenBack(entries=taken, set_aside=beside)


def _ask(terminal: Terminal, post: Callable[[str, bytes], bytes], at: Place, budget_bytes: int) -> OwnAnswer:
    who = terminal.identity
    message = OwnRequest(who.terminal, who.epoch, at.epoch, at.seq, at.hash, budget_bytes)
    request = protocol.seal(terminal.key, str(who.terminal), message)
    data = post(OWN_PATH, request)
    public = bytes.fromhex(who.county_public)
    try:
        return protocol.unseal(protocol.open_seal(data), public, OwnAnswer, answers=request)
    except ProtocolError as error:
        raise LineError("county-nonsense", str(error)) from None


def _lines(terminal: Terminal, answer: OwnAnswer) -> list[bytes]:
    try:
        return unpack(answer.packed, terminal.identity.terminal, answer.epoch, answer.first_seq)
    except PackError as error:
        raise LineError("county-nonsense", str(error)) from None
