"""Reads identity cards laid on an SDT reader: finds, selects, reads, waits for the lift; bytes are sdt's."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from drivers.base import DeviceError
from drivers.idcard import sdt
from drivers.idcard.sdt import Reply, ReplyDecoder
from drivers.idcard.types import IdentityCard
from drivers.wire import BITS_A_BYTE, Wire, baud_of, open_wire

POLL_S = 0.3  # at least, between the end of one look and the next
REPLY_TIMEOUT_S = 1.0
SELECT_TIMEOUT_S = 1.5
READ_MARGIN_S = 1.0  # beyond the time its bytes take on the line
WRITE_TIMEOUT_S = 1.0
SLOWEST_BAUD = 9600  # of those the modules are made for
READ_TRIES = 3  # of one card that stays where it is
FAILED_MAXIMUM = 3  # commands in a row without a usable reply; then the line is opened anew
SLICE_S = 0.1  # how long a wait may take to notice cancel()
REJECTED_SHOWN_S = 3.0

# What a command is answered with when it worked: SW3 and bytes of data (None: told by its own lengths).
_WORKED = {
    sdt.STATUS: (sdt.DONE, 0),
    sdt.RESET: (sdt.DONE, 0),
    sdt.FIND: (sdt.FOUND, 4),
    sdt.SELECT: (sdt.DONE, 8),
    sdt.READ: (sdt.DONE, None),
}
_MISHEARD = (0x10, 0x11, 0x21)  # our command came damaged


class SdtReader:
    """A Reader for identity cards on any wire; each card is yielded once until it is lifted.

    A reader that keeps to the protocol finds no card again before it was lifted. One that does not is met
    by its hash: the number itself is not kept. Neither errors nor counters hold anything that was read.
    """

    kind = "idcard"

    def __init__(
        self, address: str, *, name: str = "idcard", opener: Callable[[str], Wire] = open_wire
    ) -> None:
        self.name = name
        self._address = address
        self._opener = opener
        baud = baud_of(address) or SLOWEST_BAUD  # behind tcp:// it may be any
        on_line_s = sdt.READ_REPLY_BYTES * BITS_A_BYTE / baud
        self._timeouts_s = {sdt.SELECT: SELECT_TIMEOUT_S, sdt.READ: READ_MARGIN_S + on_line_s}
        self._wire: Wire | None = None
        self._decoder = ReplyDecoder()
        self._counts: Counter[str] = Counter()
        self._failed = 0
        self._next_poll_s = 0.0
        self._on_it: int | None = None  # hash of the card that was read and not lifted since
        self._rejected_at_s = float("-inf")
        self._cancelled = threading.Event()

    @property
    def warning(self) -> str:
        """ "rejected" shortly after a card could not be read, else ""."""
        return "rejected" if time.monotonic() - self._rejected_at_s < REJECTED_SHOWN_S else ""

    def counters(self) -> dict[str, int]:
        """Broken replies ("bad:…"), commands without one ("silent"), cards not read ("unread"), and bytes
        that came when nothing was asked ("late")."""
        return {f"bad:{why}": count for why, count in self._decoder.bad.items()} | dict(+self._counts)

    def open(self) -> None:
        """Connect, ask for the status, reset once if that is not well; DeviceError when it stays so."""
        self._cancelled.clear()
        self._failed = 0
        self._decoder.reset()
        self._wire = self._opener(self._address)
        for code in (sdt.STATUS, sdt.RESET, sdt.STATUS):
            reply = self._ask(code)
            if reply is not None and (code, reply.status) == (sdt.STATUS, sdt.DONE):
                return
            if reply is not None and reply.status == sdt.UNAUTHORISED:
                raise DeviceError(f"{self._address}: its module is not authorised", code="unauthorised")
        raise DeviceError(f"{self._address}: not well, nor after a reset", code="self-test")

    def read(self, timeout_s: float) -> IdentityCard | None:
        """The next card, or None; once a card lies there, it takes as long as reading it takes."""
        if self._wire is None:
            raise DeviceError(f"{self._address}: not open", code="closed")
        deadline = time.monotonic() + timeout_s
        while True:
            if self._cancelled.wait(max(0.0, min(self._next_poll_s, deadline) - time.monotonic())):
                raise DeviceError(f"{self._address}: closed", code="closed")
            if time.monotonic() < self._next_poll_s:
                return None
            try:
                card = self._look()
            finally:
                self._next_poll_s = time.monotonic() + POLL_S
            if card is not None or time.monotonic() >= deadline:
                return card

    def cancel(self) -> None:
        """Make an open() or read() that waits on its own thread end soon; safe from any thread."""
        self._cancelled.set()

    def close(self) -> None:
        """Let go of the line; which card lies there is remembered."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _look(self) -> IdentityCard | None:
        """Find, select and read once."""
        found = self._ask(sdt.FIND)
        if found is None:
            return None
        if found.status != sdt.FOUND:
            self._on_it = None
            return None
        selected = self._ask(sdt.SELECT)
        if selected is None or selected.status != sdt.DONE:
            self._unread()
            return None
        for _ in range(READ_TRIES):
            reply = self._ask(sdt.READ)
            if reply is not None:
                return self._card(reply)
        self._unread()
        return None

    def _card(self, reply: Reply) -> IdentityCard | None:
        text = sdt.text_of(reply.data) if reply.status == sdt.DONE else None
        card = sdt.card_text(text) if text is not None else None
        if card is None:
            self._unread()
            return None
        before, self._on_it = self._on_it, hash(card.number)
        if before == self._on_it:  # it still lies there, whatever the reader says
            return None
        return IdentityCard(
            source=self.name,
            way="chip",
            kind=card.kind,
            number=card.number,
            name=card.name,
            valid_to=card.valid_to,
            at_s=time.monotonic(),
        )

    def _unread(self) -> None:
        """A card was there and could not be read: drawn away too soon, or damaged."""
        self._counts["unread"] += 1
        self._rejected_at_s = time.monotonic()

    def _ask(self, code: tuple[int, int]) -> Reply | None:
        """Send a command; its reply, or None when none of use came. DeviceError after too many of those."""
        assert self._wire is not None
        self._counts["late"] += self._wire.drop_input()  # to the last command it is, not to this one
        self._decoder.reset()
        self._wire.write(sdt.command(code), WRITE_TIMEOUT_S)
        reply = self._answer(code, time.monotonic() + self._timeouts_s.get(code, REPLY_TIMEOUT_S))
        if reply is not None and reply.status not in _MISHEARD:
            self._failed = 0
            return reply
        self._failed += 1
        if self._failed >= FAILED_MAXIMUM:
            raise DeviceError(
                f"{self._address}: {self._failed} commands without a usable reply", code="stalled"
            )
        return None

    def _answer(self, code: tuple[int, int], deadline: float) -> Reply | None:
        assert self._wire is not None
        broken = self._broken()
        while (left_s := deadline - time.monotonic()) > 0:
            if self._cancelled.is_set():
                raise DeviceError(f"{self._address}: closed", code="closed")
            for reply in self._decoder.feed(self._wire.read(4096, min(SLICE_S, left_s))):
                if _fits(code, reply):
                    return reply
                self._counts["bad:unexpected"] += 1
            if self._broken() != broken and not self._decoder.pending:
                return None  # it came damaged: no use waiting for it
        self._counts["silent"] += 1
        return None

    def _broken(self) -> int:
        return self._decoder.bad["checksum"] + self._decoder.bad["length"]


def _fits(code: tuple[int, int], reply: Reply) -> bool:
    """Whether this can be the reply to that command; replies do not name theirs."""
    status, size = _WORKED[code]
    if reply.status != status:
        return not reply.data
    return size is None or len(reply.data) == size
