"""Whatever comes over a reader's wire: no crash, no hang, bounded memory, and the same in any portions.

FUZZ_INPUTS says how many inputs each codec gets; a failure names the seed it came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.idcard import sdt
from drivers.scanner.framing import Framer
from drivers.scanner.keys import END, EVENT, KeyDecoder
from drivers.scanner.types import CODE_MAXIMUM
from kiosk.ledger import cards
from tests.faults import fuzz

pytestmark = pytest.mark.timeout(3600)


def over_many(check: Callable[[Random], bool]) -> None:
    """Run the check on INPUTS inputs; enough of them must have been true ones."""
    seen: Counter[bool] = Counter()

    @settings(max_examples=max(1, fuzz.INPUTS // fuzz.BATCH), database=None, derandomize=True)
    @given(st.binary(min_size=8, max_size=8))
    def batches(seed: bytes) -> None:
        rng = Random(seed)
        for _ in range(fuzz.BATCH):
            seen[check(rng)] += 1

    batches()
    assert seen.total() >= fuzz.INPUTS
    assert seen[True] >= fuzz.TRUE_LEAST * seen.total(), seen


def test_scanner_framing() -> None:
    def check(rng: Random) -> bool:
        given = fuzz.made(rng, fuzz.scanned, fuzz.scanner_noise)
        framer, whole = Framer(), Framer()
        codes = [code for part in given.portions for code in framer.feed(part)]
        assert codes == whole.feed(given.data)
        assert framer.rejected == whole.rejected
        assert len(framer._held) <= CODE_MAXIMUM
        codes += framer.gap()
        assert not framer.pending
        for code in codes:
            assert code.text.isprintable() and 0 < len(code.text.encode()) <= CODE_MAXIMUM
        assert [code.text for code in framer.feed(b"AFTER\r")] == ["AFTER"]
        return given.true

    over_many(check)


def test_keyboard_events() -> None:
    def check(rng: Random) -> bool:
        given = fuzz.made(rng, fuzz.typed, fuzz.key_noise)
        decoder, whole = KeyDecoder(), KeyDecoder()
        runs = [run for part in given.portions for run in decoder.feed(part)]
        assert b"".join(text for text, _ in runs) == b"".join(text for text, _ in whole.feed(given.data))
        assert len(decoder._held) < EVENT.size
        assert all(END not in text[:-1] and len(text) <= len(given.data) for text, _ in runs)
        decoder.gap()
        assert not decoder.pending and decoder.gap() == b""
        return given.true

    over_many(check)


def test_identity_card_replies() -> None:
    def check(rng: Random) -> bool:
        given = fuzz.made(rng, fuzz.replied, fuzz.reply_noise)
        decoder, whole = sdt.ReplyDecoder(), sdt.ReplyDecoder()
        replies = [reply for part in given.portions for reply in decoder.feed(part)]
        assert replies == whole.feed(given.data)
        assert len(decoder._held) <= sdt.LENGTH_MAXIMUM + len(sdt.PREAMBLE) + 2
        for reply in replies:
            assert reply.data in given.data
            text = sdt.text_of(reply.data)
            card = sdt.card_text(text) if text is not None else None
            assert card is None or len(card.number) in (15, 18)
            assert card is None or card.number not in repr(card) + repr(reply)
        assert decoder.pending == bool(decoder._held)
        decoder.reset()
        assert sdt.checksum(sdt.command(sdt.FIND, given.data[:9])[len(sdt.PREAMBLE) :]) == 0
        assert decoder.feed(sdt.reply(sdt.DONE)) == [sdt.Reply(sdt.DONE, b"")]
        return given.true

    over_many(check)


def test_card_texts() -> None:
    def check(rng: Random) -> bool:
        text, whole = fuzz.card_text(rng)
        household, staff, slip = cards.household_card(text), cards.staff_card(text), cards.slip_code(text)
        found = [one for one in (household, staff, slip) if one is not None]
        assert len(found) == 1 if whole else len(found) <= 1
        assert cards.kind_of(text) or not found
        again = ""
        if household is not None:
            again = cards.household_card_text(household.issuer, household.household, household.serial)
        if staff is not None:
            again = cards.staff_card_text(staff.issuer, staff.staff, staff.serial)
        if slip is not None:
            again = cards.slip_text(slip.issuer, slip.number, slip.check, slip.charge_tenths, slip.day)
            assert cards.slip_code(f"{cards.signed_anew(again, 'YS-37C')}:{slip.signature}") is not None
            cards.may_issue(slip.issuer, slip.number)
        if whole:
            assert f"{again}:{found[0].signature}" == text
        if found:
            assert cards.signed_part(text).isascii()
        return whole

    over_many(check)


def test_slip_numbers_and_who_prints_them() -> None:
    def check(rng: Random) -> bool:
        terminal, epoch, number = rng.randint(1, 9999), rng.randint(1, 2000), rng.randint(1, 999_999)
        signer = cards.issuer_name("YS", rng.choice((terminal, rng.randint(1, 9999))), rng.randint(1, 2000))
        slip = cards.slip_number(terminal, epoch, number)
        text = f"{cards.slip_text(signer, slip, '7F3A-91C2', 280, '2026-11-23')}:{fuzz.SIGNATURE}"
        read = cards.slip_code(text)
        assert read is not None and (read.number, read.issuer) == (slip, signer)
        assert cards.may_issue(cards.issuer_name("YS", terminal, epoch), slip)
        assert not cards.may_issue(cards.issuer_name("YS", terminal, epoch), slip.replace("-", "Z-", 1))
        return True

    over_many(check)
