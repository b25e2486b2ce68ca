"""What each codec must stand, said for one input; `CODECS` names them all, how many inputs is the test's."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from drivers.idcard import sdt
from drivers.printer import status
from drivers.scanner.framing import Framer
from drivers.scanner.keys import END, EVENT, KeyDecoder
from drivers.scanner.types import CODE_MAXIMUM, why_unfit
from kiosk.ledger import cards, moves
from tests.faults import fuzz, fuzz_printer

PRINTER_FAULTS = {"", "paper-out", "cover-open", "error", "stalled"}
# Takes one input made from the generator; whether a piece with a true header and checksum was in it.
Check = Callable[[Random], bool]


def scanner_framing(rng: Random) -> bool:
    """A hand scanner's bytes: the same codes in any portions, none longer than allowed, the next one read."""
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
    seen = fuzz.seen_text(rng)
    why = why_unfit(seen)
    assert (why == "too-long") == (len(seen.encode()) > CODE_MAXIMUM)
    assert why or (seen.strip() and seen.isprintable())
    return given.true


def keyboard_events(rng: Random) -> bool:
    """A keyboard wedge's events."""
    given = fuzz.made(rng, fuzz.typed, fuzz.key_noise)
    decoder, whole = KeyDecoder(), KeyDecoder()
    runs = [run for part in given.portions for run in decoder.feed(part)]
    assert b"".join(text for text, _ in runs) == b"".join(text for text, _ in whole.feed(given.data))
    assert len(decoder._held) < EVENT.size
    assert all(END not in text[:-1] and len(text) <= len(given.data) for text, _ in runs)
    decoder.gap()
    assert not decoder.pending and decoder.gap() == b""
    return given.true


def identity_card_replies(rng: Random) -> bool:
    """An identity-card reader's replies, and the card in them."""
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


def printer_answers(rng: Random) -> bool:
    """A printer's answers and status bytes: the same in any pieces, the true ones understood."""
    data, meant = fuzz_printer.said(rng)
    whole = _answers(data, [])
    assert _answers(data, sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(6)))) == whole
    assert len(whole) <= len(data)
    assert meant is None or whole == meant
    quad = rng.randbytes(4) if rng.random() < 0.5 else fuzz_printer.four_answers(rng)
    try:
        assert status.decode_real_time(quad).fault in PRINTER_FAULTS
    except ValueError:
        assert not all(map(status.is_real_time, quad))
    try:
        assert status.decode_automatic(quad).fault in PRINTER_FAULTS
    except ValueError:
        assert quad[0] & 0x93 != 0x10 or any(byte & 0x90 for byte in quad[1:])
    assert status.decode_paper(quad[0]) in ("ok", "near-end", "out")
    assert (status.SILENT.fault, status.NOT_ASKED.fault) == ("stalled", "")
    return meant is not None


def _answers(data: bytes, cuts: list[int]) -> list[status.Answer]:
    reader = status.AnswerReader()
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        found += reader.feed(data[start:end])
        assert len(reader._rest) < status.BLOCK_MAXIMUM, "it keeps no more than one unfinished answer"
    return found


def card_texts(rng: Random) -> bool:
    """The text of a card or a slip: at most one kind, and what it says written again is the same text."""
    text, whole = fuzz.card_text(rng)
    household, staff = cards.household_card(text), cards.staff_card(text)
    slip, move = cards.slip_code(text), cards.move_code(text)
    found = [one for one in (household, staff, slip, move) if one is not None]
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
    if move is not None:
        said = moves.of_code(move)
        again = moves.text(move.issuer, said[0], said[1], move.check) if said else ""
        assert said or not whole
    if whole:
        assert f"{again}:{found[0].signature}" == text
    if found:
        assert cards.signed_part(text).isascii()
    return whole


def numbers_on_paper(rng: Random) -> bool:
    """A terminal's numbers of slips and papers, and whose they are."""
    terminal, number = rng.randint(1, 9999), rng.randint(1, 999_999)
    epoch, later = rng.choice((1, rng.randint(1, 2000))), rng.randint(1, 2000)
    signer = cards.issuer_name("YS", rng.choice((terminal, rng.randint(1, 9999))), later)
    slip = cards.slip_number(terminal, epoch, number)
    read = cards.slip_code(
        f"{cards.slip_text(signer, slip, '7F3A-91C2', 280, '2026-11-23')}:{fuzz.SIGNATURE}"
    )
    assert read is not None and (read.number, read.issuer) == (slip, signer)
    assert cards.issuer_place(signer) == (int(signer[3:].rstrip("BCDEFGHIJKLMNOPQRSTUVWXYZ")), later)
    assert cards.may_issue(cards.issuer_name("YS", terminal, epoch), slip)
    assert not cards.may_issue("YS", slip), "the county prints none"
    assert not cards.may_issue(cards.issuer_name("YS", terminal, epoch), slip.replace("-", "Z-", 1))
    paper, _, last = cards.paper_number(terminal, epoch, number).partition("-")
    assert (paper, int(last)) == (slip.partition("-")[0], number)
    return True


CODECS: dict[str, Check] = {
    check.__name__: check
    for check in (
        scanner_framing,
        keyboard_events,
        identity_card_replies,
        printer_answers,
        card_texts,
        numbers_on_paper,
    )
}
