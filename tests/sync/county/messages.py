"""Exchanges made by hand, honest and otherwise; no test lives here."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.keys import SigningKey
from kiosk.ledger.entries import GENESIS, Entry, encode
from sync import protocol
from sync.county import intake
from sync.county.database import County
from sync.county.enrolment import enrol_directly
from sync.pack import pack
from sync.protocol import Batch, Exchange, ExchangeAnswer, head_part
from tests.sync.samples import heads


class HandTerminal:
    """Terminal 37 as a far end that can also lie."""

    def __init__(self, county: County, key: SigningKey | None = None, centre: str = "037") -> None:
        self.county = county
        self.key = key or SigningKey(bytes([3]) * 32)
        answer = enrol_directly(county, centre, self.key)
        self.number, self.epoch = answer.terminal, answer.epoch

    def entry(self, seq: int, kind: str, body: dict[str, object], day: str = "2026-11-23") -> bytes:
        """One canonical entry of ours."""
        return encode(
            Entry(self.number, self.epoch, seq, day, 1_790_000_000_000 + seq, kind, 1, "M037A", "", body)
        )

    def batch(self, lines: Sequence[bytes], first: int = 1, previous: bytes = GENESIS) -> Batch:
        """A batch with a true chain and a signed head."""
        head = heads(list(lines), previous)[-1]
        part = head_part(self.number, self.epoch, first + len(lines) - 1, head)
        return Batch(first, len(lines), previous, head, self.key.sign(part), pack(list(lines)))

    def send(self, batch: Batch | None, key: SigningKey | None = None, sender: str = "") -> ExchangeAnswer:
        """Through the intake, as the server would."""
        message = Exchange(self.number, self.epoch, batch, {}, 0, 0)
        data = protocol.seal(key or self.key, sender or str(self.number), message)
        return intake.exchange(self.county, protocol.open_seal(data), 20.0)
